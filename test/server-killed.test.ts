/**
 * `kill -9` of `mobileops serve` while images are pushed and content is collected: what was acknowledged is there and whole after the
 * next start, nothing is half visible, and an upload goes on where it was. Also many pushes at once.
 */
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { imageDocument, TestRegistry } from '../src/server/oci/testing.ts';
import { startTestServer, temporaryFolder } from '../src/server/testing.ts';
import { askUntil, PiecedUpload, PUBLISHERS, Served, sha256, untilItEnds } from './killed-server.ts';
import { isLong } from './long.ts';

const KILLS = isLong ? 30 : 3;
/** So short that what earlier rounds left is collected in later ones. */
const GRACE_MS = 2000;

/** Pushes images until the server ends; what was acknowledged, by tag. */
async function pushUntilItEnds(
  served: Served,
  by: string,
  acknowledged: Map<string, string[]>,
): Promise<void> {
  const blob = async (bytes: Buffer): Promise<{ digest: never; bytes: Buffer }> => {
    const digest = `sha256:${sha256(bytes)}` as never;
    const answer = await served.fetch(`/v2/a/blobs/uploads/?digest=${digest}`, {
      method: 'POST',
      body: bytes,
    });
    assert.equal(answer.status, 201);
    return { digest, bytes };
  };
  await untilItEnds(async (at) => {
    const tag = `${by}-${at}`;
    const began = performance.now();
    const config = await blob(Buffer.from(JSON.stringify({ tag })));
    const layer = await blob(randomBytes(200_000));
    const document = imageDocument(config, layer);
    const headers = { 'content-type': 'application/vnd.oci.image.manifest.v1+json' };
    const body = JSON.stringify(document);
    const answer = await served.fetch(`/v2/a/manifests/${tag}`, { method: 'PUT', body, headers });
    // On a machine that stood still its blobs may be collected by then, and it is told that they are missing.
    if (answer.status === 404 && performance.now() - began > GRACE_MS) return;
    assert.equal(answer.status, 201);
    acknowledged.set(tag, [config.digest, layer.digest]);
  });
}

test(`${KILLS} times killed while images are pushed and content is collected`, async (t) => {
  const served = new Served(temporaryFolder(t), `${GRACE_MS}ms`);
  const acknowledged = new Map<string, string[]>();
  await served.start(t);
  for (let round = 0; round < KILLS; round++) {
    const pushes = ['x', 'y', 'z'].map((by) => pushUntilItEnds(served, `${by}${round}`, acknowledged));
    const enough = acknowledged.size + 3 + round * 2;
    await askUntil(served, () => acknowledged.size >= enough, pushes);
    await served.kill();
    await Promise.all(pushes);
    await served.start(t);
    const half = readdirSync(join(served.folder, 'incoming'));
    assert.deepEqual(half, []);
  }
  const { tags } = (await (await served.fetch('/v2/a/tags/list')).json()) as { tags: string[] };
  assert.deepEqual(
    [...acknowledged.keys()].filter((tag) => !tags.includes(tag)),
    [],
  );
  for (const tag of tags) {
    const manifest = (await (await served.fetch(`/v2/a/manifests/${tag}`)).json()) as {
      layers: { digest: string }[];
    };
    for (const { digest } of manifest.layers) {
      assert.equal(`sha256:${await served.hashOf(`/v2/a/blobs/${digest}`)}`, digest, tag);
    }
  }
  // Nothing is collected any more while the files are read.
  await served.kill();
  for (const shard of readdirSync(join(served.folder, 'blobs/sha256'))) {
    for (const name of readdirSync(join(served.folder, 'blobs/sha256', shard))) {
      assert.equal(sha256(readFileSync(join(served.folder, 'blobs/sha256', shard, name))), name);
    }
  }
});

