import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import type { Found } from '../model.ts';
import { contextOf } from '../testing.ts';
import { explain } from './explain.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const content = (name: string, a: string | Buffer, b: string | Buffer): Found => {
  return { kind: 'content', place: ['x', name], a: Buffer.from(a as string), b: Buffer.from(b as string) };
};
const only = (name: string): Found => ({ kind: 'only', place: ['x', name], side: 'a', what: 'file' });

/** `expected`: field, where and the kinds of the causes. */
function check(name: string, found: Found, expected: string): void {
  test(name, () => {
    const { field, where, causes } = explain(found, contextOf(['one', 'other']));
    const kinds = causes.map(({ kind }) => kind).join(', ');
    assert.equal([field, where, kinds].filter((each) => each !== undefined).join(' | '), expected);
  });
}

check('a text', content('a', 'x\ny 1\n', 'x\ny 8\n'), 'content | line 2, column 3 | cores');
check('bytes', content('a', Buffer.from([0, 1, 2]), Buffer.from([0, 1, 9])), 'content | byte 2 | unknown');
check(
  'bytes that no encoding has',
  content('a', Buffer.from([0xff, 1]), Buffer.from([0xfe, 1])),
  'content | byte 0 | unknown',
);
check('a signature', content('META-INF/CERT.RSA', '\0a', '\0b'), 'content | byte 1 | signature');
check(
  'what is signed',
  content('META-INF/CERT.SF', 'A: x\n', 'A: y\n'),
  'content | line 1, column 4 | follows',
);
check(
  'what follows comes after what causes, and what is not known last',
  content(
    'a',
    `cat\n${sha256('one')}\n2026-11-27T07:58:04Z\n`,
    `dog\n${sha256('other')}\n2026-11-27T08:03:04Z\n`,
  ),
  'content | line 1, column 1 | time, follows, unknown',
);
check(
  'a name with a digest',
  only(`assets/app-${sha256('one').slice(0, 8)}.js`),
  'only in the first build (file) | follows',
);
check(
  'a blob of an image',
  only(`blobs/sha256/${sha256('one')}`),
  'only in the first build (file) | follows',
);
check('a name with a time', only('log-20261127-075804.txt'), 'only in the first build (file) | time');
check(
  'a name with an id',
  only('tmp/4d15e1ba-a6db-485c-a07d-180045e21c53'),
  'only in the first build (file) | random',
);
check('a name that tells nothing', only('readme'), 'only in the first build (file) | unknown');
check('an order', { kind: 'order', place: ['x'], what: 'they stand otherwise' }, 'order | order');
check('another packing', { kind: 'packing', place: ['x'], format: 'gzip' }, 'packing | packing');
check('what is too large', { kind: 'unread', place: ['x'], why: 'it is too large' }, 'content | unknown');

test('a cure goes by the cause and by what the file is', () => {
  const cures = (name: string): readonly string[] =>
    explain(content(name, 'at 1795766284', 'at 1795766584'), contextOf()).cures;
  assert.match(cures('a.txt')[0] ?? '', /SOURCE_DATE_EPOCH/);
  assert.match(cures('m.pyc')[0] ?? '', /unchecked-hash/);
  assert.match(cures('a.png')[0] ?? '', /pictures/);
  assert.deepEqual(
    explain(content('a', 'cat', 'dog'), contextOf()).cures,
    [],
    'what nobody knows, nobody can mend',
  );
});
