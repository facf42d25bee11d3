import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { join } from 'node:path';
import { test } from 'node:test';
import { MEDIA_TYPES } from '../../oci/index.ts';
import { digestOfBytes } from '../blobs/blob-digest.ts';
import { startTestServer } from '../testing.ts';
import { codesOf, descriptorOf, imageDocument, indexDocument, TestRegistry } from './testing.ts';

const content = randomBytes(300_000);
const digest = digestOfBytes(content);

async function started(t: Parameters<typeof startTestServer>[0], options = {}) {
  const server = await startTestServer(t, options);
  return { ...server, server, registry: new TestRegistry(server) };
}

test('a blob is pushed in pieces that must be in order, also after a restart', async (t) => {
  const first = await started(t);
  const place = await first.registry.begin('a/b');
  const piece = (at: number, end: number, server = first): Promise<Response> =>
    server.fetch(place, {
      method: 'PATCH',
      body: content.subarray(at, end),
      headers: { 'content-range': `${at}-${end - 1}` },
    });
  const one = await piece(0, 100_000);
  assert.deepEqual([one.status, one.headers.get('range')], [202, '0-99999']);
  const early = await piece(200_000, 300_000);
  assert.deepEqual([early.status, early.headers.get('range')], [416, '0-99999']);
  await first.server.server.close();
  const second = await started(t, { folder: first.folder });
  const state = await second.fetch(place);
  assert.deepEqual([state.status, state.headers.get('range')], [204, '0-99999']);
  assert.equal((await piece(100_000, 200_000, second)).status, 202);
  const rest = { method: 'PUT', body: content.subarray(200_000) };
  const done = await second.fetch(`${place}?digest=${digest}`, rest);
  assert.deepEqual([done.status, done.headers.get('location')], [201, `/v2/a/b/blobs/${digest}`]);
  const blob = await second.fetch(`/v2/a/b/blobs/${digest}`);
  assert.deepEqual(Buffer.from(await blob.arrayBuffer()), content);
  assert.equal((await second.fetch(place)).status, 404);
});

test('a client that goes away in a piece finds out how far it came, and goes on', async (t) => {
  const { registry, fetch, url, tokens } = await started(t);
  const place = await registry.begin('a');
  const headers = { authorization: `Bearer ${tokens.write}`, 'content-length': content.length };
  const gone = request(`${url}${place}`, { method: 'PATCH', headers });
  gone.on('error', () => {});
  await new Promise<void>((resolve) => gone.write(content.subarray(0, 150_000), () => resolve()));
  gone.destroy();
  let range = '';
  // Until the server has noticed it, the upload is busy and takes no other piece.
  for (let tries = 0; range !== '0-149999' && tries < 200; tries++) {
    range = (await fetch(place)).headers.get('range') ?? '';
  }
  assert.equal(range, '0-149999');
  let status = 409;
  for (let tries = 0; status === 409 && tries < 200; tries++) {
    const rest = { method: 'PUT', body: content.subarray(150_000) };
    status = (await fetch(`${place}?digest=${digest}`, rest)).status;
  }
  assert.equal(status, 201);
});

test('an upload is not given up while a piece of it comes', async (t) => {
  const { registry, fetch, url, tokens } = await started(t);
  const place = await registry.begin('a');
  const headers = { authorization: `Bearer ${tokens.write}`, 'content-length': content.length };
  const slow = request(`${url}${place}`, { method: 'PATCH', headers });
  slow.write(content.subarray(0, 150_000));
  while ((await fetch(place)).headers.get('range') === '0-0');
  const refused = await fetch(place, { method: 'DELETE' });
  assert.equal(refused.status, 409);
  assert.deepEqual(await codesOf(refused), ['BLOB_UPLOAD_INVALID']);
  slow.end(content.subarray(150_000));
  const [answer] = (await once(slow, 'response')) as [IncomingMessage];
  assert.deepEqual([answer.statusCode, answer.headers.range], [202, '0-299999']);
  answer.resume();
  assert.equal((await fetch(place, { method: 'DELETE' })).status, 204);
  assert.equal((await fetch(place)).status, 404);
});

