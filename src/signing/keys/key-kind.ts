import { createHash, createPublicKey, type KeyObject } from 'node:crypto';

/** The keys that Sigstore's programs and we both sign and verify with. */
export type SigningAlgorithm = 'ecdsa-p256-sha256' | 'ed25519' | 'rsa-pkcs1v15-sha256';

const LEAST_RSA_BITS = 2048;

/** How a key signs; the text says why it does not. */
export function algorithmOf(key: KeyObject): { algorithm: SigningAlgorithm } | { unsupported: string } {
  const { namedCurve, modulusLength = 0 } = key.asymmetricKeyDetails ?? {};
  switch (key.asymmetricKeyType) {
    case 'ed25519':
      return { algorithm: 'ed25519' };
    case 'ec':
      return namedCurve === 'prime256v1'
        ? { algorithm: 'ecdsa-p256-sha256' }
        : { unsupported: `an EC key on the curve ${namedCurve}` };
    case 'rsa':
      return modulusLength >= LEAST_RSA_BITS
        ? { algorithm: 'rsa-pkcs1v15-sha256' }
        : { unsupported: `an RSA key of ${modulusLength} bits` };
    default:
      return { unsupported: `a key of the kind ${key.asymmetricKeyType}` };
  }
}

/** The SHA-256 of a public key (its SubjectPublicKeyInfo), by which Sigstore's bundles hint at it. */
export function keyDigest(key: KeyObject): Buffer {
  const publicKey = key.type === 'private' ? createPublicKey(key) : key;
  return createHash('sha256')
    .update(publicKey.export({ format: 'der', type: 'spki' }))
    .digest();
}
