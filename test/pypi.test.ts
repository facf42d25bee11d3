import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { distributionName } from '../src/packages/index.ts';
import { startTestServer, type TestServer, temporaryFolder } from '../src/server/testing.ts';
import { missingModule, PEER_PYTHON } from './peer-python.ts';

const run = promisify(execFile);

/** A wheel as a build backend makes it, by Python's own zip. */
const WHEEL = `
import sys, zipfile
path, name, version, extra = sys.argv[1:5]
info = f"{name}-{version}.dist-info/"
with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as wheel:
    wheel.writestr(f"{name}/__init__.py", f"VERSION = '{version}'\\n")
    wheel.writestr(info + "METADATA", f"Metadata-Version: 2.1\\nName: {name}\\nVersion: {version}\\n{extra}\\nText\\n")
    wheel.writestr(info + "WHEEL", "Wheel-Version: 1.0\\nGenerator: test\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
    wheel.writestr(info + "RECORD", "")
`;

interface Wheel {
  readonly file: string;
  readonly path: string;
  readonly bytes: Buffer;
}

async function makeWheel(
  folder: string,
  { name, version, extra = '' }: { name: string; version: string; extra?: string },
): Promise<Wheel> {
  const file = `${name}-${version}-py3-none-any.whl`;
  const path = join(folder, file);
  await run('python3', ['-c', WHEEL, path, name, version, extra]);
  return { file, path, bytes: readFileSync(path) };
}

function upload(
  { fetch }: TestServer,
  { file, bytes }: Pick<Wheel, 'file' | 'bytes'>,
  more: object = {},
): Promise<Response> {
  const form = new FormData();
  const fields = { ':action': 'file_upload', protocol_version: '1', filetype: 'bdist_wheel', ...more };
  for (const [name, value] of Object.entries(fields)) form.set(name, String(value));
  form.set('content', new Blob([bytes]), file);
  return fetch('/pypi/legacy/', { method: 'POST', body: form, as: 'write' });
}

test('wheels that come at once are looked into one after the other', async (t) => {
  const server = await startTestServer(t);
  const { blobs } = server.server.services;
  const readWhole = blobs.readWhole.bind(blobs);
  let [reading, most] = [0, 0];
  t.mock.method(blobs, 'readWhole', async (digest: Parameters<typeof readWhole>[0]) => {
    most = Math.max(most, ++reading);
    const bytes = await readWhole(digest);
    reading--;
    return bytes;
  });
  const folder = temporaryFolder(t);
  const names = ['one', 'two', 'three', 'four'];
  const wheels = await Promise.all(names.map((name) => makeWheel(folder, { name, version: '1.0' })));
  const answers = await Promise.all(wheels.map((wheel) => upload(server, wheel)));
  assert.deepEqual(
    answers.map(({ status }) => status),
    [200, 200, 200, 200],
  );
  assert.equal(most, 1);
});

test('pip installs what was published, its dependency too', async (t) => {
  const server = await startTestServer(t);
  const folder = temporaryFolder(t);
  const library = await makeWheel(folder, { name: 'ops_library', version: '1.2.0' });
  const program = await makeWheel(folder, {
    ...{ name: 'ops_program', version: '3.0' },
    extra: 'Requires-Python: >=3.8\nRequires-Dist: ops-library>=1\n',
  });
  for (const wheel of [library, program]) assert.equal((await upload(server, wheel)).status, 200);
  const target = join(folder, 'installed');
  const index = `${server.url.replace('//', `//token:${server.tokens.read}@`)}/pypi/simple/`;
  const pip = [
    '-m',
    'pip',
    'install',
    '--isolated',
    '--disable-pip-version-check',
    '--no-cache-dir',
    '--no-input',
  ];
  await run('python3', [...pip, '--index-url', index, '--target', target, 'ops.program']);
  const installed = readdirSync(target);
  assert.ok(installed.includes('ops_program') && installed.includes('ops_library'));
});

test('twine publishes', async (t) => {
  const missing = missingModule('twine');
  if (missing) return t.skip(missing);
  const server = await startTestServer(t);
  const wheel = await makeWheel(temporaryFolder(t), { name: 'by_twine', version: '1.0' });
  const twine = ['-m', 'twine', 'upload', '--non-interactive', '--disable-progress-bar'];
  const env = { ...process.env, TWINE_USERNAME: 'token', TWINE_PASSWORD: server.tokens.write };
  await run(PEER_PYTHON, [...twine, '--repository-url', `${server.url}/pypi/legacy/`, wheel.path], { env });
  assert.equal((await server.fetch(`/pypi/files/by-twine/${wheel.file}`)).status, 200);
});

