import { posix } from 'node:path';
import { type Diagnostic, fail, ok, type Result } from '../base/index.ts';
import { type ClientContext, clientCache, runClient, scratchFolder, text } from './client.ts';
import { type Coursier, LIBRARY_TYPES, repositoryFlags, resolverDiagnostic } from './coursier.ts';

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
  using scratch = scratchFolder(context);
  const report = posix.join(scratch.path, 'report.json');
  const flags = [
    ...['--quiet', '--cache', clientCache(context, 'coursier'), ...repositoryFlags(context)],
    ...['--default-configuration', scope, '--reconciliation', '*:*:relaxed'],
    ...['--artifact-type', LIBRARY_TYPES],
    ...platforms.flatMap((each) => ['--bom', each]),
    ...forced.flatMap((each) => ['--force-version', each]),
    ...(isPartial ? ['--force-fetch'] : []),
    ...['--json-output-file', report],
  ];
  const asked = requests.flatMap((each) => (each.isAlone ? ['--intransitive'] : []).concat(wordOf(each)));
  const argv = [...coursier.argv, 'fetch', ...flags, ...asked];
  const done = await runClient(context, { client: 'coursier', what, argv, cwd: scratch.path });
  if (!done.ok) return fail(resolverDiagnostic(done.failure, what));
  const graph = readGraph(context.host.fs.readText(report), scratch.path);
  return ok({ graph, said: text(done.value.stderr) });
}

/** coursier's own notation; a coordinate without a version ends in a colon there. */
function wordOf({ coordinate, exclude }: ModuleRequest): string {
  const hasVersion = coordinate.split(':').length > 2;
  const excluded = exclude.map((each) => `,exclude=${each.replace(':', '%')}`);
  return `${coordinate}${hasVersion ? '' : ':'}${excluded.join('')}`;
}

interface ReportEntry {
  readonly coord?: unknown;
  readonly file?: unknown;
  readonly directDependencies?: unknown;
}

function readGraph(json: string, folder: string): Graph {
  const { dependencies } = JSON.parse(json) as { dependencies?: readonly ReportEntry[] };
  const graph = new Map<string, GraphNode>();
  for (const { coord, file, directDependencies } of dependencies ?? []) {
    if (typeof coord !== 'string') continue;
    const { module, version, classifier } = partsOf(coord);
    const known = graph.get(module);
    const wants = Array.isArray(directDependencies)
      ? directDependencies.map((each) => partsOf(String(each)).module)
      : [];
    const files = typeof file === 'string' ? [posix.resolve(folder, file)] : [];
    graph.set(module, {
      module,
      version,
      files: [...new Set([...(known?.files ?? []), ...files])],
      wants: [...new Set([...(known?.wants ?? []), ...wants])],
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
