import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { loadServerWorld } from '../../host/index.ts';
import { MEDIA_TYPES } from '../../oci/index.ts';
import { digestOfBytes } from '../blobs/blob-digest.ts';
import { FACES } from '../faces.ts';
import { descriptorOf, imageDocument, indexDocument, TestRegistry } from '../oci/testing.ts';
import type { RunningServer } from '../server.ts';
import { diskFull, faultyFiles, startTestServer, type TestServerOptions } from '../testing.ts';
import type { MaintenanceSettings } from './maintenance-settings.ts';
import { scrubBlobs } from './scrub-blobs.ts';

const QUIET: MaintenanceSettings = {
  ...{ collectEveryMs: 0, graceMs: 0, unnamedMs: 0, scrubEveryMs: 0, copyEveryMs: 0, trimEveryMs: 0 },
  audit: { keptMs: 0, entries: 0 },
};

async function started(
  t: TestContext,
  maintenance: Partial<MaintenanceSettings>,
  more: TestServerOptions = {},
) {
  const settings = { maintenance: { ...QUIET, ...maintenance } };
  const server = await startTestServer(t, { ...more, settings });
  return { ...server, registry: new TestRegistry(server) };
}

/** The file of a blob. */
function fileOf(folder: string, digest: string): string {
  const hex = digest.slice(7);
  return join(folder, 'blobs/sha256', hex.slice(0, 2), hex);
}

test('collection removes what nothing names, and keeps indexes, their images and referrers whole', async (t) => {
  const { registry, server, fetch } = await started(t, { unnamedMs: 1 });
  const lone = await registry.blob('a', 'nobody names this');
  const image = await registry.image('a', 'amd64');
  const again = await registry.image('a', 'arm64');
  const untagged = await registry.image('a', 'old');
  await registry.put('a', 'all', indexDocument(image, again));
  const subject = descriptorOf(image, MEDIA_TYPES.manifest);
  const sbom = await registry.image('a', 'sbom', { subject, artifactType: 'application/vnd.example' });
  for (const tag of ['amd64', 'arm64', 'old', 'sbom'])
    await fetch(`/v2/a/manifests/${tag}`, { method: 'DELETE' });
  const half = await registry.begin('a');
  await fetch(half, { method: 'PATCH', body: 'half of it' });
  await server.services.clock.sleep(5);
  await server.maintenance.run('collect');
  const { last } = server.maintenance.state('collect');
  assert.partialDeepStrictEqual(last?.report, { removedBlobs: 2, released: { 'registry.manifests': 1 } });
  assert.equal((await fetch(`/v2/a/blobs/${lone.digest}`)).status, 404);
  assert.equal((await fetch(`/v2/a/manifests/${untagged.digest}`)).status, 404);
  assert.equal((await fetch(half)).status, 404);
  for (const { digest } of [image, again, sbom])
    assert.equal((await fetch(`/v2/a/manifests/${digest}`)).status, 200);
  for (const tag of ['amd64', 'arm64', 'sbom']) {
    const layer = digestOfBytes(Buffer.from(`layer of ${tag}`));
    assert.equal((await fetch(`/v2/a/blobs/${layer}`)).status, 200);
  }
});

test('without being told, manifests without a tag stay, and so does what is young', async (t) => {
  const { registry, server, fetch } = await started(t, { graceMs: 60_000 });
  const lone = await registry.blob('a', 'young');
  const image = await registry.image('a', 'x');
  await fetch('/v2/a/manifests/x', { method: 'DELETE' });
  await server.maintenance.run('collect');
  assert.equal((await fetch(`/v2/a/manifests/${image.digest}`)).status, 200);
  assert.equal((await fetch(`/v2/a/blobs/${lone.digest}`)).status, 200);
});

