import { z } from 'zod';
import { androidDependenciesShape, moduleDependenciesShape } from './android-dependencies-shape.ts';
import { STAMP_NAMES } from './android-model.ts';
import { formatted, text } from './texts.ts';

/** The shape of `android:` in a MobileBuild. */

const sdk = (standard: number, meaning: string) =>
  z.number().int().min(1).max(100).default(standard).describe(meaning);

const buildConfigField = z.strictObject({
  name: formatted('javaName').describe('Its name: `API_BASE_URL`.'),
  type: text().default('String').describe('Its Java type: `int`, `boolean`, `String[]`.'),
  value: z
    .string()
    .optional()
    .describe('The text of a `String`; of any other type a Java expression, as it is: `"30"`, `"10L"`.'),
  stamp: z
    .enum(STAMP_NAMES)
    .optional()
    .describe(
      'In place of `value`: a value of this build. BUILD_TIME is the time of the commit, as a `long` in milliseconds since 1970. It is no constant expression of Java, so that another commit compiles nothing but `BuildConfig`.',
    ),
});

const resValue = z.strictObject({
  type: z.enum(['string', 'bool', 'integer', 'color', 'dimen']).default('string').describe('What it is.'),
  name: formatted('resourceName').describe('Its name: `app_title` is `@string/app_title`.'),
  value: z.string().describe('Its value: a text as it is shown, `"true"`, `"42"`, `"#ff3366"`, `16dp`.'),
});

/** What an app says for all its variants, and a variant for itself. */
const variantKeys = {
  buildConfigField: z
    .array(buildConfigField)
    .optional()
    .describe('`platform: android`: constants of the class `BuildConfig`.'),
  resValue: z.array(resValue).optional().describe('`platform: android`: resources that stand in no file.'),
  manifestPlaceholders: z
    .record(text(), z.string())
    .optional()
    .describe('`platform: android`: values for `${name}` in manifests. `${applicationId}` is always there.'),
};

const signing = z.strictObject({
  storeFile: formatted('path').describe("The key store, relative to the app's folder."),
  keyAlias: text().describe('The key in it.'),
  kind: z
    .enum(['debug', 'release'])
    .default('release')
    .describe('`debug`: the well-known password; `release`: KEYSTORE_PASSWORD and KEY_PASSWORD.'),
  certificates: z
    .array(formatted('fingerprint'))
    .min(1)
    .optional()
    .describe(
      "SHA-256 fingerprints of the certificates that users get, the signing key's own among them: a key that has none of them is refused. A store that signs again has its own, which stands here too.",
    ),
});

const suffixKeys = {
  applicationIdSuffix: formatted('applicationIdSuffix')
    .optional()
    .describe('What follows the application id: `.debug`.'),
  versionNameSuffix: text().optional().describe('What follows the version: `-debug`.'),
};

const buildType = z.strictObject({
  name: formatted('sourceSet').describe('Its name; `debug` and `release` are there without being named.'),
  debuggable: z.boolean().optional().describe('Whether a debugger may attach; only `debug` is unless told.'),
  minifyEnabled: z
    .boolean()
    .default(false)
    .describe(
      'Whether R8 leaves out what is not used and shortens names. The names of before are kept beside the APK, in `<name>-mapping.txt`.',
    ),
  proguardFiles: z
    .array(formatted('path'))
    .optional()
    .describe(
      "Rules for R8, relative to the app's folder, beside Android's own and those of libraries. `proguard-rules.pro` unless told, where there is one.",
    ),
  signing: signing
    .omit({ certificates: true })
    .optional()
    .describe(
      'The key of these variants. Unless told that of the app: one of kind `debug` signs what is debuggable, one of kind `release` what is not.',
    ),
  ...suffixKeys,
  ...variantKeys,
});

const flavor = z.strictObject({
  name: formatted('sourceSet').describe('Its name: `dev`.'),
  dimension: formatted('sourceSet')
    .optional()
    .describe('Flavors of one dimension exclude each other. Those without one share a dimension.'),
  applicationId: formatted('applicationId').optional().describe("In place of the app's."),
  versionCode: z.number().int().min(1).max(2_100_000_000).optional().describe("In place of the app's."),
  versionName: text().optional().describe("In place of the app's."),
  ...suffixKeys,
  ...variantKeys,
});

