import { formatLabel, type TargetKind } from '../base/index.ts';
import type { Target, TargetGraph } from './target.ts';

/** The graph for machines, version 1; targets in topological order. */
export interface GraphJson {
  readonly version: 1;
  readonly targets: readonly {
    readonly label: string;
    readonly rule: string;
    readonly directory: string;
    readonly needs: readonly string[];
  }[];
}

export function toJson(graph: TargetGraph): GraphJson {
  const targets = [...graph.targets].map(([label, { spec, directory, needs }]) => ({
    label,
    rule: spec.rule,
    directory,
    needs: needs.map((need) => formatLabel(need.label)),
  }));
  return { version: 1, targets };
}

const SHAPES: Readonly<Record<TargetKind, string>> = {
  scripts: 'note',
  component: 'box',
  image: 'box3d',
  app: 'ellipse',
};

/** Graphviz; an arrow points to what is needed. Labels hold nothing that would need escaping. */
export function toDot(graph: TargetGraph): string {
  const lines = ['digraph mobileops {', '  rankdir=LR;', '  node [fontname="sans-serif"];'];
  for (const [label, target] of graph.targets)
    lines.push(`  "${label}" [shape=${SHAPES[target.label.kind]}];`);
  for (const [from, to] of edges(graph)) lines.push(`  "${from}" -> "${to}";`);
  return [...lines, '}', ''].join('\n');
}

/** Mermaid flowchart; nodes are numbered, because labels are no identifiers there. */
export function toMermaid(graph: TargetGraph): string {
  const ids = new Map([...graph.targets.keys()].map((label, index) => [label, `t${index}`]));
  const lines = ['flowchart LR'];
  for (const [label, target] of graph.targets) lines.push(`  ${ids.get(label)}${mermaidNode(label, target)}`);
  for (const [from, to] of edges(graph)) lines.push(`  ${ids.get(from)} --> ${ids.get(to)}`);
  return [...lines, ''].join('\n');
}

function mermaidNode(label: string, target: Target): string {
  switch (target.label.kind) {
    case 'app':
      return `(["${label}"])`;
    case 'image':
      return `[["${label}"]]`;
    default:
      return `["${label}"]`;
  }
}

function* edges(graph: TargetGraph): Generator<readonly [string, string]> {
  for (const [label, { needs }] of graph.targets) {
    for (const need of needs) {
      const to = formatLabel(need.label);
      if (graph.targets.has(to)) yield [label, to];
    }
  }
}