test('an index in both forms, with hashes, metadata, yanks and an entity tag', async (t) => {
  const server = await startTestServer(t);
  const { fetch } = server;
  const wheel = await makeWheel(temporaryFolder(t), {
    ...{ name: 'Jw.Util', version: '1.0' },
    extra: 'Requires-Python: >=3.9,<4\n',
  });
  assert.equal((await upload(server, wheel, { name: 'jw_util', version: '1.0.0' })).status, 200);
  const address = '/pypi/simple/jw-util/';
  const json = { headers: { accept: 'application/vnd.pypi.simple.v1+json' } };
  const sha256 = createHash('sha256').update(wheel.bytes).digest('hex');
  const read = async (): Promise<{ files: Record<string, unknown>[] }> =>
    (await fetch(address, json)).json() as never;
  const [file] = (await read()).files;
  assert.deepEqual(file?.hashes, { sha256 });
  assert.equal(file?.['requires-python'], '>=3.9,<4');
  const html = await (await fetch(address)).text();
  assert.match(html, /<a href="..\/..\/files\/jw-util\/Jw.Util-1.0-py3-none-any.whl#sha256=[0-9a-f]{64}"/);
  assert.match(html, /data-requires-python="&gt;=3.9,&lt;4"/);
  const url = new URL(String(file?.url), `http://x${address}`).pathname;
  assert.deepEqual(Buffer.from(await (await fetch(url)).arrayBuffer()), wheel.bytes);
  assert.match(await (await fetch(`${url}.metadata`)).text(), /^Metadata-Version: 2.1\nName: Jw.Util/);
  const etag = (await fetch(address, json)).headers.get('etag')!;
  const again = { headers: { ...json.headers, 'if-none-match': etag } };
  assert.equal((await fetch(address, again)).status, 304);
  const yank = {
    method: 'PUT',
    body: '{"reason":"bad <b>"}',
    headers: { 'content-type': 'application/json' },
  };
  assert.equal((await fetch('/api/pypi/Jw_Util/1.0/yanked', yank)).status, 204);
  assert.equal((await fetch(address, again)).status, 200);
  assert.equal((await read()).files[0]?.yanked, 'bad <b>');
  assert.match(await (await fetch(address)).text(), /data-yanked="bad &lt;b&gt;"/);
  assert.equal((await fetch('/pypi/simple/JW_Util/')).headers.get('location'), '../jw-util/');
  assert.match(await (await fetch('/pypi/simple/')).text(), /<a href="jw-util\/">jw-util<\/a>/);
});

test('what does not tell the truth is refused, and nothing of it is there', async (t) => {
  const server = await startTestServer(t);
  const folder = temporaryFolder(t);
  const wheel = await makeWheel(folder, { name: 'honest', version: '1.0' });
  const other = await makeWheel(folder, { name: 'other', version: '1.0' });
  const status = async (file: string, bytes: Buffer, more: object = {}): Promise<number> =>
    (await upload(server, { file, bytes }, more)).status;
  assert.equal(await status(wheel.file, other.bytes), 400);
  assert.equal(await status(wheel.file, Buffer.from('no zip')), 400);
  assert.equal(await status('honest.exe', wheel.bytes), 400);
  assert.equal(await status(wheel.file, wheel.bytes, { name: 'wrong' }), 400);
  assert.equal(await status(wheel.file, wheel.bytes, { version: '2' }), 400);
  assert.equal(await status(wheel.file, wheel.bytes, { sha256_digest: '0'.repeat(64) }), 400);
  assert.equal(await status(wheel.file, wheel.bytes, { ':action': 'submit' }), 400);
  assert.equal((await server.fetch('/pypi/simple/honest/')).status, 404);
  assert.equal(await status(wheel.file, wheel.bytes), 200);
  assert.equal(await status(wheel.file, wheel.bytes), 200);
  writeFileSync(join(folder, 'x'), '');
  const changed = await makeWheel(folder, { name: 'honest', version: '1.0', extra: 'Summary: other\n' });
  assert.equal(await status(changed.file, changed.bytes), 409);
});

test('names of distributions', () => {
  const shown = (file: string): string => {
    const named = distributionName(file);
    return named ? `${named.project} ${named.version} ${named.kind}` : 'none';
  };
  assert.equal(shown('Jw.Util-1.0-py3-none-any.whl'), 'jw-util 1.0 wheel');
  assert.equal(shown('a_b-1!2.0+local.1-1-cp311-cp311-manylinux_2_17_x86_64.whl'), 'a-b 1!2.0+local.1 wheel');
  assert.equal(shown('a-b-1.0.tar.gz'), 'a-b 1.0 sdist');
  for (const file of [
    '../a-1.tar.gz',
    'a.whl',
    'a-1.0-py3-none-any.whl.exe',
    'a-1.zip',
    `${'a'.repeat(300)}-1.tar.gz`,
  ])
    assert.equal(shown(file), 'none');
});
