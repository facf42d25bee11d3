import type { AndroidModule, AndroidSettings, ModuleUse } from './android-model.ts';

/** Whatever takes modules: the app, or a module. */
type User = Readonly<Partial<Pick<AndroidSettings, 'uses'>>>;

type ModulesByName = ReadonlyMap<string, Pick<AndroidModule, 'uses'>>;

/** Modules that it is compiled with: those that it takes, and those that these give on. Who takes stands before what it takes. */
export function seenModules({ uses = [] }: User, modules: ModulesByName): string[] {
  return reached(uses, modules, (each) => each.uses.filter(({ isApi }) => isApi));
}

/** Modules that it contains: those that it takes, and those that these take in turn. Who takes stands before what it takes. */
export function containedModules({ uses = [] }: User, modules: ModulesByName): string[] {
  return reached(uses, modules, (each) => each.uses);
}

function reached(
  uses: readonly ModuleUse[],
  modules: ModulesByName,
  next: (module: Pick<AndroidModule, 'uses'>) => readonly ModuleUse[],
): string[] {
  const found = new Set<string>();
  const order: string[] = [];
  const visit = (each: readonly ModuleUse[]): void => {
    for (const { module } of each.toReversed()) {
      const known = modules.get(module.value);
      if (!known || found.has(module.value)) continue;
      found.add(module.value);
      visit(next(known));
      order.push(module.value);
    }
  };
  visit(uses);
  return order.reverse();
}

/** A way from a module back to itself, as the takings of which it is made; `undefined` where there is none. */
export function moduleCycle(
  modules: ModulesByName,
): readonly { readonly from: string; readonly use: ModuleUse }[] | undefined {
  const done = new Set<string>();
  const way: { readonly from: string; readonly use: ModuleUse }[] = [];
  const visit = (name: string): typeof way | undefined => {
    const start = way.findIndex(({ from }) => from === name);
    if (start >= 0) return way.slice(start);
    if (done.has(name)) return undefined;
    for (const use of modules.get(name)?.uses ?? []) {
      way.push({ from: name, use });
      const found = visit(use.module.value);
      if (found) return found;
      way.pop();
    }
    done.add(name);
    return undefined;
  };
  for (const name of modules.keys()) {
    const found = visit(name);
    if (found) return found;
  }
  return undefined;
}
