import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sha256 } from '../../base/index.ts';
import { loadServerWorld, realHost } from '../../host/index.ts';
import { digestOfBytes } from '../blobs/blob-digest.ts';
import { CORE_MIGRATIONS } from '../database/migrations.ts';
import { DATABASE_NAME, openDatabase } from '../database/open-database.ts';
import { publication, tarballOf } from '../npm/testing.ts';
import { TestRegistry } from '../oci/testing.ts';
import { fetchLimited, startTestServer, type TestServer, temporaryFolder } from '../testing.ts';

type Fetch = (path: string, options?: RequestInit) => Promise<Response>;

const sdist = (file: string): FormData => {
  const form = new FormData();
  form.set(':action', 'file_upload');
  form.set('content', new Blob([file]), file);
  return form;
};
const artifact = (file: string, fields: Readonly<Record<string, string>> = {}): FormData => {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  form.set('file', new Blob([file]), file);
  return form;
};
const npmBody = (name: string): string => publication(name, '1.0.0', tarballOf({ name, version: '1.0.0' }));

/** Two names of every face. */
async function filled(server: TestServer): Promise<void> {
  const registry = new TestRegistry(server);
  const post = (path: string, body: FormData) => server.fetch(path, { method: 'POST', body });
  for (const name of ['mine', 'theirs']) {
    await registry.image(`team/${name}`, 'latest');
    await server.fetch(`/npm/@team%2f${name}`, { method: 'PUT', body: npmBody(`@team/${name}`) });
    await post('/pypi/legacy/', sdist(`team_${name}-1.tar.gz`));
    await post('/upload', artifact(`${name}-1.apk`));
    const link = JSON.stringify({ title: `web of ${name}`, url: 'https://example.test/', version: '1' });
    const headers = { 'content-type': 'application/json' };
    await server.fetch(`/api/install/web-apps/${name}`, { method: 'PUT', body: link, headers });
  }
}

const MINE = 'oci:team/mine,npm:@team/mine,pypi:Team.Mine,artifacts:mine';

/** Every list, and how it shows a name. */
const LISTS: Readonly<Record<string, (name: string) => string>> = {
  '/v2/_catalog': (name) => `"team/${name}"`,
  '/npm/-/v1/search?text=team': (name) => `"@team/${name}"`,
  '/pypi/simple/': (name) => `team-${name}`,
  '/artifacts': (name) => `"${name}"`,
  '/artifacts?q=apk': (name) => `"${name}"`,
  '/install': (name) => `web of ${name}`,
};

async function shown(fetch: Fetch): Promise<Record<string, string[]>> {
  const all: Record<string, string[]> = {};
  for (const [path, textOf] of Object.entries(LISTS)) {
    const answer = await fetch(path);
    const text = await answer.text();
    assert.equal(answer.status, 200, `${path}: ${text}`);
    all[path] = ['mine', 'theirs'].filter((name) => text.includes(textOf(name)));
  }
  return all;
}

const each = (names: readonly string[]): object =>
  Object.fromEntries(Object.keys(LISTS).map((path) => [path, names]));

test('lists, catalog and search show a limited token its names alone', async (t) => {
  const server = await startTestServer(t);
  await filled(server);
  const limited = await fetchLimited(server, 'read', MINE);
  assert.deepEqual(await shown((path) => server.fetch(path)), each(['mine', 'theirs']));
  assert.deepEqual(await shown(limited), each(['mine']));
  assert.deepEqual(
    await shown(await fetchLimited(server, 'read', 'oci:team/*,npm:@team/*,pypi:team-*,artifacts:*')),
    each(['mine', 'theirs']),
  );
  assert.deepEqual(
    await shown(await fetchLimited(server, 'read', 'oci:x,npm:x,pypi:x,artifacts:x')),
    each([]),
  );
  const pages = await Promise.all(['', '&last=team/a'].map((last) => limited(`/v2/_catalog?n=1${last}`)));
  assert.deepEqual(
    await Promise.all(pages.map((page) => page.json())),
    Array(2).fill({ repositories: ['team/mine'] }),
  );
});

