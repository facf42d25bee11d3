import { createPrivateKey, type KeyObject, scryptSync } from 'node:crypto';
import { fail, ok, type Result } from '../../base/index.ts';
import { openSecretbox } from './secretbox.ts';

/** Why a sealed key stays shut. */
export type SealedKeyFailure = 'malformed' | 'unsupported' | 'wrong-passphrase';

const SEALED = /-----BEGIN ENCRYPTED (?:SIGSTORE|COSIGN) PRIVATE KEY-----([\s\S]*?)-----END ENCRYPTED/;

/** Whether a text is a private key as cosign keeps it. */
export function isSealedKey(text: string): boolean {
  return SEALED.test(text);
}

/** Cosign's own keys take 64 MiB; a file that asks for more than this is not unsealed. */
const MAX_SCRYPT_BYTES = 2 ** 28;

interface SealedKey {
  readonly kdf: {
    readonly name: string;
    readonly params: { readonly N: number; readonly r: number; readonly p: number };
    readonly salt: string;
  };
  readonly cipher: { readonly name: string; readonly nonce: string };
  readonly ciphertext: string;
}

/** Opens a private key as cosign keeps it: PKCS#8 in NaCl's secretbox, with a key that scrypt makes of the passphrase. */
export function openSealedKey(text: string, passphrase: string): Result<KeyObject, SealedKeyFailure> {
  const sealed = parseSealed(text);
  if (!sealed) return fail('malformed');
  const { kdf, cipher, ciphertext } = sealed;
  if (kdf.name !== 'scrypt' || cipher.name !== 'nacl/secretbox') return fail('unsupported');
  const { N, r, p } = kdf.params;
  if (![N, r, p].every((each) => Number.isSafeInteger(each) && each > 0)) return fail('malformed');
  if ((N & (N - 1)) !== 0 || N < 2) return fail('malformed');
  if (128 * N * r * p > MAX_SCRYPT_BYTES) return fail('unsupported');
  const salt = Buffer.from(kdf.salt, 'base64');
  const key = scryptSync(passphrase, salt, 32, { N, r, p, maxmem: 2 * MAX_SCRYPT_BYTES });
  const nonce = Buffer.from(cipher.nonce, 'base64');
  const der = openSecretbox(Buffer.from(ciphertext, 'base64'), { key, nonce });
  if (!der) return fail('wrong-passphrase');
  try {
    return ok(createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }));
  } catch {
    return fail('malformed');
  }
}

function parseSealed(text: string): SealedKey | undefined {
  const [, body = ''] = SEALED.exec(text) ?? [];
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(body, 'base64').toString('utf8'));
  } catch {
    return undefined;
  }
  const { kdf, cipher, ciphertext } = (value ?? {}) as Partial<SealedKey>;
  const texts = [kdf?.name, kdf?.salt, cipher?.name, cipher?.nonce, ciphertext];
  return texts.every((each) => typeof each === 'string') && typeof kdf?.params === 'object' && kdf.params
    ? (value as SealedKey)
    : undefined;
}
