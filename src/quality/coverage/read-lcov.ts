import { fail, ok } from '../../base/index.ts';
import type { CoverageReading, FileCoverage } from './line-coverage.ts';

/** A tracefile of lcov, as node:test, jest, vitest and Istanbul write it: `SF:` a file, `DA:line,hits` its lines. */
export function readLcov(text: string): CoverageReading {
  const files: FileCoverage[] = [];
  let open: { readonly path: string; readonly lines: Map<number, boolean> } | undefined;
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.startsWith('SF:')) open = { path: line.slice(3), lines: new Map() };
    else if (line.startsWith('DA:')) {
      const found = /^DA:(\d+),(-?\d+)(,.*)?$/.exec(line);
      if (!found || !open) return fail(`line ${index + 1} of the tracefile cannot be read`);
      open.lines.set(Number(found[1]), Number(found[2]) > 0);
    } else if (line === 'end_of_record' && open) {
      files.push(open);
      open = undefined;
    }
  }
  return open ? fail('the tracefile ends in the middle of a file') : ok(files);
}
