/** Signatures of images: published with a release, made and checked in a registry, by us and where the long suites run by cosign. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, type TestContext, test } from 'node:test';
import { imagePayloads, signImages } from '../src/cli/release/image-signatures.ts';
import { runIn } from '../src/cli/testing.ts';
import { realHost } from '../src/host/index.ts';
import { startTestServer } from '../src/server/testing.ts';
import { LOCAL_BUILDER, openSigner, provenance, signFile, statementText } from '../src/signing/index.ts';
import { makeCosign } from './cosign.ts';
import { FakeRegistry } from './fake-registry.ts';
import { isLong } from './long.ts';
import { writeImage, writeRelease } from './release-folder.ts';

const FIXTURES = join(import.meta.dirname, 'fixtures/signing');
const COMMIT = 'c'.repeat(40);

async function ourServer(t: TestContext): Promise<string> {
  const { url } = await startTestServer(t, { settings: { anonymous: 'write' } });
  return new URL(url).host;
}

const REGISTRIES: readonly (readonly [string, (t: TestContext) => Promise<string>])[] = [
  ['our server, which lists referrers', ourServer],
  ['a registry that lists none', async (t) => (await FakeRegistry.start(t)).host],
];

interface Published {
  readonly root: string;
  /** `registry/repository:tag` of the image that is signed. */
  readonly reference: string;
  readonly digest: string;
  /** Of one that is not. */
  readonly plain: string;
  readonly run: (...words: string[]) => ReturnType<typeof runIn>;
}

/** A release with two images, the first of which is signed by a key of cosign's, published to a registry. */
async function published(t: TestContext, registry: string, kind = 'ec'): Promise<Published> {
  const root = mkdtempSync(join(tmpdir(), 'mobileops-image-signatures-'));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  for (const name of [`cosign-${kind}.key`, `cosign-${kind}.pub`])
    copyFileSync(join(FIXTURES, name), join(root, name));
  for (const name of ['cosign-rsa.pub', 'openpgp-pgp-public.txt'])
    copyFileSync(join(FIXTURES, name), join(root, name));
  const reference = `${registry}/team/mobileops-base:1.0.0`;
  const plain = `${registry}/team/mobileops-plain:1.0.0`;
  const digest = writeImage(root, 'base', [reference]);
  const signed = { name: 'base', reference, digest };
  const images = [signed, { name: 'plain', reference: plain, digest: writeImage(root, 'plain', [plain]) }];
  writeRelease(root, { version: '1.0.0', files: { 'mobileops-1.0.0.tar.gz': 'archive' }, images });
  await sign(root, { images: [signed], kind });
  const variables = { COSIGN_PASSWORD: 'pw' };
  const run = (...words: string[]) => runIn(root, words, { variables });
  const done = await run('publish', '--images');
  assert.equal(done.code, 0, done.err);
  return { root, reference, digest, plain, run };
}

async function sign(
  root: string,
  { images, kind }: { readonly images: Parameters<typeof signImages>[2]['images']; readonly kind: string },
): Promise<void> {
  const host = realHost();
  const env = { ...host.env, variables: { ...host.env.variables, COSIGN_PASSWORD: 'pw' } };
  const request = { kind: 'file', path: join(root, `cosign-${kind}.key`), asked: '--key' } as const;
  const opened = await openSigner({ ...host, env }, request, { signal: new AbortController().signal });
  assert.ok(opened.ok);
  await using signer = opened.value;
  const origin = provenance({
    subjects: [{ name: 'mobileops-1.0.0.tar.gz', digest: { sha256: 'ab'.repeat(32) } }],
    parameters: { version: '1.0.0' },
    source: { uri: 'git+https://git.example.com/team/app', commit: COMMIT },
    materials: [],
    builder: { id: LOCAL_BUILDER, version: {} },
    platform: {},
    run: { id: 'x', startedMs: 0, finishedMs: 0 },
  });
  const folder = join(root, 'dist/release');
  signImages(host, [signer], { folder, version: '1.0.0', images, origin: statementText(origin) });
  for (const { name, text } of imagePayloads({ version: '1.0.0', images })) {
    const path = join(folder, name);
    writeFileSync(path, text);
    assert.ok((await signFile(host, [signer], { path, signal: new AbortController().signal })).ok);
  }
}