test('images that are pushed while content is collected without any grace are whole once they are acknowledged', async (t) => {
  const { registry, server, fetch } = await started(t, { graceMs: 0 });
  let isPushing = true;
  const collecting = (async () => {
    while (isPushing) await server.maintenance.run('collect');
  })();
  /** As a client does that is told what is missing. */
  const push = async (at: number): Promise<void> => {
    for (let tries = 0; tries < 500; tries++) {
      const config = await registry.blob('a', `{"n":${at % 7}}`);
      const layer = await registry.blob('a', `layer ${at % 5}`);
      const answer = await registry.put('a', `t${at}`, imageDocument(config, layer));
      if (answer.status === 201) return;
      assert.equal(answer.status, 404);
    }
    assert.fail('never came through');
  };
  for (let at = 0; at < 60; at += 6) await Promise.all(Array.from({ length: 6 }, (_, by) => push(at + by)));
  isPushing = false;
  await collecting;
  for (let at = 0; at < 60; at++) {
    const manifest = (await (await fetch(`/v2/a/manifests/t${at}`)).json()) as {
      config: { digest: string };
      layers: { digest: string }[];
    };
    for (const { digest } of [manifest.config, ...manifest.layers])
      assert.equal((await fetch(`/v2/a/blobs/${digest}`)).status, 200);
  }
});

test('a scrub sets aside what is damaged, tells what is missing, and a push heals both', async (t) => {
  const { registry, server, fetch, folder } = await started(t, {});
  await registry.image('a', 'one');
  const [one, two] = ['layer of one', 'layer of two'].map((text) => digestOfBytes(Buffer.from(text)));
  await registry.image('a', 'two');
  writeFileSync(fileOf(folder, one!), readFileSync(fileOf(folder, one!), 'utf8').toUpperCase());
  await server.services.world.files.unlink(fileOf(folder, two!));
  const scrub = async () => {
    await fetch('/api/maintenance/scrub', { method: 'POST' });
    await server.maintenance.run('scrub');
    const { scrub } = (await (await fetch('/api/maintenance')).json()) as {
      scrub: { last: { report: { damaged: string[]; missing: string[] } } };
    };
    return scrub.last.report;
  };
  assert.partialDeepStrictEqual(await scrub(), { damaged: [one], missing: [one, two].sort() });
  assert.equal((await fetch(`/v2/a/blobs/${one}`)).status, 404);
  for (const tag of ['one', 'two']) await registry.image('a', tag);
  assert.partialDeepStrictEqual(await scrub(), { checkedBlobs: 3, damaged: [], missing: [] });
});

test('a scrub does not miss what was collected while it asked', async (t) => {
  const { server } = await started(t, {});
  const before = await started(t, {});
  await before.registry.image('a', 'one');
  const { services } = server;
  const { apart } = before.server.services.database;
  const stale = { ...services, database: { ...services.database, apart } };
  assert.deepEqual((await scrubBlobs(stale, FACES, services.signal)).missing, []);
});

test('a full disk is told as that, and neither half a blob nor a promise stays', async (t) => {
  const world = await loadServerWorld();
  let fails: 'append' | 'sync' | undefined;
  const files = faultyFiles(world.files, (operation) => (operation === fails ? diskFull() : undefined));
  const { registry, server, fetch, folder } = await started(t, {}, { world: { files } });
  const config = await registry.blob('a', '{}');
  const place = await registry.begin('a');
  const layer = { bytes: Buffer.alloc(600_000, 7), digest: digestOfBytes(Buffer.alloc(600_000, 7)) };
  await fetch(place, { method: 'PATCH', body: layer.bytes.subarray(0, 100_000) });
  fails = 'append';
  const whole = { method: 'POST', body: layer.bytes };
  assert.equal((await fetch(`/v2/a/blobs/uploads/?digest=${layer.digest}`, whole)).status, 507);
  const rest = { method: 'PATCH', body: layer.bytes.subarray(100_000) };
  assert.equal((await fetch(place, rest)).status, 507);
  assert.deepEqual(readdirSync(join(folder, 'incoming')), []);
  fails = 'sync';
  const unsynced = await registry.blob('a', 'came, and is not on the disk');
  assert.equal((await registry.put('a', 'v1', imageDocument(config, unsynced))).status, 507);
  fails = undefined;
  assert.equal((await fetch('/v2/a/manifests/v1')).status, 404);
  assert.equal((await fetch(place)).headers.get('range'), '0-99999');
  const end = { method: 'PUT', body: layer.bytes.subarray(100_000) };
  assert.equal((await fetch(`${place}?digest=${layer.digest}`, end)).status, 201);
  assert.equal((await registry.put('a', 'v1', imageDocument(config, layer))).status, 201);
  assert.equal(await server.close(), true);
});

