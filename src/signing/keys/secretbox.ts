import { timingSafeEqual } from 'node:crypto';

/** XSalsa20 and Poly1305 as NaCl's `secretbox` has them, for messages of the size of a key. */

const KEY_BYTES = 32;
const NONCE_BYTES = 24;
const TAG_BYTES = 16;
const BLOCK_BYTES = 64;

/** What was sealed; `undefined` where the key is another or a byte was changed. */
export function openSecretbox(
  sealed: Uint8Array,
  { key, nonce }: { readonly key: Uint8Array; readonly nonce: Uint8Array },
): Buffer | undefined {
  if (key.length !== KEY_BYTES || nonce.length !== NONCE_BYTES || sealed.length < TAG_BYTES) return undefined;
  const innerKey = hsalsa20(key, nonce.subarray(0, 16));
  const stream = salsa20Stream(innerKey, nonce.subarray(16), sealed.length - TAG_BYTES + KEY_BYTES);
  const message = sealed.subarray(TAG_BYTES);
  const tag = poly1305(message, stream.subarray(0, KEY_BYTES));
  if (!timingSafeEqual(tag, sealed.subarray(0, TAG_BYTES))) return undefined;
  return Buffer.from(message.map((byte, index) => byte ^ stream[KEY_BYTES + index]!));
}

/** "expand 32-byte k" in little-endian words. */
const SIGMA = [0x61707865, 0x3320646e, 0x79622d32, 0x6b206574] as const;

function wordsOf(bytes: Uint8Array): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: bytes.byteLength / 4 }, (_, index) => view.getUint32(index * 4, true));
}

function stateOf(key: Uint8Array, input: readonly number[]): Uint32Array {
  const k = wordsOf(key);
  return Uint32Array.from([
    SIGMA[0],
    ...k.slice(0, 4),
    SIGMA[1],
    ...input,
    SIGMA[2],
    ...k.slice(4),
    SIGMA[3],
  ]);
}

/** Places of the four words that each quarter round takes: first the columns, then the rows. */
const QUARTERS = [
  [0, 4, 8, 12],
  [5, 9, 13, 1],
  [10, 14, 2, 6],
  [15, 3, 7, 11],
  [0, 1, 2, 3],
  [5, 6, 7, 4],
  [10, 11, 8, 9],
  [15, 12, 13, 14],
] as const;

function rotated(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}

/** The 20 rounds, without the sum at the end. */
function mixed(state: Uint32Array): Uint32Array {
  const x = Uint32Array.from(state);
  for (let round = 0; round < 20; round += 2) {
    for (const [a, b, c, d] of QUARTERS) {
      x[b]! ^= rotated(x[a]! + x[d]!, 7);
      x[c]! ^= rotated(x[b]! + x[a]!, 9);
      x[d]! ^= rotated(x[c]! + x[b]!, 13);
      x[a]! ^= rotated(x[d]! + x[c]!, 18);
    }
  }
  return x;
}

function bytesOf(words: Iterable<number>): Buffer {
  const list = [...words];
  const bytes = Buffer.alloc(list.length * 4);
  for (const [index, word] of list.entries()) bytes.writeUInt32LE(word >>> 0, index * 4);
  return bytes;
}

function hsalsa20(key: Uint8Array, input: Uint8Array): Buffer {
  const x = mixed(stateOf(key, wordsOf(input)));
  return bytesOf([0, 5, 10, 15, 6, 7, 8, 9].map((at) => x[at]!));
}

function salsa20Stream(key: Uint8Array, nonce: Uint8Array, length: number): Buffer {
  const blocks: Buffer[] = [];
  for (let counter = 0; counter * BLOCK_BYTES < length; counter++) {
    const state = stateOf(key, [...wordsOf(nonce), counter, 0]);
    blocks.push(bytesOf(mixed(state).map((word, at) => word + state[at]!)));
  }
  return Buffer.concat(blocks).subarray(0, length);
}

const PRIME = 2n ** 130n - 5n;
const CLAMP = 0x0ffffffc0ffffffc0ffffffc0fffffffn;

function poly1305(message: Uint8Array, key: Uint8Array): Buffer {
  const r = numberOf(key.subarray(0, 16)) & CLAMP;
  let sum = 0n;
  for (let at = 0; at < message.length; at += 16) {
    const block = message.subarray(at, at + 16);
    sum = ((sum + numberOf(block) + (1n << BigInt(block.length * 8))) * r) % PRIME;
  }
  const tag = (sum + numberOf(key.subarray(16))) & (2n ** 128n - 1n);
  return Buffer.from(tag.toString(16).padStart(32, '0'), 'hex').reverse();
}

/** Little-endian. */
function numberOf(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`);
}
