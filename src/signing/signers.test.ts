/** What every signer promises: what it signs is proved by its public key and by no other, for these bytes and for no others. */
import assert from 'node:assert/strict';
import { appendFileSync, chmodSync, readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { defaultKey, openSigner } from './open-signer.ts';
import { signFile } from './sign-files.ts';
import { SIGNATURE_SUFFIX } from './signer.ts';
import { hasGpg, newKey, type SigningBench, signingBench } from './testing.ts';
import { openTrust } from './trust.ts';
import { type FileVerdict, verifyFile } from './verify-files.ts';

const { signal } = new AbortController();

interface Kind {
  readonly name: string;
  readonly format: 'gpg' | 'sigstore';
  /** The same file and key give the same signature. */
  readonly isRepeatable: boolean;
  /** Paths of the private key and of the public one. */
  readonly key: (bench: SigningBench) => { readonly secret: string; readonly public: string };
}

const pem = (kind: 'ec' | 'ed25519' | 'rsa'): Kind['key'] => {
  return (bench) => {
    const key = newKey(kind);
    return { secret: bench.put(`${kind}.key`, key.secret), public: bench.put(`${kind}.pub`, key.public) };
  };
};
const sealed = (kind: string): Kind['key'] => {
  return (bench) => ({
    secret: bench.copy(`cosign-${kind}.key`),
    public: bench.copy(`cosign-${kind}.pub`),
  });
};
const openPgp = (name: string): Kind['key'] => {
  return (bench) => ({
    secret: bench.copy(`openpgp-${name}-secret.txt`),
    public: bench.copy(`openpgp-${name}-public.txt`),
  });
};

const KINDS: readonly Kind[] = [
  { name: 'EC in PEM', format: 'sigstore', isRepeatable: false, key: pem('ec') },
  { name: 'Ed25519 in PEM', format: 'sigstore', isRepeatable: true, key: pem('ed25519') },
  { name: 'RSA in PEM', format: 'sigstore', isRepeatable: true, key: pem('rsa') },
  { name: 'EC sealed by cosign', format: 'sigstore', isRepeatable: false, key: sealed('ec') },
  { name: 'OpenPGP, Ed25519', format: 'gpg', isRepeatable: true, key: openPgp('pgp') },
];

async function sign(bench: SigningBench, secret: string, path: string): Promise<boolean> {
  chmodSync(secret, 0o600);
  const opened = await openSigner(bench.world, { kind: 'file', path: secret, asked: '--key' }, { signal });
  assert.ok(opened.ok, opened.ok ? '' : opened.failure.message);
  await using signer = opened.value;
  assert.deepEqual(signer.warnings, []);
  const signed = await signFile(bench.world, [signer], { path, signal });
  assert.ok(signed.ok, signed.ok ? '' : signed.failure.message);
  assert.equal(signed.value[0]!.keyId, signer.keyId);
  return signed.value[0]!.isKept;
}

async function verify(bench: SigningBench, keyFiles: readonly string[], path: string): Promise<FileVerdict> {
  const opened = await openTrust(bench.world, { keyFiles, fingerprints: [], signal });
  assert.ok(opened.ok, opened.ok ? '' : opened.failure[0]!.message);
  await using trust = opened.value;
  return await verifyFile(bench.world, trust, { path, signal });
}

const codes = ({ problems }: FileVerdict): string[] => problems.map(({ code }) => code);

for (const kind of KINDS) {
  test(`a signature: ${kind.name}`, async (t) => {
    if (kind.format === 'gpg' && !hasGpg) return t.skip('not run: gpg is missing');
    // Signatures of OpenPGP state a time.
    using bench = signingBench({
      SIGNING_KEY_PASSWORD: 'secret',
      COSIGN_PASSWORD: 'pw',
      SOURCE_DATE_EPOCH: '1800000000',
    });
    const key = kind.key(bench);
    const other = bench.copy('openpgp-old-public.txt');
    const otherPem = bench.put('other.pub', newKey('ec').public);
    const path = bench.put('-release.tar.gz', 'content\n');
    const signature = `${path}${SIGNATURE_SUFFIX[kind.format]}`;
    assert.equal(await sign(bench, key.secret, path), false);
    const first = readFileSync(signature, 'utf8');
    assert.equal(await sign(bench, key.secret, path), true, 'a good signature stays');
    assert.equal(readFileSync(signature, 'utf8'), first);
    const good = await verify(bench, [key.public], path);
    assert.deepEqual(codes(good), []);
    assert.deepEqual(
      good.signatures.map(({ format }) => format),
      [kind.format],
    );
    assert.deepEqual(codes(await verify(bench, [kind.format === 'gpg' ? other : otherPem], path)), [
      'signing/other-key',
    ]);
    assert.deepEqual(codes(await verify(bench, [kind.format === 'gpg' ? otherPem : other], path)), [
      'signing/no-pin',
    ]);
    bench.put('again', 'content\n');
    await sign(bench, key.secret, `${bench.folder}/again`);
    const again = readFileSync(`${bench.folder}/again${SIGNATURE_SUFFIX[kind.format]}`, 'utf8');
    assert.equal(again === first, kind.isRepeatable);
    appendFileSync(path, 'x');
    assert.deepEqual(codes(await verify(bench, [key.public], path)), ['signing/bad-signature']);
    assert.equal(await sign(bench, key.secret, path), false, 'a bad signature is made anew');
    assert.deepEqual(codes(await verify(bench, [key.public], path)), []);
    assert.deepEqual(readdirSync(`${bench.folder}/tmp`), [], 'no keyring stays');
    assert.ok(bench.started.every((argv) => argv.every((word) => !/^(secret|pw)$/.test(word))));
  });
}

test('a file without a signature proves nothing', async () => {
  using bench = signingBench();
  const path = bench.put('file', 'content');
  const key = bench.put('key.pub', newKey('ec').public);
  assert.deepEqual(codes(await verify(bench, [key], path)), ['signing/unsigned']);
});

test('one wrong signature counts, whatever another says', async (t) => {
  if (!hasGpg) return t.skip('not run: gpg is missing');
  using bench = signingBench();
  const path = bench.copy('release.txt');
  bench.copy('weak.asc', 'release.txt.asc');
  bench.copy('cosign-ec.sigstore.json', 'release.txt.sigstore.json');
  const keys = [bench.copy('cosign-ec.pub'), bench.copy('openpgp-pgp-public.txt')];
  const verdict = await verify(bench, keys, path);
  assert.equal(verdict.signatures.length, 1);
  assert.deepEqual(codes(verdict), ['signing/bad-signature']);
});

test('the key that signs is the one of SIGNING_KEY, or lies where the document has it', () => {
  assert.deepEqual(defaultKey({ SIGNING_KEY: 'keys/own.key' }), {
    ...{ kind: 'file', path: 'keys/own.key' },
    asked: 'SIGNING_KEY',
  });
  assert.deepEqual(defaultKey({}), {
    ...{ kind: 'file', path: '/etc/ssl/private/mobileops-signing.key' },
    asked: 'the default place of SIGNING_KEY',
  });
});
