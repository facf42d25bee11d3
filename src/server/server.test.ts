import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { readFileSync, statSync, truncateSync, unlinkSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { Socket } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { sha256 } from '../base/index.ts';
import { loadServerWorld, realHost } from '../host/index.ts';
import { startServer } from './server.ts';
import type { Face } from './services.ts';
import { startTestServer, temporaryFolder } from './testing.ts';

const basic = (secret: string): string => `Basic ${Buffer.from(`anyone:${secret}`).toString('base64')}`;

test('the first start gives one token, and only its hash is kept', async (t) => {
  const { server, folder } = await startTestServer(t);
  const { firstToken, url } = server;
  assert.equal(firstToken?.role, 'admin');
  const answer = await fetch(`${url}/api/tokens`, { headers: { authorization: basic(firstToken.secret) } });
  assert.equal(answer.status, 200);
  await server.close();
  const database = readFileSync(join(folder, 'server.sqlite'));
  assert.ok(database.includes(sha256(firstToken.secret)));
  assert.ok(!database.includes(firstToken.secret));
  assert.equal(statSync(folder).mode & 0o777, 0o700);
  const again = await startTestServer(t, { folder });
  assert.equal(again.server.firstToken, undefined);
});

test('a token is made, used, listed without its secret, and revoked', async (t) => {
  const { fetch } = await startTestServer(t);
  const body = JSON.stringify({ name: 'ci', role: 'read', days: 1 });
  const headers = { 'content-type': 'application/json' };
  const made = await fetch('/api/tokens', { method: 'POST', body, headers });
  assert.equal(made.status, 201);
  const { id, secret } = (await made.json()) as { id: number; secret: string };
  const asCi = { as: 'nobody', headers: { authorization: `Bearer ${secret}` } } as const;
  assert.equal((await fetch('/metrics', asCi)).status, 200);
  assert.equal((await fetch('/api/tokens', asCi)).status, 403);
  const listed = await (await fetch('/api/tokens')).text();
  assert.ok(listed.includes('"ci"') && !listed.includes(secret));
  assert.equal((await fetch(`/api/tokens/${id}`, { method: 'DELETE' })).status, 204);
  assert.equal((await fetch('/metrics', asCi)).status, 401);
  assert.equal((await fetch(`/api/tokens/${id}`, { method: 'DELETE' })).status, 404);
});

test('a token ends with its days', async (t) => {
  const { fetch, server } = await startTestServer(t);
  const body = JSON.stringify({ name: 'ci', role: 'read', days: 2 });
  const headers = { 'content-type': 'application/json' };
  const made = await fetch('/api/tokens', { method: 'POST', body, headers });
  const { createdAt, expiresAt } = (await made.json()) as { createdAt: string; expiresAt: string };
  assert.equal(Date.parse(expiresAt) - Date.parse(createdAt), 2 * 86_400_000);
  const over = await server.services.tokens.create({ name: 'over', role: 'admin', lifeMs: 0 });
  const asOver = { as: 'nobody', headers: { authorization: `Bearer ${over.secret}` } } as const;
  assert.equal((await fetch('/metrics', asOver)).status, 401);
});

test('the audit log tells who did what and who was turned away, and cannot be changed', async (t) => {
  const { fetch, server } = await startTestServer(t);
  await fetch('/api/tokens/77', { method: 'DELETE', as: 'write' });
  await fetch('/api/tokens/78?secret=no', { method: 'DELETE', headers: { 'x-request-id': 'mine' } });
  const { entries } = (await (await fetch('/api/audit')).json()) as { entries: Record<string, unknown>[] };
  const shown = entries.map(({ who, operation, target, status }) => [who, operation, target, status]);
  assert.deepEqual(shown, [
    ['test-admin', 'DELETE /api/tokens/{id}', '/api/tokens/78', 404],
    ['test-write', 'DELETE /api/tokens/{id}', '/api/tokens/77', 403],
  ]);
  assert.equal(entries[0]?.requestId, 'mine');
  assert.equal(entries[0]?.address, '127.0.0.1');
  const { db } = server.services.database;
  await assert.rejects(db.deleteFrom('audit').execute(), /only added to/);
  await assert.rejects(db.updateTable('audit').set({ who: 'me' }).execute(), /only added to/);
});

test('who asks is believed from a trusted proxy alone', async (t) => {
  const headers = {
    'x-forwarded-for': '198.51.100.9, 192.0.2.7',
    'x-forwarded-proto': 'https',
    'x-forwarded-host': 'packages.example.test',
  };
  const asked = async (trustedProxies: readonly string[], more: object = {}) => {
    const { fetch } = await startTestServer(t, { settings: { trustedProxies, anonymous: 'read' } });
    await fetch('/api/tokens/78', { method: 'DELETE', headers: { ...headers, ...more } });
    const { entries } = (await (await fetch('/api/audit')).json()) as { entries: { address: string }[] };
    const { headers: said } = await fetch('/v2/', { as: 'nobody', headers: { ...headers, ...more } });
    const [, realm] = /realm="([^"]*)"/.exec(said.get('www-authenticate') ?? '') ?? [];
    return [entries[0]?.address, realm?.replace(/:\d+/, ':N')];
  };
  const own = ['127.0.0.1', 'http://127.0.0.1:N/v2/token'];
  assert.deepEqual(await asked([]), own);
  assert.deepEqual(await asked(['192.0.2.0/24']), own);
  const client = ['192.0.2.7', 'https://packages.example.test/v2/token'];
  assert.deepEqual(await asked(['127.0.0.0/8']), client);
  assert.deepEqual(await asked(['127.0.0.1', '192.0.2.7']), ['198.51.100.9', client[1]]);
  const wrong = { 'x-forwarded-proto': 'javascript', 'x-forwarded-for': '<b>'.repeat(100) };
  const [address, realm] = await asked(['127.0.0.1'], wrong);
  assert.equal(address?.length, 50);
  assert.doesNotMatch(realm ?? '', /javascript/);
});

