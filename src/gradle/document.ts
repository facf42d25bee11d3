import type { Diagnostic, SourceFile } from '../base/index.ts';
import { dependencyKeys } from './document-dependencies.ts';
import { type ModuleOfApp, moduleKeys } from './document-modules.ts';
import { releaseSigning } from './document-signing.ts';
import { variantKeys } from './document-variant.ts';
import { buildTypes, flavors } from './document-variants.ts';
import { versionCode, versionName } from './document-version.ts';
import type { AndroidFacts, DependencyFact } from './facts.ts';
import { Gaps } from './gaps.ts';
import { type ManifestFacts, manifestFacts } from './manifest.ts';
import { ModuleNames } from './module-names.ts';
import type { Found } from './value.ts';

/** A MobileBuild as data, and what of the facts it does not say. */
export interface MobileDocument {
  /** Absent where there is no app without what is missing. */
  readonly document?: Readonly<Record<string, unknown>>;
  readonly diagnostics: readonly Diagnostic[];
}

export interface DocumentOptions {
  readonly name: string;
  readonly facts: AndroidFacts;
  /** The module's build file: what is missing is told of it. */
  readonly file: SourceFile;
  /** `src/main/AndroidManifest.xml`, which older projects say more in. */
  readonly manifest?: SourceFile;
  /** Whether it has tests for a device, `src/androidTest`. */
  readonly hasDeviceTests?: boolean;
  /** The app's own folder below that of the document. */
  readonly directory?: string;
  /** Other modules of the build that the app contains. */
  readonly modules?: readonly ModuleOfApp[];
}

type Keys = Record<string, unknown>;

/** What an app is by its build file, in the keys of a MobileBuild. */
export function mobileDocument(options: DocumentOptions): MobileDocument {
  const { name, facts, file, manifest, modules = [], directory = '' } = options;
  const names = new ModuleNames(modules.map(({ path }) => path));
  const gaps = new Gaps();
  const older = manifest ? manifestFacts(manifest) : {};
  const { defaults } = facts;
  // Gradle takes the namespace where no id is said; one that is said and not known is none of them.
  const isSaid = defaults.unknown.includes('applicationId');
  const applicationId = defaults.applicationId ?? (isSaid ? undefined : (facts.namespace ?? older.package));
  if (!applicationId) {
    const span = { file, start: 0, end: 0 };
    const problem: Diagnostic = {
      code: 'gradle/incomplete',
      severity: 'error',
      message: 'the application id cannot be known',
      hint: 'write `applicationId "…"` with a constant into defaultConfig',
      span,
      cause: 'input',
    };
    return { diagnostics: [problem] };
  }
  const levels = levelsOf(facts, older, { gaps, file });
  const android: Keys = {
    applicationId: applicationId.value,
    ...given('namespace', namespaceOf(facts, { applicationId, older })),
    ...levels,
    ...given('versionCode', versionCode(defaults.versionCode ?? older.versionCode, gaps)),
    ...given('versionName', versionName(defaults.versionName ?? older.versionName, gaps)),
    ...given('signing', releaseSigning(facts, gaps)),
    ...variantKeys(defaults, gaps),
    ...given('resourceConfigurations', languages(facts, gaps)),
    ...given('buildTypes', buildTypes(facts, gaps)),
    ...given('flavors', flavors(facts, gaps)),
    ...given('directory', directory === '' ? undefined : directory),
    ...given('modules', moduleKeys(modules, names, gaps)),
    ...deviceKeys(options, gaps),
    ...given('dependencies', dependencyKeys(dependenciesOf(options, gaps), gaps, names)),
  };
  tellOthers(facts, gaps);
  return {
    document: {
      apiVersion: 'build.mobileops.io/v1',
      kind: 'MobileBuild',
      metadata: { name },
      spec: { platform: 'android', android },
    },
    diagnostics: gaps.all,
  };
}

const OF_DEVICE = /^androidTest/;
const NO_TESTS = 'the app has no tests in src/androidTest';

/** Libraries of tests on a device are locked with the others, so that an app without such tests is not to wait for them. */
function dependenciesOf(
  { facts: { dependencies }, hasDeviceTests = false }: DocumentOptions,
  gaps: Gaps,
): readonly DependencyFact[] {
  if (hasDeviceTests) return dependencies;
  for (const { configuration, coordinate } of dependencies)
    if (OF_DEVICE.test(configuration))
      gaps.note(`\`${configuration}\` says nothing of the app: ${NO_TESTS}`, coordinate.span);
  return dependencies.filter(({ configuration }) => !OF_DEVICE.test(configuration));
}

