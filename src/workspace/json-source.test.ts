import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseJsonObject } from './json-source.ts';

/** What is underlined, with all that stands before it in its line, and what is said. */
function check(text: string, expected: readonly [string, RegExp]): void {
  const parsed = parseJsonObject({ path: 'package.json', text });
  assert.ok('code' in parsed, text);
  const { span, message } = parsed;
  assert.match(message, expected[1]);
  const before = span ? text.slice(0, span.end) : '';
  assert.equal(before.slice(before.lastIndexOf('\n') + 1), expected[0]);
}

test('a fault is told at its place', () => {
  check('{"a": 1,\n  b: 2}', ['  b', /double-quoted property name/]);
  check('{"a": 1\n  "b": 2}', ['  "', /Expected ','/]);
  check('# no JSON', ['#', /^not JSON: Unexpected token '#'$/]);
  check('{"a": yes}', ['{"a": y', /^not JSON: Unexpected token 'y'$/]);
  check(`{"long": "${'x'.repeat(500)}", "a": yes}`, [
    `{"long": "${'x'.repeat(500)}", "a": y`,
    /^not JSON: Unexpected token 'y'$/,
  ]);
  check('{"a": ', ['{"a":', /end of JSON/]);
  check('{} more', ['{} m', /after JSON/]);
  check('[1]', ['[', /not a JSON object/]);
  check(' \n', ['', /the file is empty/]);
});

test('an object is given', () => {
  assert.deepEqual(parseJsonObject({ path: 'package.json', text: '{"a": [1]}' }), { value: { a: [1] } });
});
