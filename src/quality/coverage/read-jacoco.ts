import { fail, ok } from '../../base/index.ts';
import type { CoverageReading, FileCoverage } from './line-coverage.ts';

const TAG = /<(\/?)(package|sourcefile|line)\b([^>]*)>/g;

/** JaCoCo's XML: `<package name><sourcefile name><line nr mi ci>`; a line ran where an instruction of it did (`ci`). */
export function readJacoco(text: string): CoverageReading {
  if (!/<report\b/.test(text)) return fail('the report of JaCoCo has no <report>');
  const files: FileCoverage[] = [];
  let folder = '';
  let lines: Map<number, boolean> | undefined;
  for (const [, closing, tag, attributes = ''] of text.matchAll(TAG)) {
    if (closing === '/') {
      if (tag === 'sourcefile') lines = undefined;
    } else if (tag === 'package') folder = attribute(attributes, 'name') ?? '';
    else if (tag === 'sourcefile') {
      lines = new Map();
      files.push({
        path: `${folder === '' ? '' : `${folder}/`}${attribute(attributes, 'name') ?? ''}`,
        lines,
      });
    } else {
      const number = Number(attribute(attributes, 'nr'));
      if (lines && Number.isInteger(number) && number > 0)
        lines.set(number, Number(attribute(attributes, 'ci')) > 0);
    }
  }
  return ok(files);
}

function attribute(attributes: string, name: string): string | undefined {
  return new RegExp(`\\s${name}="([^"]*)"`).exec(attributes)?.[1];
}
