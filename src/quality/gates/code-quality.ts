import { compareTexts, counted } from '../../base/index.ts';
import type { LintFinding } from '../lint/finding.ts';
import { LINT_READERS } from '../lint/linters.ts';
import { lintScore } from '../lint/score.ts';
import type { GateLine } from '../model.ts';
import type { CheckedTarget, LintRun } from './check-input.ts';

const SHOWN_FINDINGS = 10;
const RANKS = { error: 0, warning: 1, note: 2 } as const;

/** A line for each target that has sources which are linted. */
export function codeQualityLines(targets: readonly CheckedTarget[], threshold: number): GateLine[] {
  return targets.filter(({ lints }) => lints.length > 0).map((target) => lineOf(target, threshold));
}

function lineOf({ label, directory, lints }: CheckedTarget, threshold: number): GateLine {
  const head = {
    gate: 'codeQuality' as const,
    subject: label,
    threshold: `at least ${threshold} of 10`,
    evidence: lints.map(({ linter, version, command }) => ({ tool: linter, version, command })),
  };
  const findings: LintFinding[] = [];
  const problems: { readonly text: string; readonly isMissing: boolean }[] = [];
  for (const lint of lints) {
    const read = findingsOf(lint);
    if (typeof read === 'string') problems.push({ text: read, isMissing: lint.isMissing === true });
    else findings.push(...read.map((each) => ({ ...each, path: inWorkspace(each.path, directory) })));
  }
  if (problems.length > 0) {
    const why = problems.map(({ text }) => text).join('; ');
    const isMissing = problems.every((each) => each.isMissing);
    return { ...head, status: 'not-measured', why, details: [], ...(isMissing ? { isMissing } : {}) };
  }
  const lines = lints.reduce((total, lint) => total + lint.lines, 0);
  const score = lintScore(findings, lines);
  return {
    ...head,
    status: score >= threshold ? 'passed' : 'failed',
    measured: `${shown(score)} of 10 (${counted(findings.length, 'finding')} in ${counted(lines, 'line')})`,
    value: score,
    details: detailsOf(findings),
  };
}

/** Rounded down, so that 7.999 is not shown as enough. */
function shown(score: number): string {
  return String(Math.floor(score * 100) / 100);
}

function findingsOf({
  linter,
  report,
  problem = 'it was not run',
}: LintRun): readonly LintFinding[] | string {
  if (report === undefined) return `${linter}: ${problem}`;
  const read = LINT_READERS[linter](report);
  return read.ok ? read.value : read.failure;
}

/** Where a sandbox has no folder of its own, linters name files by where they really were. */
function inWorkspace(path: string, directory: string): string {
  if (!path.startsWith('/')) return path;
  const at = path.indexOf(`/${directory}/`);
  return at === -1 ? path : path.slice(at + 1);
}

function detailsOf(findings: readonly LintFinding[]): string[] {
  const sorted = findings.toSorted(
    (a, b) => RANKS[a.severity] - RANKS[b.severity] || compareTexts(a.path, b.path) || a.line - b.line,
  );
  const shownOnes = sorted.slice(0, SHOWN_FINDINGS);
  const rest = sorted.length - shownOnes.length;
  return [
    ...shownOnes.map(
      ({ path, line, severity, rule, message }) => `${path}:${line}: ${severity} ${rule}: ${message}`,
    ),
    ...(rest > 0 ? [`and ${counted(rest, 'more finding')}`] : []),
  ];
}
