import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sourcePlaces } from './source-places.ts';

const PATHS = new Set(['src/report.c', 'build.ts', 'test/test_a.py', 'my-app/@x/a.b.js']);
const FOLDER = { directory: 'components/core', has: (path: string) => PATHS.has(path) };

/** Without a second text: it stays as it is. */
const CASES: Readonly<Record<string, string | undefined>> = {
  "src/report.c:3:5: error: expected ';'": "components/core/src/report.c:3:5: error: expected ';'",
  'In file included from ./src/report.c:3,': 'In file included from components/core/src/report.c:3,',
  "build.ts(3,5): error TS2304: Cannot find name 'x'.":
    "components/core/build.ts(3,5): error TS2304: Cannot find name 'x'.",
  '  File "/w/test/test_a.py", line 3, in f': '  File "components/core/test/test_a.py", line 3, in f',
  '    at f (/w/my-app/@x/a.b.js:1:2)': '    at f (components/core/my-app/@x/a.b.js:1:2)',
  '    at file:///w/build.ts:1:2': '    at components/core/build.ts:1:2',
  'see /w/src/report.c.': 'see components/core/src/report.c.',
  'src/report.c:3 and src/report.c:4': 'components/core/src/report.c:3 and components/core/src/report.c:4',
  'compiling src/report.c': undefined,
  '/w/dist/report.o:3: no such symbol': undefined,
  'dist/src/report.c:3: x': undefined,
  '/tools/src/report.c:3: x': undefined,
  '/deps/w/src/report.c:3: x': undefined,
  'components/core/src/report.c:3: x': undefined,
  'https://host/w/src/report.c:3': undefined,
};

for (const [said, told = said] of Object.entries(CASES))
  test(`a place in a source is told as it lies in the workspace: ${said}`, () => {
    assert.equal(sourcePlaces(`before\n${said}\nafter`, FOLDER), `before\n${told}\nafter`);
  });

test('in a target at the root of the workspace places are relative to it', () => {
  assert.equal(sourcePlaces('/w/build.ts:3', { ...FOLDER, directory: '' }), 'build.ts:3');
});

test('a long line without a path takes no time', () => {
  const text = `${'.'.repeat(30_000)} ${'a/'.repeat(15_000)}`;
  assert.equal(sourcePlaces(text, FOLDER), text);
});
