import { type Diagnostic, formatLabel } from '../base/index.ts';
import type { Need, Target } from './target.ts';

/** One diagnostic for each group of targets that need each other, with a shortest circle of it and its lines. */
export function findCycles(targets: ReadonlyMap<string, Target>): Diagnostic[] {
  return circularGroups(targets).map((group) => cycleProblem(shortestCycle(group, targets)));
}

interface Step {
  readonly from: string;
  readonly need: Need;
}

/** Strongly connected groups with an edge inside (Tarjan, without recursion), in order of their first label. */
function circularGroups(targets: ReadonlyMap<string, Target>): string[][] {
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const onStack = new Set<string>();
  const groups: string[][] = [];
  for (const root of [...targets.keys()].sort()) {
    const trail: { label: string; next: number }[] = index.has(root) ? [] : [{ label: root, next: 0 }];
    while (trail.length > 0) {
      const top = trail.at(-1)!;
      const { label } = top;
      if (top.next === 0) {
        index.set(label, index.size);
        low.set(label, index.get(label)!);
        stack.push(label);
        onStack.add(label);
      }
      const need = targets.get(label)!.needs[top.next++];
      const to = need && formatLabel(need.label);
      if (to !== undefined) {
        if (!index.has(to)) trail.push({ label: to, next: 0 });
        else if (onStack.has(to)) low.set(label, Math.min(low.get(label)!, index.get(to)!));
        continue;
      }
      trail.pop();
      const below = trail.at(-1)?.label;
      if (below !== undefined) low.set(below, Math.min(low.get(below)!, low.get(label)!));
      if (low.get(label) === index.get(label)) {
        const group = stack.splice(stack.indexOf(label));
        for (const member of group) onStack.delete(member);
        if (group.length > 1 || needsItself(targets.get(label)!)) groups.push(group.sort());
      }
    }
  }
  return groups.sort((a, b) => (a[0]! < b[0]! ? -1 : 1));
}

function needsItself(target: Target): boolean {
  return target.needs.some((need) => formatLabel(need.label) === formatLabel(target.label));
}

/** Breadth first from the group's first label back to itself. */
function shortestCycle(group: readonly string[], targets: ReadonlyMap<string, Target>): Step[] {
  const members = new Set(group);
  const start = group[0]!;
  const reachedBy = new Map<string, Step>();
  const queue = [start];
  for (let label = queue.shift(); label !== undefined; label = queue.shift()) {
    for (const need of targets.get(label)!.needs) {
      const to = formatLabel(need.label);
      if (!members.has(to) || reachedBy.has(to)) continue;
      reachedBy.set(to, { from: label, need });
      if (to === start) return trailTo(start, reachedBy);
      queue.push(to);
    }
  }
  return [];
}

function trailTo(start: string, reachedBy: ReadonlyMap<string, Step>): Step[] {
  const steps: Step[] = [];
  let at = start;
  do {
    const step = reachedBy.get(at)!;
    steps.unshift(step);
    at = step.from;
  } while (at !== start);
  return steps;
}

/** More than a person would follow are left out before the last. */
const SHOWN_STEPS = 12;

function shortened(steps: readonly Step[]): readonly Step[] {
  return steps.length <= SHOWN_STEPS ? steps : [...steps.slice(0, SHOWN_STEPS - 1), steps.at(-1)!];
}

function cycleProblem(steps: readonly Step[]): Diagnostic {
  const [first, ...others] = shortened(steps);
  const left = steps.length - others.length - 1;
  const shown = [...(left > 0 ? [first!, ...others].slice(0, -1) : [first!, ...others])].map(
    ({ from }) => from,
  );
  const path = [...shown, ...(left > 0 ? [`(${left} more)`, others.at(-1)!.from] : []), first!.from].join(
    ' -> ',
  );
  const related = others.flatMap(({ from, need }) =>
    need.span ? [{ message: `${from} needs ${formatLabel(need.label)} here`, span: need.span }] : [],
  );
  return {
    code: 'graph/cycle',
    severity: 'error',
    message: steps.length === 1 ? `${first!.from} needs itself` : `targets need each other: ${path}`,
    hint: 'remove one of these needs',
    ...(first!.need.span ? { span: first!.need.span } : {}),
    ...(related.length > 0 ? { related } : {}),
  };
}