test('what was done is in the audit log also where the connection is cut off at once', async (t) => {
  const { fetch, server } = await startTestServer(t);
  // What `remoteAddress` asks: nothing is known of a connection that is gone.
  t.mock.method(
    Socket.prototype as unknown as Record<'_getpeername', () => object>,
    '_getpeername',
    () => ({}),
  );
  await fetch('/api/tokens/79', { method: 'DELETE' });
  t.mock.restoreAll();
  const [entry] = await server.services.database.db.selectFrom('audit').selectAll().execute();
  assert.deepEqual([entry?.target, entry?.address], ['/api/tokens/79', 'unknown']);
});

const PAGES: readonly (readonly [status: number, path: string, headers: Readonly<Record<string, string>>])[] =
  [
    [403, '/api/maintenance/none', { 'sec-fetch-site': 'cross-site' }],
    [403, '/api/maintenance/none', { 'sec-fetch-site': 'same-site' }],
    [403, '/api/maintenance/none', { origin: 'http://elsewhere.test' }],
    [403, '/api/maintenance/none', { origin: 'null' }],
    [403, '/v2/a/blobs/uploads/', { origin: 'http://elsewhere.test' }],
    [403, '/upload', { origin: 'http://elsewhere.test' }],
    [400, '/api/maintenance/none', {}],
    [400, '/api/maintenance/none', { 'sec-fetch-site': 'none' }],
    [400, '/api/maintenance/none', { 'sec-fetch-site': 'same-origin', origin: 'http://behind-a-proxy.test' }],
  ];

test('a page of another site changes nothing with the token that a browser has kept', async (t) => {
  const { fetch, url } = await startTestServer(t);
  for (const [status, path, headers] of [...PAGES, [400, PAGES[0]![1], { origin: url }] as const])
    assert.equal((await fetch(path, { method: 'POST', headers })).status, status, JSON.stringify(headers));
  const read = await fetch('/install', { headers: { 'sec-fetch-site': 'cross-site' } });
  assert.equal(read.status, 200);
});