const RANGES: readonly (readonly [string, number, string | null, number])[] = [
  ['bytes=0-0', 206, 'bytes 0-0/300000', 1],
  ['bytes=100-199', 206, 'bytes 100-199/300000', 100],
  ['bytes=299990-', 206, 'bytes 299990-299999/300000', 10],
  ['bytes=-5', 206, 'bytes 299995-299999/300000', 5],
  ['bytes=299999-400000', 206, 'bytes 299999-299999/300000', 1],
  ['bytes=300000-', 416, 'bytes */300000', -1],
  ['bytes=5-1', 200, null, 300_000],
  ['bytes=0-1,5-6', 200, null, 300_000],
  ['lines=1-2', 200, null, 300_000],
];

test('a blob is pulled whole, in ranges, and not at all where the client has it', async (t) => {
  const { registry, fetch } = await started(t);
  await registry.blob('a', content);
  for (const [range, status, contentRange, length] of RANGES) {
    const answer = await fetch(`/v2/a/blobs/${digest}`, { headers: { range } });
    assert.equal(answer.status, status, range);
    assert.equal(answer.headers.get('content-range'), contentRange, range);
    const bytes = Buffer.from(await answer.arrayBuffer());
    if (length >= 0) assert.equal(bytes.byteLength, length, range);
    if (status === 206) assert.ok(content.includes(bytes), range);
  }
  const head = await fetch(`/v2/a/blobs/${digest}`, { method: 'HEAD' });
  assert.deepEqual([head.status, head.headers.get('content-length')], [200, '300000']);
  assert.equal(head.headers.get('docker-content-digest'), digest);
  const known = await fetch(`/v2/a/blobs/${digest}`, { headers: { 'if-none-match': `"${digest}"` } });
  assert.equal(known.status, 304);
});

test('a blob is in the repositories that it was pushed to or mounted in, and deleted from one alone', async (t) => {
  const { registry, fetch } = await started(t);
  await registry.blob('a', content);
  const place = '/v2/b/blobs/uploads/?mount=';
  assert.equal((await fetch(`/v2/b/blobs/${digest}`)).status, 404);
  assert.equal((await fetch(`${place}${digest}&from=c`, { method: 'POST' })).status, 202);
  assert.equal((await fetch(`${place}${digest}&from=a`, { method: 'POST' })).status, 201);
  assert.equal((await fetch(`/v2/c/blobs/uploads/?mount=${digest}`, { method: 'POST' })).status, 201);
  assert.equal((await fetch(`/v2/a/blobs/${digest}`, { method: 'DELETE' })).status, 202);
  assert.equal((await fetch(`/v2/a/blobs/${digest}`)).status, 404);
  assert.equal((await fetch(`/v2/a/blobs/${digest}`, { method: 'DELETE' })).status, 404);
  assert.equal((await fetch(`/v2/b/blobs/${digest}`)).status, 200);
});

test('a manifest is there by tag and digest, as the bytes that came, and nothing that it names is missing', async (t) => {
  const { registry, fetch } = await started(t);
  const config = await registry.blob('a', '{}');
  const layer = { digest, bytes: content };
  const lacking = await registry.put('a', 'v1', imageDocument(config, layer));
  assert.equal(lacking.status, 404);
  assert.deepEqual(await codesOf(lacking), ['MANIFEST_BLOB_UNKNOWN']);
  assert.equal((await fetch('/v2/a/manifests/v1')).status, 404);
  const image = await registry.image('a', 'v1');
  for (const reference of ['v1', image.digest]) {
    const answer = await fetch(`/v2/a/manifests/${reference}`, { as: 'read' });
    assert.equal(answer.headers.get('content-type'), MEDIA_TYPES.manifest);
    assert.equal(answer.headers.get('docker-content-digest'), image.digest);
    assert.deepEqual(Buffer.from(await answer.arrayBuffer()), image.bytes);
  }
  assert.equal((await registry.put('b', 'v1', indexDocument(image))).status, 404);
  assert.equal((await registry.put('a', 'all', indexDocument(image))).status, 201);
});

test('what another manifest names is not deleted before it', async (t) => {
  const { registry, fetch } = await started(t);
  const image = await registry.image('a', 'v1');
  const index = indexDocument(image);
  const indexDigest = digestOfBytes(Buffer.from(JSON.stringify(index)));
  await registry.put('a', 'all', index);
  const layer = digestOfBytes(Buffer.from('layer of v1'));
  const remove = async (path: string): Promise<number> =>
    (await fetch(`/v2/a/${path}`, { method: 'DELETE' })).status;
  assert.equal(await remove(`blobs/${layer}`), 409);
  assert.equal(await remove(`manifests/${image.digest}`), 409);
  assert.equal(await remove('manifests/v1'), 202);
  assert.equal((await fetch(`/v2/a/manifests/${image.digest}`)).status, 200);
  assert.equal(await remove(`manifests/${indexDigest}`), 202);
  assert.equal((await fetch('/v2/a/manifests/all')).status, 404);
  assert.equal(await remove(`manifests/${image.digest}`), 202);
  assert.equal(await remove(`blobs/${layer}`), 202);
});

