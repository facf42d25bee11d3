import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { CoverageFormat, Language } from '../../rules/index.ts';
import type { CheckedTarget, TestRun } from '../gates/check-input.ts';
import { COVERAGE_READERS } from './formats.ts';
import { targetCoverage } from './target-coverage.ts';

const LCOV =
  'TN:\nSF:src/a.ts\nDA:1,1\nDA:2,0\nBRDA:1,0,0,1\nend_of_record\nSF:src/b.ts\nDA:1,3,abc\nend_of_record\n';
const JACOCO = `<?xml version="1.0"?><!DOCTYPE report PUBLIC "-//JACOCO//DTD Report 1.1//EN" "report.dtd">
<report name="a"><package name="com/a"><class name="com/a/B" sourcefilename="B.kt"><method name="x"><counter type="LINE" missed="1" covered="2"/></method></class>
<sourcefile name="B.kt"><line nr="3" mi="0" ci="4" mb="0" cb="0"/><line nr="4" mi="2" ci="0" mb="0" cb="0"/><counter type="LINE" missed="1" covered="1"/></sourcefile></package></report>`;
const PYTHON = JSON.stringify({
  files: { 'a.py': { executed_lines: [1, 2], missing_lines: [4], excluded_lines: [7] } },
});
const ISTANBUL = JSON.stringify({
  '/w/src/a.js': {
    statementMap: { 0: { start: { line: 1 } }, 1: { start: { line: 2 } }, 2: { start: { line: 2 } } },
    s: { 0: 0, 1: 0, 2: 5 },
  },
});

describe('what runners wrote', () => {
  const cases: readonly (readonly [CoverageFormat, string, string])[] = [
    ['lcov', LCOV, 'src/a.ts 1+ 2-; src/b.ts 1+'],
    ['lcov', '', ''],
    ['lcov', 'SF:a\nDA:1,1\n', '! the tracefile ends in the middle of a file'],
    ['lcov', 'SF:a\nDA:x\n', '! line 2 of the tracefile cannot be read'],
    ['jacoco', JACOCO, 'com/a/B.kt 3+ 4-'],
    ['jacoco', '<html/>', '! the report of JaCoCo has no <report>'],
    ['coverage.py', PYTHON, 'a.py 4- 1+ 2+'],
    ['coverage.py', '[]', '! the report of coverage.py names no files'],
    ['istanbul', ISTANBUL, '/w/src/a.js 1- 2+'],
    ['istanbul', 'no', '! the report of Istanbul is no JSON object'],
  ];
  for (const [format, text, expected] of cases)
    test(`${format}: ${expected}`, () => {
      const read = COVERAGE_READERS[format](text);
      const told = read.ok
        ? read.value.map(
            ({ path, lines }) =>
              `${path} ${[...lines].map(([line, ran]) => `${line}${ran ? '+' : '-'}`).join(' ')}`,
          )
        : [`! ${read.failure}`];
      assert.equal(told.join('; '), expected);
    });

  test('any text is read or refused', () => {
    const pieces = [
      'SF:',
      'DA:',
      '1,1',
      '\n',
      'end_of_record',
      '<report>',
      '<line nr="',
      '"',
      '<sourcefile name="',
      '{"files":{"a":',
      '}',
      'null',
      '[1]',
    ];
    const text = fc.array(fc.constantFrom(...pieces), { maxLength: 12 }).map((all) => all.join(''));
    fc.assert(
      fc.property(
        text,
        fc.constantFrom(...(Object.keys(COVERAGE_READERS) as CoverageFormat[])),
        (given, format) => {
          const read = COVERAGE_READERS[format](given);
          if (!read.ok) return;
          for (const { lines } of read.value)
            for (const line of lines.keys()) assert.ok(Number.isInteger(line) && line >= 0);
        },
      ),
    );
  });
});

interface Given {
  readonly sources: Readonly<Record<string, number>>;
  readonly reports?: readonly (readonly [CoverageFormat, string])[];
  readonly language?: Language;
}

function told({ sources, reports = [], language = 'JavaScript' }: Given): string {
  const target: CheckedTarget = {
    ...{ label: 'component:a', directory: 'components/a', lints: [], notLinted: {} },
    sources: Object.entries(sources).map(([path, lines]) => ({
      ...{ path, language, isCoverable: true },
      code: Array.from({ length: lines }, (_, index) => index + 1),
    })),
  };
  const tests: TestRun[] = reports.map(([format, text]) => ({
    ...{ label: 'component:a', category: 'unit', status: 'ran' as const, coverage: { format, text } },
  }));
  const covered = targetCoverage(target, tests);
  if (!covered.ok) return covered.failure;
  return covered.value.map(({ path, covered: ran, lines }) => `${path} ${ran}/${lines}`).join(', ');
}

describe('how much of a target ran', () => {
  const again = 'SF:src/a.ts\nDA:2,1\nend_of_record\n';
  const cases: readonly (readonly [string, Given, string | RegExp])[] = [
    ['by one report', { sources: { 'src/a.ts': 2 }, reports: [['lcov', LCOV]] }, 'src/a.ts 1/2'],
    [
      'by two together',
      {
        sources: { 'src/a.ts': 2 },
        reports: [
          ['lcov', LCOV],
          ['lcov', again],
        ],
      },
      'src/a.ts 2/2',
    ],
    [
      'where a file is not loaded',
      { sources: { 'src/a.ts': 2, 'src/c.ts': 9 }, reports: [['lcov', LCOV]] },
      'src/a.ts 1/2, src/c.ts 0/9',
    ],
    [
      'without lines that are no code',
      { sources: { 'src/a.ts': 1 }, reports: [['lcov', LCOV]] },
      'src/a.ts 1/1',
    ],
    [
      'by the package of Kotlin',
      { sources: { 'src/main/kotlin/com/a/B.kt': 4 }, language: 'Kotlin', reports: [['jacoco', JACOCO]] },
      'src/main/kotlin/com/a/B.kt 1/2',
    ],
    ['by absolute paths', { sources: { 'src/a.js': 2 }, reports: [['istanbul', ISTANBUL]] }, 'src/a.js 1/2'],
    ['without tests', { sources: { 'src/a.ts': 2 } }, 'it has sources, and no tests'],
    ['without a report', { sources: { 'src/a.ts': 2 }, reports: [['coverage.py', '']] }, /told of no line/],
    [
      'of compiled code without maps',
      { sources: { 'src/z.ts': 2 }, reports: [['lcov', LCOV]] },
      /ran src\/a\.ts, which leads to none of its sources/,
    ],
  ];
  for (const [name, given, expected] of cases)
    test(name, () => {
      if (typeof expected === 'string') assert.equal(told(given), expected);
      else assert.match(told(given), expected);
    });
});
