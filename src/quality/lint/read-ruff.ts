import { fail } from '../../base/index.ts';
import { countIn, isObject, jsonIn, textIn } from '../json.ts';
import {
  type LintFinding,
  type LintReading,
  type LintSeverity,
  wholeReport,
  workspacePath,
} from './finding.ts';

/** `ruff check --output-format json`. */
export function readRuff(text: string): LintReading {
  const entries = jsonIn(text);
  if (!Array.isArray(entries)) return fail('the report of ruff is no JSON list');
  return wholeReport(entries.map(findingOf), 'ruff');
}

function findingOf(entry: unknown): LintFinding | undefined {
  const path = textIn(entry, 'filename');
  const message = textIn(entry, 'message');
  if (path === undefined || message === undefined || !isObject(entry)) return undefined;
  // Older versions have no code for a syntax error.
  const rule = textIn(entry, 'code') ?? 'invalid-syntax';
  const line = countIn(entry.location, 'row') ?? 0;
  return { severity: severityOf(rule), rule, message, path: workspacePath(path), line };
}

/** Code that cannot run: syntax, names that are not there, misused keywords and formats that raise. */
const ERRORS = /^(invalid-syntax|E9\d\d|F[5-8]\d\d(?<!F841|F842)|PLE\d+)$/;
/** Likely mistakes and security. */
const WARNINGS = /^(F|B|S|E7|W6|PLW|RUF|ASYNC|BLE|DTZ|PGH|TRY|A|ARG)\d+$/;

/** Ruff calls everything an error; its codes tell more. */
function severityOf(rule: string): LintSeverity {
  if (ERRORS.test(rule)) return 'error';
  return WARNINGS.test(rule) ? 'warning' : 'note';
}
