import { type Diagnostic, ok, type Result } from '../base/index.ts';
import type { ClientContext } from './client.ts';
import { type Coursier, type CoursierEntry, runCoursier } from './coursier.ts';

/** A module that is asked for. */
export interface ModuleRequest {
  /** `group:artifact:version`; without a version where a platform gives it. */
  readonly coordinate: string;
  /** Without what it asks for in turn. */
  readonly isAlone: boolean;
  /** `group:artifact`, either of which may be `*`. */
  readonly exclude: readonly string[];
}

export interface GraphCall {
  readonly what: string;
  /** Maven's scope: what one compiles against, or what one runs with. */
  readonly scope: 'compile' | 'runtime';
  readonly requests: readonly ModuleRequest[];
  /** BOMs, `group:artifact:version`. */
  readonly platforms: readonly string[];
  /** `group:artifact:version` of modules that have this version whoever asks for another. */
  readonly forced: readonly string[];
}

/** A module as coursier resolved it. */
export interface GraphNode {
  /** `group:artifact`. */
  readonly module: string;
  readonly version: string;
  /** Its files in coursier's cache; none where its POM stands alone. */
  readonly files: readonly string[];
  /** Modules that it asks for. */
  readonly wants: readonly string[];
  /** `classifier` of a file that is not the module's main one. */
  readonly classifiers: readonly string[];
}

export type Graph = ReadonlyMap<string, GraphNode>;

/**
 * Resolves libraries and brings their jars and AARs. Of several versions of a module the highest is taken, also where a POM
 * asks for exactly one (`[1.0]`), as Gradle does.
 */
export async function coursierGraph(
  context: ClientContext,
  coursier: Coursier,
  call: GraphCall,
): Promise<Result<Graph, Diagnostic>> {
  const resolved = await run(context, coursier, { call, isPartial: false });
  return resolved.ok ? ok(resolved.value.graph) : resolved;
}

/** What is there where something is missing, with what coursier said of that. */
export function partialGraph(
  context: ClientContext,
  coursier: Coursier,
  call: GraphCall,
): Promise<Result<Resolved, Diagnostic>> {
  return run(context, coursier, { call, isPartial: true });
}

interface Resolved {
  readonly graph: Graph;
  readonly said: string;
}

async function run(
  context: ClientContext,
  coursier: Coursier,
  { call, isPartial }: { readonly call: GraphCall; readonly isPartial: boolean },
): Promise<Result<Resolved, Diagnostic>> {
  const { what, scope, requests, platforms, forced } = call;
  const flags = [
    ...['--default-configuration', scope, '--reconciliation', '*:*:relaxed'],
    ...platforms.flatMap((each) => ['--bom', each]),
    ...forced.flatMap((each) => ['--force-version', each]),
    ...(isPartial ? ['--force-fetch'] : []),
  ];
  const asked = requests.flatMap((each) => (each.isAlone ? ['--intransitive'] : []).concat(wordOf(each)));
  const done = await runCoursier(context, coursier, { what, flags, asked });
  return done.ok ? ok({ graph: graphOf(done.value.entries), said: done.value.said }) : done;
}

/** coursier's own notation; a coordinate without a version ends in a colon there. */
function wordOf({ coordinate, exclude }: ModuleRequest): string {
  const hasVersion = coordinate.split(':').length > 2;
  const excluded = exclude.map((each) => `,exclude=${each.replace(':', '%')}`);
  return `${coordinate}${hasVersion ? '' : ':'}${excluded.join('')}`;
}

function graphOf(entries: readonly CoursierEntry[]): Graph {
  const graph = new Map<string, GraphNode>();
  for (const { coordinate, path, wants } of entries) {
    const { module, version, classifier } = partsOf(coordinate);
    const known = graph.get(module);
    graph.set(module, {
      module,
      version,
      files: [...new Set([...(known?.files ?? []), ...(path === undefined ? [] : [path])])],
      wants: [...new Set([...(known?.wants ?? []), ...wants.map((each) => partsOf(each).module)])],
      classifiers: [...(known?.classifiers ?? []), ...(classifier === undefined ? [] : [classifier])],
    });
  }
  return graph;
}

/** `group:artifact[:type[:classifier]]:version`. */
function partsOf(coordinate: string): { module: string; version: string; classifier?: string } {
  const parts = coordinate.split(':');
  const [group = '', artifact = ''] = parts;
  const classifier = parts.length > 4 ? { classifier: parts[3]! } : {};
  return { module: `${group}:${artifact}`, version: parts.at(-1) ?? '', ...classifier };
}
