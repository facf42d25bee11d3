/**
 * `ios`: an app that Xcode builds on a Mac. The lanes of `fastlane/Fastfile` that have the document's names do the work; where
 * one is missing, xcodebuild is called with the settings of the target. Nothing of it is done, or made as if, anywhere
 * but on a Mac. No key of an account is an input of an action: uploads are no part of a build.
 */
export { iosDiagnostics } from './diagnostics.ts';
export { DEFAULT_IOS, iosRule, iosTools } from './ios-rule.ts';
