/** `sign` and `verify` as people and scripts run them, killed too, and beside cosign where the long suites run. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { realHost } from '../src/host/index.ts';
import { LOCAL_BUILDER, openSigner, provenance, statementText } from '../src/signing/index.ts';
import { makeCosign } from './cosign.ts';
import { isLong } from './long.ts';

const ROOT = join(import.meta.dirname, '..');
const FIXTURES = join(ROOT, 'test/fixtures/signing');
const root = mkdtempSync(join(tmpdir(), 'mobileops-signing-'));
const env = {
  PATH: process.env.PATH,
  HOME: join(root, 'home'),
  TMPDIR: join(root, 'tmp'),
  SIGNING_KEY: join(root, 'openpgp-pgp-secret.txt'),
  SIGNING_KEY_PASSWORD: 'secret',
  COSIGN_PASSWORD: 'pw',
};
const hasGpg = spawnSync('gpg', ['--version']).status === 0;

before(() => {
  for (const folder of ['home', 'tmp', 'release', 'empty']) mkdirSync(join(root, folder), { mode: 0o700 });
  for (const name of readdirSync(FIXTURES)) copyFileSync(join(FIXTURES, name), join(root, name));
  mkdirSync(join(root, 'empty/below'));
  writeFileSync(join(root, 'empty/.hidden'), '');
  spawnSync('chmod', ['-R', 'go=', root]);
});
after(() => rmSync(root, { recursive: true, force: true }));

function run(line: string) {
  const argv = [join(ROOT, 'src/main.ts'), ...line.split(' ')];
  const done = spawnSync(process.execPath, argv, { cwd: root, env, encoding: 'utf8' });
  return { code: done.status, out: done.stdout, err: done.stderr };
}

test('a folder of a release is signed by two keys, and proved by each', (t) => {
  if (!hasGpg) return t.skip('not run: gpg is missing');
  writeFileSync(join(root, 'release/a.tar.gz'), 'a');
  writeFileSync(join(root, 'release/b.apk'), 'b');
  const signed = run('sign release --key openpgp-pgp-secret.txt --key cosign-ec.key');
  assert.match(signed.out, /^release\/a\.tar\.gz\.asc {2}D557831B98DB64F3F9E0326C8CA5D228A99CDB76\n/);
  assert.deepEqual([signed.code, signed.err], [0, '4 signatures made, 0 kept\n']);
  const whole = run('verify release --key openpgp-pgp-public.txt --key cosign-ec.pub --json');
  assert.equal(whole.code, 0);
  const { files } = JSON.parse(whole.out);
  assert.deepEqual(
    files.map(({ path, isProved, signatures }: (typeof files)[0]) => [path, isProved, signatures.length]),
    [
      ['release/a.tar.gz', true, 2],
      ['release/b.apk', true, 2],
    ],
  );
  const half = run('verify release --key cosign-ec.pub');
  assert.equal(half.code, 0);
  assert.match(half.out, /^ {2}not checked: the OpenPGP signature: no key for it was named$/m);
  rmSync(join(root, 'release/b.apk'));
  appendFileSync(join(root, 'release/a.tar.gz'), 'x');
  const wrong = run('verify release --key cosign-ec.pub');
  assert.equal(wrong.code, 1);
  assert.match(wrong.err, /error\[signing\/lost-file\][\s\S]*error\[signing\/bad-signature\]/);
});

const REFUSED: readonly (readonly [string, number, RegExp])[] = [
  ['sign none', 2, /none: error\[signing\/no-file\]/],
  ['sign release.txt --key none', 2, /none: error\[signing\/no-key\].*which --key asks for/],
  ['sign release.txt --key cosign-ec.key --key cosign-ed.key', 2, /error\[signing\/same-place\]/],
  ['sign release.txt --key cosign-ec.key --format gpg', 2, /error\[signing\/wrong-format\]/],
  ['verify release.txt --key cosign-ec.key', 2, /error\[signing\/key-unreadable\]/],
  ['verify empty --key cosign-ec.pub', 2, /empty: error\[signing\/no-file\]/],
  ['verify release.txt empty --key cosign-ec.pub', 2, /empty: error\[signing\/no-file\]/],
  ['verify release.txt --key cosign-ec.pub', 1, /error\[signing\/unsigned\]/],
];

for (const [line, code, expected] of REFUSED) {
  test(line, () => {
    const done = run(line);
    assert.match(done.err, expected);
    assert.equal(done.code, code);
  });
}

test('killed while it signs, it leaves no half signature, and the next one cleans up', async (t) => {
  if (!hasGpg) return t.skip('not run: gpg is missing');
  const folder = join(root, 'many');
  mkdirSync(folder);
  for (let count = 0; count < 30; count++) writeFileSync(join(folder, `file-${count}`), `${count}`);
  const child = spawn(process.execPath, [join(ROOT, 'src/main.ts'), 'sign', 'many'], { cwd: root, env });
  const signed = (): number => readdirSync(folder).filter((name) => name.endsWith('.asc')).length;
  while (signed() < 2 && child.exitCode === null) await new Promise((resolve) => setImmediate(resolve));
  child.kill('SIGKILL');
  await new Promise((resolve) => child.once('exit', resolve));
  assert.equal(child.signalCode, 'SIGKILL');
  assert.equal(readdirSync(env.TMPDIR).length, 1);
  const count = signed();
  assert.ok(count < 30);
  const again = run('sign many');
  assert.equal(again.code, 0);
  assert.match(again.err, new RegExp(`^${30 - count} signatures made, ${count} kept$`, 'm'));
  assert.deepEqual(readdirSync(env.TMPDIR), []);
  assert.equal(run('verify many --key openpgp-pgp-public.txt -q').code, 0);
});

if (isLong) {
  let cosign = '';

  before(() => {
    cosign = makeCosign(root);
  });

  for (const kind of ['ec', 'ed', 'rsa']) {
    test(`cosign and we exchange signatures by an ${kind} key, without a network`, () => {
      const ask = (...words: string[]) => spawnSync(cosign, words, { cwd: root, env, encoding: 'utf8' });
      const ours = `ours-${kind}`;
      const theirs = `theirs-${kind}`;
      for (const name of [ours, theirs]) writeFileSync(join(root, name), 'content\n');
      assert.equal(run(`sign ${ours} --key cosign-${kind}.key`).code, 0);
      const checks = ['--key', `cosign-${kind}.pub`, '--insecure-ignore-tlog=true'];
      const verified = ask('verify-blob', ...checks, '--bundle', `${ours}.sigstore.json`, ours);
      assert.match(verified.stderr, /Verified OK/);
      const offline = ['--use-signing-config=false', '--tlog-upload=false', '--new-bundle-format=true'];
      const bundle = ['--bundle', `${theirs}.sigstore.json`];
      const signed = ask('sign-blob', '--yes', '--key', `cosign-${kind}.key`, ...bundle, ...offline, theirs);
      assert.equal(signed.status, 0, signed.stderr);
      assert.equal(run(`verify ${theirs} --key cosign-${kind}.pub`).code, 0);
    });
  }

  test('cosign verifies our provenance, and we verify an attestation of cosign', async () => {
    const host = realHost();
    const { signal } = new AbortController();
    const request = { kind: 'file', path: join(root, 'cosign-ec.key'), asked: '--key' } as const;
    const world = {
      ...host,
      env: { ...host.env, variables: { ...host.env.variables, COSIGN_PASSWORD: 'pw' } },
    };
    const opened = await openSigner(world, request, { signal });
    assert.ok(opened.ok);
    await using signer = opened.value;
    writeFileSync(join(root, 'built'), 'content\n');
    const sha256 = createHash('sha256').update('content\n').digest('hex');
    const statement = provenance({
      subjects: [{ name: 'built', digest: { sha256 } }],
      parameters: { version: '1.0.0' },
      source: { commit: 'c'.repeat(40) },
      materials: [],
      builder: { id: LOCAL_BUILDER, version: {} },
      platform: {},
      run: { id: 'x', startedMs: 0, finishedMs: 0 },
    });
    const bundle = signer.attestor!.attest(Buffer.from(statementText(statement)));
    writeFileSync(join(root, 'built-provenance.sigstore.json'), bundle);
    const words = ['--key', 'cosign-ec.pub', '--insecure-ignore-tlog=true', '--type', 'slsaprovenance1'];
    const verified = spawnSync(
      cosign,
      ['verify-blob-attestation', ...words, '--bundle', 'built-provenance.sigstore.json', 'built'],
      { cwd: root, env, encoding: 'utf8' },
    );
    assert.match(verified.stderr, /Verified OK/);
    copyFileSync(join(root, 'cosign-attestation.sigstore.json'), join(root, 'release.txt.sigstore.json'));
    assert.equal(run('verify release.txt --key cosign-ec.pub').code, 0);
  });
}
