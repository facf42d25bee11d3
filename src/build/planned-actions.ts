import type { PlannedAction } from '../action/index.ts';
import type { PlannedTest } from '../rules/index.ts';
import { needsOf } from './expression-actions.ts';
import type { BuildRequest } from './outcome.ts';
import type { PlannedTarget } from './planner.ts';

/**
 * Actions of all planned targets, each once. An environment, which belongs to no target, is made only when something
 * that runs needs it: a test's packages are not installed by a build.
 */
export function plannedActions(
  planned: ReadonlyMap<string, PlannedTarget>,
  request: BuildRequest,
): PlannedAction[] {
  const wanted = new Map<string, PlannedAction>();
  const shared = new Map<string, PlannedAction>();
  for (const each of planned.values()) {
    if (each.kind !== 'planned') continue;
    for (const action of each.plan.actions) (action.owner ? wanted : shared).set(action.id, action);
    if (request.mode !== 'test') continue;
    if (each.checks && each.plan.service) wanted.set(each.plan.service.action.id, each.plan.service.action);
    for (const { action, needs = [] } of each.checks?.lints ?? []) {
      if (action) wanted.set(action.id, action);
      for (const need of needs) shared.set(need.id, need);
    }
    for (const test of each.plan.tests) {
      if (!isWanted(test, request)) continue;
      for (const need of test.needs ?? []) shared.set(need.id, need);
      for (const action of [test.action, ...(test.coverage?.action ? [test.coverage.action] : [])])
        wanted.set(action.id, action);
    }
  }
  const stack = [...wanted.values()];
  for (let action = stack.pop(); action; action = stack.pop()) {
    for (const id of needsOf(action)) {
      const environment = shared.get(id);
      if (!environment || wanted.has(id)) continue;
      wanted.set(id, environment);
      stack.push(environment);
    }
  }
  const limit = request.timeoutMs;
  return [...wanted.values()].map((action) =>
    limit === undefined ? action : { ...action, timeoutMs: Math.min(action.timeoutMs, limit) },
  );
}

/** A check drives no device. */
function isWanted(
  { category, device }: Pick<PlannedTest, 'category' | 'device'>,
  { categories, checks = false }: BuildRequest,
): boolean {
  return (categories?.includes(category) ?? true) && !(device && checks);
}

/** All that could run of them, tests too. */
export function allActions(planned: ReadonlyMap<string, PlannedTarget>): PlannedAction[] {
  return [...planned.values()].flatMap((each) =>
    each.kind === 'planned'
      ? [
          ...each.plan.actions,
          ...each.plan.tests.flatMap(({ action, coverage, needs = [] }) => [
            action,
            ...needs,
            ...(coverage?.action ? [coverage.action] : []),
          ]),
          ...(each.plan.service ? [each.plan.service.action] : []),
          ...(each.checks?.lints ?? []).flatMap(({ action }) => action ?? []),
        ]
      : [],
  );
}

/** Known durations, for those who estimate what is left. */
export function expectedOf(
  actions: readonly PlannedAction[],
  durations: Readonly<Record<string, number>>,
): Record<string, number> {
  const known = actions.filter(({ id }) => durations[id] !== undefined);
  return Object.fromEntries(known.map(({ id }) => [id, durations[id]!]));
}
