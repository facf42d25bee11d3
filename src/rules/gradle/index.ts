/**
 * `android` with a `gradlew` and no `android` section: a Gradle project that stays one. Its own wrapper assembles it in one
 * action, offline unless the target has the network, and what Gradle leaves in `build/outputs` is the result. JDK,
 * Gradle and the Android plugin are checked together before anything starts. It reads no secret and signs nothing.
 */
export { gradleDiagnostics } from './diagnostics.ts';
export { gradleTools } from './gradle-project.ts';
export { gradleRule } from './gradle-rule.ts';
