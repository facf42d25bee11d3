import type { DiagnosticEntry } from './diagnostics.ts';

/** Codes that all apps for Android share. */
export const androidDiagnostics = {
  'rules/android-api-level': {
    title: 'An API level that is not supported',
    explanation:
      'Apps are compiled against API 34 or 35, which the lock holds, or 36 or 37 of an Android SDK: that of `compileSdk`, and 34 for lower ones, with a note. `targetSdk` and `minSdk` are not above it. A hybrid app needs `minSdk` 21, since its site is shown by what came with Android 5.',
  },
  'rules/android-application-id': {
    title: 'An application id that is no Java package',
    explanation:
      'The id, or the namespace, is the package of the generated Java sources, so no part of it may be a Java keyword.',
  },
  'rules/android-version-code': {
    title: 'A version code that Android refuses',
    explanation: 'BUILD_NUMBER, or `android.versionCode`, is a whole number from 1 to 2100000000.',
  },
  'rules/android-not-supported': {
    title: 'A file that this version cannot build into an app',
    explanation:
      'Sources and libraries that this kind of app is not built from are refused by name, since leaving them out would build another app than the one that is described.',
  },
  'rules/android-keystore': {
    title: 'The key store of an app is not among its files',
    explanation: '`android.signing.storeFile` is relative to the app, and is a file of the app.',
  },
} as const satisfies Readonly<Record<string, DiagnosticEntry>>;
