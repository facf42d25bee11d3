import { fail, ok } from '../../base/index.ts';
import { countIn, isObject, jsonIn } from '../json.ts';
import type { CoverageReading } from './line-coverage.ts';

/** `coverage-final.json` of Istanbul: a line ran where a statement that begins on it did. */
export function readIstanbul(text: string): CoverageReading {
  const report = jsonIn(text);
  if (!isObject(report)) return fail('the report of Istanbul is no JSON object');
  return ok(
    Object.entries(report).map(([path, file]) => {
      const { statementMap = {}, s: hits = {} } = isObject(file) ? file : {};
      const lines = new Map<number, boolean>();
      for (const [id, place] of Object.entries(isObject(statementMap) ? statementMap : {})) {
        const line = isObject(place) ? countIn(place.start, 'line') : undefined;
        if (line === undefined) continue;
        lines.set(line, (lines.get(line) ?? false) || (countIn(hits, id) ?? 0) > 0);
      }
      return { path, lines };
    }),
  );
}
