import { type Checked, type Diagnostic, formatLabel, type Label } from '../base/index.ts';
import type { Located } from '../config/index.ts';
import { withAssociatedApps } from './associated-apps.ts';
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
    const spec = withAssociatedApps(declaration.spec, { names, declarations: unique, diagnostics });
    targets.set(label, resolveTarget({ ...declaration, spec }, names, diagnostics));
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
  for (const need of spec.needs) add(need);
  for (const need of implied) add(need);
  const sorted = [...needs.keys()].sort().map((text) => needs.get(text)!);
  const target = { label, directory, spec, needs: sorted };
  if (!span && !refusals?.length) return target;
  return { ...target, ...(span ? { span } : {}), ...(refusals?.length ? { refusals } : {}) };
}

interface Waiting {
  readonly text: string;
  readonly target: Target;
  readonly dependents: Waiting[];
  left: number;
}

/** Needs first; level by level, each in order of labels. What a cycle keeps back is left out. */
function inOrder(targets: ReadonlyMap<string, Target>): Map<string, Target> {
  const ordered = new Map<string, Target>();
  let ready = waitingTargets(targets).filter(({ left }) => left === 0);
  while (ready.length > 0) {
    const next: Waiting[] = [];
    for (const { text, target, dependents } of ready.sort(byText)) {
      ordered.set(text, target);
      for (const dependent of dependents) if (--dependent.left === 0) next.push(dependent);
    }
    ready = next;
  }
  return ordered;
}

const byText = (a: Waiting, b: Waiting): number => (a.text < b.text ? -1 : 1);

/** Found by the label itself, not its text: a need holds the very label of its target. */
function waitingTargets(targets: ReadonlyMap<string, Target>): Waiting[] {
  const byLabel = new Map<Label, Waiting>();
  for (const [text, target] of targets) {
    byLabel.set(target.label, { text, target, dependents: [], left: target.needs.length });
  }
  for (const waiting of byLabel.values()) {
    for (const need of waiting.target.needs) byLabel.get(need.label)!.dependents.push(waiting);
  }
  return [...byLabel.values()];
}
