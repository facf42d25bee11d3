import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isAddressOrNetwork } from './address.ts';

const GOOD = [
  '127.0.0.1',
  '255.255.255.255',
  '10.0.0.0/8',
  '192.0.2.1/32',
  '::1',
  'fd00::/8',
  '2001:db8::1/128',
];
const BAD = [
  ...['', 'localhost', '1.2.3', '1.2.3.4.5', '256.1.1.1', '10.0.0.0/33', '10.0.0.0/', '10.0.0.0/8/8'],
  ...['10.0.0.0/x', ':', ':::', 'fd00::/129', '[::1]', '::1%eth0', '1.2.3.4:80', 'a::b::c', '10.0.0.0/-1'],
  ...['0.0.0.0/0', '::/0', '10.0.0.0/08', '09.1.1.1', '010.0.0.1', '1.2.3.04'],
];

test('addresses and networks are known from anything else', () => {
  for (const text of GOOD) assert.ok(isAddressOrNetwork(text), text);
  for (const text of BAD) assert.ok(!isAddressOrNetwork(text), text);
});
