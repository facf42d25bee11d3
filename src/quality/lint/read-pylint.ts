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
  fatal: 'error',
  error: 'error',
  warning: 'warning',
  refactor: 'note',
  convention: 'note',
  info: 'note',
};

/** `pylint --output-format=json2`. */
export function readPylint(text: string): LintReading {
  const report = jsonIn(text);
  const messages = isObject(report) ? report.messages : undefined;
  if (!Array.isArray(messages)) return fail('the report of pylint has no list of messages');
  return wholeReport(messages.map(findingOf), 'pylint');
}

function findingOf(entry: unknown): LintFinding | undefined {
  const path = textIn(entry, 'path');
  const message = textIn(entry, 'message');
  const severity = SEVERITIES[textIn(entry, 'type') ?? ''];
  if (path === undefined || message === undefined || !severity) return undefined;
  const rule = textIn(entry, 'symbol') ?? textIn(entry, 'messageId') ?? 'pylint';
  return { severity, rule, message, path: workspacePath(path), line: countIn(entry, 'line') ?? 0 };
}