function deviceKeys({ facts, hasDeviceTests = false }: DocumentOptions, gaps: Gaps): Keys {
  const { defaults } = facts;
  for (const [name, { testRunner }] of [...facts.buildTypes, ...facts.flavors])
    if (testRunner) gaps.noKey(`\`testInstrumentationRunner\` of ${name}`, testRunner.span);
  if (hasDeviceTests) return given('testInstrumentationRunner', defaults.testRunner?.value);
  if (defaults.testRunner)
    gaps.note(`\`testInstrumentationRunner\` says nothing of the app: ${NO_TESTS}`, defaults.testRunner.span);
  return {};
}

/** Where no `minSdk` is said, this is Gradle's. */
const GRADLE_MIN_SDK = 1;

/** Where the files say nothing, Gradle takes other levels than we do. What is said and not known is told already. */
function levelsOf(
  { compileSdk, defaults }: AndroidFacts,
  older: ManifestFacts,
  { gaps, file }: { readonly gaps: Gaps; readonly file: SourceFile },
): Keys {
  const minSdk = defaults.minSdk ?? older.minSdk;
  const targetSdk = defaults.targetSdk ?? older.targetSdk;
  const span = { file, start: 0, end: 0 };
  if (!compileSdk) gaps.add('gradle/unknown-value', 'no compileSdk was read, and none was written', { span });
  const isSilent = !minSdk && !defaults.unknown.includes('minSdk');
  if (isSilent) {
    const message = `no minSdk was read; Gradle's own, ${GRADLE_MIN_SDK}, was written`;
    gaps.add('gradle/unknown-value', message, { span });
  }
  const lowest = isSilent ? GRADLE_MIN_SDK : minSdk?.value;
  const isTargetKnown = !defaults.unknown.includes('targetSdk');
  return {
    ...given('compileSdk', compileSdk?.value),
    ...given('minSdk', lowest),
    // Without a level of its own, an app is for the lowest.
    ...given('targetSdk', targetSdk?.value ?? (isTargetKnown ? lowest : undefined)),
  };
}

function given(key: string, value: unknown): Keys {
  return value === undefined ? {} : { [key]: value };
}

const LANGUAGE = /^([a-z]{2,3}(-r([A-Z]{2}|\d{3}))?|b(\+[A-Za-z0-9]{2,8}){1,3})$/;

/** Other qualifiers, as densities, leave nothing out here. */
function languages(
  { defaults, buildTypes: types, flavors: editions }: AndroidFacts,
  gaps: Gaps,
): readonly string[] | undefined {
  for (const [name, { resourceConfigurations }] of [...types, ...editions])
    for (const { span } of resourceConfigurations) gaps.noKey(`\`resourceConfigurations\` of ${name}`, span);
  const [known, others] = [true, false].map((isLanguage) =>
    defaults.resourceConfigurations.filter(({ value }) => LANGUAGE.test(value) === isLanguage),
  );
  for (const { value, span } of others!) gaps.noKey(`resources of ${value} alone`, span);
  return known!.length === 0 ? undefined : [...new Set(known!.map(({ value }) => value))];
}

/** What a build without Gradle does in any case. */
const ALWAYS_ON = new Set(['buildConfig', 'resValues']);

/** Facts that this version's MobileBuild has no key for. */
function tellOthers(facts: AndroidFacts, gaps: Gaps): void {
  for (const [name, found] of facts.features)
    if (found.value && !ALWAYS_ON.has(name)) gaps.noKey(`\`${name}\``, found.span);
  for (const key of ['applicationIdSuffix', 'versionNameSuffix'] as const)
    if (facts.defaults[key]) gaps.noKey(`\`${key}\` of defaultConfig`, facts.defaults[key].span);
  // Gradle has these for build types alone.
  for (const [name, variant] of [['defaultConfig', facts.defaults], ...facts.flavors] as const)
    for (const key of ['minifyEnabled', 'shrinkResources'] as const)
      if (variant[key]?.value) gaps.noKey(`\`${key}\` of ${name}`, variant[key].span);
}

/** Written where the application id does not say it, nor the manifest. */
function namespaceOf(
  { namespace }: AndroidFacts,
  { applicationId, older }: { readonly applicationId: Found<string>; readonly older: ManifestFacts },
): string | undefined {
  if (!namespace || namespace.value === older.package?.value) return undefined;
  return namespace.value === applicationId.value ? undefined : namespace.value;
}
