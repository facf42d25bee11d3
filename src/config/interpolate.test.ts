import assert from 'node:assert/strict';
import { test } from 'node:test';
import { interpolate } from './interpolate.ts';

const VARIABLES: Readonly<Record<string, string>> = { NAME: 'value', EMPTY: '', NESTED: '${NAME}' };

function check(text: string, expected: string, problems: readonly string[] = []): void {
  const result = interpolate(text, (name) => (Object.hasOwn(VARIABLES, name) ? VARIABLES[name] : undefined));
  assert.equal(result.text, expected, text);
  assert.deepEqual(
    result.problems.map(({ kind, text: at, occurrence }) => `${kind} ${at} ${occurrence}`),
    problems,
    text,
  );
}

test('variables are replaced', () => {
  check('plain', 'plain');
  check('${NAME}', 'value');
  check('a-${NAME}-${NAME}', 'a-value-value');
  check('${EMPTY}', '');
  check('${EMPTY:-other}', 'other');
  check('${NAME:-other}', 'value');
  check('${MISSING:-other}', 'other');
  check('${MISSING:-}', '');
  check('${NESTED}', '${NAME}');
});

test('a dollar sign is written twice, or stands alone', () => {
  check('$$', '$');
  check('$${NAME}', '${NAME}');
  check('$NAME costs 5$', '$NAME costs 5$');
  check('$$${NAME}', '$value');
});

test('what cannot be replaced is reported with its count', () => {
  check('${A} ${B} ${A}', '  ', ['undefined ${A} 0', 'undefined ${B} 0', 'undefined ${A} 1']);
  check('${not ok}', '${not ok}', ['malformed ${not ok} 0']);
  check('${', '${', ['malformed ${ 0']);
  check('${}', '${}', ['malformed ${} 0']);
  check('${NAME:?no}', '${NAME:?no}', ['malformed ${NAME:?no} 0']);
  check('${__proto__}', '', ['undefined ${__proto__} 0']);
});
