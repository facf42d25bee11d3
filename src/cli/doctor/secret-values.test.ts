import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hideSecrets } from '../../scan/index.ts';
import { withoutSecretValues } from './secret-values.ts';

const VARIABLES = {
  KEYSTORE_PASSWORD: 'correct horse',
  API_TOKEN: 'correct horse battery',
  MULTILINE_SECRET: 'first-line\nsecond-line',
  SHORT_TOKEN: 'abc',
  HOME: '/home/tester',
};

const cases: readonly (readonly [string, string])[] = [
  ['uses correct horse battery and correct horse', 'uses (hidden) and (hidden)'],
  ['got second-line', 'got (hidden)'],
  ['abc of /home/tester', 'abc of /home/tester'],
  ['fetch https://user:word@example.org/a', 'fetch https://(hidden)@example.org/a'],
  ['fetch https://example.org/a@b', 'fetch https://example.org/a@b'],
  ['Authorization: Bearer abcdefgh12345678', 'Authorization: Bearer (hidden)'],
  ['-----BEGIN x', '-----BEGIN x'],
];
for (const [text, expected] of cases) {
  test(`hidden for good: ${text}`, () => assert.equal(withoutSecretValues(text, VARIABLES), expected));
}

test('what says of itself that it is a secret is hidden as often as it stands there', () => {
  const key = `AKIA${'QWERTYUIOPASDFGH'}`;
  assert.equal(hideSecrets(`a ${key} b ${key}\nand no more`), 'a (hidden) b (hidden)\nand no more');
});
