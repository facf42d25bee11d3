import assert from 'node:assert/strict';
import { test } from 'node:test';
import { digestOf } from '../../base/index.ts';
import type { FileDigests } from '../../host/index.ts';
import { MemoryFileSystem } from '../../host/testing.ts';
import { growingDigest } from './growing-digest.ts';

const CONTENT = Buffer.alloc(9_000_000, 'layer');

/** Tells of a file what it is told to. */
function digests(told: string[], finish: () => Promise<string>): FileDigests {
  return {
    follow: (path) => ({
      grow: (sizeBytes) => void told.push(`${path} ${sizeBytes}`),
      finish,
      [Symbol.dispose]: () => void told.push('gone'),
    }),
  };
}

test('a large file is hashed by another, a small one by us', async () => {
  const told: string[] = [];
  const world = { fs: new MemoryFileSystem(), digests: digests(told, async () => 'of another') };
  {
    using large = growingDigest(world, { path: '/large', expectedBytes: CONTENT.byteLength });
    large.update(CONTENT);
    assert.deepEqual(await large.digest(), { hash: 'of another', sizeBytes: CONTENT.byteLength });
  }
  assert.deepEqual(told, [`/large ${CONTENT.byteLength}`, 'gone']);
  using small = growingDigest(world, { path: '/small', expectedBytes: 5 });
  small.update(CONTENT.subarray(0, 5));
  assert.deepEqual(await small.digest(), digestOf(CONTENT.subarray(0, 5)));
});

test('when the other one fails, the file itself tells', async () => {
  const fs = new MemoryFileSystem();
  fs.writeFile('/large', CONTENT);
  const failing = digests([], () => Promise.reject(new Error('the thread ended')));
  using large = growingDigest(
    { fs, digests: failing },
    { path: '/large', expectedBytes: CONTENT.byteLength },
  );
  large.update(CONTENT);
  assert.deepEqual(await large.digest(), digestOf(CONTENT));
});