test('a tag moves, and several are given at once', async (t) => {
  const { registry, fetch } = await started(t);
  const one = await registry.image('a', 'one');
  const two = await registry.image('a', 'two');
  const again = `/v2/a/manifests/${one.digest}?tag=two&tag=three`;
  const options = { method: 'PUT', body: one.bytes, headers: { 'content-type': MEDIA_TYPES.manifest } };
  const answer = await fetch(again, options);
  assert.deepEqual([answer.status, answer.headers.get('oci-tag')], [201, 'two, three']);
  assert.equal((await fetch('/v2/a/manifests/two')).headers.get('docker-content-digest'), one.digest);
  assert.equal((await fetch(`/v2/a/manifests/${two.digest}`)).status, 200);
});

test('tags and repositories are listed in pages', async (t) => {
  const { registry, fetch } = await started(t);
  for (const tag of ['b', 'a', 'C', 'd']) await registry.image('team/app', tag);
  await registry.image('other', 'x');
  const seen: string[] = [];
  let next: string | undefined = '/v2/team/app/tags/list?n=3';
  while (next !== undefined) {
    const answer: Response = await fetch(next);
    seen.push(...((await answer.json()) as { tags: string[] }).tags);
    next = /<([^>]+)>; rel="next"/.exec(answer.headers.get('link') ?? '')?.[1];
  }
  assert.deepEqual(seen, ['C', 'a', 'b', 'd']);
  assert.deepEqual(await (await fetch('/v2/team/app/tags/list?n=0')).json(), { name: 'team/app', tags: [] });
  assert.deepEqual(await codesOf(await fetch('/v2/none/tags/list')), ['NAME_UNKNOWN']);
  assert.deepEqual(await (await fetch('/v2/_catalog')).json(), { repositories: ['other', 'team/app'] });
});

test('referrers are found by their subject, also one that is not there yet', async (t) => {
  const { registry, fetch } = await started(t);
  const image = await registry.image('a', 'v1');
  const subject = descriptorOf(image, MEDIA_TYPES.manifest);
  const more = { subject, artifactType: 'application/vnd.example.sbom', annotations: { made: 'today' } };
  const sbom = await registry.image('a', 'sbom', more);
  await registry.image('a', 'other', { subject });
  const list = async (query: string) => {
    const answer = await fetch(`/v2/a/referrers/${image.digest}${query}`);
    const { manifests } = (await answer.json()) as { manifests: Record<string, unknown>[] };
    return { filters: answer.headers.get('oci-filters-applied'), manifests };
  };
  assert.equal((await list('')).manifests.length, 2);
  assert.deepEqual(await list('?artifactType=application/vnd.example.sbom'), {
    filters: 'artifactType',
    manifests: [
      {
        mediaType: MEDIA_TYPES.manifest,
        digest: sbom.digest,
        size: sbom.bytes.byteLength,
        artifactType: 'application/vnd.example.sbom',
        annotations: { made: 'today' },
      },
    ],
  });
  await fetch(`/v2/a/manifests/${image.digest}`, { method: 'DELETE' });
  assert.equal((await list('')).manifests.length, 2);
  const answer = await registry.put('a', 'x', {
    ...JSON.parse(sbom.bytes.toString()),
    annotations: { n: '1' },
  });
  assert.equal(answer.headers.get('oci-subject'), image.digest);
});

