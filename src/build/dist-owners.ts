import type { Diagnostic } from '../base/index.ts';
import type { PlannedTarget } from './planner.ts';
import type { BuildState } from './state.ts';

/** Which target each path below `dist/` belongs to, over the targets of this build and those that others left. */
export class DistOwners {
  readonly #owners = new Map<string, string>();
  readonly clashes: { readonly path: string; readonly labels: readonly [string, string] }[] = [];

  constructor(planned: ReadonlyMap<string, PlannedTarget>, state: BuildState, known: ReadonlySet<string>) {
    for (const [label, target] of planned) for (const path of pathsOf(target)) this.#claim(path, label);
    for (const [label, { artifacts }] of Object.entries(state.targets)) {
      if (planned.has(label) || !known.has(label)) continue;
      for (const { path } of artifacts) if (!this.#owners.has(path)) this.#owners.set(path, label);
    }
    for (const path of this.#owners.keys()) this.#checkParents(path);
  }

  /** True when the path, something in it, or a folder around it belongs to a target other than `label`. */
  isAnothers(path: string, label: string): boolean {
    for (const [owned, owner] of this.#owners) {
      if (owner !== label && (owned === path || owned.startsWith(`${path}/`) || path.startsWith(`${owned}/`)))
        return true;
    }
    return false;
  }

  #claim(path: string, label: string): void {
    const owner = this.#owners.get(path);
    if (owner === undefined) this.#owners.set(path, label);
    else if (owner !== label) this.clashes.push({ path, labels: [owner, label] });
  }

  #checkParents(path: string): void {
    const label = this.#owners.get(path)!;
    for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1)) {
      const owner = this.#owners.get(path.slice(0, at));
      if (owner !== undefined && owner !== label) this.clashes.push({ path, labels: [owner, label] });
    }
  }
}

function pathsOf(target: PlannedTarget): readonly string[] {
  if (target.kind === 'planned') return target.plan.artifacts.map(({ path }) => path);
  return target.kind === 'unchanged' ? target.memo.artifacts.map(({ path }) => path) : [];
}

/** Targets that would write the same place of `dist/` are not built: one would silently undo the other. */
export function refuseClashes(
  planned: ReadonlyMap<string, PlannedTarget>,
  owners: DistOwners,
): Map<string, PlannedTarget> {
  const refused = new Map(planned);
  for (const { path, labels } of owners.clashes) {
    const diagnostic: Diagnostic = {
      code: 'build/same-path',
      severity: 'error',
      message: `${labels[0]} and ${labels[1]} would both write dist/${path}`,
      hint: 'rename one of the targets or artifacts',
      path: `dist/${path}`,
    };
    for (const label of labels) {
      const target = planned.get(label)?.target;
      if (target) refused.set(label, { kind: 'refused', target, diagnostics: [diagnostic] });
    }
  }
  return refused;
}