test('a flood of requests that change things fills no audit log', async (t) => {
  const { url, server } = await startTestServer(t, { settings: { requestsPerSecond: 1 } });
  const flood = Array.from({ length: 12 }, () => fetch(`${url}/upload`, { method: 'POST', body: 'x' }));
  const statuses = new Set((await Promise.all(flood)).map(({ status }) => status));
  assert.deepEqual([...statuses].sort(), [401, 429]);
  assert.deepEqual(await server.services.database.db.selectFrom('audit').selectAll().execute(), []);
});

test('what is wrong with a request is told all at once', async (t) => {
  const { fetch } = await startTestServer(t);
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify({ name: 'a b', role: 'king', days: 0 });
  const answer = await fetch('/api/tokens', { method: 'POST', body, headers });
  assert.equal(answer.status, 400);
  const { error } = (await answer.json()) as { error: { detail: { problems: { at: string }[] } } };
  assert.deepEqual(
    error.detail.problems.map(({ at }) => at),
    ['body.name', 'body.role', 'body.days'],
  );
  const large = JSON.stringify({ name: 'a'.repeat(2 ** 21) });
  assert.equal((await fetch('/api/tokens', { method: 'POST', body: large, headers })).status, 413);
});

test('an address that guesses tokens has to wait, and one that asks too often, too', async (t) => {
  const { url } = await startTestServer(t);
  const guess = { headers: { authorization: 'Bearer mobileops_wrong' } };
  const statuses: number[] = [];
  for (let at = 0; at < 22; at++) statuses.push((await fetch(`${url}/metrics`, guess)).status);
  assert.deepEqual([...new Set(statuses)], [401, 429]);
  const busy = await startTestServer(t, { settings: { requestsPerSecond: 1 } });
  const answers = await Promise.all(Array.from({ length: 8 }, () => fetch(`${busy.url}/health`)));
  const refused = answers.filter(({ status }) => status === 429);
  assert.ok(refused.length >= 2);
  assert.ok(Number(refused[0]?.headers.get('retry-after')) >= 1);
});

test('every answer has safe headers, and the log has each request without its query', async (t) => {
  const events: [string, object][] = [];
  const { fetch } = await startTestServer(t, { events: (...event) => events.push(event) });
  for (const path of ['/health', '/nothing?token=x', '/openapi.json']) {
    const { headers } = await fetch(path);
    assert.equal(headers.get('x-content-type-options'), 'nosniff');
    assert.match(headers.get('content-security-policy') ?? '', /sandbox/);
    assert.ok(headers.get('x-request-id'));
  }
  const seen = events.filter(([type]) => type === 'server.request').map(([, payload]) => payload);
  assert.partialDeepStrictEqual(seen[1], { method: 'GET', path: '/nothing', status: 404, who: 'test-admin' });
});

test('the document of the operations is OpenAPI 3.1 and names each', async (t) => {
  const { fetch, server } = await startTestServer(t);
  const document = (await (await fetch('/openapi.json', { as: 'nobody' })).json()) as {
    openapi: string;
    paths: Record<string, object>;
  };
  assert.equal(document.openapi, '3.1.0');
  const named = Object.values(document.paths).flatMap(Object.keys);
  assert.equal(named.length, server.operations.length);
});

test('a database that is cut off, empty, gone or not one is told with its remedy and left as it is', async (t) => {
  const folder = temporaryFolder(t);
  const { server } = await startTestServer(t, { folder });
  await server.close();
  const path = join(folder, 'server.sqlite');
  const whole = readFileSync(path);
  const damages: readonly (readonly [string, () => void])[] = [
    ['cut off', () => truncateSync(path, Math.floor(whole.length / 2))],
    ['empty', () => truncateSync(path, 0)],
    ['other', () => writeFileSync(path, 'not a database'.repeat(1000))],
    ['gone', () => unlinkSync(path)],
  ];
  for (const [name, damage] of damages) {
    writeFileSync(path, whole);
    damage();
    const before = name === 'gone' ? undefined : readFileSync(path);
    const started = await startServer({
      settings: { ...server.services.settings, port: 0 },
      host: realHost(),
      world: await loadServerWorld(),
      events: () => {},
      version: 'test',
    });
    assert.ok(!started.ok, name);
    assert.equal(started.failure.code, 'server/database-damaged', name);
    assert.match(started.failure.hint ?? '', /put back|copy/, name);
    if (before) assert.deepEqual(readFileSync(path), before, name);
  }
  writeFileSync(path, whole);
  await startTestServer(t, { folder });
});

