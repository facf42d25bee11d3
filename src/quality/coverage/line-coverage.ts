import type { Result } from '../../base/index.ts';

/** Of one file: which lines hold code, and whether a test ran them. */
export interface FileCoverage {
  /** As the report names it; see `files-of-target.ts`. */
  readonly path: string;
  /** Line number, from 1, to whether it ran. */
  readonly lines: ReadonlyMap<number, boolean>;
}

/** What a report says, or why it cannot be read. */
export type CoverageReading = Result<readonly FileCoverage[], string>;

/** Of one target, or of all of them. */
export interface CoverageSum {
  readonly lines: number;
  readonly covered: number;
}

/** Lines that ran in any of the reports ran. */
export function mergeLines(reports: readonly ReadonlyMap<number, boolean>[]): ReadonlyMap<number, boolean> {
  const merged = new Map<number, boolean>();
  for (const report of reports)
    for (const [line, ran] of report) merged.set(line, ran || (merged.get(line) ?? false));
  return merged;
}

/** In percent; code without a line is not there to be covered. */
export function percentOf({ lines, covered }: CoverageSum): number {
  return lines === 0 ? 100 : (100 * covered) / lines;
}
