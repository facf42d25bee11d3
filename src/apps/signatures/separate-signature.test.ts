import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { damaged } from '../archive/testing.ts';
import { directoryPlace } from '../archive/zip-end.ts';
import { u32, u64, zipOf } from '../testing.ts';
import { merkleRoot } from './content-digest.ts';
import { separateSignature } from './separate-signature.ts';
import type { Signature } from './signature.ts';
import { SignedContents } from './signed-contents.ts';
import { signingBlock } from './signing-block.ts';
import { blockSignature, prefixed, type TestKey, testKey, withBlock } from './testing.ts';

const { signal } = new AbortController();
const [TOM, ANN] = [testKey('Tom'), testKey('Ann')];
const APK = withBlock(zipOf([{ name: 'a', content: Buffer.alloc(600_000, 5), isStored: true }]), [
  ['v2', [{ key: TOM }]],
]);
const place = directoryPlace(APK);
const contents = new SignedContents(APK, signingBlock(APK, place.offset)!.offset, place, signal);

/** As fs-verity has it, level by level. */
function rootOf(bytes: Buffer): Buffer {
  const digests: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += 4096) {
    const page = Buffer.alloc(4096);
    bytes.copy(page, 0, at);
    digests.push(hash('sha256', page, 'buffer'));
  }
  const level = Buffer.concat(digests);
  if (level.length > 4096) return rootOf(level);
  return hash('sha256', Buffer.concat([level, Buffer.alloc(4096 - level.length)]), 'buffer');
}

interface Written {
  readonly key?: TestKey;
  readonly certificate?: Buffer;
  readonly root?: Buffer;
  readonly digest?: Buffer;
  readonly version?: number;
  readonly pageBits?: number;
}

async function idsig(written: Written = {}): Promise<Buffer> {
  const { key = TOM, root = rootOf(APK), version = 2, pageBits = 12 } = written;
  const hashing = Buffer.concat([u32(1), Buffer.from([pageBits]), prefixed(), prefixed(root)]);
  const digest = prefixed(written.digest ?? (await contents.digest('sha256')));
  const certificate = prefixed(written.certificate ?? key.certificate);
  const body = Buffer.concat([u64(APK.length), hashing, digest, certificate, prefixed()]);
  const signature = prefixed(blockSignature(0x0201, Buffer.concat([u32(4 + body.length), body]), key));
  const publicKey = prefixed(key.publicKey.export({ type: 'spki', format: 'der' }));
  const signing = prefixed(digest, certificate, prefixed(), publicKey, u32(0x0201), signature);
  return Buffer.concat([u32(version), prefixed(hashing), signing, prefixed()]);
}

const read = (file: Buffer, bytes = APK): Promise<Signature> =>
  separateSignature(file, { bytes, contents, signal });

function says(name: string, written: Written, expected: readonly string[]): void {
  test(name, async () => {
    const { state, reasons } = await read(await idsig(written));
    assert.deepEqual([state, ...reasons], expected);
  });
}

says('a signature beside the package', {}, ['verified']);
says('of other contents', { root: Buffer.alloc(32) }, [
  'wrong',
  'the package is not the one that was signed (another root of the tree)',
]);
says('of another package', { digest: Buffer.alloc(32) }, [
  'wrong',
  'it is of another package than the signatures inside',
]);
says('the certificate of another', { certificate: ANN.certificate }, [
  'wrong',
  'its key is not the one of its certificate',
]);
says('a version that is not known', { version: 3 }, ['not-checked', 'it has version 3']);
says('pages of another size', { pageBits: 16 }, ['not-checked', 'its tree of digests is of another kind']);

test('a package that was changed', async () => {
  const bytes = Buffer.from(APK);
  bytes[10]! ^= 1;
  const { state } = await read(await idsig(), bytes);
  assert.equal(state, 'wrong');
});

test('a page in two sections is one page', async () => {
  const root = await merkleRoot([APK], Buffer.alloc(0), signal);
  assert.deepEqual(root, rootOf(APK));
  for (const cuts of [[1], [4095, 4097], [4096, 8192], [5, 6, 7, 100_000]]) {
    const sections = [0, ...cuts].map((from, at) => APK.subarray(from, cuts[at]));
    assert.deepEqual(await merkleRoot(sections, Buffer.alloc(0), signal), root);
  }
});

test('whatever stands in the file, it gets an answer', async () => {
  const whole = await idsig();
  const tree = whole.length - 4;
  await fc.assert(
    fc.asyncProperty(damaged(whole), async (file) => {
      const { state } = await read(file);
      assert.ok(state !== 'verified' || file.subarray(0, tree).equals(whole.subarray(0, tree)));
    }),
    { numRuns: 60 },
  );
});
