import { fail } from '../../base/index.ts';
import { countIn, isObject, jsonIn, listOf, textIn } from '../json.ts';
import { type LintFinding, type LintReading, wholeReport, workspacePath } from './finding.ts';

/** `eslint --format json`. */
export function readEslint(text: string): LintReading {
  const files = jsonIn(text);
  if (!Array.isArray(files)) return fail('the report of ESLint is no JSON list');
  const entries = files.flatMap((file) => {
    const path = textIn(file, 'filePath');
    const messages = listOf(isObject(file) ? file.messages : undefined);
    return path === undefined ? [undefined] : messages.map((entry) => findingOf(entry, path));
  });
  return wholeReport(entries, 'ESLint');
}

function findingOf(entry: unknown, path: string): LintFinding | undefined {
  const message = textIn(entry, 'message');
  const level = countIn(entry, 'severity');
  if (message === undefined || level === undefined) return undefined;
  // A file that cannot be parsed has no rule.
  const rule = textIn(entry, 'ruleId') ?? 'parse';
  const severity = level >= 2 ? 'error' : 'warning';
  return { severity, rule, message, path: workspacePath(path), line: countIn(entry, 'line') ?? 0 };
}
