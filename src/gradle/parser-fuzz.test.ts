/** Whatever a build file holds: an answer in time, places inside the text, and nothing that never ends. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { renderDiagnostic } from '../base/index.ts';
import { mobileDocument } from './document.ts';
import { parseGradle } from './parser.ts';
import { readGradleProject } from './read-project.ts';
import type { Block, Statement } from './syntax.ts';

const RUNS = Number(process.env.MOBILEOPS_FUZZ_RUNS ?? 500);

const token = fc.constantFrom(
  ...[
    'android',
    'defaultConfig',
    'minSdk',
    'ext',
    'def',
    'x',
    'y',
    'if',
    'else',
    'return',
    'val',
    'fun',
    'to',
  ],
  ...[
    'dependencies',
    'implementation',
    'id',
    'version',
    'apply',
    'plugins',
    'new',
    'by',
    'in',
    '@A',
    'System.env.A',
  ],
  ...[
    ' { ',
    ' }',
    '(',
    ')',
    '[',
    ']',
    ',',
    ':',
    '=',
    '+=',
    '+',
    '-',
    '?',
    '?:',
    '?.',
    '.',
    '->',
    '!',
    '!!',
    '/',
  ],
  ...[
    '"',
    "'",
    '"""',
    "'''",
    '$',
    '${',
    '\\',
    '//',
    '/*',
    '*/',
    '\n',
    ';',
    ' ',
    '\t',
    '1',
    '1.5',
    '0x',
    '\u2028',
  ],
  ...['"a"', "'b:c:1'", '"${x}"', '"$y"', '__proto__', 'constructor', 'x.y', 'x(1)', 'x { y 1 }'],
);
const program = fc.array(token, { maxLength: 60 }).map((parts) => parts.join(''));
const path = fc.constantFrom('build.gradle', 'build.gradle.kts');

function spans(block: Block): void {
  const { file } = block.span;
  for (const { span } of block.statements as readonly Statement[]) {
    assert.ok(span.start >= 0 && span.start <= span.end && span.end <= file.text.length, file.text);
  }
}

function reads(name: string, text: string): void {
  spans(parseGradle({ path: name, text }));
  const applied = name.endsWith('.kts')
    ? 'plugins { id("com.android.application") }'
    : "apply plugin: 'com.android.application'";
  const files = new Map([[name, `${applied}\nandroid { defaultConfig { applicationId "a.b" } }\n${text}`]]);
  const project = readGradleProject((wanted) => {
    const content = files.get(wanted);
    return content === undefined ? undefined : { path: wanted, text: content };
  });
  for (const each of project.modules) {
    const { facts, diagnostics } = each.read();
    const made = mobileDocument({ name: 'fuzz', facts, file: each.file });
    for (const diagnostic of [...project.diagnostics, ...diagnostics, ...made.diagnostics])
      assert.ok(renderDiagnostic(diagnostic).length > 0);
  }
}

test('any text is read', () => {
  fc.assert(fc.property(path, fc.oneof(program, fc.string()), reads), { numRuns: RUNS });
});

const NESTED = ['(', '[', '{', 'a {', 'a(', '"${', '-', '!', 'a ? ', 'if (x) ', '1 + ', 'x.'];

test('what is nested without end is read in time', () => {
  for (const part of NESTED)
    for (const name of ['build.gradle', 'build.gradle.kts']) reads(name, part.repeat(20_000));
});

test('names that are defined by themselves have no value', () => {
  const lines = Array.from({ length: 60 }, (_, at) => `def a${at} = "$a${at + 1}$a${at + 1}"`);
  reads(
    'build.gradle',
    `${lines.join('\n')}\ndef a60 = "${'x'.repeat(100)}"\ndef b = b + 1\nandroid { defaultConfig { versionName a0; versionCode b } }`,
  );
});
