/** Which files are keys, and what is said of those that are not. */
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { fixture, newKey } from '../testing.ts';
import { keyFileKind, readPrivateKey, readPublicKey } from './key-file.ts';
import { isSealedKey, openSealedKey } from './sealed-key.ts';

const pem = (kind: 'rsa' | 'ec', options: object): string =>
  generateKeyPairSync(kind as 'rsa', options as { modulusLength: number })
    .privateKey.export({ format: 'pem', type: 'pkcs8' })
    .toString();

const LOCKED = generateKeyPairSync('ed25519')
  .privateKey.export({ format: 'pem', type: 'pkcs8', cipher: 'aes-256-cbc', passphrase: 'open' })
  .toString();

const SEC1 = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  .privateKey.export({ format: 'pem', type: 'sec1' })
  .toString();

const CASES: readonly (readonly [string, string, Readonly<Record<string, string>>, string])[] = [
  ['EC', newKey('ec').secret, {}, 'read'],
  ['EC in SEC 1', SEC1, {}, 'read'],
  ['locked, without a passphrase', LOCKED, {}, 'signing/key-locked'],
  ['locked, with a wrong one', LOCKED, { SIGNING_KEY_PASSWORD: 'no' }, 'signing/passphrase-wrong'],
  ['locked, with its own', LOCKED, { SIGNING_KEY_PASSWORD: 'open' }, 'read'],
  ['locked, with one for cosign', LOCKED, { COSIGN_PASSWORD: 'open' }, 'signing/key-locked'],
  ['sealed, without a passphrase', fixture('cosign-ed.key'), {}, 'signing/key-locked'],
  [
    'sealed, with a wrong one',
    fixture('cosign-ed.key'),
    { COSIGN_PASSWORD: 'no' },
    'signing/passphrase-wrong',
  ],
  ['sealed, with its own', fixture('cosign-ed.key'), { SIGNING_KEY_PASSWORD: 'pw' }, 'read'],
  ['a short RSA key', pem('rsa', { modulusLength: 1024 }), {}, 'signing/key-unsupported'],
  ['another curve', pem('ec', { namedCurve: 'P-384' }), {}, 'signing/key-unsupported'],
  ['damaged', newKey('ec').secret.replace(/[A-Za-z]{8}/, 'AAAAAAAA'), {}, 'signing/key-unreadable'],
];

for (const [name, text, variables, expected] of CASES) {
  test(`a private key: ${name}`, () => {
    const read = readPrivateKey({ path: '/k', text }, variables);
    assert.equal(read.ok ? 'read' : read.failure.code, expected);
  });
}

test('the kind of a file is told by its first bytes', () => {
  const kinds = {
    'openpgp-pgp-secret.txt': 'pgp-secret',
    'openpgp-pgp-public.txt': 'pgp-public',
    'cosign-ec.key': 'private',
    'cosign-ec.pub': 'public',
    'release.txt': 'unknown',
  };
  for (const [name, kind] of Object.entries(kinds))
    assert.equal(keyFileKind(Buffer.from(fixture(name))), kind);
  assert.equal(keyFileKind(Uint8Array.of(0x94, 0x58, 4)), 'pgp-secret');
  assert.equal(keyFileKind(Uint8Array.of(0xc6, 0x33, 4)), 'pgp-public');
  assert.equal(keyFileKind(new Uint8Array()), 'unknown');
});

/** A sealed key with other parameters than its own. */
function resealed(change: (value: { kdf: { params: object } }) => void): string {
  const [, body = ''] = /-\n([\s\S]*?)\n-/.exec(fixture('cosign-ed.key')) ?? [];
  const value = JSON.parse(Buffer.from(body, 'base64').toString());
  change(value);
  const text = Buffer.from(JSON.stringify(value)).toString('base64');
  return `-----BEGIN ENCRYPTED SIGSTORE PRIVATE KEY-----\n${text}\n-----END ENCRYPTED SIGSTORE PRIVATE KEY-----\n`;
}

test('a sealed key cannot ask for the memory or the time of the machine', () => {
  for (const params of [
    { N: 2 ** 24, r: 8, p: 1 },
    { N: 65536, r: 8, p: 4096 },
  ]) {
    const text = resealed((value) => {
      value.kdf.params = params;
    });
    assert.deepEqual(openSealedKey(text, 'pw'), { ok: false, failure: 'unsupported' });
  }
  for (const params of [{ N: 3, r: 8, p: 1 }, { N: 65536, r: -1, p: 1 }, {}]) {
    const text = resealed((value) => {
      value.kdf.params = params;
    });
    assert.deepEqual(openSealedKey(text, 'pw'), { ok: false, failure: 'malformed' });
  }
});

test('no text brings the reader of keys down', () => {
  fc.assert(
    fc.property(fc.string(), fc.jsonValue(), (text, value) => {
      const body = Buffer.from(JSON.stringify(value)).toString('base64');
      const sealed = `-----BEGIN ENCRYPTED COSIGN PRIVATE KEY-----\n${body}\n-----END ENCRYPTED COSIGN PRIVATE KEY-----`;
      assert.ok(isSealedKey(sealed));
      assert.equal(readPrivateKey({ path: '/k', text: sealed }, { COSIGN_PASSWORD: '' }).ok, false);
      assert.equal(readPrivateKey({ path: '/k', text }, {}).ok, false);
      assert.equal(readPublicKey({ path: '/k', text }).ok, false);
    }),
    { numRuns: 200 },
  );
});