test('copies of the database are made, a few are kept, and the remedy names the latest', async (t) => {
  const { server, folder } = await started(t, {});
  await server.maintenance.run('copy');
  const [copy = ''] = readdirSync(join(folder, 'copies'));
  assert.match(copy, /^server-\d{8}T\d{6}Z\.sqlite$/);
  await server.close();
  writeFileSync(join(folder, 'server.sqlite'), 'damaged');
  await assert.rejects(startTestServer(t, { folder }));
  writeFileSync(join(folder, 'server.sqlite'), readFileSync(join(folder, 'copies', copy)));
  await startTestServer(t, { folder });
});

/** Entries as that many wrong requests leave them. */
async function withEntries({ server }: { readonly server: RunningServer }, count: number, atMs: number) {
  const { db } = server.services.database;
  const entry = { requestId: 'r', who: 'w', address: 'a', operation: 'o', target: 't', status: 403 };
  for (let at = 0; at < count; at++)
    await db
      .insertInto('audit')
      .values({ ...entry, atMs })
      .execute();
}

async function entriesOf({ server }: { readonly server: RunningServer }): Promise<string[]> {
  const rows = await server.services.database.db.selectFrom('audit').selectAll().orderBy('id').execute();
  return rows.map(({ id, operation, target }) => `${id} ${operation} ${target}`);
}

test('the audit log keeps its newest entries, says which are gone, and gives up no other', async (t) => {
  const all = await started(t, {});
  await withEntries(all, 3, 0);
  await all.server.maintenance.run('trim');
  assert.equal((await entriesOf(all)).length, 3);
  const few = await started(t, { audit: { keptMs: 0, entries: 2 } });
  await withEntries(few, 2500, Date.now());
  await few.server.maintenance.run('trim');
  const kept = ['2499 o t', '2500 o t', '2501 trim audit entries 1 to 2498'];
  assert.deepEqual(await entriesOf(few), kept);
  assert.deepEqual(few.server.maintenance.state('trim').last?.report, { removedEntries: 2498 });
  await few.server.maintenance.run('trim');
  assert.deepEqual(await entriesOf(few), kept, 'of a server at rest nothing goes');
  const { db } = few.server.services.database;
  await assert.rejects(db.deleteFrom('audit').where('id', '=', 2499).execute(), /only added to/);
  await assert.rejects(db.updateTable('auditStart').set({ firstId: 1 }).execute(), /old end only/);
});

test('entries of the audit log go by their age, in order', async (t) => {
  const server = await started(t, { audit: { keptMs: 60_000, entries: 0 } });
  await server.server.maintenance.run('trim');
  assert.deepEqual(await entriesOf(server), []);
  await withEntries(server, 3, Date.now() - 120_000);
  await withEntries(server, 1, Date.now());
  await server.server.maintenance.run('trim');
  assert.deepEqual(await entriesOf(server), ['4 o t', '5 trim audit entries 1 to 3']);
  await server.server.maintenance.run('trim');
  assert.equal((await entriesOf(server)).length, 2);
});

test('an entry of a clock that was wrong takes none with it that is to stay', async (t) => {
  const server = await started(t, { audit: { keptMs: 60_000, entries: 0 } });
  await withEntries(server, 1, Date.now() - 120_000);
  await withEntries(server, 2, Date.now());
  await withEntries(server, 1, Date.now() - 90_000);
  await server.server.maintenance.run('trim');
  assert.deepEqual(await entriesOf(server), ['2 o t', '3 o t', '4 o t', '5 trim audit entries 1 to 1']);
});
