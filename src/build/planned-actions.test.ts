import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PlannedAction, TreeExpression } from '../action/index.ts';
import type { BuildRequest } from './outcome.ts';
import { allActions, plannedActions } from './planned-actions.ts';
import type { PlannedTarget } from './planner.ts';

const NOTHING: TreeExpression = { kind: 'literal', files: [] };
const action = (id: string, ...needs: readonly string[]): PlannedAction =>
  ({
    ...{ id, owner: { kind: 'app', name: 'demo' }, mounts: [], timeoutMs: 1000 },
    work: {
      kind: 'merge',
      of: [NOTHING, ...needs.map((each) => ({ kind: 'output', action: each }) as const)],
    },
  }) as unknown as PlannedAction;

const PLANNED = new Map([
  [
    'app:demo',
    {
      kind: 'planned',
      plan: {
        actions: [action('app')],
        tests: [
          { action: action('unit'), category: 'unit' },
          { action: action('package', 'dex', 'app'), category: 'device', needs: [action('dex')], device: {} },
        ],
      },
    } as unknown as PlannedTarget,
  ],
]);
const BUILD: BuildRequest = { targets: [], mode: 'build', keepGoing: false };

test('what tests for a device are made of is made where they are asked for, and by no check', () => {
  const ids = (request: BuildRequest): string =>
    plannedActions(PLANNED, request)
      .map(({ id }) => id)
      .sort()
      .join(' ');
  const tests: BuildRequest = { ...BUILD, mode: 'test' };
  assert.equal(ids(BUILD), 'app');
  assert.equal(ids(tests), 'app dex package unit');
  assert.equal(ids({ ...tests, categories: ['device'] }), 'app dex package');
  assert.equal(ids({ ...tests, categories: ['unit'] }), 'app unit');
  assert.equal(ids({ ...tests, checks: true }), 'app unit');
  assert.equal(allActions(PLANNED).length, 4);
});
