import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type InputRecord, inputChanges } from './input-changes.ts';

const RECORD: InputRecord = {
  argv: ['make'],
  env: { TZ: 'UTC' },
  trees: { '/w': { root: 'a/1' } },
  salt: 'sandbox 4',
  settings: { network: 'closed' },
};

function check(changes: Partial<InputRecord>, expected: readonly string[]): void {
  assert.deepEqual(inputChanges(RECORD, { ...RECORD, ...changes }), expected);
}

test('each part of a key is named', () => {
  check({ argv: ['make', '-j2'] }, ['its command is another']);
  check({ env: { TZ: 'UTC', JOBS: '2' } }, ['its variable JOBS is another']);
  check({ settings: {} }, ['its network is another']);
  check({ trees: { '/w': { root: 'b/1' } } }, ['what it sees at /w is another']);
  check({ salt: 'sandbox 5' }, ['what the sandbox shows of this machine is not the same']);
  check({}, ['something in its key that is not written down']);
  assert.deepEqual(inputChanges(RECORD, undefined), ['what it was asked for is not written down']);
});
