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
  'app/several-packages': {
    title: 'More than one package',
    explanation:
      'The build of the app left several packages in its folder, or no package in `dist/mobile` is called like the app alone, but some begin so: variants of it, or other apps. A path says which is meant; so does the name of a variant, as in `app:notes-dev-debug`.',
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
  'app/signature-wrong': {
    title: 'A signature that does not hold',
    explanation:
      'The package, its list of files or what was signed is not what the key signed, the key is not that of the certificate, or the signature cannot be read. Devices that look at this scheme refuse the package. It was changed after it was signed, or damaged on its way.',
  },
  'app/signature-stripped': {
    title: 'A signature that somebody took away',
    explanation:
      'One signature says that the package is signed by another scheme as well, and that is not there. Schemes say so in order that nobody can take the stronger one away and change what the weaker one does not cover.',
  },
  'app/signature-not-checked': {
    title: 'A signature that was not checked',
    explanation:
      'It is made in a way that this version does not know, so nothing is said of whether it holds. That is no reason to trust it.',
  },
  'app/signature-unknown-to-old': {
    title: 'No signature for the oldest devices',
    explanation:
      'Android before 7.0 (API level 24) knows scheme v1 alone, before 9 (API level 28) v1 and v2. The package is for such devices and has none of the schemes that they know, so they do not install it.',
  },
  'app/signers-differ': {
    title: 'Schemes that are signed with different keys',
    explanation:
      'All schemes of a package have to name the same signers; from scheme v3 on, the one with whom the lineage of keys began. Otherwise devices of different age would trust different people.',
  },
  'app/weak-signature': {
    title: 'A signature that can be forged',
    explanation:
      'It rests on MD5, SHA-1, or a key of RSA or DSA with less than 2048 bits, so it proves little even where it holds.',
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
  'app/plist-key': {
    title: 'A bundle that does not say what it has to',
    explanation:
      'An `Info.plist` lacks a key without which devices refuse the app: its identifier, versions, binary or oldest system.',
  },
  'app/no-executable': {
    title: 'A bundle without its binary',
    explanation: 'The file that `CFBundleExecutable` names is not in the bundle, or is no Mach-O.',
  },
  'app/nested-bundle': {
    title: 'An extension that does not go with its app',
    explanation:
      'The identifier of an extension begins with that of the app and a dot, or devices refuse both; its versions are those of the app, or the store complains.',
  },
  'app/simulator-code': {
    title: 'Code for the simulator, or for another system',
    explanation:
      'A binary is built for something else than devices with iOS. The store and devices refuse it.',
  },
  'app/minimum-os': {
    title: 'A binary that needs a newer system than its bundle says',
    explanation:
      '`LC_BUILD_VERSION` of the binary names a higher version than `MinimumOSVersion` of the `Info.plist`. On what lies between, the app is installed and does not start.',
  },
  'app/bitcode': {
    title: 'Bitcode in a binary',
    explanation: 'Since Xcode 14 the store takes no bitcode any more.',
  },
  'app/encrypted': {
    title: 'A binary as the store gives it out',
    explanation: 'Its code is encrypted for one account, so nothing can be told of what is inside.',
  },
  'app/broken-signature': {
    title: 'Code that is not what was signed',
    explanation:
      'A page of the binary has another digest than the one in its signature: it was changed afterwards.',
  },
  'app/no-profile': {
    title: 'An app without a profile',
    explanation: 'Without `embedded.mobileprovision` a device only takes what comes from the store.',
  },
  'app/profile-expired': {
    title: 'A profile that is not valid any more',
    explanation: 'Devices neither install nor start an app after the date in its profile.',
  },
  'app/profile-mismatch': {
    title: 'A signature that its profile does not cover',
    explanation:
      'The profile is for another identifier, team or certificate, or does not grant an entitlement that the app asks for. Devices refuse to install it.',
  },
  'app/not-for-devices': {
    title: 'An app that cannot be installed from a page',
    explanation:
      'Over the air, devices take apps with a profile for ad hoc, enterprise or development distribution alone.',
  },
  'app/privacy-manifest': {
    title: 'A privacy manifest that is missing or incomplete',
    explanation:
      'Since May 2024 the store wants `PrivacyInfo.xcprivacy` with reasons for certain APIs, and domains where the app tracks.',
  },
  'app/undeclared-reason': {
    title: 'An API that wants a reason, without one',
    explanation:
      'A binary has a symbol of one of the APIs that Apple wants a reason for, and no privacy manifest gives one for its category. Told by names of symbols: a hint.',
  },
  'app/usage-description': {
    title: 'A question to people without its text',
    explanation:
      'iOS ends an app that asks for something protected while its `Info.plist` does not say what for.',
  },
  'app/no-icon': {
    title: 'An app without an icon',
    explanation: 'The `Info.plist` names no icon, which the store refuses.',
  },
  'app/no-launch-screen': {
    title: 'An app without a launch screen',
    explanation:
      'Without `UILaunchScreen` or a storyboard the store refuses the app, and it does not fill the screen.',
  },
  'app/over-limit': {
    title: 'More than the store takes',
    explanation: 'An app for iOS may have 4 GB unpacked, and 500 MB of code in each binary.',
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
