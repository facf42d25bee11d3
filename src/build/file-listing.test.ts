import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { changedFiles } from './file-listing.ts';

const file = (path: string, stat = '1 10 5.0 5.0 644 '): string => `${path}\0f ${stat}\n`;
const folder = (path: string): string => `${path}\0d 755\n`;

function check(before: string, after: string, expected: readonly string[] | undefined): void {
  const found = changedFiles(Buffer.from(before), Buffer.from(after));
  assert.deepEqual(found && [...found], expected);
}

const LISTED = [folder('.'), file('./a'), folder('./b'), file('./b/c'), file('./d'), file('/usr/bin/sh')];
const other = (path: string): string => file(path, '1 11 6.0 6.0 644 ');
const changedAt = (...changes: readonly (readonly [number, string])[]): string =>
  LISTED.map((line, at) => changes.find(([index]) => index === at)?.[1] ?? line).join('');

describe('changedFiles', () => {
  const before = LISTED.join('');
  it('finds no change', () => check(before, before, []));
  it('finds files by any of their figures', () => {
    check(before, changedAt([3, other('./b/c')]), ['b/c']);
    check(before, changedAt([1, file('./a', '2 10 5.0 5.0 644 ')]), ['a']);
    check(before, changedAt([1, file('./a', '1 10 5.0 5.1 644 ')], [4, other('./d')]), ['a', 'd']);
  });
  it('passes over the marks of young files', () => {
    check(before, changedAt([1, other('./a')], [2, `\u0001${folder('./b')}`]), ['a']);
  });
  it('finds a file that is listed at another place', () => {
    check(before, [LISTED[0], LISTED[4], ...LISTED.slice(1, 4), LISTED[5]].join(''), []);
  });
  it('gives up on anything else', () => {
    for (const after of [
      changedAt([4, '']),
      before + file('./e'),
      changedAt([4, file('./e')]),
      changedAt([1, file('./a', '1 10 5.0 5.0 755 ')]),
      changedAt([1, './a\0l 1 10 5.0 5.0 777 d\n']),
      changedAt([2, './b\0d 700\n']),
      changedAt([5, other('/usr/bin/sh')]),
      changedAt([1, './a\nb\0f 1 10 5.0 5.0 644 \n']),
      changedAt([1, other('./a') + other('./a')], [4, '']),
    ])
      check(before, after, undefined);
    check(file('./b/.gitignore'), other('./b/.gitignore'), undefined);
  });
  it('agrees with a comparison line by line', () => {
    const stats = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(stats, stats, (a, b) => {
        const size = Math.min(a.length, b.length);
        const text = (values: readonly number[]): string =>
          values
            .slice(0, size)
            .map((value, at) => file(`./${'x'.repeat(at % 3)}${at}`, `${value} 1 5 5 644 `))
            .join('');
        const expected = Array.from({ length: size }, (_, at) => at)
          .filter((at) => a[at] !== b[at])
          .map((at) => `${'x'.repeat(at % 3)}${at}`);
        check(text(a), text(b), expected);
      }),
    );
  });
  it('never throws', () => {
    const bytes = fc.uint8Array({ maxLength: 60 });
    fc.assert(fc.property(bytes, bytes, (a, b) => void changedFiles(a, b)));
  });
});
