import type { DiagnosticEntry } from '../diagnostics.ts';

/** Codes of the hybrid rule with what they mean. */
export const hybridDiagnostics = {
  'rules/hybrid-incomplete': {
    title: 'A hybrid app lacks its site or its Android settings',
    explanation:
      'A hybrid app shows the site of another app: `site: app:webapp`, and needs `android.applicationId`.',
  },
  'rules/hybrid-idle-key': {
    title: 'A key that changes nothing in a hybrid app',
    explanation:
      'It is built by known tools with fixed inputs; variables, network and outputs belong to commands.',
  },
  'rules/android-api-level': {
    title: 'An API level that is not supported',
    explanation: 'Apps are compiled and tested against API 34 only; `minSdk` may be 21 to 34.',
  },
  'rules/android-application-id': {
    title: 'An application id that is no Java package',
    explanation:
      'The id is the package of the generated Java sources, so no part of it may be a Java keyword.',
  },
  'rules/android-version-code': {
    title: 'A version code that Android refuses',
    explanation: 'BUILD_NUMBER, or `android.versionCode`, is a whole number from 1 to 2100000000.',
  },
  'rules/android-not-supported': {
    title: 'A file that this version cannot build into an app',
    explanation:
      'Kotlin, native libraries, AAR and jar libraries, AIDL, ProGuard rules and Gradle files are refused by name, since leaving them out would build another app than the one that is described.',
  },
  'rules/android-manifest-extras': {
    title: 'An AndroidManifest.xml that cannot be added to the generated one',
    explanation: 'An app may add elements to the manifest; attributes and SDK levels come from build.yaml.',
  },
  'rules/android-keystore': {
    title: 'The key store of an app is not among its files',
    explanation: '`android.signing.storeFile` is relative to the app, and is a file of the app.',
  },
} as const satisfies Readonly<Record<string, DiagnosticEntry>>;
