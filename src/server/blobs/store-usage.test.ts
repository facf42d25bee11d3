import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { loadServerWorld } from '../../host/index.ts';
import { publication, tarballOf } from '../npm/testing.ts';
import { TestRegistry } from '../oci/testing.ts';
import { diskFull, faultyFiles, startTestServer, type TestServer } from '../testing.ts';
import { digestOfBytes } from './blob-digest.ts';

const LARGE = Buffer.alloc(3_000_000, 'large');
const digest = digestOfBytes(LARGE);
const form = (fields: Readonly<Record<string, string>>, field: string, file: string): FormData => {
  const made = new FormData();
  for (const [name, value] of Object.entries(fields)) made.set(name, value);
  made.set(field, new Blob([LARGE]), file);
  return made;
};

async function usage({ fetch }: TestServer): Promise<{ usedBytes: number; maxBytes?: number }> {
  const { content } = (await (await fetch('/health', { as: 'nobody' })).json()) as {
    content: { usedBytes: number; maxBytes?: number };
  };
  return content;
}

async function begun({ fetch }: TestServer): Promise<string> {
  return (await fetch('/v2/a/blobs/uploads/', { method: 'POST' })).headers.get('location')!;
}

/** How each face takes content. */
const FACES: Readonly<Record<string, (server: TestServer) => Promise<Response>>> = {
  'a blob at once': ({ fetch }) =>
    fetch(`/v2/a/blobs/uploads/?digest=${digest}`, { method: 'POST', body: LARGE }),
  'a piece of a blob': async (server) => server.fetch(await begun(server), { method: 'PATCH', body: LARGE }),
  'the last piece of a blob': async (server) =>
    server.fetch(`${await begun(server)}?digest=${digest}`, { method: 'PUT', body: LARGE }),
  'a file': ({ fetch }) => fetch('/artifacts/a/1/a.bin', { method: 'PUT', body: LARGE }),
  'a form': ({ fetch }) => fetch('/upload', { method: 'POST', body: form({}, 'file', 'a-1.bin') }),
  'a distribution': ({ fetch }) =>
    fetch('/pypi/legacy/', {
      method: 'POST',
      body: form({ ':action': 'file_upload' }, 'content', 'a-1.tar.gz'),
    }),
  'a package': ({ fetch }) => {
    const tarball = tarballOf({ name: 'a', version: '1.0.0' });
    const body = publication('a', '1.0.0', tarball, { readme: 'x'.repeat(3_000_000) });
    return fetch('/npm/a', { method: 'PUT', body });
  },
};

test('what goes beyond the limit is refused by every face, and leaves nothing', async (t) => {
  const server = await startTestServer(t, { settings: { maxBytes: 2_000_000 } });
  const small = await server.fetch('/artifacts/small/1/a.txt', { method: 'PUT', body: 'small' });
  assert.equal(small.status, 201);
  for (const [what, send] of Object.entries(FACES)) {
    const answer = await send(server);
    assert.equal(answer.status, 507, what);
    assert.match(await answer.text(), /the server keeps \d+ bytes of content and may have 2000000/, what);
    assert.deepEqual(await usage(server), { usedBytes: 5, maxBytes: 2_000_000 }, what);
    assert.deepEqual(readdirSync(join(server.folder, 'incoming')), [], what);
  }
  const figures = await (await server.fetch('/metrics')).text();
  assert.match(figures, /^mobileops_content_bytes 5\n(?:#.*\n)+mobileops_content_max_bytes 2000000$/m);
  assert.equal(await (await server.fetch('/artifacts/small/1/a.txt')).text(), 'small');
});

test('what is on its way counts', async (t) => {
  const world = await loadServerWorld();
  const written = Promise.withResolvers<void>();
  const append = (path: string) => {
    const file = world.files.append(path);
    return {
      ...file,
      append: async (pieces: readonly Uint8Array[]) => {
        await file.append(pieces);
        if (path.includes('/incoming/')) written.resolve();
      },
    };
  };
  const files = { ...world.files, append };
  const server = await startTestServer(t, { settings: { maxBytes: 4_000_000 }, world: { files } });
  const headers = { authorization: `Bearer ${server.tokens.write}`, 'content-length': LARGE.length };
  const slow = request(`${server.url}/artifacts/slow/1/a.bin`, { method: 'PUT', headers });
  slow.write(LARGE.subarray(0, 2_000_000));
  await written.promise;
  const put = (name: string) => server.fetch(`/artifacts/${name}/1/a.bin`, { method: 'PUT', body: LARGE });
  assert.equal((await put('quick')).status, 507);
  slow.end(LARGE.subarray(2_000_000));
  const [answer] = (await once(slow, 'response')) as [IncomingMessage];
  assert.equal(answer.statusCode, 201);
  assert.equal((await usage(server)).usedBytes, LARGE.length);
});

test('the same content counts once, what is collected not at all, and a new start counts the same', async (t) => {
  const settings = { maxBytes: 10_000_000 };
  const server = await startTestServer(t, { settings });
  const registry = new TestRegistry(server);
  for (const name of ['a', 'b']) await registry.blob(name, LARGE);
  assert.equal((await usage(server)).usedBytes, LARGE.length);
  const place = await begun(server);
  await server.fetch(place, { method: 'PATCH', body: 'half of it' });
  assert.equal((await usage(server)).usedBytes, LARGE.length + 10);
  await server.server.close();
  const again = await startTestServer(t, { settings, folder: server.folder });
  assert.equal((await usage(again)).usedBytes, LARGE.length + 10);
  await again.fetch(place, { method: 'DELETE' });
  assert.equal((await usage(again)).usedBytes, LARGE.length);
  // Nothing names the blob but two repositories, whose links are collected, too.
  await again.server.maintenance.run('collect');
  assert.equal((await usage(again)).usedBytes, 0);
});

/** What undoes an upload, without a limit and with a part of a piece on the disk. */
test('what a full disk took back does not count', async (t: TestContext) => {
  const world = await loadServerWorld();
  let isFull = false;
  const files = faultyFiles(world.files, (operation) =>
    isFull && operation === 'append' ? diskFull() : undefined,
  );
  const server = await startTestServer(t, { world: { files } });
  const place = await begun(server);
  await server.fetch(place, { method: 'PATCH', body: LARGE.subarray(0, 1000) });
  isFull = true;
  assert.equal((await server.fetch(place, { method: 'PATCH', body: LARGE })).status, 507);
  assert.equal((await FACES['a file']!(server)).status, 507);
  assert.deepEqual(await usage(server), { usedBytes: 1000 });
  isFull = false;
  const rest = { method: 'PUT', body: LARGE.subarray(1000) };
  assert.equal((await server.fetch(`${place}?digest=${digest}`, rest)).status, 201);
  assert.equal((await usage(server)).usedBytes, LARGE.length);
});
