import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { loadServerWorld } from '../../host/index.ts';
import {
  diskFull,
  faultyFiles,
  startTestServer,
  type TestServer,
  temporaryFolder,
  watchedSql,
} from '../testing.ts';
import { ArtifactStore } from './artifact-store.ts';

const sha256 = (bytes: string | Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

function form(
  file: string,
  content: string | Uint8Array,
  fields: Readonly<Record<string, string>> = {},
): FormData {
  const made = new FormData();
  for (const [name, value] of Object.entries(fields)) made.set(name, value);
  made.set('file', new Blob([content as string]), file);
  return made;
}

const upload = ({ fetch }: TestServer, body: FormData, query = ''): Promise<Response> =>
  fetch(`/upload${query}`, { method: 'POST', body, as: 'write' });

test('what is larger than the server takes is answered, whatever it is sent to', async (t) => {
  const server = await startTestServer(t, { settings: { maxUploadBytes: 1000 } });
  const body = Buffer.alloc(300_000, 'x');
  const put = (path: string): Promise<Response> => server.fetch(path, { method: 'PUT', body, as: 'write' });
  assert.equal((await put('/artifacts/large/1/large.bin')).status, 413);
  assert.equal((await upload(server, form('large-1.bin', body))).status, 413);
  assert.equal((await put('/npm/-/package/large/dist-tags/next')).status, 413);
  assert.equal((await server.fetch('/artifacts/large')).status, 404);
});

test('a channel never points to a version that is taken back at the same time', async (t) => {
  const server = await startTestServer(t);
  const store = new ArtifactStore(server.server.services);
  for (const isPointedFirst of [true, false]) {
    const version = isPointedFirst ? '1' : '2';
    await server.fetch(`/artifacts/raced/${version}/a.txt`, { method: 'PUT', body: 'x', as: 'write' });
    const point = () => store.point({ name: 'raced', channel: 'beta', version }, 'test');
    const remove = () => store.remove('raced', version);
    if (isPointedFirst) assert.deepEqual(await Promise.all([point(), remove()]), [true, ['beta']]);
    else assert.deepEqual(await Promise.all([remove(), point()]), ['removed', false]);
  }
});

const channelsOf = async ({ fetch }: TestServer, name: string): Promise<unknown> => {
  const answer = await fetch(`/artifacts/${name}`);
  return answer.status === 404 ? 'nothing' : ((await answer.json()) as { channels: unknown }).channels;
};

test('an upload that points a channel is done in one step: its version is not taken back in between', async (t) => {
  const world = await loadServerWorld();
  let removed: Promise<unknown> | undefined;
  const openSqlDatabase = watchedSql(world.openSqlDatabase, (sql) => {
    if (/^insert into "artifactFiles"/.test(sql)) removed ??= store.remove('raced', '1');
  });
  const server = await startTestServer(t, { world: { openSqlDatabase } });
  const store = new ArtifactStore(server.server.services);
  assert.equal((await upload(server, form('raced-1.txt', 'x'), '?channel=stable')).status, 201);
  assert.deepEqual(await removed, ['stable']);
  assert.partialDeepStrictEqual(await channelsOf(server, 'raced'), [{ channel: 'stable', version: '1' }]);
});

test('a version that was taken back gets neither files nor channels', async (t) => {
  const server = await startTestServer(t);
  await upload(server, form('gone-1.txt', 'x'));
  await server.fetch('/artifacts/gone/1', { method: 'DELETE' });
  const uploads = {
    same: ['gone-1.txt', 'x'],
    other: ['gone-1.txt', 'y'],
    more: ['gone-1.zip', 'z'],
  } as const;
  for (const [what, [file, content]] of Object.entries(uploads)) {
    const answer = await upload(server, form(file, content), '?channel=stable');
    assert.equal(answer.status, 409, what);
    assert.match(await answer.text(), /gone 1 was taken back/);
  }
  assert.equal(await channelsOf(server, 'gone'), 'nothing');
  assert.equal((await server.fetch('/channels/gone/stable')).status, 404);
});

test('curl uploads as the document does, and gets the file back', async (t) => {
  const server = await startTestServer(t);
  const content = randomBytes(3_000_000);
  const file = join(temporaryFolder(t), 'mobileops-1.2.0.tar.gz');
  writeFileSync(file, content);
  const url = server.url;
  const asWriter = ['-H', `Authorization: Bearer ${server.tokens.write}`];
  const curl = async (...more: string[]): Promise<string> =>
    (
      await promisify(execFile)('curl', ['-sf', ...asWriter, ...more], {
        encoding: 'latin1',
        maxBuffer: 2 ** 24,
      })
    ).stdout;
  const stored = JSON.parse(await curl('-X', 'POST', '-F', `file=@${file}`, `${url}/upload`)) as Record<
    string,
    unknown
  >;
  assert.deepEqual(stored, {
    ...{ name: 'mobileops', version: '1.2.0', file: 'mobileops-1.2.0.tar.gz', sizeBytes: content.length },
    ...{ path: '/artifacts/mobileops/1.2.0/mobileops-1.2.0.tar.gz', sha256: sha256(content) },
  });
  assert.equal(sha256(Buffer.from(await curl(`${url}${String(stored.path)}`), 'latin1')), stored.sha256);
  assert.equal(
    await curl('-r', '5-8', `${url}${String(stored.path)}`),
    content.subarray(5, 9).toString('latin1'),
  );
  assert.equal(
    await curl(`${url}${String(stored.path)}.sha256`),
    `${String(stored.sha256)}  mobileops-1.2.0.tar.gz\n`,
  );
  assert.match(await curl('-I', `${url}${String(stored.path)}`), /^content-length: 3000000\r$/m);
  assert.match(await curl('-I', `${url}/artifacts/mobileops`), /^HTTP\/1.1 200 /);
});

test('a file never changes: the same content is welcome again, another is refused', async (t) => {
  const server = await startTestServer(t);
  assert.equal((await upload(server, form('a-1.txt', 'one'))).status, 201);
  assert.equal((await upload(server, form('a-1.txt', 'one'))).status, 200);
  const other = await upload(server, form('a-1.txt', 'two'));
  assert.equal(other.status, 409);
  assert.match(await other.text(), /never changes/);
  const { fetch } = server;
  assert.equal((await fetch('/artifacts/a/1', { method: 'DELETE' })).status, 204);
  assert.equal((await fetch('/artifacts/a/1/a-1.txt')).status, 404);
  assert.equal((await upload(server, form('a-1.txt', 'one'))).status, 409);
});

test('versions, sidecars, channels and search', async (t) => {
  const server = await startTestServer(t);
  const { fetch } = server;
  for (const file of [
    'app-1.9.0.apk',
    'app-1.10.0.apk',
    'app-1.10.0.apk.asc',
    'app-1.10.0-rc.1.apk',
    'tool-1.zip',
  ])
    assert.equal((await upload(server, form(file, file))).status, 201);
  const point = { method: 'PUT', body: JSON.stringify({ version: '1.9.0' }), as: 'write' } as const;
  const headers = { 'content-type': 'application/json' };
  assert.equal((await fetch('/channels/app/stable', { ...point, headers })).status, 204);
  const absent = { ...point, headers, body: JSON.stringify({ version: '7' }) };
  assert.equal((await fetch('/channels/app/stable', absent)).status, 404);
  assert.equal((await upload(server, form('app-1.11.0.apk', 'x'), '?channel=beta')).status, 201);
  const app = (await (await fetch('/artifacts/app')).json()) as {
    channels: { channel: string; version: string }[];
    versions: { version: string; files: { file: string; sidecars: string[] }[] }[];
  };
  assert.deepEqual(
    app.versions.map(({ version, files }) => [
      version,
      ...files.map(({ file, sidecars }) => [file, ...sidecars]),
    ]),
    [
      ['1.11.0', ['app-1.11.0.apk']],
      ['1.10.0', ['app-1.10.0.apk', 'app-1.10.0.apk.asc']],
      ['1.10.0-rc.1', ['app-1.10.0-rc.1.apk']],
      ['1.9.0', ['app-1.9.0.apk']],
    ],
  );
  assert.deepEqual(
    app.channels.map(({ channel, version }) => `${channel}=${version}`),
    ['beta=1.11.0', 'stable=1.9.0'],
  );
  const found = async (query: string): Promise<unknown> => (await fetch(`/artifacts${query}`)).json();
  assert.deepEqual(await found(''), { names: ['app', 'tool'] });
  assert.deepEqual(await found('?q=zip'), { names: ['tool'] });
  assert.deepEqual(await found('?n=1'), { names: ['app'], next: 'app' });
  assert.equal((await fetch('/artifacts/app/1.9.0', { method: 'DELETE' })).status, 409);
});

test('releases are there as a static server would have them', async (t) => {
  const server = await startTestServer(t);
  await upload(
    server,
    form('ops-1.0.0.tar.gz', 'content', { name: 'ops', version: '1.0.0' }),
    '?channel=stable',
  );
  const pointer = await server.fetch('/releases/ops/channels/stable.json', { as: 'read' });
  assert.deepEqual(await pointer.json(), { format: 1, version: '1.0.0' });
  assert.equal((await server.fetch('/releases/ops/channels/beta.json')).status, 404);
  const file = await server.fetch('/releases/ops/1.0.0/ops-1.0.0.tar.gz', { as: 'read' });
  assert.equal(await file.text(), 'content');
});

test('what is uploaded runs in no browser, whatever it is called', async (t) => {
  const server = await startTestServer(t);
  for (const file of ['page-1.html', 'image-1.svg', 'code-1.js']) {
    await upload(server, form(file, '<script>alert(1)</script>'));
    const answer = await server.fetch(`/artifacts/${file.split('-')[0]}/1/${file}`);
    assert.equal(answer.status, 200);
    assert.equal(answer.headers.get('content-type'), 'application/octet-stream');
    assert.match(answer.headers.get('content-disposition') ?? '', /^attachment/);
    assert.match(answer.headers.get('content-security-policy') ?? '', /sandbox/);
    assert.equal(answer.headers.get('x-content-type-options'), 'nosniff');
  }
});

test('names that lead elsewhere, forms that are none and content that is not what was said are refused', async (t) => {
  const server = await startTestServer(t);
  const { fetch } = server;
  for (const path of ['..%2f..%2fetc', '%2e%2e', 'a%00b', '.x', 'a%0d%0ab', '%ff']) {
    const answer = await fetch(`/artifacts/n/1/${path}`, { method: 'PUT', body: 'x' });
    assert.ok(answer.status === 400 || answer.status === 404, `${path}: ${answer.status}`);
  }
  const status = async (body: FormData, query = ''): Promise<number> =>
    (await upload(server, body, query)).status;
  assert.equal(await status(form('nodash', 'x')), 400);
  assert.equal(await status(form('nodash', 'x', { name: 'n', version: '2' })), 201);
  assert.equal(await status(form('a-1.txt', 'x'), `?sha256=${sha256('y')}`), 400);
  assert.equal(await status(form('a-1.txt', 'x', { sha256: sha256('y') })), 400);
  assert.equal(await status(form('a-1.txt', 'x', { name: '../up' })), 400);
  const two = form('a-1.txt', 'x');
  two.append('file', new Blob(['y']), 'b-1.txt');
  assert.equal(await status(two), 400);
  const elsewhere = new FormData();
  elsewhere.set('data', new Blob(['y']), 'b-1.txt');
  assert.equal(await status(elsewhere), 400);
  assert.equal((await fetch('/upload', { method: 'POST', body: 'file=x' })).status, 415);
  assert.deepEqual(await (await fetch('/artifacts')).json(), { names: ['n'] });
});

test('a form that is cut off names nothing', async (t) => {
  const server = await startTestServer(t);
  const { port } = new URL(server.url);
  const socket = connect(Number(port), '127.0.0.1');
  const head = `POST /upload HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${server.tokens.write}\r\ncontent-type: multipart/form-data; boundary=b\r\n`;
  const part = '--b\r\ncontent-disposition: form-data; name="file"; filename="cut-1.txt"\r\n\r\nhalf';
  socket.write(`${head}content-length: 5000\r\n\r\n${part}`, () => socket.destroy());
  await new Promise((resolve) => socket.once('close', resolve));
  await server.server.close();
  const again = await startTestServer(t, { folder: server.folder });
  assert.deepEqual(await (await again.fetch('/artifacts')).json(), { names: [] });
});

test('of 200 that publish at once, all are seen; of two contents for one name, one', async (t) => {
  const server = await startTestServer(t);
  const many = await Promise.all(
    Array.from({ length: 200 }, (_, at) => upload(server, form(`lib-1.0.${at}.txt`, `content ${at}`))),
  );
  assert.ok(many.every(({ status }) => status === 201));
  const { versions } = (await (await server.fetch('/artifacts/lib')).json()) as { versions: unknown[] };
  assert.equal(versions.length, 200);
  const rivals = await Promise.all(
    Array.from({ length: 20 }, (_, at) => upload(server, form('rival-1.txt', `content ${at % 2}`))),
  );
  const statuses = rivals.map(({ status }) => status).sort((a, b) => a - b);
  assert.deepEqual(statuses, [...Array(9).fill(200), 201, ...Array(10).fill(409)]);
});

test('a full disk stores nothing and says so; what was there stays', async (t) => {
  const world = await loadServerWorld();
  let isFull = false;
  const files = faultyFiles(world.files, (operation) =>
    isFull && operation === 'append' ? diskFull() : undefined,
  );
  const server = await startTestServer(t, { world: { files } });
  assert.equal((await upload(server, form('a-1.txt', 'x'))).status, 201);
  isFull = true;
  assert.equal((await upload(server, form('a-2.txt', 'y'))).status, 507);
  isFull = false;
  const { versions } = (await (await server.fetch('/artifacts/a')).json()) as {
    versions: { version: string }[];
  };
  assert.deepEqual(
    versions.map(({ version }) => version),
    ['1'],
  );
  assert.equal((await upload(server, form('a-2.txt', 'y'))).status, 201);
});
