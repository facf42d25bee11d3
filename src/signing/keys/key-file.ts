import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { type Diagnostic, fail, ok, type Result } from '../../base/index.ts';
import { problem } from '../problem.ts';
import { algorithmOf } from './key-kind.ts';
import { isSealedKey, openSealedKey } from './sealed-key.ts';

/** What kind of key a file holds, as its first bytes tell. */
export type KeyFileKind = 'pgp-secret' | 'pgp-public' | 'private' | 'public' | 'unknown';

const PGP_SECRET_TAG = 5;
const PGP_PUBLIC_TAG = 6;

/** By the armor of OpenPGP and PEM, or by the tag of the first packet (RFC 9580, 4.2). */
export function keyFileKind(bytes: Uint8Array): KeyFileKind {
  const first = bytes[0] ?? 0;
  if (first & 0x80) {
    const tag = first & 0x40 ? first & 0x3f : (first & 0x3f) >> 2;
    return tag === PGP_SECRET_TAG ? 'pgp-secret' : tag === PGP_PUBLIC_TAG ? 'pgp-public' : 'unknown';
  }
  const text = Buffer.from(bytes.subarray(0, 4096)).toString('latin1');
  const label = /-----BEGIN ([A-Z0-9 ]+)-----/.exec(text)?.[1] ?? '';
  if (label === 'PGP PRIVATE KEY BLOCK') return 'pgp-secret';
  if (label === 'PGP PUBLIC KEY BLOCK') return 'pgp-public';
  if (label.endsWith('PRIVATE KEY')) return 'private';
  return label.endsWith('PUBLIC KEY') ? 'public' : 'unknown';
}

/** A key in a file, with what people call it. */
export interface KeyText {
  readonly path: string;
  readonly text: string;
}

/** Where passphrases come from; no prompt is ever shown. */
export const PASSPHRASE_VARIABLE = 'SIGNING_KEY_PASSWORD';

export function lockedKey(path: string): Diagnostic {
  const message = 'the key is protected by a passphrase, and none was given';
  return problem('signing/key-locked', message, { path, hint: `set the variable ${PASSPHRASE_VARIABLE}` });
}

export function wrongPassphrase(path: string): Diagnostic {
  const message = `${PASSPHRASE_VARIABLE} does not open the key`;
  return problem('signing/passphrase-wrong', message, { path, hint: 'set the passphrase of this key' });
}

const KEYS = 'an EC key on P-256, an Ed25519 key, or an RSA key of 2048 bits or more';

/** Reads a private key in PEM (PKCS#8, PKCS#1, SEC 1), also one that cosign sealed. */
export function readPrivateKey(
  { path, text }: KeyText,
  variables: Readonly<Record<string, string>>,
): Result<KeyObject, Diagnostic> {
  const isLocked = isSealedKey(text) || /ENCRYPTED/.test(text);
  const own = variables[PASSPHRASE_VARIABLE];
  const passphrase = isSealedKey(text) ? (variables.COSIGN_PASSWORD ?? own) : own;
  // A key that cosign sealed with an empty passphrase is opened by one.
  if (isLocked && passphrase === undefined) return fail(lockedKey(path));
  const opened = isSealedKey(text)
    ? openSealed({ path, text }, passphrase ?? '')
    : openPem({ path, text }, passphrase);
  if (!opened.ok) return opened;
  const kind = algorithmOf(opened.value);
  return 'algorithm' in kind ? opened : fail(unsupported(path, kind.unsupported));
}

function openSealed({ path, text }: KeyText, passphrase: string): Result<KeyObject, Diagnostic> {
  const opened = openSealedKey(text, passphrase);
  if (opened.ok) return opened;
  switch (opened.failure) {
    case 'wrong-passphrase':
      return fail(wrongPassphrase(path));
    case 'unsupported':
      return fail(unsupported(path, 'sealed in another way than cosign seals keys'));
    case 'malformed':
      return fail(unreadable(path));
  }
}

function openPem({ path, text }: KeyText, passphrase: string | undefined): Result<KeyObject, Diagnostic> {
  const isLocked = /ENCRYPTED/.test(text);
  try {
    return ok(
      createPrivateKey({ key: text, ...(isLocked && passphrase !== undefined ? { passphrase } : {}) }),
    );
  } catch {
    return fail(isLocked ? wrongPassphrase(path) : unreadable(path));
  }
}

/** Reads a public key in PEM (SubjectPublicKeyInfo), as `cosign.pub` is. */
export function readPublicKey({ path, text }: KeyText): Result<KeyObject, Diagnostic> {
  let key: KeyObject;
  try {
    key = createPublicKey(text);
  } catch {
    return fail(unreadable(path));
  }
  const kind = algorithmOf(key);
  return 'algorithm' in kind ? ok(key) : fail(unsupported(path, kind.unsupported));
}

export function unreadable(path: string): Diagnostic {
  const message = 'this is no key, or a damaged one';
  const hint = `an OpenPGP key as gpg exports it, or PEM: ${KEYS}`;
  return problem('signing/key-unreadable', message, { path, hint });
}

function unsupported(path: string, what: string): Diagnostic {
  return problem('signing/key-unsupported', `${what} is not taken`, { path, hint: `take ${KEYS}` });
}
