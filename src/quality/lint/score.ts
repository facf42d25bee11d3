import type { LintFinding, LintSeverity } from './finding.ts';

/** What a finding costs, in points for each hundred lines of code. */
export const WEIGHTS: Readonly<Record<LintSeverity, number>> = { error: 5, warning: 1, note: 0.2 };

/** Less code counts as this much, so that one finding in a short file is not the end of it. */
export const LEAST_LINES = 100;

/**
 * The score of 10: `10 - 100 x (5 errors + warnings + 0.2 notes) / lines of code`, not below 0. Lines of code are those that
 * are neither blank nor a comment; fewer than a hundred count as a hundred.
 */
export function lintScore(findings: readonly Pick<LintFinding, 'severity'>[], lines: number): number {
  const cost = findings.reduce((total, { severity }) => total + WEIGHTS[severity], 0);
  return Math.max(0, 10 - (100 * cost) / Math.max(LEAST_LINES, lines));
}