test('what anybody may read, a limited token may read, too', async (t) => {
  const server = await startTestServer(t, { settings: { anonymous: 'read' } });
  await filled(server);
  const limited = await fetchLimited(server, 'write', MINE);
  assert.deepEqual(await shown(limited), each(['mine', 'theirs']));
  assert.equal((await limited('/v2/team/theirs/manifests/latest')).status, 200);
  assert.equal((await limited('/metrics')).status, 200);
  assert.equal((await limited('/v2/team/theirs/blobs/uploads/', { method: 'POST' })).status, 403);
});

/** Whose name stands in what comes: mine is taken, theirs is refused. */
const SENT: Readonly<Record<string, (fetch: Fetch, name: string) => Promise<Response>>> = {
  'a package of npm': (fetch, name) =>
    fetch(`/npm/@team%2f${name}`, { method: 'PUT', body: npmBody(`@team/${name}`) }),
  'a distribution': (fetch, name) =>
    fetch('/pypi/legacy/', { method: 'POST', body: sdist(`Team_${name}-2.tar.gz`) }),
  'a file by its name': (fetch, name) =>
    fetch('/upload', { method: 'POST', body: artifact(`${name}-2.apk`) }),
  'a file by a field': (fetch, name) =>
    fetch('/upload', { method: 'POST', body: artifact('mine-3.apk', { name, version: '3' }) }),
  'a file by the query': (fetch, name) =>
    fetch(`/upload?name=${name}&version=4`, { method: 'POST', body: artifact('mine-4.apk') }),
  'a blob': (fetch, name) => {
    const body = 'of a limited token';
    const digest = digestOfBytes(Buffer.from(body));
    return fetch(`/v2/team/${name}/blobs/uploads/?digest=${digest}`, { method: 'POST', body });
  },
};

test('what a limited token sends is taken for its names alone', async (t) => {
  const server = await startTestServer(t);
  const limited = await fetchLimited(server, 'write', MINE);
  for (const [what, send] of Object.entries(SENT)) {
    const mine = await send(limited, 'mine');
    assert.ok(mine.ok, `${what}: ${mine.status} ${await mine.text()}`);
    const theirs = await send(limited, 'theirs');
    assert.equal(theirs.status, 403, what);
    assert.match(await theirs.text(), /this token is for oci:team\/mine,.* only/, what);
  }
  assert.deepEqual((await shown((path) => server.fetch(path)))['/artifacts'], ['mine']);
});

test('a blob of a repository that a token is not for is not mounted from there', async (t) => {
  const server = await startTestServer(t);
  const { digest } = await new TestRegistry(server).blob('team/theirs', 'secret');
  const limited = await fetchLimited(server, 'write', MINE);
  for (const from of ['', '&from=team/theirs']) {
    const mount = `/v2/team/mine/blobs/uploads/?mount=${digest}${from}`;
    assert.equal((await limited(mount, { method: 'POST' })).status, 202, from);
    assert.equal((await limited(`/v2/team/mine/blobs/${digest}`)).status, 404, from);
  }
  const both = await fetchLimited(server, 'write', `${MINE},oci:team/theirs`);
  const mount = `/v2/team/mine/blobs/uploads/?mount=${digest}&from=team/theirs`;
  assert.equal((await both(mount, { method: 'POST' })).status, 201);
});

test('a registry says which scope of the token server a refused token would take', async (t) => {
  const server = await startTestServer(t);
  const limited = await fetchLimited(server, 'admin', 'oci:team/mine,npm:x');
  const scopes: Readonly<Record<string, readonly [string, string]>> = {
    'repository:team/theirs:pull': ['GET', '/v2/team/theirs/tags/list'],
    'repository:team/theirs:pull,push': ['PUT', '/v2/team/theirs/manifests/latest'],
    'repository:team/theirs:delete': ['DELETE', '/v2/team/theirs/manifests/latest'],
  };
  for (const [scope, [method, path]] of Object.entries(scopes)) {
    const answer = await limited(path, { method });
    assert.equal(answer.status, 403);
    const challenge = `Bearer realm="${server.url}/v2/token",service="mobileops",scope="${scope}",error="insufficient_scope"`;
    assert.equal(answer.headers.get('www-authenticate'), challenge);
    assert.match(await answer.text(), /"code":"DENIED"/);
  }
  for (const name of ['Team', 'a%22', 'a%0d%0ab%0d%0a'])
    assert.doesNotMatch(
      (await limited(`/v2/${name}/tags/list`)).headers.get('www-authenticate') ?? '',
      /scope="/,
    );
  const catalog = await (await fetchLimited(server, 'read', 'npm:x'))('/v2/_catalog');
  assert.match(catalog.headers.get('www-authenticate') ?? '', /scope="registry:catalog:\*",error=/);
  assert.equal((await limited('/v2/team/mine/manifests/latest', { method: 'DELETE' })).status, 404);
});

