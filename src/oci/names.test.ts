import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { canonicalJson, type Json } from './canonical-json.ts';
import { compilePattern } from './file-pattern.ts';
import { cleanPath, parseIgnoreFile } from './ignore-file.ts';
import { formatReference, parseReference, tagOfVersion } from './reference.ts';

const DIGEST = `sha256:${'ab'.repeat(32)}`;

function checkReference(text: string, expected: object | undefined): void {
  test(`reference ${text}`, () => {
    assert.deepEqual(parseReference(text), expected);
    if (expected) assert.equal(formatReference(parseReference(text)!), text);
  });
}

checkReference('base', { repository: 'base' });
checkReference('mobileops-base:latest', { repository: 'mobileops-base', tag: 'latest' });
checkReference('library/node:18-alpine', { repository: 'library/node', tag: '18-alpine' });
checkReference('localhost/x', { registry: 'localhost', repository: 'x' });
checkReference('localhost:5000/a/b:1', { registry: 'localhost:5000', repository: 'a/b', tag: '1' });
checkReference(`registry.example/a@${DIGEST}`, {
  registry: 'registry.example',
  repository: 'a',
  digest: DIGEST,
});
checkReference(`a:1@${DIGEST}`, { repository: 'a', tag: '1', digest: DIGEST });
checkReference('[::1]:5000/a', { registry: '[::1]:5000', repository: 'a' });
for (const bad of [
  '',
  'A',
  'a//b',
  'a/',
  '/a',
  'a:',
  'a:.x',
  'a@sha256:12',
  'a b',
  'a..b',
  '-a',
  'a-',
  `a:${'x'.repeat(129)}`,
  'x'.repeat(256),
  'host:99999999/a',
  '$X',
]) {
  checkReference(bad, undefined);
}

test('any text is a reference that reads back, or none', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('a', 'B', '0', '.', '-', '_', '/', ':', '@', '[', ']') }),
      (text) => {
        const reference = parseReference(text);
        if (reference) assert.equal(formatReference(reference), text);
      },
    ),
    { numRuns: 2000 },
  );
});

test('a version as a tag', () => {
  assert.deepEqual(['1.2.3', '1.2.3+build.7', '', '+1', 'v 1'].map(tagOfVersion), [
    '1.2.3',
    '1.2.3-build.7',
    undefined,
    undefined,
    undefined,
  ]);
});

function checkPattern(
  pattern: string,
  matching: readonly string[],
  others: readonly string[],
  doubleStar = false,
): void {
  test(`pattern ${pattern}`, () => {
    const compiled = compilePattern(pattern, { doubleStar })!;
    assert.deepEqual(
      [...matching, ...others].filter((path) => compiled.test(path)),
      matching,
    );
  });
}

checkPattern('*.json', ['a.json', '.json'], ['a/b.json', 'a.jsonx']);
checkPattern('a?c', ['abc'], ['ac', 'a/c', 'abbc']);
checkPattern('[a-c]x', ['ax', 'cx'], ['dx', '-x']);
checkPattern('[^a]x', ['bx'], ['ax', '/x']);
checkPattern('a\\*b', ['a*b'], ['axb']);
checkPattern('a.b+c', ['a.b+c'], ['axb+c', 'a.bbc']);
checkPattern('**/x', ['a/x'], ['x', 'a/b/x']);
checkPattern('**/x', ['x', 'a/x', 'a/b/x'], ['ax', 'x/y'], true);
checkPattern('a/**', ['a/b', 'a/b/c'], ['a', 'b'], true);
checkPattern('*a*b*c*d', ['abcd', 'xaxbxcxd'], ['abc', 'a/bcd', 'abcdx']);
checkPattern(
  '**/a*/**/*b/*.c',
  ['ax/b/y.c', 'q/a/r/s/tb/.c', 'a/b/x.c'],
  ['a/x.c', 'ab/x.c', 'a/b/x/y.c'],
  true,
);
checkPattern('a/**/b/**/c/**/d*', ['a/b/c/d', 'a/x/b/y/z/c/dd'], ['a/b/d', 'ab/c/d', 'a/b/c/x/d/e'], true);

test('a pattern of many wildcards is compared in time', () => {
  const start = performance.now();
  const pattern = compilePattern(`${'*a'.repeat(200)}b`, { doubleStar: false })!;
  assert.equal(pattern.test('a'.repeat(2000)), false);
  assert.ok(performance.now() - start < 5000);
});

for (const bad of ['[', '[]', '[a', '[b-a]', 'a\\', '[a-', '[-a]']) {
  test(`${bad} is no pattern`, () => assert.equal(compilePattern(bad, { doubleStar: false }), undefined));
}

test('any pattern compiles or is none', () => {
  const pattern = fc.string({
    unit: fc.constantFrom('[', ']', '^', '-', '\\', '*', '?', '/', 'a', 'b', '(', '|', '.', '{'),
  });
  fc.assert(
    fc.property(
      pattern,
      fc.boolean(),
      (text, doubleStar) => void compilePattern(text, { doubleStar })?.test('ab/a-b'),
    ),
    { numRuns: 2000 },
  );
});

function checkIgnore(lines: string, ignored: readonly string[], kept: readonly string[]): void {
  test(`ignore file ${JSON.stringify(lines)}`, () => {
    assert.deepEqual([...ignored, ...kept].filter(parseIgnoreFile(lines)), ignored);
  });
}

checkIgnore('', [], ['a']);
checkIgnore('# a\n\n  b  \r\n', ['b', 'b/c'], ['a', '# a']);
checkIgnore('/a\n./b/\n', ['a', 'b/c'], ['x/a']);
checkIgnore('*\n!keep\n', ['a', 'a/b'], ['keep', 'keep/x']);
checkIgnore('a\n!a/b\na/b/c\n', ['a/x', 'a/b/c'], ['a/b', 'a/b/d']);
checkIgnore('**/node_modules\n', ['node_modules/x', 'a/node_modules/y'], ['a/x']);
checkIgnore('a/../b\n', ['b'], ['a']);

test('a pattern that cannot be read is told with its line', () => {
  const bad: string[] = [];
  const text = 'ok\n[x\nmore\n';
  parseIgnoreFile(text, (start, end) => bad.push(text.slice(start, end)));
  assert.deepEqual(bad, ['[x']);
});

test('clean paths', () => {
  const cases = {
    '.': '',
    './a/': 'a',
    '/a//b/../c': 'a/c',
    '../a': '../a',
    'a/../../b': '../b',
    '/../a': 'a',
    '': '',
  };
  for (const [path, expected] of Object.entries(cases)) assert.equal(cleanPath(path), expected, path);
});

test('canonical JSON is JSON with sorted keys', () => {
  assert.equal(
    canonicalJson({ b: [1, { d: null, c: undefined }], a: 'é"', A: true }),
    '{"A":true,"a":"é\\"","b":[1,{"d":null}]}',
  );
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      assert.deepEqual(JSON.parse(canonicalJson(value as Json)), JSON.parse(JSON.stringify(value)));
    }),
  );
});
