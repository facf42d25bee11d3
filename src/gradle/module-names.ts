import type { AndroidFacts, DependencyFact } from './facts.ts';

/** What modules are called in a MobileBuild, by their paths: `:feature:login` is `feature-login`. */
export class ModuleNames {
  readonly #names: ReadonlyMap<string, string>;

  constructor(paths: readonly string[]) {
    this.#names = new Map(paths.map((path) => [keyOf(path), nameOf(path)]));
  }

  /** Of `:feature:login`, and of `projects.feature.login` as `:feature:login`. */
  of(path: string): string | undefined {
    return this.#names.get(keyOf(path));
  }
}

/** Modules that the app contains, and the modules that these take in turn; those that are not there are left out. */
export function modulesBelow<Module extends { readonly path: string; read(): { facts: AndroidFacts } }>(
  app: Pick<AndroidFacts, 'dependencies'>,
  all: readonly Module[],
): Module[] {
  const found = new Set<Module>();
  const visit = (dependencies: readonly DependencyFact[]): void => {
    for (const each of dependencies) {
      const path = moduleOf(each);
      const module = path === undefined ? undefined : all.find((one) => keyOf(one.path) === keyOf(path));
      if (!module || found.has(module)) continue;
      found.add(module);
      visit(module.read().facts.dependencies);
    }
  };
  visit(app.dependencies);
  return [...found];
}

/** The path of another module of the build; `undefined` for a library and for what only tests take. */
export function moduleOf({ coordinate, configuration }: DependencyFact): string | undefined {
  const isModule = coordinate.value.startsWith(':') && !isForTests(configuration);
  return isModule ? coordinate.value : undefined;
}

/** Whether a configuration says what tests take, on this machine or on a device. */
export function isForTests(configuration: string): boolean {
  return /^(test|androidTest)/.test(configuration);
}

function nameOf(path: string): string {
  const name = path.replace(/^:/, '').replaceAll(/[^A-Za-z0-9_]+/g, '-');
  return /^[A-Za-z]/.test(name) ? name : `m-${name}`;
}

/** Accessors are written in camel case. */
function keyOf(path: string): string {
  return path.toLowerCase().replaceAll(/[^a-z0-9:]/g, '');
}
