import { posix } from 'node:path';
import { type Digest, formatDigest, parseDigest, sha256 } from '../base/index.ts';
import type { FileSystem } from '../host/index.ts';

/** What the lock does not tell of a file: SHA-256 and size by npm's integrity, or the size by SHA-256. */
export class LearnedDigests {
  readonly #fs: FileSystem;
  readonly #folder: string;
  readonly #known = new Map<string, Digest>();

  constructor(fs: FileSystem, cacheDirectory: string) {
    this.#fs = fs;
    this.#folder = posix.join(cacheDirectory, 'clients', 'digests');
  }

  /** `hash` is an integrity or a SHA-256. */
  get(hash: string): Digest | undefined {
    const known = this.#known.get(hash);
    if (known) return known;
    const digest = parseDigest(this.#fs.readTextIfExists(this.#path(hash))?.trim() ?? '');
    if (digest) this.#known.set(hash, digest);
    return digest;
  }

  put(hash: string, digest: Digest): void {
    this.#known.set(hash, digest);
    this.#fs.makeDirectory(this.#folder);
    this.#fs.replaceFile(this.#path(hash), `${formatDigest(digest)}\n`);
  }

  #path(hash: string): string {
    return posix.join(this.#folder, sha256(hash));
  }
}