test('a second server does not work in the same folder', async (t) => {
  const { folder, server } = await startTestServer(t);
  await assert.rejects(startTestServer(t, { folder }), /another server works in this folder/);
  await server.close();
  await startTestServer(t, { folder });
});

/** Takes bytes and tells how many came. */
const COUNTING: Face = {
  name: 'counting',
  migrations: [],
  addRoutes: (routes) =>
    routes.add(
      { method: 'PUT', path: '/count', access: 'write', summary: 'count', body: 'bytes', answers: {} },
      async ({ request: { raw } }) => {
        let bytes = 0;
        for await (const chunk of raw) bytes += chunk.length;
        return { bytes };
      },
    ),
};

test('told to end, it finishes an upload, says that it is not ready, begins nothing new, and ends', async (t) => {
  const events: [string, object][] = [];
  const { url, server, tokens } = await startTestServer(t, {
    faces: [COUNTING],
    settings: { drainMs: 60_000 },
    events: (...event) => events.push(event),
  });
  const begun = Promise.withResolvers<void>();
  const answered = Promise.withResolvers<{ status: number | undefined; text: string }>();
  const headers = { authorization: `Bearer ${tokens.write}` };
  const upload = request(`${url}/count`, { method: 'PUT', headers }, async (response) => {
    const text = Buffer.concat(await response.toArray()).toString();
    answered.resolve({ status: response.statusCode, text });
  });
  upload.write('12345', () => begun.resolve());
  await begun.promise;
  await fetch(`${url}/health`);
  const closed = server.close();
  const ready = await fetch(`${url}/ready`);
  assert.equal(ready.status, 503);
  assert.deepEqual(await ready.json(), { status: 'ending' });
  assert.equal((await fetch(`${url}/metrics`, { headers })).status, 503);
  upload.end('678');
  assert.deepEqual(await answered.promise, { status: 200, text: '{"bytes":8}' });
  assert.equal(await closed, true);
  await assert.rejects(fetch(`${url}/health`));
});

test('an upload that takes longer than the limit of the end is cut off', async (t) => {
  const options = { faces: [COUNTING], settings: { drainMs: 50 } };
  const { url, server, tokens } = await startTestServer(t, options);
  const headers = { authorization: `Bearer ${tokens.write}` };
  const failed = Promise.withResolvers<void>();
  const upload = request(`${url}/count`, { method: 'PUT', headers });
  upload.on('error', () => failed.resolve());
  const begun = Promise.withResolvers<void>();
  upload.write('12345', () => begun.resolve());
  await begun.promise;
  await fetch(`${url}/health`);
  assert.equal(await server.close(), false);
  await failed.promise;
});

test('with a certificate it speaks HTTPS, and without a usable one it says so', async (t) => {
  const folder = temporaryFolder(t);
  const words = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=localhost'];
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  execFileSync('openssl', [...words, '-keyout', key, '-out', cert], { stdio: 'pipe' });
  const tls = { certificate: readFileSync(cert), key: readFileSync(key) };
  const { url } = await startTestServer(t, { settings: { tls, anonymous: 'read' } });
  assert.match(url, /^https:/);
  const asked = ['-sS', '-i', '--cacert', cert, `${url.replace('127.0.0.1', 'localhost')}/v2/`];
  const { stdout } = await promisify(execFile)('curl', asked);
  assert.match(stdout, /realm="https:\/\/localhost/);
  const wrong = { ...tls, certificate: Buffer.from('no certificate') };
  await assert.rejects(
    startTestServer(t, { settings: { tls: wrong } }),
    /certificate or its key is not usable/,
  );
});
