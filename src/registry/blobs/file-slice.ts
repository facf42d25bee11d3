import { InternalError } from '../../base/index.ts';
import type { FileHandle, FileSystem, HttpBody } from '../../host/index.ts';

/** A file that is read from its beginning once, in parts that follow each other. */
export class FileSlices implements Disposable {
  readonly #fs: Pick<FileSystem, 'open'>;
  readonly #path: string;
  #file: FileHandle | undefined;
  #at = 0;

  constructor(fs: Pick<FileSystem, 'open'>, path: string) {
    this.#fs = fs;
    this.#path = path;
  }

  /** The bytes from `start`, `sizeBytes` of them, as a body; one body is read at a time. */
  slice(start: number, sizeBytes: number, onRead: (bytes: number) => void): HttpBody {
    let isPlaced = false;
    let left = sizeBytes;
    return {
      sizeBytes,
      read: (buffer) => {
        if (!isPlaced) this.#moveTo(start);
        isPlaced = true;
        const count = this.#file!.read(buffer.subarray(0, Math.min(buffer.byteLength, left)));
        this.#at += count;
        left -= count;
        onRead(count);
        return count;
      },
    };
  }

  /** A handle reads on only, so that what lies before is passed over, from the beginning if need be. */
  #moveTo(start: number): void {
    if (this.#file === undefined || this.#at > start) {
      this[Symbol.dispose]();
      this.#file = this.#fs.open(this.#path, 'r');
      this.#at = 0;
    }
    const buffer = new Uint8Array(Math.min(2 ** 20, start - this.#at));
    while (this.#at < start) {
      const count = this.#file.read(buffer.subarray(0, Math.min(buffer.byteLength, start - this.#at)));
      if (count === 0) throw new InternalError(`${this.#path} became shorter while it was sent`);
      this.#at += count;
    }
  }

  [Symbol.dispose](): void {
    this.#file?.[Symbol.dispose]();
    this.#file = undefined;
  }
}
