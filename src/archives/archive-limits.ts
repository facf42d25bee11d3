import { isNodeName } from '../action/index.ts';
import { fail, ok, type Result } from '../base/index.ts';

/** A regular file of an archive; links and devices are refused before. */
export interface ArchiveFile {
  /** Relative, `/`-separated, without `.` and `..`. */
  readonly path: string;
  readonly isExecutable: boolean;
  readonly content: Uint8Array;
}

/** Why an archive is refused, in words. */
export type ArchiveProblem = string;

export interface ArchiveOptions {
  /** Only files whose path it takes are unpacked; the others are still checked by name and size. */
  readonly wants: (path: string) => boolean;
  /** What all of it may unpack to; 2 GiB unless told. */
  readonly maxTotalBytes?: number;
}

/** Far above every tool that we pin, far below what fills a disk. */
export const MAX_FILES = 100_000;
export const MAX_TOTAL_BYTES = 2 * 2 ** 30;

/** Counts what an archive says that it unpacks to, and refuses what no honest archive has. */
export class ArchiveBudget {
  readonly #seen = new Set<string>();
  readonly #maxBytes: number;
  #bytes = 0;

  constructor(maxBytes = MAX_TOTAL_BYTES) {
    this.#maxBytes = maxBytes;
  }

  /** Checks one entry's path and size; a folder's path may end in `/`. */
  take(path: string, sizeBytes: number): Result<string, ArchiveProblem> {
    const clean = path.replace(/^(\.\/)+/, '').replace(/\/+$/, '');
    if (!clean.split('/').every((name) => isNodeName(name) && !name.includes('\\')))
      return fail(`it holds the unsafe path ${JSON.stringify(path.slice(0, 200))}`);
    if (this.#seen.has(clean)) return fail(`it holds ${JSON.stringify(clean.slice(0, 200))} twice`);
    this.#seen.add(clean);
    this.#bytes += sizeBytes;
    if (this.#seen.size > MAX_FILES) return fail(`it holds more than ${MAX_FILES} files`);
    if (!Number.isSafeInteger(sizeBytes) || sizeBytes < 0 || this.#bytes > this.#maxBytes)
      return fail(`it unpacks to more than ${this.#maxBytes / 2 ** 20} MiB`);
    return ok(clean);
  }
}
