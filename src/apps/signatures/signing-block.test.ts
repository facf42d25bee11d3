import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readsOrRefuses } from '../archive/testing.ts';
import { u32 } from '../testing.ts';
import { signingBlock } from './signing-block.ts';
import { blockOf } from './testing.ts';

const BLOCK = blockOf([
  [0x7109871a, Buffer.from('signatures')],
  [0x42726577, Buffer.alloc(100)],
]);

test('the parts of the block before the directory, and where it begins', () => {
  const bytes = Buffer.concat([Buffer.from('contents'), BLOCK, Buffer.from('directory')]);
  const block = signingBlock(bytes, bytes.length - 9);
  assert.equal(block?.offset, 8);
  assert.deepEqual(
    block?.parts.map(([id, { length }]) => [id, length]),
    [
      [0x7109871a, 10],
      [0x42726577, 100],
    ],
  );
  assert.equal(signingBlock(Buffer.from('contents'), 8), undefined);
});

const changed = (change: (bytes: Buffer) => void): Buffer => {
  const bytes = Buffer.from(BLOCK);
  change(bytes);
  return bytes;
};
const REFUSED: readonly (readonly [string, Buffer, RegExp])[] = [
  ['two sizes', changed((bytes) => bytes.writeUInt8(bytes.readUInt8(0) ^ 1, 0)), /two sizes/],
  ['a size beyond the file', changed((bytes) => bytes.writeUInt32LE(0xffff, bytes.length - 24)), /two sizes/],
  ['a part that leaves it', changed((bytes) => bytes.writeUInt32LE(0xffff, 8)), /a part that leaves it/],
  ['a part of no length', changed((bytes) => bytes.writeUInt32LE(0, 8)), /a part that leaves it/],
  [
    'more parts than anybody needs',
    blockOf(Array.from({ length: 1001 }, () => [1, u32(0)])),
    /more than 1000/,
  ],
];
for (const [name, bytes, message] of REFUSED)
  test(`a block with ${name} is refused`, () => {
    assert.throws(() => signingBlock(bytes, bytes.length), message);
  });

readsOrRefuses('a block', BLOCK, (bytes) => signingBlock(bytes, bytes.length));
