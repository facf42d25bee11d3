import { fail, ok } from '../../base/index.ts';
import { isObject, jsonIn, listOf } from '../json.ts';
import type { CoverageReading } from './line-coverage.ts';

/** `coverage json` of coverage.py: executed and missing lines of each file; excluded ones are in neither. */
export function readCoveragePy(text: string): CoverageReading {
  const report = jsonIn(text);
  const files = isObject(report) ? report.files : undefined;
  if (!isObject(files)) return fail('the report of coverage.py names no files');
  return ok(
    Object.entries(files).map(([path, file]) => {
      const { executed_lines: ran, missing_lines: missing } = isObject(file) ? file : {};
      const lines = [...numbers(missing, false), ...numbers(ran, true)];
      return { path, lines: new Map(lines) };
    }),
  );
}

function numbers(value: unknown, ran: boolean): [number, boolean][] {
  return listOf(value)
    .filter((line): line is number => typeof line === 'number' && Number.isInteger(line) && line > 0)
    .map((line) => [line, ran]);
}
