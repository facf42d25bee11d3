/**
 * `hybrid`: the site of another app in a WebView, as an Android APK built directly with aapt2, javac and D8. It makes
 * the unsigned, aligned archive; signing needs a secret and happens after the build (`src/release`). It does not do
 * Gradle, Kotlin, native code, libraries, flavours, minified releases or API levels above 35, and says so.
 */
export { hybridDiagnostics } from './diagnostics.ts';
export { hybridRule } from './hybrid-rule.ts';
