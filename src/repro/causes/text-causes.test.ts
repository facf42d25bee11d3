import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { contextOf } from '../testing.ts';
import { textCauses } from './text-causes.ts';

/** `expected` are the kinds of the causes, with commas. */
function check(
  name: string,
  [a, b]: readonly [string, string],
  expected: string,
  context = contextOf(),
): void {
  test(name, () => {
    const causes = textCauses(a, b, context);
    assert.equal(causes.map(({ kind }) => kind).join(', '), expected, JSON.stringify(causes));
  });
}

check('equal texts have none', ['same', 'same'], '');
check('a time of each build', ['at 2026-11-27T07:58:04Z\n', 'at 2026-11-27T08:03:04Z\n'], 'time');
check('seconds since 1970', ['{"built":1795766284}', '{"built":1795766584}'], 'time');
check('a moment of neither build', ['at 2020-01-01T07:58:04Z', 'at 2021-01-01T08:03:04Z'], 'unknown');
check('the workspace', ['-I/s/a/w/include', '-I/s/longer b/w/include'], 'embedded path');
check('the home', ['cache: /s/a/home/.x\n', 'cache: /s/longer b/home/.x\n'], 'embedded path');
check('lines in another order', ['b\na\nc\n', 'c\nb\na\n'], 'order');
check("a set's members in another order", ["x = {'a', 'b', 'c'}", "x = {'c', 'a', 'b'}"], 'order');
check('keys of JSON in another order', ['{"a":1,"b":[2]}', '{"b":[2],"a":1}'], 'order');
check('lines in another order, with times', ['b\n07:58:04 a\n', '08:03:04 a\nb\n'], 'order, time');
check(
  'a UUID',
  ['id 4d15e1ba-a6db-485c-a07d-180045e21c53', 'id a63b3250-26a5-4a38-853c-a9eedeb05f8d'],
  'random',
);
check('hexadecimal ids', ['trace=9f86d081884c7d65 ok', 'trace=60303ae22b998861 ok'], 'random');
check('a temporary file', ['#line 1 "/tmp/ccX1y2Z3.c"', '#line 1 "/tmp/ccA9b8C7.c"'], 'random');
check('an address in memory', ['<object at 0x7f63a1b2c3d0>', '<object at 0x7f0a99887760>'], 'memory address');
check('the number of processors', ['jobs: 1 of them', 'jobs: 8 of them'], 'cores');
check('another number', ['jobs: 3', 'jobs: 8'], 'unknown');
check('the name of the user', ['by first.', 'by someone-else.'], 'user');
check('the zone', ['TZ=America/St_Johns', 'TZ=Asia/Kolkata'], 'time zone');
check('the language', ['lang C.UTF-8', 'lang tr_TR.UTF-8'], 'locale');
check('numbers as languages write them', ['total 1,234.5 MB', 'total 1.234,5 MB'], 'locale');
check('the id of R8', ['# pg_map_id: 0a1b2c3', '# pg_map_id: ffee001'], 'R8 map id');
check(
  'the id of R8 in JSON',
  ['~~R8{"pg-map-id":"0a1b2c3","version":"8.5"}', '~~R8{"pg-map-id":"ffee001","version":"8.5"}'],
  'R8 map id',
);
check(
  'two causes',
  ['/s/a/w at 1795766284\n', '/s/longer b/w at 1795766584\n'],
  'time, embedded path'.split(', ').reverse().join(', '),
);
check('what nothing tells', ['the cat', 'the dog'], 'unknown');
check('a line of one side', ['a\n', 'a\nsomething\n'], 'unknown');
check(
  'what is known stands beside what is not',
  ['the cat\n/s/a/w\n', 'the dog\n/s/longer b/w\n'],
  'unknown, embedded path',
);

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const base64 = (text: string): string => createHash('sha256').update(text).digest('base64url');
check(
  'digests of what differs',
  [`x ${sha256('one')} 3`, `x ${sha256('other')} 5`],
  'follows',
  contextOf(['one', 'other']),
);
check(
  'digests as wheels have them',
  [`a.py,sha256=${base64('one')},3`, `a.py,sha256=${base64('other')},5`],
  'follows',
  contextOf(['one', 'other']),
);
check('digests of something else', [`x ${sha256('one')}`, `x ${sha256('other')}`], 'random');

const many = (line: (index: number) => string): string =>
  Array.from({ length: 40_000 }, (_, index) => line(index)).join('\n');
check(
  'a large text is looked at by its lines',
  [many((index) => `${index} at 2026-11-27T07:58:04Z`), many((index) => `${index} at 2026-11-27T08:03:04Z`)],
  'time',
);
check(
  'lines of a large text in another order',
  [many((index) => `line ${index}`), many((index) => `line ${39_999 - index}`)],
  'order',
);
check(
  'a line without an end',
  ['ab'.repeat(2 ** 20), `${'ab'.repeat(2 ** 19)}X${'ab'.repeat(2 ** 19)}`],
  'unknown',
);
