import { fail, ok, type Result } from '../../base/index.ts';

/** How much a finding counts: see `score.ts`. */
export type LintSeverity = 'error' | 'warning' | 'note';

export interface LintFinding {
  readonly severity: LintSeverity;
  /** As its linter calls it: `F401`, `lint/suspicious/noDebugger`, `SC2086`. */
  readonly rule: string;
  readonly message: string;
  /** Relative to the workspace. */
  readonly path: string;
  /** From 1; 0 where the linter names no line. */
  readonly line: number;
}

/** What a linter's report says, or why it cannot be read. */
export type LintReading = Result<readonly LintFinding[], string>;

/** What a reader makes of one entry; `undefined` is an entry that it does not understand. */
type Entry = LintFinding | undefined;

/** All entries or none: a report that is understood in part would be counted as better than it is. */
export function wholeReport(entries: readonly Entry[], tool: string): LintReading {
  const findings = entries.filter((entry) => entry !== undefined);
  if (findings.length < entries.length) return fail(`the report of ${tool} has entries of an unknown shape`);
  return ok(findings);
}

const ROOT = /^(file:\/\/)?\/w\//;

/** Linters name files from the working folder, some of them absolutely; it is the workspace's root. */
export function workspacePath(path: string): string {
  return path.replace(ROOT, '').replace(/^\.\//, '');
}
