import { type Checked, type Diagnostic, formatLabel } from '../base/index.ts';
import type { Located } from '../config/index.ts';
import { findCycles } from './cycles.ts';
import type { TargetDeclaration } from './declaration.ts';
import type { Need, Target, TargetGraph } from './target.ts';
import { problemOf, TargetNames } from './target-names.ts';

/** Resolves what targets need; all problems at once. Targets of a cycle and those after one are not in the graph. */
export function buildGraph(declarations: readonly TargetDeclaration[]): Checked<TargetGraph> {
  const diagnostics: Diagnostic[] = [];
  const unique = withoutDuplicates(declarations, diagnostics);
  const names = new TargetNames(unique);
  const targets = new Map<string, Target>();
  for (const [label, declaration] of unique) {
    targets.set(label, resolveTarget(declaration, names, diagnostics));
  }
  const ordered = inOrder(targets);
  if (ordered.size < targets.size) diagnostics.push(...findCycles(targets));
  return { value: { targets: ordered }, diagnostics };
}

function withoutDuplicates(
  declarations: readonly TargetDeclaration[],
  diagnostics: Diagnostic[],
): Map<string, TargetDeclaration> {
  const first = new Map<string, TargetDeclaration>();
  for (const declaration of declarations) {
    const label = formatLabel(declaration.label);
    const before = first.get(label);
    if (!before) {
      first.set(label, declaration);
      continue;
    }
    diagnostics.push({
      code: 'graph/duplicate-target',
      severity: 'error',
      message: `there are two targets \`${label}\`: in ${before.directory || '.'} and in ${declaration.directory || '.'}`,
      hint: 'give one of them another name',
      ...(declaration.span ? { span: declaration.span } : { path: declaration.directory }),
      ...(before.span ? { related: [{ message: 'the other one', span: before.span }] } : {}),
    });
  }
  return first;
}

function resolveTarget(
  { label, directory, spec, implied, span, refusals }: TargetDeclaration,
  names: TargetNames,
  diagnostics: Diagnostic[],
): Target {
  const needs = new Map<string, Need>();
  const add = ({ value, span: at }: Located<string>): void => {
    const resolved = names.resolve(value, 'graph/unknown-need');
    if (!('label' in resolved)) diagnostics.push({ ...problemOf(resolved), span: at });
    else if (!needs.has(resolved.label)) {
      needs.set(resolved.label, { label: names.labelOf(resolved.label), span: at });
    }
  };
  spec.needs.forEach(add);
  implied.forEach(add);
  const sorted =
    needs.size < 2 ? [...needs.values()] : [...needs.keys()].sort().map((text) => needs.get(text)!);
  return {
    label,
    directory,
    spec,
    needs: sorted,
    ...(span ? { span } : {}),
    ...(refusals && refusals.length > 0 ? { refusals } : {}),
  };
}

/** Needs first; level by level, each in order of labels. What a cycle keeps back is left out. */
function inOrder(targets: ReadonlyMap<string, Target>): Map<string, Target> {
  const ordered = new Map<string, Target>();
  const waiting = new Map<string, number>();
  const dependents = new Map<string, string[]>();
  for (const [label, target] of targets) {
    waiting.set(label, target.needs.length);
    for (const need of target.needs) {
      const text = formatLabel(need.label);
      const list = dependents.get(text);
      if (list) list.push(label);
      else dependents.set(text, [label]);
    }
  }
  let ready = [...targets.keys()].filter((label) => waiting.get(label) === 0).sort();
  while (ready.length > 0) {
    const next: string[] = [];
    for (const label of ready) {
      ordered.set(label, targets.get(label)!);
      for (const dependent of dependents.get(label) ?? []) {
        const left = waiting.get(dependent)! - 1;
        waiting.set(dependent, left);
        if (left === 0) next.push(dependent);
      }
    }
    ready = next.sort();
  }
  return ordered;
}
