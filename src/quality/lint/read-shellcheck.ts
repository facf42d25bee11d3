import { fail } from '../../base/index.ts';
import { countIn, isObject, jsonIn, textIn } from '../json.ts';
import {
  type LintFinding,
  type LintReading,
  type LintSeverity,
  wholeReport,
  workspacePath,
} from './finding.ts';

const SEVERITIES: Readonly<Record<string, LintSeverity>> = {
  error: 'error',
  warning: 'warning',
  info: 'note',
  style: 'note',
};

/** `shellcheck --format=json1`. */
export function readShellcheck(text: string): LintReading {
  const report = jsonIn(text);
  const comments = isObject(report) ? report.comments : undefined;
  if (!Array.isArray(comments)) return fail('the report of ShellCheck has no list of comments');
  return wholeReport(comments.map(findingOf), 'ShellCheck');
}

function findingOf(entry: unknown): LintFinding | undefined {
  const path = textIn(entry, 'file');
  const message = textIn(entry, 'message');
  const code = countIn(entry, 'code');
  const severity = SEVERITIES[textIn(entry, 'level') ?? ''];
  if (path === undefined || message === undefined || code === undefined || !severity) return undefined;
  return {
    severity,
    rule: `SC${code}`,
    message,
    path: workspacePath(path),
    line: countIn(entry, 'line') ?? 0,
  };
}