const REFUSED: readonly (readonly [string, string, number, string])[] = [
  ['GET', '/v2/A/tags/list', 400, 'NAME_INVALID'],
  ['GET', '/v2/a//b/tags/list', 400, 'NAME_INVALID'],
  ['GET', '/v2/a%2f..%2fb/tags/list', 400, 'NAME_INVALID'],
  ['GET', '/v2/a/blobs/sha256:1', 400, 'DIGEST_INVALID'],
  ['GET', '/v2/a/blobs/md5:d41d8cd98f00b204e9800998ecf8427e', 400, 'DIGEST_INVALID'],
  ['GET', `/v2/a/blobs/${digest}`, 404, 'BLOB_UNKNOWN'],
  ['GET', '/v2/a/manifests/none', 404, 'MANIFEST_UNKNOWN'],
  ['PUT', '/v2/a/manifests/-x', 400, 'TAG_INVALID'],
  ['PUT', '/v2/a/manifests/x', 400, 'MANIFEST_INVALID'],
  ['PUT', `/v2/a/manifests/${digest}`, 400, 'DIGEST_INVALID'],
  ['PATCH', '/v2/a/blobs/uploads/none', 404, 'BLOB_UPLOAD_UNKNOWN'],
  ['POST', `/v2/a/blobs/uploads/?digest=${digest}`, 400, 'DIGEST_INVALID'],
  ['POST', '/v2/a/blobs/uploads/?digest-algorithm=md5', 400, 'DIGEST_INVALID'],
  ['GET', '/v2/a/tags/list?n=x', 400, 'UNSUPPORTED'],
  ['PATCH', '/v2/a/manifests/x', 404, 'NAME_UNKNOWN'],
];

test('what is wrong is told by the codes of the specification', async (t) => {
  const { fetch } = await started(t);
  for (const [method, path, status, code] of REFUSED) {
    const answer = await fetch(path, { method, ...(method === 'GET' ? {} : { body: '[]' }) });
    assert.equal(answer.status, status, `${method} ${path}`);
    assert.deepEqual(await codesOf(answer), [code], `${method} ${path}`);
  }
});

test('more than one may send is refused with its reason, and nothing of it stays', async (t) => {
  const { registry, fetch } = await started(t, { settings: { maxUploadBytes: 100_000 } });
  const post = { method: 'POST', body: content };
  const answer = await fetch(`/v2/a/blobs/uploads/?digest=${digest}`, post);
  assert.equal(answer.status, 413);
  const place = await registry.begin('a');
  assert.equal((await fetch(place, { method: 'PATCH', body: content })).status, 413);
  assert.equal((await fetch(place)).headers.get('range'), '0-0');
  const large = { method: 'PUT', body: Buffer.alloc(5 * 2 ** 20, 32) };
  assert.equal((await fetch('/v2/a/manifests/x', large)).status, 413);
});

test('where anybody may read, clients are told of the token server, and nobody may not write', async (t) => {
  const { url, tokens } = await started(t, { settings: { anonymous: 'read' } });
  const ping = await fetch(`${url}/v2/`);
  assert.equal(ping.status, 401);
  const challenge = ping.headers.get('www-authenticate') ?? '';
  const [, realm = ''] = /realm="([^"]+)"/.exec(challenge) ?? [];
  assert.equal(realm, `${url}/v2/token`);
  const tokenOf = async (headers: Record<string, string>): Promise<string> =>
    ((await (await fetch(realm, { headers })).json()) as { token: string }).token;
  const asNobody = { authorization: `Bearer ${await tokenOf({})}` };
  const basic = `Basic ${Buffer.from(`me:${tokens.write}`).toString('base64')}`;
  const asWriter = { authorization: `Bearer ${await tokenOf({ authorization: basic })}` };
  assert.equal((await fetch(`${url}/v2/`, { headers: asNobody })).status, 200);
  const begin = async (headers: Record<string, string>): Promise<Response> =>
    fetch(`${url}/v2/a/blobs/uploads/`, { method: 'POST', headers });
  const refused = await begin(asNobody);
  assert.equal(refused.status, 401);
  const plain = await begin({});
  assert.match(plain.headers.get('www-authenticate') ?? '', /scope="repository:a:pull,push"/);
  assert.equal((await begin(asWriter)).status, 202);
});

test('a damaged blob that was set aside is asked for again, and whole after that', async (t) => {
  const { registry, fetch, server, folder } = await started(t);
  await registry.image('a', 'v1');
  const bytes = Buffer.from('layer of v1');
  const layer = digestOfBytes(bytes);
  const hex = layer.slice(7);
  const path = join(folder, 'blobs/sha256', hex.slice(0, 2), hex);
  writeFileSync(path, readFileSync(path, 'utf8').toUpperCase());
  assert.equal(await server.server.services.blobs.scrub(layer), 'damaged');
  assert.equal((await fetch(`/v2/a/blobs/${layer}`, { method: 'HEAD' })).status, 404);
  const mount = `/v2/b/blobs/uploads/?mount=${layer}&from=a`;
  assert.equal((await fetch(mount, { method: 'POST' })).status, 202);
  await registry.image('a', 'v1');
  assert.equal(await (await fetch(`/v2/a/blobs/${layer}`)).text(), 'layer of v1');
});
