import { posix } from 'node:path';
import { type Diagnostic, mavenModule } from '../base/index.ts';
import type { AndroidDependency } from '../config/index.ts';
import type { FileSystem } from '../host/index.ts';
import type { GraphNode } from './coursier-graph.ts';
import type { DependenciesCode } from './diagnostics.ts';
import { type HardRange, hardRanges, isInRange } from './pom-ranges.ts';

/**
 * Warns of each library that asks for another one in a range that the version taken does not lie in: who wants what, and who wants
 * the other. Once, by the first of the class paths that have it. Read from the POMs that coursier keeps beside its files.
 */
export function outsideRanges(
  fs: Pick<FileSystem, 'readTextIfExists'>,
  paths: Iterable<readonly GraphNode[]>,
  declared: readonly AndroidDependency[],
): readonly Diagnostic[] {
  const asked = new Map(declared.map((each) => [mavenModule(each.coordinate.value), each]));
  const ranges = new Map<string, readonly HardRange[]>();
  const told = new Map<string, Diagnostic>();
  for (const nodes of paths) {
    const graph = new Map(nodes.map((node) => [node.module, node]));
    for (const node of nodes) {
      const [file = ''] = node.files;
      const own = ranges.get(file) ?? rangesOf(fs, node);
      ranges.set(file, own);
      for (const { module, range } of own) {
        const taken = graph.get(module);
        if (!taken || isInRange(range, taken.version) !== false) continue;
        const key = `${named(node)} ${named(taken)} ${range}`;
        if (!told.has(key)) told.set(key, problem({ node, range, taken }, { nodes, asked }));
      }
    }
  }
  return [...told.values()];
}

/** POMs are small; a larger one is not looked into. */
const MAX_POM_CHARACTERS = 1_000_000;

function rangesOf(
  fs: Pick<FileSystem, 'readTextIfExists'>,
  { module, version, files: [file] }: GraphNode,
): readonly HardRange[] {
  if (file === undefined) return [];
  const place = posix.join(posix.dirname(file), `${module.split(':')[1]}-${version}.pom`);
  const pom = fs.readTextIfExists(place);
  return pom === undefined || pom.length > MAX_POM_CHARACTERS ? [] : hardRanges(pom);
}

interface Conflict {
  readonly node: GraphNode;
  readonly range: string;
  readonly taken: GraphNode;
}

interface Asked {
  readonly nodes: readonly GraphNode[];
  readonly asked: ReadonlyMap<string, AndroidDependency>;
}

function problem({ node, range, taken }: Conflict, { nodes, asked }: Asked): Diagnostic {
  const way = wayTo(node, { nodes, asked });
  const others = nodes.filter((each) => each !== node && each.wants.includes(taken.module)).map(named);
  const own = asked.get(taken.module);
  const by = own ? 'the workspace itself' : others.join(', ');
  const first = asked.get(way[0]!.module);
  const code: DependenciesCode = 'dependencies/outside-range';
  return {
    code,
    severity: 'warning',
    message: `${way.map(named).join(' > ')} wants ${taken.module} ${range}, and ${taken.version} is taken${by === '' ? '' : ` because of ${by}`}`,
    hint: 'the highest version that anybody asks for is taken, as Gradle does; choose versions that agree, or hold one of the range by `!!`',
    ...(first ? { span: first.coordinate.span } : {}),
    ...(own && own !== first
      ? { related: [{ message: `${own.coordinate.value} is asked for here`, span: own.coordinate.span }] }
      : {}),
  };
}

/** The shortest way from what the workspace asks for; of what is reached by none, the node alone. */
function wayTo(wanted: GraphNode, { nodes, asked }: Asked): readonly GraphNode[] {
  let ways: (readonly GraphNode[])[] = [[wanted]];
  const seen = new Set([wanted.module]);
  while (ways.length > 0) {
    const found = ways.find(([first]) => asked.has(first!.module));
    if (found) return found;
    ways = ways.flatMap((way) =>
      nodes
        .filter(
          ({ module, wants }) => wants.includes(way[0]!.module) && !seen.has(module) && seen.add(module),
        )
        .map((each) => [each, ...way]),
    );
  }
  return [wanted];
}

function named({ module, version }: GraphNode): string {
  return `${module}:${version}`;
}
