import type { Evidence, GateLine } from '../model.ts';

const TITLES: Readonly<Record<GateLine['gate'], string>> = {
  tests: 'tests',
  codeQuality: 'code quality',
  testCoverage: 'test coverage',
  securityScan: 'security',
  performanceTest: 'performance',
  licences: 'licences',
  sonarqube: 'SonarQube',
  exceptions: 'exceptions',
};

export function titleOf({ gate }: Pick<GateLine, 'gate'>): string {
  return TITLES[gate];
}

const WORDS: Readonly<Record<GateLine['status'], string>> = {
  passed: 'passed',
  failed: 'FAILED',
  'not-measured': 'NOT MEASURED',
  excepted: 'let through',
  off: 'off',
};

export function statusWord({ status }: Pick<GateLine, 'status'>): string {
  return WORDS[status];
}

/** What stands in the column of figures. */
export function measuredText({ measured, why, status }: GateLine): string {
  if (measured !== undefined) return measured;
  return status === 'off' ? (why ?? '') : `not measured: ${why ?? ''}`;
}

export function evidenceText(evidence: readonly Evidence[]): string {
  return evidence
    .map(({ tool, version, file }) => [tool, version].filter((each) => each).join(' ') || (file ?? ''))
    .filter((each) => each !== '')
    .join(', ');
}

export function exceptionText({ exception }: GateLine): string | undefined {
  return exception && `let through until ${exception.expires} by ${exception.by}: ${exception.reason}`;
}
