import type { CoverageFormat, LinterName, SourceFacts } from '../../rules/index.ts';

/** What a check learned of one target, as the build tells it. */
export interface CheckedTarget {
  /** Formatted label. */
  readonly label: string;
  /** Relative to the workspace. */
  readonly directory: string;
  readonly sources: readonly SourceFacts[];
  readonly lints: readonly LintRun[];
  /** Files by language of those that no linter checks. */
  readonly notLinted: Readonly<Record<string, number>>;
}

export interface LintRun {
  readonly linter: LinterName;
  readonly version: string;
  readonly command: string;
  readonly files: number;
  readonly lines: number;
  /** Absent where it did not run to its end: `problem` says why. */
  readonly report?: string;
  readonly problem?: string;
  readonly isMissing?: true;
}

/** A test run of a target. */
export interface TestRun {
  readonly label: string;
  readonly category: string;
  readonly status: 'cached' | 'ran' | 'failed' | 'skipped';
  readonly coverage?: { readonly format: CoverageFormat; readonly text: string };
}
