import { createHash, type Hash } from 'node:crypto';
import type { AppendFile, StreamFiles } from '../../host/index.ts';
import type { Algorithm, BlobDigest } from './blob-digest.ts';
import { blobDigest } from './blob-digest.ts';
import type { ByteSource } from './blob-store.ts';

/** Bytes that are gathered for one write: few where hundreds come at once, many where a large one has the machine for itself. */
const PIECE_BYTES = 2 ** 18;
const LARGE_PIECE_BYTES = 2 ** 20;
const FEW = 16;
let underWay = 0;

/** A file that grows while it is hashed. What was hashed is what was written, also after an error. */
export class IncomingFile {
  readonly path: string;
  readonly algorithm: Algorithm;
  readonly #files: StreamFiles;
  #hash: Hash;
  #sizeBytes = 0;

  constructor(files: StreamFiles, path: string, algorithm: Algorithm) {
    this.#files = files;
    this.path = path;
    this.algorithm = algorithm;
    this.#hash = createHash(algorithm);
  }

  /** Takes up a file that another process left, or that was hashed by another algorithm. */
  static async resume(files: StreamFiles, path: string, algorithm: Algorithm): Promise<IncomingFile> {
    const file = new IncomingFile(files, path, algorithm);
    const end = files.stat(path)?.sizeBytes ?? 0;
    if (end === 0) return file;
    for await (const chunk of files.read(path, { start: 0, end })) {
      file.#hash.update(chunk);
      file.#sizeBytes += chunk.byteLength;
    }
    return file;
  }

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  digest(): BlobDigest {
    return blobDigest(this.algorithm, this.#hash.copy().digest('hex'));
  }

  /** Gives false when more came than `maxBytes` in all; then nothing of this source is kept. */
  async add(source: ByteSource, maxBytes: number): Promise<boolean> {
    const before = { hash: this.#hash.copy(), sizeBytes: this.#sizeBytes };
    const file = this.#files.append(this.path);
    underWay += 1;
    try {
      const isWithin = await this.#addTo(file, source, maxBytes);
      if (!isWithin) this.#goBack(before);
      return isWithin;
    } catch (error) {
      // A full disk takes a part of a piece.
      if (isOfDisk(error)) this.#goBack(before);
      throw error;
    } finally {
      underWay -= 1;
      file.close();
    }
  }

  /** While one piece is written, the next comes and is hashed. */
  async #addTo(file: AppendFile, source: ByteSource, maxBytes: number): Promise<boolean> {
    let gathered: Uint8Array[] = [];
    let gatheredBytes = 0;
    let writing: Promise<void> = Promise.resolve();
    const write = async (): Promise<void> => {
      const pieces = gathered;
      gathered = [];
      gatheredBytes = 0;
      await writing;
      writing = file.append(pieces);
      // Told where it is waited for; until then nobody may call it unheard.
      writing.catch(() => {});
    };
    try {
      for await (const chunk of source) {
        if (this.#sizeBytes + chunk.byteLength > maxBytes) return false;
        this.#hash.update(chunk);
        this.#sizeBytes += chunk.byteLength;
        gathered.push(chunk);
        gatheredBytes += chunk.byteLength;
        if (gatheredBytes >= (underWay > FEW ? PIECE_BYTES : LARGE_PIECE_BYTES)) await write();
      }
    } finally {
      if (gatheredBytes > 0) await write();
      await writing;
    }
    return true;
  }

  #goBack(before: { readonly hash: Hash; readonly sizeBytes: number }): void {
    this.#hash = before.hash;
    this.#sizeBytes = before.sizeBytes;
    this.#files.truncate(this.path, before.sizeBytes);
  }
}

/** An error of a system call on a file, not of the client's connection. */
function isOfDisk(error: unknown): boolean {
  return error instanceof Error && 'code' in error && DISK_ERRORS.has(String(error.code));
}

const DISK_ERRORS = new Set(['ENOSPC', 'EDQUOT', 'EIO', 'EFBIG', 'EROFS']);
