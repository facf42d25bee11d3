import assert from 'node:assert/strict';
import { createCipheriv, randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { Digester, digestOf, sha256 } from '../base/index.ts';
import { collect } from './byte-stream.ts';
import { layerGzipped } from './layer-gzip.ts';

async function* inChunks(bytes: Uint8Array, size: number): AsyncIterable<Uint8Array> {
  for (let at = 0; at < bytes.byteLength; at += size) yield bytes.subarray(at, at + size);
}

const MIB = 2 ** 20;
const text = Buffer.from('a layer of files, '.repeat(200_000));
const noise = randomBytes(3 * MIB + 17);

const CASES: readonly (readonly [name: string, bytes: Uint8Array])[] = [
  ['nothing', new Uint8Array()],
  ['a byte', Uint8Array.of(7)],
  ['one whole piece', text.subarray(0, MIB)],
  ['a piece and a byte', text.subarray(0, MIB + 1)],
  ['text', text],
  ['noise', noise],
  ['noise between text', Buffer.concat([text.subarray(0, 900_000), noise, text])],
];

for (const [name, bytes] of CASES) {
  test(`${name}: unpacks to the same, whatever the chunks`, async () => {
    const whole = await collect(layerGzipped(inChunks(bytes, bytes.byteLength || 1)));
    assert.ok(gunzipSync(whole).equals(bytes));
    for (const size of [65_536, 262_144, MIB, 999_983])
      assert.ok(whole.equals(await collect(layerGzipped(inChunks(bytes, size)))));
  });
}

/** Bytes of a cipher: the same everywhere, and as noise to whoever looks. */
const cipher = createCipheriv('aes-128-ctr', Buffer.alloc(16, 1), Buffer.alloc(16));
const fixedNoise = cipher.update(Buffer.alloc(2 * MIB));
const files = Array.from({ length: 90 }, (_, at) =>
  at % 2 === 0 ? text.subarray(0, 300 * at) : fixedNoise.subarray(at, 400 * at),
);

/** Whoever changes the bytes raises the versions of `image-assemble`, `image-packages` and of containers (`action-run.ts`). */
test('the bytes are those of this version', async () => {
  const bytes = Buffer.concat([...files, fixedNoise, text]);
  assert.equal(sha256(await collect(layerGzipped(inChunks(bytes, MIB)))), GOLDEN);
});

const GOLDEN = '19c7721dd222c5de8fc54a501ab61e34558bc6dc26688f273749e1a4a689397e';

test('chunks may be used again once the next is asked for', async () => {
  async function* inOneBuffer(): AsyncIterable<Uint8Array> {
    const buffer = new Uint8Array(250_000);
    for await (const chunk of inChunks(bytes, buffer.byteLength)) {
      buffer.fill(0).set(chunk);
      yield buffer.subarray(0, chunk.byteLength);
    }
  }
  const bytes = Buffer.concat([...files, text, fixedNoise, text, text]);
  const uncompressed = new Digester();
  assert.ok(gunzipSync(await collect(layerGzipped(inOneBuffer(), uncompressed))).equals(bytes));
  assert.deepEqual(uncompressed.digest(), digestOf(bytes));
});

test('text between noise gets small', async () => {
  const parts = Array.from({ length: 40 }, (_, at) => [
    fixedNoise.subarray(at * 50_000, at * 50_000 + 30_000),
    text.subarray(0, 100_000),
  ]);
  const bytes = Buffer.concat(parts.flat());
  assert.ok((await collect(layerGzipped(inChunks(bytes, MIB)))).byteLength < 40 * 36_000);
});

test('text gets small, noise hardly larger', async () => {
  assert.ok((await collect(layerGzipped(inChunks(text, MIB)))).byteLength < text.byteLength / 50);
  assert.ok((await collect(layerGzipped(inChunks(noise, MIB)))).byteLength < noise.byteLength * 1.001);
});

test('any small content unpacks to itself', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uint8Array({ maxLength: 5000 }),
      fc.integer({ min: 1, max: 700 }),
      async (bytes, size) =>
        assert.ok(gunzipSync(await collect(layerGzipped(inChunks(bytes, size)))).equals(bytes)),
    ),
  );
});

test('an error of the source comes out', async () => {
  async function* broken(): AsyncIterable<Uint8Array> {
    yield text;
    throw new Error('read failed');
  }
  await assert.rejects(collect(layerGzipped(broken())), /read failed/);
});
