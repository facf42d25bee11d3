/** `install`, `update`, `list` and `rollback` by the real program, from a folder and over the web, with real signatures, and killed. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { writeRelease } from './release-folder.ts';

const ROOT = join(import.meta.dirname, '..');
const MAIN = join(ROOT, 'src/main.ts');
const base = mkdtempSync(join(tmpdir(), 'mobileops-install-'));
const share = join(base, 'share');
const FILES = 400;
after(() => rmSync(base, { recursive: true, force: true }));

const env = {
  PATH: process.env.PATH,
  HOME: base,
  MOBILEOPS_CACHE: join(base, 'cache'),
  COSIGN_PASSWORD: 'pw',
};

function start(cwd: string, words: readonly string[], variables: Readonly<Record<string, string>> = {}) {
  const child = spawn(process.execPath, [MAIN, ...words], { cwd, env: { ...env, ...variables } });
  const text = { out: '', err: '' };
  for (const [name, stream] of [
    ['out', child.stdout],
    ['err', child.stderr],
  ] as const)
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      text[name] += chunk;
    });
  const done = new Promise<{ code: number | null; out: string; err: string }>((resolve) =>
    child.on('close', (code) => resolve({ code, ...text })),
  );
  return { child, done };
}

const run = (line: string, variables: Readonly<Record<string, string>> = {}) =>
  start(base, line.split(' '), variables).done;

/** An archive of a program that says its version, among many files. */
function archive(version: string): Buffer {
  const folder = join(base, `made-${version}`);
  mkdirSync(join(folder, 'bin'), { recursive: true });
  writeFileSync(join(folder, 'bin/run'), `#!/bin/sh\necho ${version}\n`, { mode: 0o755 });
  for (let count = 0; count < FILES; count++)
    writeFileSync(join(folder, `file-${count}`), `${version} ${count}`);
  const done = spawnSync('tar', ['-czf', '-', '-C', folder, '.']);
  assert.equal(done.status, 0);
  return done.stdout;
}

/** Releases, signs and publishes to the share. */
async function publish(version: string): Promise<void> {
  const root = join(base, 'ws');
  const name = `mobileops-${version}.tar.gz`;
  writeRelease(root, { version, files: { [name]: archive(version) } });
  for (const word of [name, `mobileops-${version}-release.json`]) {
    const signed = await run(`sign ws/dist/release/${word} --key cosign-ec.key`);
    assert.equal(signed.code, 0, signed.err);
  }
  const done = await start(root, ['publish', version, '--to', share]).done;
  assert.equal(done.code, 0, done.err);
}

before(async () => {
  for (const name of ['cosign-ec.key', 'cosign-ec.pub', 'cosign-rsa.pub'])
    copyFileSync(join(ROOT, 'test/fixtures/signing', name), join(base, name));
  await publish('1.0.0');
});

/** What the current release says. */
function says(prefix: string): string {
  return spawnSync(join(base, prefix, 'current/bin/run'), { encoding: 'utf8' }).stdout.trim();
}

test('the first installation needs a key; it stays, and updates and rollbacks follow', async () => {
  const none = await run('install mobileops --from share --prefix app');
  assert.equal(none.code, 2);
  assert.match(none.err, /error\[release\/no-trust\]/);
  const wrong = await run('install mobileops --from share --prefix app --key cosign-rsa.pub');
  assert.equal(wrong.code, 1);
  assert.match(wrong.err, /error\[signing\/other-key\]/);
  assert.equal(existsSync(join(base, 'app/keys')), false);
  const json = await run('install mobileops --from share --prefix app --key cosign-rsa.pub --json');
  assert.deepEqual([json.code, JSON.parse(json.out).exitCode], [1, 1]);
  const first = await run('install mobileops --from share --prefix app --key cosign-ec.pub');
  assert.equal(first.code, 0, first.err);
  assert.equal(says('app'), '1.0.0');
  assert.match((await run('update --prefix app')).out, /1\.0\.0 is the newest of stable/);
  await publish('1.1.0');
  const updated = await run('update --prefix app');
  assert.equal(updated.code, 0, updated.err);
  assert.match(updated.err, /signed by sha256:99ad/);
  assert.equal(says('app'), '1.1.0');
  assert.match((await run('list --prefix app')).out, /^1\.0\.0 {2}before .*\n1\.1\.0 {2}current/);
  const back = await run('rollback --prefix app');
  assert.match(back.out, /^1\.0\.0 is current again, after 1\.1\.0/);
  assert.equal(says('app'), '1.0.0');
  const other = await run('update --prefix app --key cosign-rsa.pub');
  assert.match(other.err, /error\[release\/other-pin\]/);
  assert.equal((await run('rollback --prefix app')).code, 2);
});

test('an update never goes back, whatever the channel says', async () => {
  await run('install mobileops@1.1.0 --from share --prefix forward --key cosign-ec.pub');
  assert.equal(says('forward'), '1.1.0');
  const pointer = join(share, 'channels/stable.json');
  const text = readFileSync(pointer, 'utf8');
  writeFileSync(pointer, text.replace('1.1.0', '1.0.0'));
  const refused = await run('update --prefix forward');
  writeFileSync(pointer, text);
  assert.equal(refused.code, 2);
  assert.match(refused.err, /error\[release\/going-back\]/);
  assert.equal(says('forward'), '1.1.0');
});

