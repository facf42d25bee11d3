import { createHash, hash } from 'node:crypto';

/** Content address as in REAPI: lower-case hex SHA-256 and the length of the bytes that it names. */
export interface Digest {
  readonly hash: string;
  readonly sizeBytes: number;
}

export const EMPTY_DIGEST: Digest = {
  hash: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  sizeBytes: 0,
};

const DIGEST = /^([0-9a-f]{64})\/(0|[1-9][0-9]*)$/;

/** Digest of `bytes`; a string is taken as UTF-8. */
export function digestOf(bytes: Uint8Array | string): Digest {
  return {
    hash: hash('sha256', bytes, 'hex'),
    sizeBytes: typeof bytes === 'string' ? Buffer.byteLength(bytes) : bytes.byteLength,
  };
}

/** Accumulates a digest over chunks, for content that should not be held in memory. */
export class Digester {
  readonly #hash = createHash('sha256');
  #sizeBytes = 0;

  update(chunk: Uint8Array | string): this {
    this.#hash.update(chunk);
    this.#sizeBytes += typeof chunk === 'string' ? Buffer.byteLength(chunk) : chunk.byteLength;
    return this;
  }

  digest(): Digest {
    return { hash: this.#hash.digest('hex'), sizeBytes: this.#sizeBytes };
  }
}

/** `hash/size`, the form used in keys, logs and JSON. */
export function formatDigest(digest: Digest): string {
  return `${digest.hash}/${digest.sizeBytes}`;
}

/** Reads `hash/size`; `undefined` for anything else, so that a trust boundary can refuse it. */
export function parseDigest(text: string): Digest | undefined {
  const [, hashPart, size] = DIGEST.exec(text) ?? [];
  const sizeBytes = Number(size);
  return hashPart !== undefined && Number.isSafeInteger(sizeBytes)
    ? { hash: hashPart, sizeBytes }
    : undefined;
}

export function sameDigest(a: Digest, b: Digest): boolean {
  return a.hash === b.hash && a.sizeBytes === b.sizeBytes;
}

/** Lower-case hex SHA-256 of `bytes`, for content that is keyed but not stored. */
export function sha256(bytes: Uint8Array | string): string {
  return hash('sha256', bytes, 'hex');
}
