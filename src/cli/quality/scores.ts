import type { ScoreRecord } from '../../metrics/index.ts';
import { evidenceText, type GateReport, titleOf } from '../../quality/index.ts';

/** What each line of a report measured, for the record of the build. A gate that is off has measured nothing and says nothing. */
export function scoresOf({ lines }: GateReport): ScoreRecord[] {
  return lines
    .filter(({ status }) => status !== 'off')
    .map((line) => {
      const { subject, status, value, threshold = '', evidence } = line;
      return {
        gate: subject === 'workspace' ? titleOf(line) : `${titleOf(line)} of ${subject}`,
        measured: value ?? null,
        threshold: limitIn(threshold),
        unit: UNITS[line.gate] ?? '',
        passed: status === 'passed' || status === 'excepted',
        evidence: evidenceText(evidence),
      };
    });
}

const UNITS: Readonly<Record<string, string>> = {
  codeQuality: 'of 10',
  testCoverage: '%',
  securityScan: 'found',
  performanceTest: 'ms',
};

/** The number that a threshold in words names last: `95 of 100 requests within 200 ms`. */
function limitIn(threshold: string): number | null {
  if (threshold.startsWith('none of')) return 0;
  const [, limit] = /(\d+(?:\.\d+)?)(?:\s*(?:% of lines|%|ms|of 10))?$/.exec(threshold) ?? [];
  return limit === undefined ? null : Number(limit);
}