for (const [name, start] of REGISTRIES) {
  test(`${name}: an image of a signed release is proved where it was published, with its origin`, async (t) => {
    const { reference, digest, run } = await published(t, await start(t));
    const good = await run('image', 'verify', reference, '--key', 'cosign-ec.pub', '--source', COMMIT);
    assert.equal(good.code, 0, good.err);
    assert.ok(good.out.startsWith(`${reference}: good  sha256:`), good.out);
    assert.match(
      good.out,
      new RegExp(`\\n  ${digest}\\n.*\\n  from the commit ${COMMIT}\\n  SLSA build level 1`),
    );
    const again = await run('publish', '--images', '--again', '--json');
    const puts = JSON.parse(again.out).events.filter(({ type }: { type: string }) => type === 'put');
    assert.deepEqual(
      puts.map(({ how }: { how: string }) => how),
      ['present', 'present', 'present', 'present'],
    );
    const json = await run('image', 'verify', reference, '--key', 'cosign-ec.pub', '--json');
    const said = JSON.parse(json.out);
    assert.equal(said.proofs.length, 3);
    assert.deepEqual(said.image, { reference, digest, isProved: true });
    const refused: readonly (readonly [RegExp, readonly string[]])[] = [
      [/error\[signing\/other-source\]/, ['--key', 'cosign-ec.pub', '--source', 'd'.repeat(40)]],
      [/error\[signing\/other-key\]/, ['--key', 'cosign-rsa.pub']],
      [/error\[signing\/no-pin\] no key was named/, []],
      [/error\[signing\/no-pin\] an OpenPGP key signs no image/, ['--key', 'openpgp-pgp-public.txt']],
    ];
    for (const [error, words] of refused) {
      const done = await run('image', 'verify', reference, ...words);
      assert.notEqual(done.code, 0);
      assert.match(done.err, error);
    }
  });

  test(`${name}: an image is signed where it is, once, and a signature of another image is refused`, async (t) => {
    const { root, reference, plain, run } = await published(t, await start(t));
    const unsigned = await run('image', 'verify', plain, '--key', 'cosign-ec.pub');
    assert.equal(unsigned.code, 1);
    assert.match(unsigned.err, /error\[signing\/unsigned\]/);
    const signed = await run('image', 'sign', plain, '--key', 'cosign-ec.key');
    assert.equal(signed.code, 0, signed.err);
    assert.equal((await run('image', 'verify', plain, '--key', 'cosign-ec.pub')).code, 0);
    for (const each of [plain, reference]) {
      const again = await run('image', 'sign', each, '--key', 'cosign-ec.key');
      assert.match(again.out, /\(kept: it is good\)/, again.err);
    }
    const bundle = (image: string): string =>
      join(root, `dist/release/mobileops-1.0.0-image-${image}.sigstore.json`);
    copyFileSync(bundle('base'), bundle('plain'));
    assert.equal((await run('publish', '--images')).code, 0);
    const moved = await run('image', 'verify', plain, '--key', 'cosign-ec.pub');
    assert.equal(moved.code, 1);
    assert.match(
      moved.err,
      /error\[signing\/not-a-subject\] what was signed is about \S+mobileops-base:1\.0\.0/,
    );
  });
}

if (isLong) {
  const folder = mkdtempSync(join(tmpdir(), 'mobileops-cosign-'));
  let cosign = '';
  before(() => {
    cosign = makeCosign(folder);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  /** Beside our own work: the registries are in this process. */
  const ask = (cwd: string, words: readonly string[]) =>
    new Promise<{ readonly code: number | null; readonly err: string }>((resolve) => {
      const env = { PATH: process.env.PATH, HOME: folder, COSIGN_PASSWORD: 'pw' };
      const child = spawn(cosign, words, { cwd, env, stdio: ['ignore', 'ignore', 'pipe'] });
      let err = '';
      child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
        err += chunk;
      });
      child.on('close', (code) => resolve({ code, err }));
    });

  for (const [name, start] of REGISTRIES) {
    for (const kind of ['ec', 'ed', 'rsa']) {
      test(`${name}: cosign verifies an image and its origin by an ${kind} key, and we what cosign signed`, async (t) => {
        const { root, reference, plain, run } = await published(t, await start(t), kind);
        const checks = ['--key', `cosign-${kind}.pub`, '--insecure-ignore-tlog=true'];
        const verified = await ask(root, ['verify', ...checks, reference]);
        assert.equal(verified.code, 0, verified.err);
        const older = await ask(root, ['verify', '--new-bundle-format=false', ...checks, reference]);
        assert.equal(older.code, 0, older.err);
        const origin = ['verify-attestation', ...checks, '--type', 'slsaprovenance1', reference];
        assert.equal((await ask(root, origin)).code, 0);
        assert.notEqual((await ask(root, ['verify', ...checks, plain])).code, 0);
        const offline = ['--yes', '--use-signing-config=false', '--tlog-upload=false'];
        const signed = await ask(root, ['sign', ...offline, '--key', `cosign-${kind}.key`, plain]);
        assert.equal(signed.code, 0, signed.err);
        const ours = await run('image', 'verify', plain, '--key', `cosign-${kind}.pub`);
        const key = ['--key', `cosign-${kind}.key`];
        assert.equal(
          (await ask(root, ['sign', '--new-bundle-format=false', ...offline, ...key, plain])).code,
          0,
        );
        const both = await run('image', 'verify', plain, '--key', `cosign-${kind}.pub`, '--json');
        const proofs = JSON.parse(both.out).proofs.map(
          (each: { predicateType: string }) => each.predicateType,
        );
        const forms = ['https://sigstore.dev/cosign/sign/v1', 'cosign container image'];
        assert.deepEqual(proofs, kind === 'ed' ? [] : forms);
        // By an Ed25519 key cosign signs the hash of an image (Ed25519ph), which neither it nor we verify.
        assert.equal(ours.code, kind === 'ed' ? 1 : 0, ours.err);
        if (kind === 'ed')
          assert.match(ours.err, /that it is one by Ed25519ph, as cosign makes, is not checked/);
      });
    }
  }
}
