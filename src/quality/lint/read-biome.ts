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
  information: 'note',
  info: 'note',
  hint: 'note',
};

/** `biome lint --reporter=json`. */
export function readBiome(text: string): LintReading {
  const report = jsonIn(text);
  const entries = isObject(report) ? report.diagnostics : undefined;
  if (!isObject(report) || !Array.isArray(entries))
    return fail('the report of Biome has no list of diagnostics');
  const left = countIn(report.summary, 'diagnosticsNotPrinted') ?? 0;
  if (left > 0) return fail(`the report of Biome leaves out ${left} diagnostics`);
  return wholeReport(entries.map(findingOf), 'Biome');
}

function findingOf(entry: unknown): LintFinding | undefined {
  const message = textIn(entry, 'message');
  const severity = SEVERITIES[textIn(entry, 'severity') ?? ''];
  if (message === undefined || !severity || !isObject(entry)) return undefined;
  const path = isObject(entry.location) ? textIn(entry.location, 'path') : undefined;
  const line = isObject(entry.location) ? countIn(entry.location.start, 'line') : undefined;
  const rule = textIn(entry, 'category') ?? 'biome';
  return { severity, rule, message, path: workspacePath(path ?? ''), line: line ?? 0 };
}