test('over the web, by a name and by an address; the token goes to its own repository alone', async (t) => {
  const seen: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    seen.push(request.headers.authorization);
    const path = join(share, decodeURIComponent(request.url ?? ''));
    if (!existsSync(path)) response.writeHead(404).end();
    else response.end(readFileSync(path));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const token = { ARTIFACT_REPO_TOKEN: 'secret' };
  const named = await run('install mobileops --prefix web --key cosign-ec.pub', {
    ...token,
    ARTIFACT_REPO_URL: url,
  });
  assert.equal(named.code, 0, named.err);
  assert.equal(says('web'), '1.1.0');
  assert.ok(seen.length > 3 && seen.every((each) => each === 'Bearer secret'));
  seen.length = 0;
  const address = `${url}/1.0.0/mobileops-1.0.0.tar.gz`;
  const direct = await run(`install ${address} --prefix web`, {
    ...token,
    ARTIFACT_REPO_URL: 'https://elsewhere.example.com',
  });
  assert.equal(direct.code, 0, direct.err);
  assert.equal(says('web'), '1.0.0');
  assert.ok(seen.length > 1 && seen.every((each) => each === undefined));
  const absent = await run(`install mobileops@9.0.0 --from ${url} --prefix web`);
  assert.equal(absent.code, 1);
  assert.match(absent.err, /error\[release\/not-there\][\s\S]*help: name a place that `mobileops publish`/);
});

test('an address that is none is told without what may be a secret', async () => {
  const addresses = [
    'http://u:secret@127.0.0.1/x',
    'http://127.0.0.1/x?token=secret',
    'http://127.0.0.1/%zz',
  ];
  for (const address of addresses) {
    const refused = await run(`install ${address} --prefix none --key cosign-ec.pub`);
    assert.equal(refused.code, 2, refused.err);
    assert.match(refused.err, /error\[release\/not-there\]/);
    assert.doesNotMatch(refused.err, /secret/);
  }
});

test('a file, and the folder of a release; changed bytes are not installed', async () => {
  const file = 'ws/dist/release/mobileops-1.0.0.tar.gz';
  assert.equal((await run(`install ${file} --prefix file --key cosign-ec.pub`)).code, 0);
  assert.equal(says('file'), '1.0.0');
  assert.equal((await run('install share/1.1.0 --prefix file')).code, 0);
  assert.equal(says('file'), '1.1.0');
  mkdirSync(join(base, 'changed'));
  for (const suffix of ['', '.sigstore.json'])
    copyFileSync(join(base, `${file}${suffix}`), join(base, `changed/mobileops-1.0.0.tar.gz${suffix}`));
  writeFileSync(join(base, 'changed/mobileops-1.0.0.tar.gz'), archive('1.2.0'));
  const changed = await run('install changed/mobileops-1.0.0.tar.gz --prefix other --key cosign-ec.pub');
  assert.equal(changed.code, 1);
  assert.match(changed.err, /error\[signing\/bad-signature\]/);
  assert.deepEqual(readdirSync(join(base, 'other')), []);
});

/** Whether 1.1.0 was being unpacked when it was killed: a machine with much else to do may let us look too late. */
async function isKilledUnpacking(): Promise<boolean> {
  rmSync(join(base, 'killed'), { recursive: true, force: true });
  await run('install mobileops@1.0.0 --from share --prefix killed --key cosign-ec.pub');
  const tree = join(base, 'killed/.staging/tree');
  const begun = start(base, ['install', 'mobileops@1.1.0', '--from', 'share', '--prefix', 'killed']);
  const isUnpacking = (): boolean => existsSync(tree) && readdirSync(tree).length > 5;
  while (!isUnpacking() && begun.child.exitCode === null)
    await new Promise((resolve) => setImmediate(resolve));
  begun.child.kill('SIGKILL');
  await begun.done;
  return existsSync(tree);
}

test('killed while it unpacks: the old release runs, and the next run installs the new one', async () => {
  let tries = 0;
  while (!(await isKilledUnpacking())) assert.ok(++tries < 20, 'never caught while it unpacks');
  assert.equal(says('killed'), '1.0.0');
  assert.deepEqual(readdirSync(join(base, 'killed/versions')), ['1.0.0']);
  const again = await run('install mobileops@1.1.0 --from share --prefix killed');
  assert.equal(again.code, 0, again.err);
  assert.equal(says('killed'), '1.1.0');
  assert.equal(readdirSync(join(base, 'killed/versions/1.1.0')).length, FILES + 1);
  assert.equal(readlinkSync(join(base, 'killed/current')), 'versions/1.1.0');
  assert.deepEqual(readdirSync(join(base, 'killed')).sort(), ['current', 'keys', 'state.json', 'versions']);
});
