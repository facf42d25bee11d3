import type { SourceFile } from '../base/index.ts';
import { dependencyKeys } from './document-dependencies.ts';
import { variantKeys } from './document-variant.ts';
import type { AndroidFacts, VariantFacts } from './facts.ts';
import type { Gaps } from './gaps.ts';
import { manifestFacts } from './manifest.ts';
import { isForTests, type ModuleNames } from './module-names.ts';

/** Another module of the build that the app contains. */
export interface ModuleOfApp {
  /** `:feature:login` */
  readonly path: string;
  /** From the project's folder. */
  readonly directory: string;
  readonly facts: AndroidFacts;
  readonly manifest?: SourceFile;
}

/** `android.modules`; `undefined` where there are none. */
export function moduleKeys(
  modules: readonly ModuleOfApp[],
  names: ModuleNames,
  gaps: Gaps,
): readonly Readonly<Record<string, unknown>>[] | undefined {
  if (modules.length === 0) return undefined;
  return modules.map(({ path, directory, facts, manifest }) => {
    const name = names.of(path)!;
    const { defaults, namespace } = facts;
    const isInManifest = namespace?.value === (manifest && manifestFacts(manifest).package?.value);
    const own = facts.dependencies.filter(({ configuration }) => !isForTests(configuration));
    for (const { configuration, coordinate } of facts.dependencies)
      if (isForTests(configuration))
        gaps.note(`\`${configuration}\` of a module: its tests are not run`, coordinate.span);
    const { manifestPlaceholders, ...variant } = variantKeys(defaults, gaps);
    if (manifestPlaceholders) {
      const [, { span }] = defaults.placeholders[0]!;
      gaps.noKey('`manifestPlaceholders` of a module (those of the app count)', span);
    }
    for (const [type, each] of [...facts.buildTypes, ...facts.flavors]) tellVariant(type, each, gaps);
    for (const [feature, found] of facts.features)
      if (found.value && !DONE.has(feature)) gaps.noKey(`\`${feature}\``, found.span);
    const dependencies = dependencyKeys(own, gaps, names);
    const rules = [...defaults.consumerRules, ...(facts.buildTypes.get('release')?.consumerRules ?? [])];
    return {
      name,
      ...(directory === name ? {} : { directory }),
      ...(namespace && !isInManifest ? { namespace: namespace.value } : {}),
      ...(dependencies ? { dependencies } : {}),
      ...(facts.features.get('buildConfig')?.value && !variant.buildConfigField ? { buildConfig: true } : {}),
      ...variant,
      ...(rules.length > 0 ? { consumerProguardFiles: rules.map(({ value }) => value) } : {}),
    };
  });
}

const DONE = new Set(['buildConfig', 'resValues', 'androidResources']);

/** What a build type or a flavor of a library says of its own. What it would shrink is shrunk with the app. */
function tellVariant(name: string, variant: VariantFacts, gaps: Gaps): void {
  const spans = [
    ...variant.buildConfigFields.map(({ value }) => value.span),
    ...variant.resValues.map(({ value }) => value.span),
  ];
  for (const span of spans)
    gaps.add('gradle/setting', `MobileBuild has no variants of a module: this of ${name} is left out`, {
      span,
    });
}
