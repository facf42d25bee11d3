import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { type TestContext, test } from 'node:test';
import { loadServerWorld, type StreamFiles } from '../../host/index.ts';
import { diskFull, faultyFiles, temporaryFolder } from '../testing.ts';
import { type BlobDigest, digestOfBytes } from './blob-digest.ts';
import type { BlobStore, ByteSource } from './blob-store.ts';
import { DiskBlobStore } from './disk-blob-store.ts';

type Make = (t: TestContext) => Promise<BlobStore>;

/** No time passes. */
const pause = async (): Promise<void> => {};
const LIMIT = { maxBytes: 10_000_000 };
const content = randomBytes(700_000);
const digest = digestOfBytes(content);

/** The bytes in pieces of a size that no boundary of the store divides. */
function pieces(bytes: Uint8Array): ByteSource {
  const all: Uint8Array[] = [];
  for (let at = 0; at < bytes.byteLength; at += 61_003) all.push(bytes.subarray(at, at + 61_003));
  return Readable.from(all);
}

async function* after(told: Promise<void>, bytes: Uint8Array): ByteSource {
  await told;
  yield bytes;
}

async function* broken(bytes: Uint8Array): ByteSource {
  yield bytes;
  throw new Error('the client went away');
}

async function read(
  store: BlobStore,
  name: BlobDigest,
  range?: { start: number; end: number },
): Promise<Buffer> {
  const blob = store.open(name);
  assert.ok(blob);
  const { start, end } = range ?? { start: 0, end: blob.sizeBytes };
  const bytes = Buffer.alloc(end - start);
  for (let at = 0; at < bytes.length; ) at += await blob.read(bytes.subarray(at), start + at);
  blob.close();
  return bytes;
}

/** What every store must do. */
function describeBlobStore(name: string, make: Make): void {
  test(`${name}: what was put is there under its digest, whole and in parts`, async (t) => {
    const store = await make(t);
    const put = await store.put(pieces(content), LIMIT);
    assert.deepEqual(put, { ok: true, value: { digest, sizeBytes: content.byteLength } });
    assert.deepEqual(await read(store, digest), content);
    assert.deepEqual(await read(store, digest, { start: 5, end: 70_000 }), content.subarray(5, 70_000));
    assert.deepEqual(await store.readWhole(digest), content);
    await store.flush([digest]);
  });

  test(`${name}: nothing is there of what was refused`, async (t) => {
    const store = await make(t);
    const other = digestOfBytes(Buffer.from('other'));
    const wrong = await store.put(pieces(content), { ...LIMIT, expected: other });
    assert.deepEqual(wrong, { ok: false, failure: { kind: 'wrong-digest', actual: digest } });
    const large = await store.put(pieces(content), { maxBytes: 600_000 });
    assert.deepEqual(large, { ok: false, failure: { kind: 'too-large', maxBytes: 600_000 } });
    await assert.rejects(store.put(broken(content), LIMIT), /went away/);
    assert.equal(await store.stat(digest), undefined);
    assert.equal(await store.stat(other), undefined);
    for await (const each of store.all()) assert.fail(each.digest);
  });

  test(`${name}: sha512 and no bytes at all are as good`, async (t) => {
    const store = await make(t);
    const long = digestOfBytes(content, 'sha512');
    assert.ok((await store.put(pieces(content), { ...LIMIT, expected: long })).ok);
    assert.deepEqual(await read(store, long), content);
    const empty = await store.put(Readable.from([]), LIMIT);
    assert.ok(empty.ok);
    assert.deepEqual(await read(store, empty.value.digest), Buffer.alloc(0));
  });

  test(`${name}: an upload comes in pieces, keeps what came before the client went away, and ends`, async (t) => {
    const { uploads, ...store } = withUploads(await make(t));
    uploads.begin('one');
    assert.deepEqual(await uploads.append('one', pieces(content.subarray(0, 200_000)), 1e6), ok(200_000));
    await assert.rejects(uploads.append('one', broken(content.subarray(200_000, 300_000)), 1e6));
    assert.equal(await uploads.sizeBytes('one'), 300_000);
    const over = await uploads.append('one', pieces(content.subarray(300_000)), 400_000);
    assert.equal(!over.ok && over.failure.kind, 'too-large');
    assert.equal(await uploads.sizeBytes('one'), 300_000);
    const done = await uploads.finish('one', pieces(content.subarray(300_000)), {
      ...LIMIT,
      expected: digest,
    });
    assert.ok(done.ok);
    assert.deepEqual(await store.read(digest), content);
    assert.equal(await uploads.sizeBytes('one'), 0);
  });

  test(`${name}: an upload ends by another algorithm than it began with`, async (t) => {
    const { uploads, ...store } = withUploads(await make(t));
    const long = digestOfBytes(content, 'sha512');
    uploads.begin('two');
    await uploads.append('two', pieces(content), 1e6);
    assert.ok((await uploads.finish('two', undefined, { ...LIMIT, expected: long })).ok);
    assert.deepEqual(await store.read(long), content);
  });

  test(`${name}: only what nothing names and nobody used for long is removed`, async (t) => {
    const store = await make(t);
    await store.put(pieces(content), LIMIT);
    const no = async () => false;
    assert.equal(await store.removeIf(digest, { unusedSinceMs: 0, isHeld: no }), 0);
    const late = Date.now() + 60_000;
    assert.equal(await store.removeIf(digest, { unusedSinceMs: late, isHeld: async () => true }), 0);
    assert.equal(await store.removeIf(digest, { unusedSinceMs: late, isHeld: no }), content.byteLength);
    assert.equal(await store.stat(digest), undefined);
  });
}

