/** What gpg is asked and what is made of its answers: keys that do not count, keyrings that go whatever happens. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { openSigner } from '../open-signer.ts';
import { hasGpg, type SigningBench, signingBench } from '../testing.ts';
import { openTrust } from '../trust.ts';
import { verifyFile } from '../verify-files.ts';
import { openGpgHome } from './gpg-home.ts';
import { refusalOf, statusLines, verdicts } from './gpg-status.ts';

const { signal } = new AbortController();

async function codeOfSigning(bench: SigningBench, key: string): Promise<string> {
  const path = bench.put('file', 'content');
  const request = { kind: 'file', path: bench.copy(key), asked: '--key' } as const;
  const opened = await openSigner(bench.world, request, { signal });
  if (!opened.ok) return opened.failure.code;
  await using signer = opened.value;
  const signed = await signer.sign(path, signal);
  return signed.ok ? 'signed' : signed.failure.code;
}

const SECRETS: readonly (readonly [string, string, Readonly<Record<string, string>>, string])[] = [
  ['a locked key without a passphrase', 'openpgp-locked-secret.txt', {}, 'signing/key-locked'],
  [
    'a locked key with a wrong one',
    'openpgp-locked-secret.txt',
    { SIGNING_KEY_PASSWORD: 'no' },
    'signing/passphrase-wrong',
  ],
  ['a locked key with its own', 'openpgp-locked-secret.txt', { SIGNING_KEY_PASSWORD: 'secret' }, 'signed'],
  ['an expired key', 'openpgp-old-secret.txt', {}, 'signing/key-unusable'],
  ['two keys in a file', 'openpgp-two-secret.txt', {}, 'signing/several-keys'],
  ['a public key', 'openpgp-pgp-public.txt', {}, 'signing/key-unreadable'],
  [
    'an open key with a needless passphrase',
    'openpgp-pgp-secret.txt',
    { SIGNING_KEY_PASSWORD: 'x' },
    'signed',
  ],
];

for (const [name, key, variables, expected] of SECRETS) {
  test(`signing by ${name}`, async (t) => {
    if (!hasGpg) return t.skip('not run: gpg is missing');
    using bench = signingBench(variables);
    assert.equal(await codeOfSigning(bench, key), expected);
    assert.deepEqual(readdirSync(join(bench.folder, 'tmp')), []);
  });
}

const SIGNATURES: readonly (readonly [string, string, string])[] = [
  ['weak.asc', 'pgp', 'signing/bad-signature'],
  ['weak.asc', 'revoked', 'signing/key-expired'],
  ['weak.asc', 'old', 'signing/other-key'],
  ['expired-key.asc', 'old', 'signing/key-expired'],
  ['clear.asc', 'pgp', 'signing/malformed'],
  ['release.txt', 'pgp', 'signing/malformed'],
];

for (const [signature, key, expected] of SIGNATURES) {
  test(`${signature} by the key ${key}`, async (t) => {
    if (!hasGpg) return t.skip('not run: gpg is missing');
    using bench = signingBench({});
    const path = bench.copy('release.txt');
    bench.copy(signature, 'release.txt.asc');
    const keyFiles = [bench.copy(`openpgp-${key}-public.txt`)];
    const opened = await openTrust(bench.world, { keyFiles, fingerprints: [], signal });
    assert.ok(opened.ok);
    await using trust = opened.value;
    const { problems, signatures } = await verifyFile(bench.world, trust, { path, signal });
    assert.deepEqual(signatures, []);
    assert.deepEqual(
      problems.map(({ code }) => code),
      [expected],
    );
  });
}

test("a key of the user's own keyring counts by its whole fingerprint, or when the keyring trusts it", async (t) => {
  if (!hasGpg) return t.skip('not run: gpg is missing');
  using bench = signingBench({});
  const { processes, env } = bench.world;
  const own = { PATH: env.variables.PATH!, HOME: env.homeDirectory };
  const gpg = (...words: string[]) => processes.run(['gpg', '--batch', ...words], { env: own });
  try {
    await gpg('--import', bench.copy('openpgp-pgp-secret.txt'));
    const signed = await openSigner(
      bench.world,
      { kind: 'keyring', name: 'mobileops@example.com' },
      { signal },
    );
    assert.ok(signed.ok);
    const path = bench.put('file', 'content');
    const text = await signed.value.sign(path, signal);
    assert.ok(text.ok);
    bench.put('file.asc', text.value);
    const codes = async (fingerprints: readonly string[]): Promise<string[]> => {
      const opened = await openTrust(bench.world, { keyFiles: [], fingerprints, signal });
      if (!opened.ok) return opened.failure.map(({ code }) => code);
      await using trust = opened.value;
      return (await verifyFile(bench.world, trust, { path, signal })).problems.map(({ code }) => code);
    };
    assert.deepEqual(await codes([signed.value.keyId]), []);
    assert.deepEqual(await codes([signed.value.keyId.slice(-16)]), ['signing/bad-fingerprint']);
    assert.deepEqual(await codes(['A'.repeat(40)]), ['signing/no-key']);
    assert.deepEqual(await codes([]), ['signing/untrusted']);
    writeFileSync(join(bench.folder, 'trust'), `${signed.value.keyId}:6:\n`);
    await gpg('--import-ownertrust', join(bench.folder, 'trust'));
    assert.deepEqual(await codes([]), []);
    const none = await openSigner(bench.world, { kind: 'keyring', name: 'nobody@example.com' }, { signal });
    assert.equal(none.ok ? '' : none.failure.code, 'signing/no-key');
  } finally {
    await processes.run(['gpgconf', '--kill', 'all'], { env: own });
  }
});

test('without gpg nothing is signed or proved by it', async () => {
  using bench = signingBench({ PATH: '/nowhere' });
  assert.equal(await codeOfSigning(bench, 'openpgp-pgp-secret.txt'), 'signing/no-gpg');
  const path = bench.copy('release.txt');
  bench.copy('weak.asc', 'release.txt.asc');
  const opened = await openTrust(bench.world, { keyFiles: [], fingerprints: [], signal });
  assert.ok(opened.ok);
  const { problems } = await verifyFile(bench.world, opened.value, { path, signal });
  assert.deepEqual(
    problems.map(({ code, cause }) => `${code} ${cause}`),
    ['signing/no-gpg environment'],
  );
});

test('a keyring that a killed process left goes with the next one; that of a living one stays', async (t) => {
  if (!hasGpg) return t.skip('not run: gpg is missing');
  using bench = signingBench({});
  const temporary = bench.world.env.temporaryDirectory;
  const left = join(temporary, 'mobileops-gpg-0123456789');
  mkdirSync(left);
  writeFileSync(join(left, 'process'), JSON.stringify({ pid: 1, start: 'never', realm: 'x' }));
  const long = new Date(Date.now() - 24 * 3_600_000);
  for (const path of [join(left, 'process'), left]) utimesSync(path, long, long);
  const first = await openGpgHome(bench.world);
  assert.ok(first.ok);
  const second = await openGpgHome(bench.world);
  assert.ok(second.ok);
  assert.equal(existsSync(left), false);
  assert.equal(existsSync(first.value.path), true);
  await first.value[Symbol.asyncDispose]();
  await second.value[Symbol.asyncDispose]();
  assert.deepEqual(readdirSync(temporary), []);
});

test('an interruption leaves no keyring', async (t) => {
  if (!hasGpg) return t.skip('not run: gpg is missing');
  using bench = signingBench({});
  const abort = new AbortController();
  abort.abort();
  const request = { kind: 'file', path: bench.copy('openpgp-pgp-secret.txt'), asked: '--key' } as const;
  await assert.rejects(openSigner(bench.world, request, { signal: abort.signal }), { name: 'AbortError' });
  assert.deepEqual(readdirSync(bench.world.env.temporaryDirectory), []);
});

test('a folder whose path no socket takes is refused', async (t) => {
  if (!hasGpg) return t.skip('not run: gpg is missing');
  using bench = signingBench({});
  const env = { ...bench.world.env, temporaryDirectory: join(bench.folder, 'x'.repeat(80)) };
  const home = await openGpgHome({ ...bench.world, env });
  assert.equal(home.ok ? '' : home.failure.code, 'signing/long-path');
});

const MANY = `[GNUPG:] NEWSIG
gpg: Good signature from "x"
[GNUPG:] GOODSIG 8CA5D228A99CDB76 x
[GNUPG:] VALIDSIG AAAA 2026-11-27 1795812557 0 4 0 22 10 00 BBBB
[GNUPG:] TRUST_FULLY 0 pgp
[GNUPG:] NEWSIG
[GNUPG:] ERRSIG 0123456789ABCDEF 22 10 00 1795812557 9 -
[GNUPG:] NO_PUBKEY 0123456789ABCDEF
[GNUPG:] NEWSIG x@example.com
[GNUPG:] BADSIG 8CA5D228A99CDB76 x
`;

test('each signature of a file has its verdict', () => {
  const found = verdicts(statusLines(MANY));
  assert.deepEqual(
    found.map(({ kind }) => kind),
    ['good', 'unknown-key', 'bad'],
  );
  assert.deepEqual(found[0], {
    kind: 'good',
    fingerprints: ['AAAA', 'BBBB'],
    signedAt: 1795812557,
    hashAlgorithm: 10,
    isTrusted: true,
  });
  // A name cannot speak for gpg: only the beginning of a line counts.
  assert.deepEqual(verdicts(statusLines('gpg: [GNUPG:] GOODSIG\n')), []);
  assert.equal(refusalOf(statusLines('[GNUPG:] FAILURE sign 67108875\n')), 'wrong-passphrase');
});
