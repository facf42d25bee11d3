import { nearest } from '../base/index.ts';
import { type AndroidUses, checkHeld, dependenciesOf } from './android-dependencies.ts';
import type { AndroidModule, AndroidSettings, ModuleUse } from './android-model.ts';
import { moduleCycle, seenModules } from './android-module-graph.ts';
import { variantSettings } from './android-settings.ts';
import type { RawAndroid } from './android-shape.ts';
import type { Shaped } from './check-shape.ts';
import type { AndroidDependency } from './model.ts';
import type { RawMobileBuild } from './shapes.ts';
import { checkUniqueNames } from './target-settings.ts';

const AT = ['spec', 'android'] as const;
type RawModule = NonNullable<RawAndroid['modules']>[number];

/** What an app takes and what its modules are, with the libraries of all; problems with their places. */
export function androidModules(
  raw: RawAndroid,
  shaped: Shaped<RawMobileBuild>,
): Pick<AndroidSettings, 'uses' | 'modules'> & { readonly libraries: readonly AndroidDependency[] } {
  const own = dependenciesOf(raw.dependencies ?? {}, [...AT, 'dependencies'], shaped);
  checkUniqueNames(raw.modules ?? [], [...AT, 'modules'], shaped);
  const read = (raw.modules ?? []).map((module, index) =>
    moduleOf(module, [...AT, 'modules', index], shaped),
  );
  const modules = new Map(read.map(({ module }) => [module.name.value, module]));
  const uses = [...own.uses, ...read.flatMap(({ module }) => module.uses)];
  const isSound = checkUses(uses, modules, shaped) && checkCycle(modules, shaped);
  const seers = [
    ['', own] as const,
    ...[...modules.values()].map((each) => [each.name.value, each] as const),
  ];
  const seen = new Map(seers.map(([name, each]) => [name, isSound ? seenModules(each, modules) : []]));
  const libraries = read.flatMap(({ module, libraries: brought }) =>
    brought.map((library): AndroidDependency => {
      const name = module.name.value;
      const others = seers.map(([each]) => each).filter((each) => seen.get(each)!.includes(name));
      return { ...library, module: name, seenBy: seenBy(library, name, others) };
    }),
  );
  checkHeld([...own.libraries, ...libraries], shaped);
  return {
    ...(own.uses.length > 0 ? { uses: own.uses } : {}),
    ...(read.length > 0 ? { modules: read.map(({ module }) => module) } : {}),
    libraries: [...own.libraries, ...libraries],
  };
}

function seenBy({ configuration }: AndroidDependency, name: string, others: readonly string[]): string[] {
  if (configuration === 'runtimeOnly') return [];
  return configuration === 'api' ? [name, ...others] : [name];
}

function moduleOf(
  raw: RawModule,
  at: readonly (string | number)[],
  shaped: Shaped<RawMobileBuild>,
): { readonly module: AndroidModule; readonly libraries: readonly AndroidDependency[] } {
  const { locate } = shaped;
  const { name, directory = name, namespace, buildConfig, consumerProguardFiles: rules } = raw;
  const { uses, libraries }: AndroidUses = dependenciesOf(
    raw.dependencies ?? {},
    [...at, 'dependencies'],
    shaped,
  );
  const module: AndroidModule = {
    name: locate(name, [...at, 'name']),
    directory,
    ...(namespace === undefined ? {} : { namespace }),
    uses,
    buildConfig: buildConfig || raw.buildConfigField !== undefined,
    ...(rules
      ? {
          consumerProguardFiles: rules.map((file, index) =>
            locate(file, [...at, 'consumerProguardFiles', index]),
          ),
        }
      : {}),
    ...variantSettings(raw, at, shaped),
  };
  return { module, libraries };
}

/** Whether every module that is taken is there. */
function checkUses(
  uses: readonly ModuleUse[],
  modules: ReadonlyMap<string, AndroidModule>,
  { report }: Shaped<RawMobileBuild>,
): boolean {
  const names = [...modules.keys()];
  const unknown = uses.filter(({ module }) => !modules.has(module.value));
  for (const { module } of unknown) {
    const near = nearest(module.value, names);
    report({
      code: 'config/unknown-module',
      severity: 'error',
      message: `the app has no module \`${module.value}\``,
      hint:
        near === undefined
          ? `add it to \`modules\`: { name: ${module.value} }${names.length > 0 ? `; there is ${names.join(', ')}` : ''}`
          : `did you mean \`:${near}\`?`,
      span: module.span,
    });
  }
  return unknown.length === 0;
}

/** Whether no module takes itself by way of others. */
function checkCycle(
  modules: ReadonlyMap<string, AndroidModule>,
  { report }: Shaped<RawMobileBuild>,
): boolean {
  const cycle = moduleCycle(modules);
  const [first, ...others] = cycle ?? [];
  if (!first) return true;
  const way = [first, ...others].map(({ from }) => `:${from}`);
  report({
    code: 'config/module-cycle',
    severity: 'error',
    message: `modules take each other in a circle: ${[...way, way[0]].join(' takes ')}`,
    hint: 'move what both need into a module of its own, and have both take that',
    span: first.use.module.span,
    related: others.map(({ from, use }) => ({
      message: `:${from} takes :${use.module.value} here`,
      span: use.module.span,
    })),
  });
  return false;
}
