/** The codes that opening an app and looking into it can give. */
export const appDiagnostics = {
  'app/no-app': {
    title: 'Nothing that holds an app',
    explanation:
      'What was named is neither an app of the workspace, nor an APK, an Android App Bundle or an IPA on the disk.',
  },
  'app/not-built': {
    title: 'An app that is not there yet',
    explanation: 'The workspace declares the app, but there is no package of it in `dist/mobile`.',
  },
  'app/bad-archive': {
    title: 'An archive that no installer should unpack',
    explanation:
      'The file is no zip, was cut, or is made to do harm: names that leave the folder or stand twice, entries that lie over one another, contents that unpack to more than they announce or than anyone should read. Nothing is told of such a file.',
  },
  'app/too-large': {
    title: 'A file that is too large to be read',
    explanation: 'Files of more than 2 GB are not read by this version.',
  },
  'app/damaged': {
    title: 'A file in an app that cannot be read',
    explanation:
      'A file that an app needs (its manifest, code, resources, a native library, a signature) is not what its name says, or ends too early.',
  },
  'app/unsigned': {
    title: 'A package without a signature',
    explanation:
      'No device installs it, and no store takes a bundle so. A signing key in the target, `apksigner` (APK) or `jarsigner` (bundle) signs it.',
  },
  'app/old-signature': {
    title: 'A signature that new devices refuse',
    explanation:
      'An APK that targets Android 11 (API level 30) or later is only installed with a signature of scheme 2 or later.',
  },
  'app/certificate-expired': {
    title: 'A certificate that is not valid any more',
    explanation: 'What it signed before still runs, but stores take no new package that is signed with it.',
  },
  'app/debug-certificate': {
    title: 'Signed with a debug key',
    explanation: 'Stores refuse packages that are signed with the key that debug builds have in common.',
  },
  'app/debuggable': {
    title: 'An app that can be debugged',
    explanation:
      'Anyone with the device can read its data and run code as the app. Stores refuse it. Release builds must not set `android:debuggable`.',
  },
  'app/test-only': {
    title: 'An app for tests alone',
    explanation: 'With `android:testOnly` it is only installed by `adb install -t`.',
  },
  'app/backup-allowed': {
    title: 'Data that leaves the device by backup',
    explanation:
      'Without `android:allowBackup="false"`, or rules that say what is left out, the data of the app go into backups.',
  },
  'app/cleartext-traffic': {
    title: 'Traffic that is not encrypted',
    explanation:
      'The app may speak HTTP: by `android:usesCleartextTraffic`, by its network security configuration, or because that is the default for what it targets.',
  },
  'app/user-certificates': {
    title: 'Certificates that the owner of the device installed are trusted',
    explanation: 'Whoever can install a certificate on the device can read what the app sends and receives.',
  },
  'app/export-undeclared': {
    title: 'A component that does not say whether others may start it',
    explanation:
      'From target SDK 31 on, a component with an intent filter must have `android:exported`; Android 12 and later refuse the package.',
  },
  'app/exported-unguarded': {
    title: 'A component that every app may use',
    explanation:
      'It is exported, asks for no permission, and is not what the launcher starts. It has to expect anything that comes.',
  },
  'app/page-size': {
    title: 'A native library that devices with pages of 16 KB cannot load',
    explanation:
      'A segment of the library is aligned to less than 16384 bytes, or the library is stored without compression at a place in the archive that is not a multiple of it. Google Play asks for it from apps that target Android 15 or later.',
  },
  'app/wrong-abi': {
    title: 'A native library in the folder of another processor',
    explanation:
      'The library in `lib/<abi>` is built for another processor, so the app ends when it loads it.',
  },
  'app/no-64-bit': {
    title: 'Native libraries for 32 bits alone',
    explanation:
      'Google Play takes no app with libraries for 32 bits that lacks those for 64, and new devices run no others.',
  },
  'app/abi-gap': {
    title: 'A native library that some processors lack',
    explanation:
      'The library is there for one ABI but not for another that the app has libraries for; there it is not found.',
  },
  'app/old-target': {
    title: 'A target SDK that the store does not take any more',
    explanation:
      'Since 31 August 2025 Google Play takes new apps and updates only with target SDK 35 or later.',
  },
  'app/resources-packed': {
    title: 'A table of resources that cannot be mapped',
    explanation:
      'An app that targets Android 11 (API level 30) or later must store `resources.arsc` without compression at a multiple of 4 bytes; Android refuses the package otherwise.',
  },
  'app/missing-class': {
    title: 'A component without code',
    explanation: 'The manifest names a class that no DEX file of the package defines, so starting it fails.',
  },
  'app/other-app': {
    title: 'Packages of two apps',
    explanation:
      'The two that are compared have different identifiers, so neither is an update of the other.',
  },
  'app/version-not-higher': {
    title: 'A version that is no update',
    explanation:
      'Devices take an update only with a higher `versionCode`, and stores take each number once. The package that it is compared with has the same or a higher one.',
  },
  'app/other-signer': {
    title: 'Another key than before',
    explanation: 'Devices take an update only when it is signed with a key of the version that is installed.',
  },
  'app/repeated-files': {
    title: 'Files of equal content',
    explanation: 'The same bytes stand in the package more than once.',
  },
} as const satisfies Readonly<Record<string, { readonly title: string; readonly explanation: string }>>;

export type AppCode = keyof typeof appDiagnostics;
