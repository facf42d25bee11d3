import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { deflateRawSync } from 'node:zlib';
import { isNoise, NOISE_BLOCK_BYTES } from './noise.ts';

const noise = randomBytes(NOISE_BLOCK_BYTES);

/** Numbers in a row, of which the low bytes are noise. */
function numbers(noiseBytes: number): Uint8Array {
  return noise.map((byte, at) => (at % 4 < noiseBytes ? byte : 0x3f));
}

const CASES: readonly (readonly [what: string, block: Uint8Array, expected: boolean])[] = [
  ['random bytes', noise, true],
  [
    'what is compressed',
    deflateRawSync(randomBytes(40_000).toString('hex')).subarray(0, NOISE_BLOCK_BYTES),
    true,
  ],
  ['too little of it', noise.subarray(1), false],
  ['zeros', new Uint8Array(NOISE_BLOCK_BYTES), false],
  ['text', Buffer.alloc(NOISE_BLOCK_BYTES, 'a layer of files'), false],
  ['numbers of which three bytes are noise', numbers(3), false],
  ['seven bits of noise', noise.map((byte) => byte & 0x7f), false],
  ['a file that ends in noise', Buffer.concat([Buffer.alloc(NOISE_BLOCK_BYTES / 2, 'text '), noise]), false],
];

for (const [what, block, expected] of CASES) {
  test(`${what}: ${expected ? 'noise' : 'not noise'}`, () => {
    assert.equal(isNoise(block, 0), expected);
    assert.equal(isNoise(Buffer.concat([Buffer.alloc(1000), block]), 1000), expected);
  });
}