test('the names of a token are in the list of tokens and in the audit log', async (t) => {
  const server = await startTestServer(t);
  const headers = { 'content-type': 'application/json' };
  const make = (only: unknown) =>
    server.fetch('/api/tokens', {
      ...{ method: 'POST', headers },
      body: JSON.stringify({ name: 'ci', role: 'admin', only }),
    });
  for (const wrong of [[], ['team'], ['oci:Team'], ['oci:a', ''], 'oci:a'])
    assert.equal((await make(wrong)).status, 400, JSON.stringify(wrong));
  const made = (await (await make(['oci:team/*', 'pypi:My_Lib'])).json()) as {
    secret: string;
    only: unknown;
  };
  assert.deepEqual(made.only, ['oci:team/*', 'pypi:my-lib']);
  const asCi = { as: 'nobody', headers: { authorization: `Bearer ${made.secret}` } } as const;
  assert.equal((await server.fetch('/api/tokens', asCi)).status, 403);
  await server.fetch('/v2/team/a/manifests/absent', { ...asCi, method: 'DELETE' });
  const { tokens } = (await (await server.fetch('/api/tokens')).json()) as { tokens: { only?: unknown }[] };
  assert.deepEqual(tokens.map(({ only }) => only).filter(Boolean), [made.only]);
  const { entries } = (await (await server.fetch('/api/audit?n=2')).json()) as {
    entries: { who: string; only: string; status: number }[];
  };
  assert.deepEqual(
    entries.map(({ who, only, status }) => [who, only, status]),
    [404, 403].map((status) => ['ci', 'oci:team/*,pypi:my-lib', status]),
  );
});

test('a database from before there were scopes keeps its tokens, without limits, and its audit log', async (t) => {
  const folder = temporaryFolder(t);
  const { fs } = realHost();
  const { openSqlDatabase } = await loadServerWorld();
  const place = { fs, open: openSqlDatabase, folder, nowMs: 1 };
  const migrations = CORE_MIGRATIONS.filter(({ name }) => name < 'core/003');
  const old = openDatabase({ ...place, migrations });
  assert.ok(old.ok);
  old.value.close();
  const secret = `mobileops_${'a'.repeat(43)}`;
  const database = openSqlDatabase(`${folder}/${DATABASE_NAME}`, { busyTimeoutMs: 1000 });
  database.execute(`
    INSERT INTO tokens (name, role, hash, createdAtMs, expiresAtMs) VALUES ('old', 'write', '${sha256(secret)}', 1, 9e15);
    INSERT INTO audit (atMs, requestId, who, address, operation, target, status)
      VALUES (1, 'r', 'old', '127.0.0.1', 'PUT /x', '/x', 200);`);
  database.close();
  const server = await startTestServer(t, { folder });
  const [token] = await server.server.services.tokens.list();
  assert.partialDeepStrictEqual(token, { name: 'old', role: 'write', scope: undefined });
  const headers = { authorization: `Bearer ${secret}` };
  const begun = await server.fetch('/v2/a/blobs/uploads/', { as: 'nobody', method: 'POST', headers });
  assert.equal(begun.status, 202);
  const { entries } = (await (await server.fetch('/api/audit')).json()) as { entries: object[] };
  assert.partialDeepStrictEqual(entries.at(-1), { who: 'old', status: 200 });
  assert.equal('only' in entries.at(-1)!, false);
});
