import { type Diagnostic, mavenModule, type Span } from '../base/index.ts';
import type { AndroidDependency } from '../config/index.ts';
import { type ClientContext, redact } from './client.ts';
import type { Coursier } from './coursier.ts';
import { type Graph, type GraphCall, partialGraph } from './coursier-graph.ts';

export interface FailedResolution {
  readonly context: ClientContext;
  readonly coursier: Coursier;
  readonly call: GraphCall;
  readonly failure: Diagnostic;
  readonly dependencies: readonly AndroidDependency[];
}

/** Says of each module that no repository has who asks for it and where it was looked for; any other failure is left as it is. */
export async function explainMissing(failed: FailedResolution): Promise<readonly Diagnostic[]> {
  const { context, coursier, call, failure, dependencies } = failed;
  if (failure.code !== 'dependencies/unresolvable') return [failure];
  const partial = await partialGraph(context, coursier, call);
  if (!partial.ok) return [failure];
  const missing = [...partial.value.said.matchAll(MISSING)];
  if (missing.length === 0) return [failure];
  const sorted = missing.sort(([, a = ''], [, b = '']) => (a < b ? -1 : 1));
  return sorted.map(([, coordinate = '', places = '']) => {
    const chain = chainTo(coordinate, partial.value.graph, dependencies);
    const by = chain.length > 1 ? ` (asked for by ${chain.slice(0, -1).join(' → ')})` : '';
    const span = spanOf(chain[0] ?? coordinate, dependencies);
    return {
      code: 'dependencies/missing-artifact',
      severity: 'error',
      message: `no repository has ${coordinate}${by}; asked: ${repositoriesOf(coordinate, places).join(', ')}`,
      hint: 'take a version that is there, leave it out with `exclude`, or set its repository in COURSIER_REPOSITORIES',
      ...(span ? { span } : {}),
    };
  });
}

const MISSING = /Error downloading (\S+)\n((?:[ \t]+not found: .*(?:\n|$))+)/g;

/** From what the app declares to the module, each as `group:artifact:version`. */
function chainTo(
  coordinate: string,
  graph: Graph,
  dependencies: readonly AndroidDependency[],
): readonly string[] {
  const target = mavenModule(coordinate);
  const cameFrom = new Map<string, string | undefined>();
  const queue = dependencies.map(({ coordinate: { value } }) => mavenModule(value));
  for (const module of queue) cameFrom.set(module, undefined);
  for (let at = 0; at < queue.length && !cameFrom.has(target); at++) {
    for (const module of graph.get(queue[at]!)?.wants ?? []) {
      if (cameFrom.has(module)) continue;
      cameFrom.set(module, queue[at]);
      queue.push(module);
    }
  }
  const chain: string[] = [];
  if (!cameFrom.has(target)) return chain;
  for (let at: string | undefined = target; at !== undefined; at = cameFrom.get(at)) {
    const version = graph.get(at)?.version;
    chain.unshift(at === target ? coordinate : version === undefined ? at : `${at}:${version}`);
  }
  return chain;
}

function spanOf(coordinate: string, dependencies: readonly AndroidDependency[]): Span | undefined {
  const module = mavenModule(coordinate);
  return dependencies.find(({ coordinate: { value } }) => mavenModule(value) === module)?.coordinate.span;
}

/** The addresses without the way within a repository; Ivy's folder of this machine is no repository that a person means. */
function repositoriesOf(coordinate: string, places: string): readonly string[] {
  const [group = '', artifact = ''] = coordinate.split(':');
  const within = `/${group.replaceAll('.', '/')}/${artifact}/`;
  const addresses = [...places.matchAll(/not found: (\S+)/g)].map(([, address = '']) => address);
  const asked = addresses
    .filter((address) => address.includes(within))
    .map((address) => redact(address.slice(0, address.indexOf(within))));
  return [...new Set(asked)];
}
