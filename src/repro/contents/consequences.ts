import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';

const ALGORITHMS = ['sha256', 'sha1', 'md5', 'sha512'] as const;

/** Digests and sizes of what differs: where they are written down, that follows from a difference elsewhere. */
export class Consequences {
  readonly #known = { a: new Set<string>(), b: new Set<string>() };

  add(a: Buffer, b: Buffer): void {
    this.addOne('a', a);
    this.addOne('b', b);
  }

  /** A content that is known by its digest alone. */
  addDigest(side: 'a' | 'b', hash: string): void {
    this.#known[side].add(hash);
  }

  /** A content that only one side has may be named by its digest all the same. */
  addOne(side: 'a' | 'b', bytes: Buffer): void {
    const known = this.#known[side];
    for (const algorithm of ALGORITHMS) {
      const digest = createHash(algorithm).update(bytes).digest();
      for (const form of ['hex', 'base64', 'base64url'] as const) known.add(digest.toString(form));
    }
    known.add(crc32(bytes).toString(16).padStart(8, '0'));
    known.add(String(bytes.length));
  }

  /** Whether `word` is a digest or the size of something that differs on that side. */
  has(side: 'a' | 'b', word: string): boolean {
    return this.#known[side].has(word);
  }

  /** Beginnings of digests are what names of files have. */
  hasStart(side: 'a' | 'b', word: string): boolean {
    if (word.length < 7) return false;
    for (const each of this.#known[side]) if (each.startsWith(word)) return true;
    return false;
  }
}