const ok = <T>(value: T) => ({ ok: true, value });

function withUploads(store: BlobStore) {
  return { uploads: store.uploads, read: (name: BlobDigest) => read(store, name) };
}

async function filesOf(): Promise<StreamFiles> {
  return (await loadServerWorld()).files;
}

describeBlobStore('on a disk', async (t) =>
  DiskBlobStore.open({ files: await filesOf(), folder: temporaryFolder(t), pause }),
);

test('an upload goes on after a restart, and what was put halfway is gone', async (t) => {
  const folder = temporaryFolder(t);
  const options = { files: await filesOf(), folder, pause };
  const before = await DiskBlobStore.open(options);
  before.uploads.begin('three');
  await before.uploads.append('three', pieces(content.subarray(0, 500_000)), 1e6);
  writeFileSync(join(folder, 'incoming/left'), 'half');
  const after = await DiskBlobStore.open(options);
  assert.deepEqual(readdirSync(join(folder, 'incoming')), []);
  assert.equal(await after.uploads.sizeBytes('three'), 500_000);
  const rest = pieces(content.subarray(500_000));
  assert.ok((await after.uploads.finish('three', rest, { ...LIMIT, expected: digest })).ok);
  assert.deepEqual(await after.readWhole(digest), content);
});

test('a blob with other bytes of the same length is set aside, and sending it again heals it', async (t) => {
  const folder = temporaryFolder(t);
  const store = await DiskBlobStore.open({ files: await filesOf(), folder, pause });
  await store.put(pieces(content), LIMIT);
  const [, hex = ''] = digest.split(':');
  const path = join(folder, 'blobs/sha256', hex.slice(0, 2), hex);
  const flip = (): void => {
    const bytes = readFileSync(path);
    bytes[1000]! ^= 1;
    writeFileSync(path, bytes);
  };
  flip();
  assert.equal(await store.scrub(digest), 'damaged');
  assert.equal(await store.stat(digest), undefined);
  assert.equal(statSync(join(folder, 'damaged', hex)).size, content.byteLength);
  await store.put(pieces(content), LIMIT);
  flip();
  assert.equal(await store.readWhole(digest), undefined);
  await store.put(pieces(content), LIMIT);
  flip();
  await store.put(pieces(content), LIMIT);
  assert.equal(await store.scrub(digest), 'whole');
});

test('a full disk is told and leaves nothing; what an upload had before stays', async (t) => {
  let isFull = true;
  const files = faultyFiles(await filesOf(), (operation) =>
    isFull && operation === 'append' ? diskFull() : undefined,
  );
  const folder = temporaryFolder(t);
  const store = await DiskBlobStore.open({ files, folder, pause });
  await assert.rejects(store.put(pieces(content), LIMIT), { code: 'ENOSPC' });
  assert.deepEqual(readdirSync(join(folder, 'incoming')), []);
  isFull = false;
  store.uploads.begin('four');
  await store.uploads.append('four', pieces(content.subarray(0, 300_000)), 1e6);
  isFull = true;
  await assert.rejects(store.uploads.append('four', pieces(content.subarray(300_000)), 1e6), {
    code: 'ENOSPC',
  });
  assert.equal(await store.uploads.sizeBytes('four'), 300_000);
  isFull = false;
  const rest = pieces(content.subarray(300_000));
  assert.ok((await store.uploads.finish('four', rest, { ...LIMIT, expected: digest })).ok);
});

test('an upload that nobody goes on with is removed', async (t) => {
  const folder = temporaryFolder(t);
  const store = await DiskBlobStore.open({ files: await filesOf(), folder, pause });
  store.uploads.begin('old');
  await store.uploads.append('old', pieces(content), 1e6);
  store.uploads.begin('new');
  await store.uploads.append('new', pieces(content), 1e6);
  utimesSync(join(folder, 'uploads/old'), 1, 1);
  assert.deepEqual(await store.uploads.discardOlder(Date.now() - 60_000), ['old']);
  assert.deepEqual(readdirSync(join(folder, 'uploads')), ['new']);
});

test('two requests do not write to one upload at once, nor is it given up meanwhile', async (t) => {
  const folder = temporaryFolder(t);
  const store = await DiskBlobStore.open({ files: await filesOf(), folder, pause });
  const first = content.subarray(0, 10);
  await store.uploads.append('both', pieces(first), 1e6);
  const isTold = Promise.withResolvers<void>();
  const writing = store.uploads.append('both', after(isTold.promise, content), 1e6);
  for (const refused of [
    await store.uploads.append('both', pieces(content), 1e6),
    await store.uploads.discard('both'),
  ])
    assert.equal(!refused.ok && refused.failure.kind, 'busy');
  assert.deepEqual(await store.uploads.discardOlder(Number.POSITIVE_INFINITY), []);
  isTold.resolve();
  assert.ok((await writing).ok);
  assert.deepEqual(readFileSync(join(folder, 'uploads/both')), Buffer.concat([first, content]));
  assert.ok((await store.uploads.discard('both')).ok);
  assert.deepEqual(readdirSync(join(folder, 'uploads')), []);
});