const appModule = z.strictObject({
  name: formatted('appModule').describe('Its name: `core`, which dependencies write as `:core`.'),
  directory: formatted('path')
    .optional()
    .describe("Its folder, relative to the app's; that of its name unless told."),
  namespace: formatted('applicationId')
    .optional()
    .describe("The package of its `R` and `BuildConfig`. The manifest's `package` unless told."),
  dependencies: moduleDependenciesShape.optional(),
  buildConfig: z
    .boolean()
    .default(false)
    .describe('Whether it has a class `BuildConfig`; it has where `buildConfigField` is given.'),
  buildConfigField: variantKeys.buildConfigField.describe('Constants of its `BuildConfig`.'),
  resValue: variantKeys.resValue.describe('Resources that stand in no file.'),
  consumerProguardFiles: z
    .array(formatted('path'))
    .optional()
    .describe('Rules for R8 wherever the module is contained, relative to its folder.'),
});

export const androidShape = z.strictObject({
  applicationId: formatted('applicationId').describe('The application id.'),
  namespace: formatted('applicationId')
    .optional()
    .describe(
      "`platform: android`: the package of `R` and `BuildConfig`, to which the manifest's names are relative. The manifest's `package`, else the application id unless told.",
    ),
  label: text().optional().describe('Hybrid: what the launcher shows; the name unless told.'),
  compileSdk: sdk(34, 'The API level that the app is compiled against.'),
  minSdk: sdk(21, 'The lowest API level that the app runs on.'),
  targetSdk: sdk(34, 'The API level that the app was tested with.'),
  versionCode: z.number().int().min(1).max(2_100_000_000).optional().describe('BUILD_NUMBER unless told.'),
  versionName: text().optional().describe('BUILD_VERSION unless told.'),
  bundle: z
    .union([z.boolean(), z.literal('all')])
    .optional()
    .describe(
      'Also an Android App Bundle (`.aab`) for stores, with the universal APK that it gives and the size of the download for each kind of device: of variants that cannot be debugged, with `all` of the others too.',
    ),
  signing: signing.optional().describe('The key that the app is signed with.'),
  deepLinks: z
    .array(formatted('deepLink'))
    .optional()
    .describe(
      '`platform: hybrid`: addresses that open the app, each with all that lies below it: `https://example.org/` (which the site must allow by `web.apps`), `myapp://open/`.',
    ),
  ...variantKeys,
  resourceConfigurations: z
    .array(formatted('resourceLanguage'))
    .min(1)
    .optional()
    .describe(
      '`platform: android`: the languages whose resources are in the app, `en`, `pt-rBR`, beside those without one; unless told all that it and its libraries have.',
    ),
  buildTypes: z.array(buildType).optional().describe('`platform: android`: `debug`, `release` and others.'),
  flavors: z
    .array(flavor)
    .optional()
    .describe('`platform: android`: editions of the app; each is built in each build type, as a variant.'),
  variants: z
    .array(text())
    .min(1)
    .optional()
    .describe(
      '`platform: android`: the variants that are built: `devDebug`, `*Release`, `*`. Unless told every flavor as `release`, or as `debug` where the app has a key for debugging alone.',
    ),
  testInstrumentationRunner: formatted('applicationId')
    .optional()
    .describe(
      '`platform: android`: the class that runs the tests in `src/androidTest` on a device. Unless told `androidx.test.runner.AndroidJUnitRunner` where `androidTestImplementation` brings it, else `android.test.InstrumentationTestRunner`.',
    ),
  testInstrumentationRunnerArguments: z
    .record(text(), z.string())
    .optional()
    .describe(
      '`platform: android`: what that class is told, each as `-e NAME VALUE` of `am instrument`: `size: small`.',
    ),
  directory: formatted('path')
    .optional()
    .describe(
      "`platform: android`: the folder of the app's own module, to which its paths are relative; `app` where that has a `src/main` and the folder of build.yaml has none.",
    ),
  modules: z
    .array(appModule)
    .optional()
    .describe(
      "`platform: android`: parts of the app that are compiled by themselves, each a folder with `src/main`: Gradle's library modules.",
    ),
  dependencies: androidDependenciesShape.optional(),
});

export type RawAndroid = z.output<typeof androidShape>;
