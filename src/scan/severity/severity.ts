import { cvssV2Score } from './cvss-v2.ts';
import { cvssV3Score } from './cvss-v3.ts';
import { cvssV4Score } from './cvss-v4.ts';

/** `unknown` is no low: nobody has said how bad it is. */
export type Severity = 'critical' | 'high' | 'medium' | 'low' | 'unknown';

/** The most severe first, `unknown` last. */
export const SEVERITIES: readonly Severity[] = ['critical', 'high', 'medium', 'low', 'unknown'];

/** The score of a CVSS vector of version 2, 3.0, 3.1 or 4.0; `undefined` where the text is none. */
export function cvssScore(vector: string): number | undefined {
  if (vector.startsWith('CVSS:4.0/')) return cvssV4Score(vector);
  if (vector.startsWith('CVSS:3.0/') || vector.startsWith('CVSS:3.1/')) return cvssV3Score(vector);
  return cvssV2Score(vector);
}

/** By the qualitative scale of CVSS 3 and 4; a score of 0 is low, since somebody reported it. */
export function severityOfScore(score: number): Severity {
  if (score >= 9) return 'critical';
  if (score >= 7) return 'high';
  return score >= 4 ? 'medium' : 'low';
}

const WORDS: Readonly<Record<string, Severity>> = {
  critical: 'critical',
  high: 'high',
  important: 'high',
  moderate: 'medium',
  medium: 'medium',
  low: 'low',
  negligible: 'low',
  minor: 'low',
};

/** What the databases write in place of a score. */
export function severityOfWord(word: string): Severity {
  return WORDS[word.toLowerCase()] ?? 'unknown';
}
