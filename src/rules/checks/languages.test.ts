import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { codeLines, hasRunnableCode, isOfTests, isSettings, type Language, languageOf } from './languages.ts';

const lines = (text: string, language: Language = 'JavaScript'): number[] => codeLines(text, language);

describe('lines of code', () => {
  const cases: readonly (readonly [string, number[], Language?])[] = [
    ['', []],
    ['a\n\n  // b\nc', [1, 4]],
    ['/* a\n b\n*/ c\n/* d */ e', [3, 4]],
    ['/* a */ /* b */\n/** c\n * d\n */', []],
    ["glob('src/*.ts')\nnext", [1, 2]],
    ['# a\nb # c\n\n\t# d', [2], 'Python'],
    ['#!/bin/sh\necho', [2], 'shell'],
  ];
  for (const [text, expected, language] of cases)
    test(JSON.stringify(text), () => assert.deepEqual(lines(text, language), expected));

  test('of any text are lines of it, in order', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('/', '*', '\n', 'a', ' ', '#') }), (text) => {
        const found = lines(text);
        assert.deepEqual(
          found,
          [...new Set(found)].sort((a, b) => a - b),
        );
        assert.ok(found.every((line) => line >= 1 && (text.split('\n')[line - 1] ?? '').trim() !== ''));
      }),
    );
  });
});

describe('what a module has to run', () => {
  const cases: readonly (readonly [string, boolean])[] = [
    ["export * from './a.js';\nexport type { B } from './b.js';\nimport c from 'c';\n", false],
    ['/** A. */\nexport interface A {\n  readonly x: number;\n}\ntype B =\n  | 1\n  | 2;\n', false],
    ['export type A = {\n  x: number;\n} & B;\n', false],
    ["import './polyfill.js';\nstart();\n", true],
    ['export const a = 1;\n', true],
    ['export function f() {}\n', true],
    ['declare const x: string;\n', false],
  ];
  for (const [text, expected] of cases)
    test(JSON.stringify(text), () => assert.equal(hasRunnableCode(text), expected));
});

test('languages, tests and settings are told by names', () => {
  assert.deepEqual(['a.py', 'b/c.tsx', 'd.sh', 'e.md', 'Makefile'].map(languageOf), [
    'Python',
    'JavaScript',
    'shell',
    undefined,
    undefined,
  ]);
  const tests = ['tests/a.py', 'src/a.test.ts', 'src/test/kotlin/A.kt', 'test_a.py', 'src/conftest.py'];
  assert.deepEqual(
    tests.filter((path) => !isOfTests(path)),
    [],
  );
  assert.deepEqual(['src/latest.ts', 'attest/a.py', 'src/contest.py'].filter(isOfTests), []);
  assert.deepEqual(['vite.config.ts', 'a/globals.d.ts', 'src/config.ts'].map(isSettings), [
    true,
    true,
    false,
  ]);
});
