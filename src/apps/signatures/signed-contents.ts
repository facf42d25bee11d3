import { sum } from '../../base/index.ts';
import type { DirectoryPlace } from '../archive/zip-end.ts';
import { wrong } from '../fault.ts';
import { chunkedDigest, merkleRoot } from './content-digest.ts';

const OFFSET_OF_DIRECTORY = 16;
/** What Android puts before each page. */
const SALT = Buffer.alloc(8);

export type ContentDigest = 'sha256' | 'sha512' | 'verity';

/** What the schemes from v2 on sign: all of a package but the block of signatures. Each digest is made once. */
export class SignedContents {
  readonly #sections: readonly Buffer[];
  readonly #signal: AbortSignal;
  readonly #digests = new Map<string, Promise<Buffer>>();

  /** Throws a `FormatError` where bytes of the package would be in no section. */
  constructor(bytes: Buffer, blockOffset: number, place: DirectoryPlace, signal: AbortSignal) {
    if (place.isWide) wrong('it is a zip64, in which Android reads no block of signatures');
    if (place.end !== place.endRecord)
      wrong('between the directory and the end record stands what no signature covers');
    const end = Buffer.from(bytes.subarray(place.endRecord));
    // Before it was signed, the directory followed the contents.
    end.writeUInt32LE(blockOffset, OFFSET_OF_DIRECTORY);
    this.#sections = [bytes.subarray(0, blockOffset), bytes.subarray(place.offset, place.end), end];
    this.#signal = signal;
  }

  digest(kind: ContentDigest): Promise<Buffer> {
    const known = this.#digests.get(kind) ?? this.#make(kind);
    this.#digests.set(kind, known);
    return known;
  }

  async #make(kind: ContentDigest): Promise<Buffer> {
    if (kind !== 'verity') return chunkedDigest(this.#sections, kind, this.#signal);
    const sizeBytes = Buffer.alloc(8);
    sizeBytes.writeBigUInt64LE(BigInt(sum(this.#sections.map(({ length }) => length))));
    return Buffer.concat([await merkleRoot(this.#sections, SALT, this.#signal), sizeBytes]);
  }
}
