import { createHash } from 'node:crypto';

/** Content's name as OCI writes it: `sha256:<64 hex>` or `sha512:<128 hex>`. */
export type BlobDigest = string & { readonly isBlobDigest: true };

export type Algorithm = 'sha256' | 'sha512';

const DIGEST = /^(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/;

/** `undefined` for what is no digest, and for one by another algorithm. */
export function parseBlobDigest(text: string): BlobDigest | undefined {
  return DIGEST.test(text) ? (text as BlobDigest) : undefined;
}

export function algorithmOf(digest: BlobDigest): Algorithm {
  return digest.slice(0, 6) as Algorithm;
}

export function hexOf(digest: BlobDigest): string {
  return digest.slice(7);
}

export function blobDigest(algorithm: Algorithm, hex: string): BlobDigest {
  return `${algorithm}:${hex}` as BlobDigest;
}

export function digestOfBytes(bytes: Uint8Array, algorithm: Algorithm = 'sha256'): BlobDigest {
  return blobDigest(algorithm, createHash(algorithm).update(bytes).digest('hex'));
}