/** What the faces tell of, file by file, with the hashes that they tell. */
async function toldFiles(served: Served): Promise<Map<string, string>> {
  const told = new Map<string, string>();
  const { versions } = (await served.json('/artifacts/killed')) as { versions: { version: string }[] };
  for (const { version } of versions) {
    const path = `/artifacts/killed/${version}/killed-${version}.tar.gz`;
    told.set(path, (await (await served.fetch(`${path}.sha256`)).text()).slice(0, 64));
  }
  const pypi = { accept: 'application/vnd.pypi.simple.v1+json' };
  const { files } = (await served.json('/pypi/simple/killed/', pypi)) as {
    files: { filename: string; hashes: { sha256: string } }[];
  };
  for (const { filename, hashes } of files) told.set(`/pypi/files/killed/${filename}`, hashes.sha256);
  const npm = (await served.json('/npm/killed')) as {
    versions: Record<string, { dist: { tarball: string; integrity: string } }>;
  };
  for (const { dist } of Object.values(npm.versions)) {
    const path = new URL(dist.tarball).pathname;
    const bytes = Buffer.from(await (await served.fetch(path)).arrayBuffer());
    assert.equal(`sha512-${createHash('sha512').update(bytes).digest('base64')}`, dist.integrity);
    told.set(path, sha256(bytes));
  }
  return told;
}

/** Each starts a server from source. */
const ROUNDS = isLong ? 30 : 2;

test(`${ROUNDS} times killed while files, packages and pieces come in`, async (t) => {
  const served = new Served(temporaryFolder(t), '1m');
  const acknowledged = new Map<string, string>();
  await served.start(t);
  const upload = new PiecedUpload();
  await upload.begin(served);
  for (let round = 0; round < ROUNDS; round++) {
    const clients = Object.values(PUBLISHERS).map((publish) =>
      untilItEnds(async (at) => {
        const [path, hash] = await publish(served, round * 10_000 + at);
        acknowledged.set(path, hash);
      }),
    );
    const pieces = untilItEnds(() => upload.goOn(served, (upload.bytes.length * (round + 1)) / (ROUNDS + 1)));
    const enough = acknowledged.size + 3 + (round % 5);
    // Each round at another point: after so many answers, and then so many requests more.
    await askUntil(served, () => acknowledged.size >= enough, [...clients, pieces]);
    for (let more = 0; more < (round * 7) % 11; more++) await served.fetch('/health');
    await served.kill();
    await Promise.all([...clients, pieces]);
    await served.start(t);
    assert.deepEqual(readdirSync(join(served.folder, 'incoming')), []);
  }
  const told = await toldFiles(served);
  for (const [path, hash] of acknowledged) assert.equal(told.get(path), hash, path);
  for (const [path, hash] of told) assert.equal(await served.hashOf(path), hash, path);
  await upload.goOn(served);
  assert.equal(await upload.end(served), 201);
  assert.equal(`sha256:${await served.hashOf(`/v2/pieces/blobs/${upload.digest}`)}`, upload.digest);
  await served.kill();
});

test('of 210 that publish at once by the faces for packages and files, all are there', async (t) => {
  const served = new Served(temporaryFolder(t), '1m');
  await served.start(t);
  const publishing = Object.values(PUBLISHERS).flatMap((publish) =>
    Array.from({ length: 70 }, (_, at) => publish(served, at)),
  );
  const published = await Promise.all(publishing);
  assert.deepEqual([...(await toldFiles(served))].sort(), published.map((each) => [...each]).sort());
  await served.kill();
});

test('200 pushes at once of images that share a layer are all there', async (t) => {
  const server = await startTestServer(t);
  const registry = new TestRegistry(server);
  const push = async (at: number): Promise<number> => {
    const config = await registry.blob('a', `{"n":${at}}`);
    const shared = await registry.blob('a', 'the same layer'.repeat(5000));
    return (await registry.put('a', `t${at}`, imageDocument(config, shared))).status;
  };
  const statuses = await Promise.all(Array.from({ length: 200 }, (_, at) => push(at)));
  assert.deepEqual([...new Set(statuses)], [201]);
  const { tags } = (await (await server.fetch('/v2/a/tags/list')).json()) as { tags: string[] };
  assert.equal(tags.length, 200);
});
