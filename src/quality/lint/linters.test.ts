import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { LINT_READERS, type Linter } from './linters.ts';
import { lintScore } from './score.ts';

/** What was found, one a line. */
function told(linter: Linter, report: unknown): string[] {
  const read = LINT_READERS[linter](typeof report === 'string' ? report : JSON.stringify(report));
  if (!read.ok) return [`! ${read.failure}`];
  return read.value.map(({ severity, rule, path, line }) => `${severity} ${rule} ${path}:${line}`);
}

describe('what linters wrote', () => {
  const ruff = (code: string | null) => ({
    code,
    filename: '/w/components/a/b.py',
    message: 'm',
    location: { row: 2 },
  });
  const biome = (severity: string) => ({
    ...{ severity, message: 'm', category: 'lint/a/b', location: { path: 'x.ts', start: { line: 3 } } },
  });
  const pylint = (type: string) => ({ type, path: 'a.py', message: 'm', symbol: 'unused-import', line: 4 });
  const shellcheck = (level: string) => ({ level, file: 'scripts/a.sh', message: 'm', code: 2086, line: 5 });
  const cases: readonly (readonly [string, Linter, unknown, readonly string[]])[] = [
    [
      'ruff, by its codes',
      'ruff',
      ['invalid-syntax', null, 'F821', 'E999', 'F401', 'F841', 'B006', 'E501', 'I001'].map(ruff),
      [
        'error invalid-syntax components/a/b.py:2',
        'error invalid-syntax components/a/b.py:2',
        'error F821 components/a/b.py:2',
        'error E999 components/a/b.py:2',
        'warning F401 components/a/b.py:2',
        'warning F841 components/a/b.py:2',
        'warning B006 components/a/b.py:2',
        'note E501 components/a/b.py:2',
        'note I001 components/a/b.py:2',
      ],
    ],
    ['ruff, nothing', 'ruff', [], []],
    [
      'ruff, half a report',
      'ruff',
      [{ filename: 'a' }],
      ['! the report of ruff has entries of an unknown shape'],
    ],
    ['ruff, no report', 'ruff', 'panicked', ['! the report of ruff is no JSON list']],
    [
      'pylint',
      'pylint',
      { messages: ['fatal', 'error', 'warning', 'refactor', 'convention'].map(pylint) },
      ['error', 'error', 'warning', 'note', 'note'].map((each) => `${each} unused-import a.py:4`),
    ],
    [
      'Biome',
      'biome',
      { summary: { diagnosticsNotPrinted: 0 }, diagnostics: ['error', 'warning', 'information'].map(biome) },
      ['error lint/a/b x.ts:3', 'warning lint/a/b x.ts:3', 'note lint/a/b x.ts:3'],
    ],
    [
      'Biome, cut short',
      'biome',
      { summary: { diagnosticsNotPrinted: 7 }, diagnostics: [] },
      ['! the report of Biome leaves out 7 diagnostics'],
    ],
    [
      'ESLint',
      'eslint',
      [
        { filePath: '/w/a.js', messages: [{ ruleId: 'no-eval', severity: 2, message: 'm', line: 1 }] },
        { filePath: '/w/b.js', messages: [{ ruleId: null, severity: 1, message: 'm' }] },
      ],
      ['error no-eval a.js:1', 'warning parse b.js:0'],
    ],
    [
      'ShellCheck',
      'shellcheck',
      { comments: ['error', 'warning', 'info', 'style'].map(shellcheck) },
      ['error', 'warning', 'note', 'note'].map((each) => `${each} SC2086 scripts/a.sh:5`),
    ],
  ];
  for (const [name, linter, report, expected] of cases)
    test(`the report of ${name}`, () => assert.deepEqual(told(linter, report), expected));

  test('any JSON is read or refused', () => {
    fc.assert(
      fc.property(fc.json(), fc.constantFrom(...(Object.keys(LINT_READERS) as Linter[])), (text, linter) => {
        const read = LINT_READERS[linter](text);
        assert.ok(read.ok || read.failure.length > 0);
      }),
    );
  });
});

describe('the score', () => {
  const many = (errors: number, warnings: number, notes: number) => [
    ...Array.from({ length: errors }, () => ({ severity: 'error' as const })),
    ...Array.from({ length: warnings }, () => ({ severity: 'warning' as const })),
    ...Array.from({ length: notes }, () => ({ severity: 'note' as const })),
  ];
  const cases: readonly (readonly [number, number, number, number, number])[] = [
    [0, 0, 0, 0, 10],
    [0, 0, 0, 5000, 10],
    [1, 0, 0, 100, 5],
    [0, 2, 0, 100, 8],
    [0, 0, 5, 100, 9],
    [0, 2, 0, 1000, 9.8],
    [1, 0, 0, 10, 5],
    [9, 9, 9, 100, 0],
  ];
  for (const [errors, warnings, notes, lines, expected] of cases)
    test(`of ${errors}, ${warnings} and ${notes} in ${lines} lines`, () => {
      assert.ok(Math.abs(lintScore(many(errors, warnings, notes), lines) - expected) < 1e-9);
    });
});
