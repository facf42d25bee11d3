import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { tarOf, type WrittenMember } from '../../inspection/testing.ts';
import type { Found } from '../model.ts';
import { zipOf } from '../testing.ts';
import { Comparison } from './compare-contents.ts';

function shown(found: Found): string {
  const place = found.place.join(' > ');
  switch (found.kind) {
    case 'content':
      return `${place}: ${found.a} | ${found.b}`;
    case 'field':
      return `${place}: ${found.field} ${found.a} | ${found.b}`;
    case 'only':
      return `${place}: only in ${found.side}`;
    default:
      return `${place}: ${found.kind}`;
  }
}

function check(
  name: string,
  [a, b]: readonly [Buffer | string, Buffer | string],
  expected: readonly string[],
): void {
  test(name, async () => {
    const comparison = new Comparison();
    await comparison.contents(['x'], Buffer.from(a as string), Buffer.from(b as string));
    assert.deepEqual(comparison.found.map(shown), expected);
  });
}

const tar = (...members: WrittenMember[]): Buffer => tarOf(members);
const gzip = (bytes: Buffer, level = 6): Buffer => gzipSync(bytes, { level });

check('equal bytes', ['one', 'one'], []);
check('plain bytes', ['one', 'two'], ['x: one | two']);
check(
  'a member of a tar',
  [tar({ name: 'a', content: '1' }), tar({ name: 'a', content: '2' })],
  ['x > a: 1 | 2'],
);
check(
  'fields of a member',
  [tar({ name: 'a', mode: 0o644, mtime: 1 }), tar({ name: 'a', mode: 0o600, mtime: 2 })],
  ['x > a: mode 0644 | 0600', 'x > a: mtime 1970-01-01T00:00:01Z | 1970-01-01T00:00:02Z'],
);
check('a member of one side', [tar({ name: 'a' }), tar({ name: 'a' }, { name: 'b' })], ['x > b: only in b']);
check(
  'members in another order',
  [tar({ name: 'a' }, { name: 'b' }), tar({ name: 'b' }, { name: 'a' })],
  ['x: order'],
);
check(
  'members of one name',
  [
    tar({ name: 'a', content: '1' }, { name: 'a', content: '2' }),
    tar({ name: 'a', content: '1' }, { name: 'a', content: '3' }),
  ],
  ['x > a: 2 | 3'],
);
check(
  'a tar in gzip',
  [gzip(tar({ name: 'a', content: '1' })), gzip(tar({ name: 'a', content: '2' }))],
  ['x > a: 1 | 2'],
);
check(
  'a tar in zstd',
  [zstdCompressSync(tar({ name: 'a', content: '1' })), zstdCompressSync(tar({ name: 'a', content: '2' }))],
  ['x > a: 1 | 2'],
);
const text = Buffer.from('abcabcabdabcabc'.repeat(50));
check(
  'the same, compressed less',
  [gzip(text, 1).fill(0, 8, 9), gzip(text, 9).fill(0, 8, 9)],
  ['x: packing'],
);
check('the head of a gzip', [gzip(text), Buffer.from(gzip(text)).fill(7, 4, 5)], ['x: gzip mtime 0 | 7']);
check(
  'a member of a zip, and its time',
  [zipOf([{ name: 'a', content: '1', time: 0x4000 }]), zipOf([{ name: 'a', content: '2', time: 0x4001 }])],
  [
    'x > a: mtime 1980-01-01T08:00:00 | 1980-01-01T08:00:02',
    'x > a: mtime in the header 1980-01-01T08:00:00 | 1980-01-01T08:00:02',
    'x > a: 1 | 2',
  ],
);
check(
  'the same members, stored and deflated',
  [zipOf([{ name: 'a', content: '1' }]), zipOf([{ name: 'a', content: '1', isStored: true }])],
  ['x > a: method 8 | 0'],
);
check(
  'an archive in an archive',
  [
    tar({ name: 'lib.zip', content: zipOf([{ name: 'c', content: 'v1' }]) }),
    tar({ name: 'lib.zip', content: zipOf([{ name: 'c', content: 'v2' }]) }),
  ],
  ['x > lib.zip > c: v1 | v2'],
);
const ar = (mtime: string, content: string): string =>
  `!<arch>\n${'a.o/'.padEnd(16)}${mtime.padEnd(12)}${'0'.padEnd(6)}${'0'.padEnd(6)}${'644'.padEnd(8)}${String(content.length).padEnd(10)}\`\n${content}`;
check(
  'a member of an ar archive',
  [ar('1', 'xy'), ar('2', 'xz')],
  ['x > a.o: mtime 1 | 2', 'x > a.o: xy | xz'],
);
check(
  'a zip that is cut is compared as bytes',
  [Buffer.from('PK\x03\x04 broken one'), Buffer.from('PK\x03\x04 broken two')],
  ['x: PK\x03\x04 broken one | PK\x03\x04 broken two'],
);

test('what an archive unpacks to has an end', async () => {
  const bomb = gzip(gzip(Buffer.alloc(600 * 2 ** 20)));
  const comparison = new Comparison();
  await comparison.contents(['x'], bomb, gzip(gzip(Buffer.alloc(601 * 2 ** 20))));
  assert.deepEqual(
    comparison.found.map(({ kind }) => kind),
    ['content'],
  );
});
