import { counted } from '../../base/index.ts';
import type { GateLine } from '../model.ts';
import type { TestRun } from './check-input.ts';

/** What became of a target. */
export interface BuiltTarget {
  readonly label: string;
  readonly status: 'built' | 'up-to-date' | 'failed' | 'skipped';
}

const FILE = 'build-cache/test-reports';

/** A line for each target that could not be built or whose tests failed, and one for all that passed. */
export function testLines(targets: readonly BuiltTarget[], tests: readonly TestRun[]): GateLine[] {
  const head = { gate: 'tests' as const, threshold: 'all pass', evidence: [{ file: FILE }] };
  const unbuilt = targets
    .filter(({ status }) => status === 'failed' || status === 'skipped')
    .map(({ label, status }): GateLine => {
      const why = status === 'failed' ? 'it could not be built' : 'what it needs could not be built';
      return { ...head, subject: label, status: 'not-measured', why, details: [] };
    });
  const broken = new Set(unbuilt.map(({ subject }) => subject));
  const bad = tests.filter(({ label, status }) => !broken.has(label) && !hasPassed(status));
  const failed = [...Map.groupBy(bad, ({ label }) => label)].map(([label, runs]): GateLine => {
    const details = runs.map(
      ({ category, status }) => `${category}: ${status === 'failed' ? 'failed' : 'not run'}`,
    );
    const measured = `${counted(runs.length, 'test run')} failed`;
    return { ...head, subject: label, status: 'failed', measured, details };
  });
  const good = tests.filter(({ status }) => hasPassed(status)).length;
  const whole: GateLine = {
    ...head,
    subject: 'workspace',
    status: 'passed',
    measured: `${counted(good, 'test run')} passed`,
    details: [],
  };
  return [...unbuilt, ...failed, ...(good > 0 ? [whole] : [])];
}

function hasPassed(status: TestRun['status']): boolean {
  return status === 'ran' || status === 'cached';
}
