import { counted } from '../../base/index.ts';
import { type CoverageSum, percentOf } from '../coverage/line-coverage.ts';
import { coverableSources, leastCovered, sumOf, targetCoverage } from '../coverage/target-coverage.ts';
import type { GateLine } from '../model.ts';
import type { CheckedTarget, TestRun } from './check-input.ts';

const SHOWN_FILES = 5;
/** Where `check` and `test` leave the reports. */
const REPORTS = 'build-cache/test-reports/coverage';

/** A line for each target with sources that tests can cover, and one for all of them together. */
export function testCoverageLines(
  targets: readonly CheckedTarget[],
  tests: readonly TestRun[],
  threshold: number,
): GateLine[] {
  const lines: GateLine[] = [];
  const sums: CoverageSum[] = [];
  const measured = targets.filter((target) => coverableSources(target).length > 0);
  for (const target of measured) {
    const head = headOf(target.label, threshold);
    const files = targetCoverage(target, tests);
    if (!files.ok) {
      lines.push({ ...head, status: 'not-measured', why: files.failure, details: [] });
      continue;
    }
    const sum = sumOf(files.value);
    sums.push(sum);
    const evidence = evidenceOf(target.label, tests);
    lines.push({
      ...head,
      ...judged(sum, threshold),
      evidence,
      details: leastCovered(files.value, SHOWN_FILES).map((text) => `${target.directory}/${text}`),
    });
  }
  if (sums.length === 0) return lines;
  const whole = { ...headOf('workspace', threshold), ...judged(sumOf(sums), threshold), details: [] };
  return [...lines, whole];
}

function headOf(
  subject: string,
  threshold: number,
): Pick<GateLine, 'gate' | 'subject' | 'threshold' | 'evidence'> {
  return { gate: 'testCoverage', subject, threshold: `at least ${threshold} % of lines`, evidence: [] };
}

function judged(sum: CoverageSum, threshold: number): Pick<GateLine, 'status' | 'measured' | 'value'> {
  const value = percentOf(sum);
  // Rounded down, so that 79.99 is not shown as enough.
  const shown = Math.floor(value * 10) / 10;
  return {
    status: value >= threshold ? 'passed' : 'failed',
    measured: `${shown} % (${sum.covered} of ${counted(sum.lines, 'line')})`,
    value,
  };
}

const TOOLS = { 'coverage.py': 'coverage.py', istanbul: 'Istanbul', jacoco: 'JaCoCo', lcov: 'lcov' } as const;

function evidenceOf(label: string, tests: readonly TestRun[]): GateLine['evidence'] {
  const formats = tests.flatMap(({ label: of, coverage }) =>
    of === label && coverage ? [coverage.format] : [],
  );
  const file = `${REPORTS}/${label.replaceAll(':', '-')}-*`;
  return [...new Set(formats)].map((format) => ({ tool: TOOLS[format], file }));
}
