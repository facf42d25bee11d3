import type { Diagnostic, SourceFile, Span } from '../base/index.ts';
import { dependencyKeys } from './document-dependencies.ts';
import { variantKeys } from './document-variant.ts';
import type { AndroidFacts, VariantFacts } from './facts.ts';
import { Gaps } from './gaps.ts';
import { type ManifestFacts, manifestFacts } from './manifest.ts';
import { type Found, type Value, whyUnknown } from './value.ts';

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
}

type Keys = Record<string, unknown>;

/** What an app is by its build file, in the keys of a MobileBuild. */
export function mobileDocument({ name, facts, file, manifest }: DocumentOptions): MobileDocument {
  const gaps = new Gaps();
  const older = manifest ? manifestFacts(manifest) : {};
  const applicationId = facts.defaults.applicationId ?? facts.namespace ?? older.package;
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
  const { defaults } = facts;
  const levels = levelsOf(facts, older, { gaps, file });
  const android: Keys = {
    applicationId: applicationId.value,
    ...given('namespace', namespaceOf(facts, { applicationId, older })),
    ...levels,
    ...given('versionCode', versionCode(defaults.versionCode ?? older.versionCode, gaps)),
    ...given('versionName', versionName(defaults.versionName ?? older.versionName, gaps)),
    ...signing(facts, gaps),
    ...variantKeys(defaults, gaps),
    ...given('dependencies', dependencyKeys(facts.dependencies, gaps)),
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
  if (!minSdk && !defaults.unknown.includes('minSdk'))
    gaps.add(
      'gradle/unknown-value',
      'no minSdk was read, and none was written; that of Gradle is then 1, ours is 21',
      {
        span,
      },
    );
  const isTargetKnown = !defaults.unknown.includes('targetSdk');
  return {
    ...given('compileSdk', compileSdk?.value),
    ...given('minSdk', minSdk?.value),
    // Without a level of its own, an app is for the lowest.
    ...given('targetSdk', (targetSdk ?? (isTargetKnown ? minSdk : undefined))?.value),
  };
}

function given(key: string, value: unknown): Keys {
  return value === undefined ? {} : { [key]: value };
}

/** Absent is BUILD_NUMBER, which the document's build file reads from the environment as well. */
function versionCode(value: Value | undefined, gaps: Gaps): number | undefined {
  const known = value?.kind === 'environment' ? fallbackOf(value, 'BUILD_NUMBER', gaps) : value;
  if (!known) return undefined;
  if (known.kind === 'number') return known.number;
  if (known.kind === 'text' && /^\d{1,10}$/.test(known.text)) return Number(known.text);
  gaps.add('gradle/unknown-value', `\`versionCode\` cannot be known: ${whyUnknown(known)}`, {
    span: known.span,
    hint: 'without the key, BUILD_NUMBER is the version code',
  });
  return undefined;
}

function versionName(value: Value | undefined, gaps: Gaps): string | undefined {
  const known = value?.kind === 'environment' ? fallbackOf(value, 'BUILD_VERSION', gaps) : value;
  if (!known) return undefined;
  if (known.kind === 'text') return known.text;
  if (known.kind === 'number') return String(known.number);
  gaps.add('gradle/unknown-value', `\`versionName\` cannot be known: ${whyUnknown(known)}`, {
    span: known.span,
    hint: 'without the key, BUILD_VERSION is the version name',
  });
  return undefined;
}

/** Of our own variable nothing needs to be written; of another, what holds where it is not set. */
function fallbackOf(value: Value & { kind: 'environment' }, own: string, gaps: Gaps): Value | undefined {
  if (value.name === own) return undefined;
  const { fallback } = value;
  if (fallback?.kind === 'text' || fallback?.kind === 'number') {
    const message = `what holds without the environment variable ${value.name} was written`;
    gaps.add('gradle/replaced-value', message, { span: value.span });
    return fallback;
  }
  return value;
}

/** The key of the release, where it lies in the module; passwords are the environment's. */
function signing(facts: AndroidFacts, gaps: Gaps): Keys {
  const wanted = facts.buildTypes.get('release')?.signingConfig;
  const config = wanted && facts.signing.get(wanted.value);
  if (!config) return {};
  const { storeFile, keyAlias } = config;
  if (!storeFile || !keyAlias) return {};
  if (/^\/|(^|\/)\.\.(\/|$)|\\/.test(storeFile.value)) {
    gaps.add('gradle/setting', `the key store ${storeFile.value} lies outside the app's folder`, {
      span: storeFile.span,
      hint: 'put it into the folder, and write `signing:` with storeFile and keyAlias',
    });
    return {};
  }
  return { signing: { storeFile: storeFile.value, keyAlias: keyAlias.value } };
}

/** What a build without Gradle does in any case. */
const ALWAYS_ON = new Set(['buildConfig', 'resValues']);

/** Facts that this version's MobileBuild has no key for. */
function tellOthers(facts: AndroidFacts, gaps: Gaps): void {
  const tell = (what: string, span: Span): void => {
    gaps.add('gradle/setting', `MobileBuild has no key for ${what}`, { span });
  };
  for (const [name, found] of facts.features)
    if (found.value && !ALWAYS_ON.has(name)) tell(`\`${name}\``, found.span);
  tellShrinking(facts.defaults, 'defaultConfig', tell);
  for (const [name, variant] of [...facts.buildTypes, ...facts.flavors]) tellVariant(name, variant, tell);
}

type Tell = (what: string, span: Span) => void;

function tellVariant(name: string, variant: VariantFacts, tell: Tell): void {
  for (const field of variant.buildConfigFields)
    tell(`buildConfigField ${field.name} of ${name}`, field.value.span);
  for (const resource of variant.resValues) tell(`resValue ${resource.name} of ${name}`, resource.value.span);
  for (const [key, found] of variant.placeholders) tell(`the placeholder ${key} of ${name}`, found.span);
  const keys = ['applicationId', 'applicationIdSuffix', 'versionNameSuffix', 'minSdk', 'targetSdk'] as const;
  for (const key of keys) if (variant[key]) tell(`\`${key}\` of ${name}`, variant[key].span);
  tellShrinking(variant, name, tell);
}

/** Rules without shrinking mean nothing. */
function tellShrinking(variant: VariantFacts, name: string, tell: Tell): void {
  for (const key of ['minifyEnabled', 'shrinkResources'] as const)
    if (variant[key]?.value) tell(`\`${key}\` of ${name}`, variant[key].span);
}

/** Written where the application id does not say it, nor the manifest. */
function namespaceOf(
  { namespace }: AndroidFacts,
  { applicationId, older }: { readonly applicationId: Found<string>; readonly older: ManifestFacts },
): string | undefined {
  if (!namespace || namespace.value === older.package?.value) return undefined;
  return namespace.value === applicationId.value ? undefined : namespace.value;
}
