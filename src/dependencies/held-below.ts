import { compareGradleVersions, type Diagnostic, fail, mavenModule, ok, type Result } from '../base/index.ts';
import type { AndroidDependency } from '../config/index.ts';
import type { ClientContext } from './client.ts';
import type { Coursier } from './coursier.ts';
import { type Graph, type GraphCall, partialGraph } from './coursier-graph.ts';

export interface HeldQuestion {
  /** As it was resolved. */
  readonly call: GraphCall;
  readonly dependencies: readonly AndroidDependency[];
  /** What metadata say of modules that are held. */
  readonly floors: ReadonlyMap<string, string>;
}

/** Warns of each module that `!!` holds below the version that it would have otherwise. */
export async function heldBelow(
  { context, coursier }: { readonly context: ClientContext; readonly coursier: Coursier },
  { call, dependencies, floors }: HeldQuestion,
): Promise<Result<readonly Diagnostic[], readonly Diagnostic[]>> {
  const strict = dependencies.filter(({ isStrict }) => isStrict);
  if (strict.length === 0) return ok([]);
  const held = new Set(strict.map(({ coordinate }) => coordinate.value));
  const forced = call.forced.filter((each) => !held.has(each));
  // The version that is held may be there, and the other one not.
  const free = await partialGraph(context, coursier, { ...call, forced });
  if (!free.ok) return fail([free.failure]);
  const { graph } = free.value;
  return ok(strict.flatMap((each) => warning(each, { graph, floors })));
}

function warning(
  { coordinate }: AndroidDependency,
  { graph, floors }: { readonly graph: Graph; readonly floors: HeldQuestion['floors'] },
): Diagnostic[] {
  const module = mavenModule(coordinate.value);
  const version = coordinate.value.slice(module.length + 1);
  const asked = [graph.get(module)?.version, floors.get(module)].filter((each) => each !== undefined);
  const highest = asked.sort(compareGradleVersions).at(-1);
  if (highest === undefined || compareGradleVersions(highest, version) <= 0) return [];
  const askers = [...graph.values()].filter(({ wants }) => wants.includes(module));
  const names = askers.map((each) => `${each.module}:${each.version}`);
  const by = names.length > 0 ? ` (asked for by ${names.join(', ')})` : '';
  return [
    {
      code: 'dependencies/held-below',
      severity: 'warning',
      message: `${module} is held at ${version}; without \`!!\` it would be ${highest}${by}`,
      hint: 'take `!!` out, or hold a version that is as high; what was made for a higher one may fail when it runs',
      span: coordinate.span,
    },
  ];
}
