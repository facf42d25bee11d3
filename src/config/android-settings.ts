import type {
  AndroidBuildType,
  AndroidSettings,
  AndroidVariantSettings,
  BuildConfigField,
} from './android-model.ts';
import type { RawAndroid } from './android-shape.ts';
import type { Shaped } from './check-shape.ts';
import type { RawMobileBuild } from './shapes.ts';
import { checkUniqueNames } from './target-settings.ts';

const AT = ['spec', 'android'] as const;

/** Keys that only one platform with an `android` section knows. */
const KEYS: Readonly<Partial<Record<keyof RawAndroid, 'android' | 'hybrid'>>> = {
  label: 'hybrid',
  deepLinks: 'hybrid',
  namespace: 'android',
  buildConfigField: 'android',
  resValue: 'android',
  manifestPlaceholders: 'android',
  resourceConfigurations: 'android',
  buildTypes: 'android',
  flavors: 'android',
  variants: 'android',
  testInstrumentationRunner: 'android',
  testInstrumentationRunnerArguments: 'android',
  directory: 'android',
  modules: 'android',
};

export function androidOf(raw: RawAndroid, shaped: Shaped<RawMobileBuild>): AndroidSettings {
  const { raw: file, locate } = shaped;
  const { variants, directory } = raw;
  checkKeys(raw, shaped);
  checkUniqueNames([...(raw.buildTypes ?? [])], [...AT, 'buildTypes'], shaped);
  checkUniqueNames([...(raw.flavors ?? [])], [...AT, 'flavors'], shaped);
  return {
    applicationId: raw.applicationId,
    label: raw.label ?? file.metadata.name,
    compileSdk: raw.compileSdk,
    minSdk: raw.minSdk,
    targetSdk: raw.targetSdk,
    ...given(raw, ['versionCode', 'versionName', 'namespace', 'deepLinks', 'bundle']),
    ...given(raw, [
      'resourceConfigurations',
      'testInstrumentationRunner',
      'testInstrumentationRunnerArguments',
    ]),
    ...variantSettings(raw, AT, shaped),
    ...signingOf(raw.signing, AT, shaped),
    ...(raw.buildTypes
      ? {
          buildTypes: raw.buildTypes.map((type, index) => ({
            ...given(type, ['name', 'debuggable', 'minifyEnabled']),
            ...ruleFiles(type.proguardFiles, [...AT, 'buildTypes', index], shaped),
            ...variantSettings(type, [...AT, 'buildTypes', index], shaped),
            ...signingOf(type.signing, [...AT, 'buildTypes', index], shaped),
          })),
        }
      : {}),
    ...(raw.flavors
      ? {
          flavors: raw.flavors.map((flavor, index) => ({
            ...given(flavor, ['name', 'dimension', 'applicationId', 'versionCode', 'versionName']),
            ...variantSettings(flavor, [...AT, 'flavors', index], shaped),
          })),
        }
      : {}),
    ...(variants
      ? { variants: variants.map((name, index) => locate(name, [...AT, 'variants', index])) }
      : {}),
    ...(directory === undefined ? {} : { directory: locate(directory, [...AT, 'directory']) }),
  };
}

function ruleFiles(
  files: readonly string[] | undefined,
  at: readonly (string | number)[],
  { locate }: Shaped<RawMobileBuild>,
): Pick<AndroidBuildType, 'proguardFiles'> {
  if (!files) return {};
  return { proguardFiles: files.map((file, index) => locate(file, [...at, 'proguardFiles', index])) };
}

/** Those of the keys that have a value. */
function given<Raw, Key extends keyof Raw>(
  raw: Raw,
  keys: readonly Key[],
): { [K in Key]: Exclude<Raw[K], undefined> } {
  const found = keys.filter((key) => raw[key] !== undefined).map((key) => [key, raw[key]] as const);
  return Object.fromEntries(found) as { [K in Key]: Exclude<Raw[K], undefined> };
}

type RawSigning = Omit<NonNullable<RawAndroid['signing']>, 'certificates'> &
  Pick<Partial<NonNullable<RawAndroid['signing']>>, 'certificates'>;

function signingOf(
  raw: RawSigning | undefined,
  at: readonly (string | number)[],
  { locate }: Shaped<RawMobileBuild>,
): Pick<AndroidSettings, 'signing'> {
  if (!raw) return {};
  const storeFile = locate(raw.storeFile, [...at, 'signing', 'storeFile']);
  const { certificates } = raw;
  return {
    signing: { storeFile, keyAlias: raw.keyAlias, kind: raw.kind, ...(certificates ? { certificates } : {}) },
  };
}

function checkKeys(raw: RawAndroid, { raw: file, places, report }: Shaped<RawMobileBuild>): void {
  const { platform } = file.spec;
  for (const [key, only] of Object.entries(KEYS) as [keyof RawAndroid, string][]) {
    if (raw[key] === undefined || platform === only) continue;
    report({
      code: 'config/unknown-key',
      severity: 'error',
      message: `the key \`${key}\` has no meaning for platform \`${platform}\``,
      hint:
        key === 'label' ? 'the label of an app stands in its AndroidManifest.xml' : `it belongs to ${only}`,
      span: places.keySpanOf([...AT, key]),
    });
  }
}

type RawVariant = Pick<RawAndroid, 'buildConfigField' | 'resValue' | 'manifestPlaceholders'> & {
  readonly applicationIdSuffix?: string | undefined;
  readonly versionNameSuffix?: string | undefined;
};

export function variantSettings(
  raw: RawVariant,
  at: readonly (string | number)[],
  shaped: Shaped<RawMobileBuild>,
): AndroidVariantSettings {
  const { buildConfigField, resValue, manifestPlaceholders } = raw;
  checkUniqueNames(buildConfigField ?? [], [...at, 'buildConfigField'], shaped);
  return {
    ...given(raw, ['applicationIdSuffix', 'versionNameSuffix']),
    ...(buildConfigField
      ? {
          buildConfigField: buildConfigField.map((field, index) =>
            fieldOf(field, [...at, 'buildConfigField', index], shaped),
          ),
        }
      : {}),
    ...(resValue ? { resValue } : {}),
    ...(manifestPlaceholders ? { manifestPlaceholders: { ...manifestPlaceholders } } : {}),
  };
}

function fieldOf(
  { name, type, value, stamp }: NonNullable<RawVariant['buildConfigField']>[number],
  at: readonly (string | number)[],
  { places, report }: Shaped<RawMobileBuild>,
): BuildConfigField {
  const problem = (message: string, hint: string): void =>
    report({ code: 'config/bad-value', severity: 'error', message, hint, span: places.spanOf(at) });
  if ((value === undefined) === (stamp === undefined))
    problem(
      `the field ${name} has ${value === undefined ? 'no value' : 'two values'}`,
      'give it either `value` or `stamp`',
    );
  else if (
    stamp !== undefined &&
    type !== 'String' &&
    !(stamp === 'BUILD_NUMBER' && /^(int|long)$/.test(type)) &&
    !(stamp === 'BUILD_TIME' && type === 'long')
  )
    problem(`${stamp} is a text, and the field ${name} is of type ${type}`, 'leave `type` out');
  const span = places.spanOf([...at, value === undefined ? 'name' : 'value']);
  return { name, type, from: stamp === undefined ? { value: value ?? '' } : { stamp }, span };
}
