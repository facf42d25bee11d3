import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';

const ALGORITHMS = ['sha256', 'sha1', 'md5', 'sha512'] as const;

/** Digests and sizes of what differs: where they are written down, that follows from a difference elsewhere. */
export class Consequences {
  readonly #a = new Set<string>();
  readonly #b = new Set<string>();

  add(a: Buffer, b: Buffer): void {
    this.#learn(a, this.#a);
    this.#learn(b, this.#b);
  }

  /** A content that is known by its digest alone. */
  addDigest(side: 'a' | 'b', hash: string): void {
    (side === 'a' ? this.#a : this.#b).add(hash);
  }

  /** A content that only one side has may be named by its digest all the same. */
  addOne(side: 'a' | 'b', bytes: Buffer): void {
    this.#learn(bytes, side === 'a' ? this.#a : this.#b);
  }

  #learn(bytes: Buffer, known: Set<string>): void {
    for (const algorithm of ALGORITHMS) {
      const digest = createHash(algorithm).update(bytes).digest();
      for (const form of ['hex', 'base64', 'base64url'] as const) known.add(digest.toString(form));
    }
    known.add(crc32(bytes).toString(16).padStart(8, '0'));
    known.add(String(bytes.length));
  }

  /** Whether `word` is a digest or the size of something that differs on that side. */
  has(side: 'a' | 'b', word: string): boolean {
    return (side === 'a' ? this.#a : this.#b).has(word);
  }

  /** Beginnings of digests are what names of files have. */
  hasStart(side: 'a' | 'b', word: string): boolean {
    if (word.length < 7) return false;
    for (const each of side === 'a' ? this.#a : this.#b) if (each.startsWith(word)) return true;
    return false;
  }
}
