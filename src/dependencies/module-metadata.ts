/** What Gradle's metadata (`.module`) of a library says beside its POM, for an app that takes it. */
export interface ModuleMetadata {
  /** Lowest versions of modules, where these are taken at all. */
  readonly floors: readonly (readonly [module: string, version: string])[];
  /** `group:artifact:version` that stands in its place: the variant for Android of a Kotlin library for several systems. */
  readonly standIn?: string;
}

interface Variant {
  readonly attributes?: Readonly<Record<string, unknown>>;
  readonly dependencyConstraints?: readonly {
    readonly group?: unknown;
    readonly module?: unknown;
    readonly version?: Readonly<Record<string, unknown>>;
  }[];
  readonly 'available-at'?: Readonly<Record<string, unknown>>;
}

const NOTHING: ModuleMetadata = { floors: [] };

/** Reads the text of a `.module` file; what is none says nothing. */
export function readModuleMetadata(text: string, scope: 'compile' | 'runtime'): ModuleMetadata {
  let variants: readonly Variant[];
  try {
    const value = JSON.parse(text) as { variants?: unknown } | null;
    variants = Array.isArray(value?.variants) ? (value.variants as Variant[]) : [];
  } catch {
    return NOTHING;
  }
  const variant = chosen(variants, scope);
  if (!variant) return NOTHING;
  const floors = (variant.dependencyConstraints ?? []).flatMap(({ group, module, version = {} }) => {
    const { strictly, requires, prefers } = version;
    const floor = [strictly, requires, prefers].find((each) => typeof each === 'string' && EXACT.test(each));
    return floor === undefined ? [] : [[`${String(group)}:${String(module)}`, String(floor)] as const];
  });
  const at = variant['available-at'];
  const standIn = `${at?.group}:${at?.module}:${at?.version}`;
  return { floors, ...(at && STAND_IN.test(standIn) ? { standIn } : {}) };
}

const EXACT = /^[A-Za-z0-9][\w.+-]*$/;
/** Ends up in an argument list. */
const STAND_IN = /^[A-Za-z0-9_][\w.-]*:[A-Za-z0-9_][\w.-]*:[A-Za-z0-9][\w.+-]*$/;

/** The release variant for Android where there is one, else the one for any JVM. */
function chosen(variants: readonly Variant[], scope: 'compile' | 'runtime'): Variant | undefined {
  const usage = scope === 'compile' ? 'java-api' : 'java-runtime';
  const fitting = variants
    .map((variant) => ({ variant, rank: rankOf(variant.attributes ?? {}, usage) }))
    .filter(({ rank }) => rank > 0);
  return fitting.sort((a, b) => b.rank - a.rank)[0]?.variant;
}

function rankOf(attributes: Readonly<Record<string, unknown>>, usage: string): number {
  const value = (name: string, standard: string): string => String(attributes[name] ?? standard);
  if (value('org.gradle.usage', '') !== usage) return 0;
  if (value('org.gradle.category', 'library') !== 'library') return 0;
  const platform = value('org.jetbrains.kotlin.platform.type', 'jvm');
  const environment = value('org.gradle.jvm.environment', 'standard-jvm');
  if (!['jvm', 'androidJvm'].includes(platform) || environment === 'non-jvm') return 0;
  const isAndroid = platform === 'androidJvm' || environment === 'android';
  const isDebug = value('com.android.build.api.attributes.BuildTypeAttr', 'release') !== 'release';
  return 1 + (isAndroid ? 2 : 0) + (isDebug ? 0 : 1);
}
