import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Diagnostic, diagnosticToJson, hasErrors, renderDiagnostic } from './diagnostic.ts';

const file = { path: 'build.yaml', text: 'kind: X\n\tneeds: [a, b]\n' };
const needs = { file, start: 9, end: 14 };
const error: Diagnostic = {
  code: 'config/unknown-field',
  severity: 'error',
  message: 'no such field',
  span: needs,
};

function check(name: string, diagnostic: Diagnostic, expected: readonly string[]): void {
  it(name, () => assert.deepEqual(renderDiagnostic(diagnostic).split('\n'), expected));
}

describe('renderDiagnostic', () => {
  check('underlines the text', error, [
    'build.yaml:2:2: error[config/unknown-field] no such field',
    '  2 | \tneeds: [a, b]',
    '    | \t^~~~~',
  ]);
  const long = `a${'x'.repeat(1_000_000)}z`;
  check(
    'cuts a message in which somebody put a megabyte',
    { code: 'config/unknown-field', severity: 'error', message: long },
    [`error[config/unknown-field] a${'x'.repeat(999)}… (998002 characters left out) …${'x'.repeat(999)}z`],
  );
  check(
    'shows hint and related places',
    {
      ...error,
      span: { file, start: 0, end: 4 },
      hint: 'did you mean "need"?',
      related: [{ message: 'first here', span: { file, start: 6, end: 7 } }],
    },
    [
      'build.yaml:1:1: error[config/unknown-field] no such field',
      '  1 | kind: X',
      '    | ^~~~',
      '  build.yaml:1:7: first here',
      '  1 | kind: X',
      '    |       ^',
      '  help: did you mean "need"?',
    ],
  );
  check(
    'names a path where there is no text',
    { code: 'a/b', severity: 'warning', message: 'gone', path: 'x/y' },
    ['x/y: warning[a/b] gone'],
  );
  check('needs no place', { code: 'a/b', severity: 'note', message: 'hm' }, ['note[a/b] hm']);
  check(
    'lets no control character through',
    {
      code: 'a/b',
      severity: 'error',
      message: '\u001b[31mred\u202e',
      path: 'x\u0007',
      hint: 'a\u009bb',
    },
    ['x\ufffd: error[a/b] \ufffd[31mred\ufffd', '  help: a\ufffdb'],
  );

  it('cuts long lines around the place', () => {
    const long = { path: 'min.json', text: `${'a'.repeat(5000)}HERE${'b'.repeat(5000)}` };
    const lines = renderDiagnostic({ ...error, span: { file: long, start: 5000, end: 5004 } }).split('\n');
    assert.ok(lines.every((line) => line.length < 200));
    assert.equal(lines[1]!.indexOf('HERE'), lines[2]!.indexOf('^~~~'));
  });

  it('underlines to the end of the line where a span goes further', () => {
    assert.equal(
      renderDiagnostic({ ...error, span: { file, start: 6, end: 20 } }).split('\n')[2],
      '    |       ^',
    );
  });

  it('takes a style', () => {
    const mark = (name: string) => (text: string) => `<${name}>${text}</${name}>`;
    const style = { error: mark('e'), warning: mark('w'), note: mark('n'), hint: mark('h') };
    const text = renderDiagnostic({ code: 'a/b', severity: 'warning', message: 'm', hint: 'x' }, style);
    assert.equal(text, '<w>warning[a/b]</w> m\n  <h>help:</h> x');
  });
});

describe('diagnosticToJson', () => {
  it('has one-based lines and columns', () => {
    assert.deepEqual(
      diagnosticToJson({ ...error, related: [{ message: 'r', span: { file, start: 0, end: 1 } }] }),
      {
        code: 'config/unknown-field',
        severity: 'error',
        message: 'no such field',
        path: 'build.yaml',
        line: 2,
        column: 2,
        endLine: 2,
        endColumn: 7,
        related: [{ message: 'r', path: 'build.yaml', line: 1, column: 1 }],
      },
    );
  });

  it('leaves out what is absent', () => {
    const plain: Diagnostic = { code: 'a/b', severity: 'note', message: 'm' };
    assert.deepEqual(diagnosticToJson(plain), plain);
    assert.deepEqual(diagnosticToJson({ ...plain, path: 'p', hint: 'h' }), {
      ...plain,
      path: 'p',
      hint: 'h',
    });
  });
});

describe('hasErrors', () => {
  it('sees errors only', () => {
    assert.equal(hasErrors([]), false);
    assert.equal(hasErrors([{ ...error, severity: 'warning' }]), false);
    assert.equal(hasErrors([{ ...error, severity: 'note' }, error]), true);
  });
});
