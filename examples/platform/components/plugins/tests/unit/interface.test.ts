import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { interfaceFor, type Permission } from '../../dist/plugins/index.js';

const messages: string[] = [];
const services = {
  onSample: () => {},
  notify: (plugin: string, message: string) => void messages.push(`${plugin}: ${message}`),
};

describe('a plugin sees what it was granted', () => {
  const cases: [Permission[], string[]][] = [
    [[], []],
    [['notify'], ['notify']],
    [
      ['telemetry:read', 'storage'],
      ['telemetry', 'storage'],
    ],
  ];
  for (const [granted, parts] of cases)
    test(granted.join(', ') || 'nothing', () =>
      assert.deepEqual(Object.keys(interfaceFor('p', granted, services)), parts),
    );
});

test('the interface cannot be changed', () => {
  assert.throws(() => Object.assign(interfaceFor('p', ['notify'], services), { notify: 1 }), TypeError);
});

test('messages are bounded and free of secrets', () => {
  const { notify } = interfaceFor('p', ['notify'], services);
  notify?.('password=hunter2');
  notify?.('x'.repeat(10_000));
  assert.equal(messages[0], 'p: password=[redacted]');
  assert.equal(messages[1]?.length, 503);
});

test('storage is the plugin’s own and bounded', () => {
  const one = interfaceFor('one', ['storage'], services).storage;
  const two = interfaceFor('two', ['storage'], services).storage;
  one?.set('a', '1');
  assert.equal(one?.get('a'), '1');
  assert.equal(two?.get('a'), undefined);
  one?.set('big', 'x'.repeat(60_000));
  one?.set('big', 'y'.repeat(60_000));
  assert.throws(() => one?.set('more', 'x'.repeat(10_000)), RangeError);
});
