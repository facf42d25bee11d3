/**
 * `android`: an app for Android of Kotlin and Java sources, resources, assets and native libraries, in Gradle's own folders or in
 * flat ones, built directly by the manifest merger, aapt2, kotlinc, javac and D8. It makes unsigned, aligned archives; signing
 * needs a secret and happens after the build (`src/release`). It runs no Gradle and compiles no C; what of a source
 * tree it does not build, it refuses by name.
 */
export { androidRule } from './android-rule.ts';
export { androidAppDiagnostics } from './diagnostics.ts';
