import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expectedDuration } from './expected-duration.ts';

test('what was measured counts before what is usual, and that before nothing', () => {
  const check = (mnemonic: string, measured: Record<string, number>, expected: number): void =>
    assert.equal(expectedDuration({ id: 'app:a#x', mnemonic }, measured), expected);
  check('D8', {}, 1500);
  check('D8', { 'app:a#x': 7 }, 7);
  check('D8', { 'app:a#x': 0 }, 0);
  check('Step', { 'app:a#y': 7 }, 1000);
});
