import assert from 'node:assert/strict';
import { test } from 'node:test';
import { networkLines } from './network-lines.ts';

test('a record in words', () => {
  const refused = { isRecorded: false, reason: 'Function not implemented' } as const;
  assert.deepEqual(networkLines(refused), [
    'what it reached by the network is not recorded: Function not implemented',
  ]);
  const nothing = { isRecorded: true, addresses: [], listened: [], names: [], missed: 0 } as const;
  assert.deepEqual(networkLines(nothing), ['it had the network, and reached nothing by it']);
  const addresses = [{ protocol: 'tcp', host: '2001:db8::1', port: 443, count: 1 }];
  assert.deepEqual(networkLines({ ...nothing, addresses, missed: 2 }), [
    'reached by the network: tcp [2001:db8::1]:443',
    '2 calls named addresses that are not recorded',
  ]);
});
