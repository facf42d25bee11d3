import { join } from 'node:path/posix';
import type { FileSystem } from '../../host/index.ts';
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

/** For the record of a release, which is made of what was checked before. */
const FILE = 'build-cache/gate-scores.json';

/** Kept for a commit that was checked as it is, like the verdict. */
export function keepScores(
  fs: FileSystem,
  root: string,
  { commit, scores }: { readonly commit: string | undefined; readonly scores: readonly ScoreRecord[] },
): void {
  const path = join(root, FILE);
  if (commit === undefined) fs.remove(path);
  else fs.replaceFile(path, `${JSON.stringify({ version: 1, commit, scores })}\n`);
}

/** What the last check of this commit measured; nothing where another was checked. */
export function readScores(fs: FileSystem, root: string, commit: string): readonly ScoreRecord[] {
  try {
    const kept = JSON.parse(fs.readTextIfExists(join(root, FILE)) ?? '{}') as {
      readonly version?: number;
      readonly commit?: string;
      readonly scores?: readonly ScoreRecord[];
    };
    return kept.version === 1 && kept.commit === commit ? (kept.scores ?? []) : [];
  } catch {
    return [];
  }
}
