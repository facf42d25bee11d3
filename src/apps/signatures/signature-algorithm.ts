import { constants, createPublicKey, type KeyObject, verify } from 'node:crypto';
import { readCertificate } from '../archive/certificate.ts';
import { wrong } from '../fault.ts';
import { type Doubt, wrongBy } from './signature.ts';
import type { ContentDigest } from './signed-contents.ts';

export type HashName = 'md5' | 'sha1' | 'sha224' | 'sha256' | 'sha384' | 'sha512';

/** How bytes are signed: a kind of key, and a digest. */
export interface SignatureAlgorithm {
  readonly key: 'rsa' | 'ec' | 'dsa';
  readonly hash: HashName;
  readonly isPss?: boolean;
}

/** Of the schemes from v2 on, with the digest of the contents that goes with it. */
export interface BlockAlgorithm extends SignatureAlgorithm {
  readonly content: ContentDigest;
}

/** By the numbers of https://source.android.com/docs/security/features/apksigning/v2. */
export const BLOCK_ALGORITHMS: ReadonlyMap<number, BlockAlgorithm> = new Map([
  [0x0101, { key: 'rsa', hash: 'sha256', content: 'sha256', isPss: true }],
  [0x0102, { key: 'rsa', hash: 'sha512', content: 'sha512', isPss: true }],
  [0x0103, { key: 'rsa', hash: 'sha256', content: 'sha256' }],
  [0x0104, { key: 'rsa', hash: 'sha512', content: 'sha512' }],
  [0x0201, { key: 'ec', hash: 'sha256', content: 'sha256' }],
  [0x0202, { key: 'ec', hash: 'sha512', content: 'sha512' }],
  [0x0301, { key: 'dsa', hash: 'sha256', content: 'sha256' }],
  [0x0421, { key: 'rsa', hash: 'sha256', content: 'verity' }],
  [0x0423, { key: 'ec', hash: 'sha256', content: 'verity' }],
  [0x0425, { key: 'dsa', hash: 'sha256', content: 'verity' }],
]);

const KEY_WORDS = { rsa: 'RSA', ec: 'ECDSA', dsa: 'DSA' } as const;
const SALT_BYTES: Readonly<Record<HashName, number>> = {
  ...{ md5: 16, sha1: 20, sha224: 28, sha256: 32, sha384: 48, sha512: 64 },
};

/** `RSA-PSS with SHA-256`. */
function algorithmText({ key, hash, isPss }: SignatureAlgorithm): string {
  return `${KEY_WORDS[key]}${isPss ? '-PSS' : ''} with ${hashText(hash)}`;
}

/** `SHA-256`. */
export function hashText(hash: HashName): string {
  return hash.toUpperCase().replace(/^SHA/, 'SHA-');
}

export function publicKeyOf(der: Buffer): KeyObject {
  try {
    return createPublicKey({ key: der, format: 'der', type: 'spki' });
  } catch {
    return wrong('its public key cannot be read');
  }
}

export interface Signed {
  readonly content: Buffer;
  readonly signature: Buffer;
}

/** Whether a key made a signature. One that cannot be read was made by no key. */
export function holds(
  algorithm: SignatureAlgorithm,
  key: KeyObject,
  { content, signature }: Signed,
): boolean {
  if (key.asymmetricKeyType !== algorithm.key) return false;
  const pss = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: SALT_BYTES[algorithm.hash] };
  try {
    return verify(algorithm.hash, content, { key, ...(algorithm.isPss ? pss : {}) }, signature);
  } catch {
    return false;
  }
}

/** What stands against a key having signed this. */
export function keyDoubts(algorithm: SignatureAlgorithm, key: KeyObject, signed: Signed): Doubt[] {
  if (holds(algorithm, key, signed)) return [];
  return [wrongBy(`its signature (${algorithmText(algorithm)}) does not hold: the key did not sign this`)];
}

/** What stands against a key being the one that a certificate is for. */
export function certificateDoubts(certificate: Buffer, key: KeyObject): Doubt[] {
  if (readCertificate(certificate).publicKey.equals(key)) return [];
  return [wrongBy('its key is not the one of its certificate')];
}

/** Of NIST SP 800-131A: what is shorter is not to be trusted any more. */
const LEAST_BITS = 2048;

/** Why a key is easy to forge. */
export function keyWeaknesses(key: KeyObject): string[] {
  const { modulusLength = LEAST_BITS } = key.asymmetricKeyDetails ?? {};
  const { asymmetricKeyType: type } = key;
  if (modulusLength >= LEAST_BITS || (type !== 'rsa' && type !== 'dsa')) return [];
  return [`its ${type.toUpperCase()} key has ${modulusLength} bits`];
}
