import { type Checked, type Diagnostic, formatLabel } from '../base/index.ts';
import type { TargetGraph } from './target.ts';
import { problemOf, TargetNames } from './target-names.ts';

/** The labels that words of the command line mean (`all`, full labels, unique names), in the graph's order. */
export function selectTargets(graph: TargetGraph, words: readonly string[]): Checked<readonly string[]> {
  const diagnostics: Diagnostic[] = [];
  const names = new TargetNames(graph.targets);
  const chosen = new Set<string>();
  for (const word of words) {
    if (word === 'all') {
      for (const label of graph.targets.keys()) chosen.add(label);
      continue;
    }
    const resolved = names.resolve(word, 'graph/unknown-target');
    if ('label' in resolved) chosen.add(resolved.label);
    else diagnostics.push(problemOf(resolved));
  }
  return { value: [...graph.targets.keys()].filter((label) => chosen.has(label)), diagnostics };
}

/** The labels and all that they need, directly or not, in the graph's order. */
export function closure(graph: TargetGraph, labels: Iterable<string>): readonly string[] {
  const reached = new Set(labels);
  for (const label of [...graph.targets.keys()].reverse()) {
    if (!reached.has(label)) continue;
    for (const need of graph.targets.get(label)!.needs) reached.add(formatLabel(need.label));
  }
  return [...graph.targets.keys()].filter((label) => reached.has(label));
}

/** The labels and all that needs them, directly or not, in the graph's order. */
export function dependents(graph: TargetGraph, labels: Iterable<string>): readonly string[] {
  const reached = new Set(labels);
  for (const [label, target] of graph.targets) {
    if (target.needs.some((need) => reached.has(formatLabel(need.label)))) reached.add(label);
  }
  return [...graph.targets.keys()].filter((label) => reached.has(label));
}
