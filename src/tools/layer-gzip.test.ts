import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
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
