import type {
  AndroidBuildType,
  AndroidFlavor,
  AndroidSettings,
  AndroidSigning,
  AndroidVariantSettings,
  BuildConfigField,
  Located,
  ResValue,
} from '../../config/index.ts';
import type { SourceSet } from './source-sets.ts';

/** One app that is made of the target: what all its settings come to. */
export interface Variant {
  /** `devRelease`. */
  readonly name: string;
  readonly applicationId: string;
  readonly buildType: string;
  /** `dev`; of several dimensions `devFree`; empty without flavors. */
  readonly flavor: string;
  readonly isDebuggable: boolean;
  /** Whether R8 shrinks it, and by which rules beside the usual ones. */
  readonly isShrunk: boolean;
  readonly ruleFiles?: readonly Located<string>[];
  /** From the weakest to the strongest; the first is `main`. */
  readonly sets: readonly [SourceSet, ...SourceSet[]];
  readonly fields: readonly BuildConfigField[];
  readonly resources: readonly ResValue[];
  readonly placeholders: Readonly<Record<string, string>>;
  readonly versionCode?: number;
  readonly versionName?: string;
  readonly versionNameSuffix: string;
  readonly signing?: AndroidSigning;
}

/** Every flavor of each dimension with every build type, in the order of the file. */
export function allVariants(android: AndroidSettings, main: SourceSet): Variant[] {
  return combinations(android.flavors ?? []).flatMap((flavors) =>
    buildTypes(android).map((type) => variantOf({ android, main, flavors, type })),
  );
}

/** Those that are built, and the patterns that name none. */
export function chosenVariants(
  android: AndroidSettings,
  all: readonly Variant[],
): { readonly chosen: readonly Variant[]; readonly unknown: readonly Located<string>[] } {
  const { variants } = android;
  if (!variants) {
    // As in Android's own builds: what the debug key signs is for debugging, and nothing else is.
    const type = android.signing?.kind === 'debug' ? 'debug' : 'release';
    return { chosen: all.filter((each) => each.buildType === type), unknown: [] };
  }
  const matchers = variants.map(({ value }) => new RegExp(`^${value.replace(/\*/g, '.*')}$`));
  return {
    chosen: all.filter(({ name }) => matchers.some((each) => each.test(name))),
    unknown: variants.filter((_, index) => !all.some(({ name }) => matchers[index]!.test(name))),
  };
}

function buildTypes({ buildTypes: own = [] }: AndroidSettings): AndroidBuildType[] {
  const named = (name: string): AndroidBuildType => own.find((each) => each.name === name) ?? { name };
  return [
    named('debug'),
    named('release'),
    ...own.filter(({ name }) => name !== 'debug' && name !== 'release'),
  ];
}

/** One flavor of each dimension; without flavors one combination of none. */
function combinations(flavors: readonly AndroidFlavor[]): AndroidFlavor[][] {
  const dimensions = Map.groupBy(flavors, ({ dimension = '' }) => dimension);
  return [...dimensions.values()].reduce<AndroidFlavor[][]>(
    (before, dimension) => before.flatMap((chosen) => dimension.map((flavor) => [...chosen, flavor])),
    [[]],
  );
}

interface VariantParts {
  readonly android: AndroidSettings;
  readonly main: SourceSet;
  /** Of the first dimension first, which is the strongest. */
  readonly flavors: readonly AndroidFlavor[];
  readonly type: AndroidBuildType;
}

function variantOf({ android, main, flavors, type }: VariantParts): Variant {
  const flavor = joined(flavors.map(({ name }) => name));
  const name = joined([flavor, type.name]);
  const weakToStrong: readonly AndroidVariantSettings[] = [android, ...flavors.toReversed(), type];
  const isDebuggable = type.debuggable ?? type.name === 'debug';
  const first = <Key extends 'applicationId' | 'versionCode' | 'versionName'>(key: Key) =>
    flavors.find((each) => each[key] !== undefined)?.[key];
  const versionCode = first('versionCode') ?? android.versionCode;
  const versionName = first('versionName') ?? android.versionName;
  const signing = signingOf(android, type, isDebuggable);
  return {
    name,
    flavor,
    isDebuggable,
    isShrunk: type.minifyEnabled ?? false,
    ...(type.proguardFiles ? { ruleFiles: type.proguardFiles } : {}),
    buildType: type.name,
    applicationId: [
      first('applicationId') ?? android.applicationId,
      ...[android, ...flavors, type].map(({ applicationIdSuffix: suffix = '' }) =>
        suffix === '' || suffix.startsWith('.') ? suffix : `.${suffix}`,
      ),
    ].join(''),
    sets: [main, ...setNames({ flavors, flavor, type, name }).map((each) => setOf(main, each))],
    fields: lastOfEach(weakToStrong.flatMap(({ buildConfigField = [] }) => buildConfigField)),
    resources: lastOfEach(weakToStrong.flatMap(({ resValue = [] }) => resValue)),
    placeholders: Object.assign({}, ...weakToStrong.map(({ manifestPlaceholders }) => manifestPlaceholders)),
    ...(versionCode === undefined ? {} : { versionCode }),
    ...(versionName === undefined ? {} : { versionName }),
    versionNameSuffix: [android, ...flavors, type].map((each) => each.versionNameSuffix ?? '').join(''),
    ...(signing ? { signing } : {}),
  };
}

interface SetNames extends Pick<VariantParts, 'flavors' | 'type'> {
  readonly flavor: string;
  readonly name: string;
}

/** From the weakest to the strongest, as Gradle orders them. */
function setNames({ flavors, flavor, type, name }: SetNames): string[] {
  return [...new Set([...flavors.map((each) => each.name).reverse(), flavor, type.name, name])].filter(
    (each) => each !== '',
  );
}

function setOf(main: SourceSet, name: string): SourceSet {
  return { name, folder: main.folder === '' ? `src/${name}` : `${main.folder.replace(/main$/, '')}${name}` };
}

/** A key for debugging signs nothing that is released, and the other way round. */
function signingOf(
  { signing }: AndroidSettings,
  type: AndroidBuildType,
  isDebuggable: boolean,
): AndroidSigning | undefined {
  return type.signing ?? (signing && (signing.kind === 'debug') === isDebuggable ? signing : undefined);
}

/** `free`, `paid`, `debug`: `freePaidDebug`. */
function joined(names: readonly string[]): string {
  return names
    .filter((name) => name !== '')
    .map((name, index) => (index === 0 ? name : name[0]!.toUpperCase() + name.slice(1)))
    .join('');
}

/** A later one replaces an earlier one of its name (and type), in its place. */
function lastOfEach<Item extends { readonly name: string; readonly type: string }>(
  items: readonly Item[],
): Item[] {
  return [...new Map(items.map((item) => [item.name, item])).values()];
}
