import type { DiagnosticEntry } from '../diagnostics.ts';

/** Codes of the android rule with what they mean. */
export const androidAppDiagnostics = {
  'rules/android-idle-key': {
    title: 'A key that changes nothing in an Android app',
    explanation:
      'It is built by known tools with fixed inputs; variables, network and outputs belong to commands.',
  },
  'rules/android-manifest-missing': {
    title: 'An Android app without a manifest',
    explanation:
      'The manifest of an app is `src/main/AndroidManifest.xml`, or `AndroidManifest.xml` beside build.yaml where there is no `src/main`.',
  },
  'rules/android-manifest-malformed': {
    title: 'A manifest that is no XML',
    explanation:
      'The underlined place is the first one that cannot stand in XML. All manifests of the app and its modules are looked at before anything is built.',
  },
  'rules/android-namespace': {
    title: 'Two packages for the classes of an app',
    explanation:
      '`package` in the manifest and `namespace` in build.yaml both name the package of `R` and `BuildConfig`. One of the two is enough.',
  },
  'rules/android-layout': {
    title: 'A source file in a folder that is not built',
    explanation:
      "An app has Gradle's folders (`src/main/java`) or flat ones (`java`). Where there is a `src/main`, files of the flat folders would be left out in silence.",
  },
  'rules/android-variant': {
    title: 'A variant that an app does not have',
    explanation:
      'Variants are named by their flavors and their build type, as Gradle names them: `devDebug`, `prodRelease`; without flavors `debug` and `release`.',
  },
  'rules/android-source-set': {
    title: 'A folder of sources that belongs to no variant',
    explanation:
      'Below `src` there is a folder for `main`, each flavor, each build type, each variant, and tests. What lies in any other is not built.',
  },
  'rules/android-rules-missing': {
    title: 'A rule file of R8 that is not there',
    explanation: '`proguardFiles` of a build type are relative to the app, and are files of the app.',
  },
  'rules/android-library-min-sdk': {
    title: 'A library that needs a newer Android than the app',
    explanation:
      'The lock says of each AAR the lowest API level that it runs on. An app with a lower `minSdk` would start where the library does not work, so that the manifests could not be merged.',
  },
  'rules/android-no-bundle': {
    title: 'A bundle is asked for, and no variant has one',
    explanation:
      'Bundles are for stores, which refuse what can be debugged: `bundle: true` makes them of the other variants. `bundle: all` makes them of all.',
  },
  'rules/android-vector': {
    title: 'A vector that an old Android does not draw',
    explanation:
      'Android draws vectors since API 21. Gradle draws PNGs of them for an app with a lower `minSdk`; this version does not, so that the app fails there where it shows one.',
  },
  'rules/android-module-missing': {
    title: 'A module of an app without a folder of its own',
    explanation:
      "A module of `android.modules` is a folder below the app's, that of its name unless `directory` says another, and no two have the same.",
  },
  'rules/android-module-namespace': {
    title: 'A module of an app without a namespace of its own',
    explanation:
      'Each module has an `R` (and perhaps a `BuildConfig`) in the package that `namespace`, or `package` in its manifest, names. The same package for two would make one class twice.',
  },
  'rules/android-module-unused': {
    title: 'A module that nothing takes',
    explanation:
      'A module is part of the app when the app, or a module that it contains, names it in `dependencies` as `:name`. Any other is not built.',
  },
  'rules/android-tests-not-run': {
    title: 'Tests of an app that are not run',
    explanation:
      'Unit tests in `src/test` are run on this machine, those in `src/androidTest` on a device. Neither are run in modules, nor those of one variant (`src/testDebug`), nor those for a device where the only variant is shrunk by R8: they are not compiled either.',
  },
} as const satisfies Readonly<Record<string, DiagnosticEntry>>;
