import type { AppendFile, StreamFiles } from '../../host/index.ts';

/** What a store keeps, what comes in included. */
export class StoreUsage {
  readonly maxBytes: number | undefined;
  #usedBytes = 0;

  constructor(maxBytes: number | undefined) {
    this.maxBytes = maxBytes;
  }

  get usedBytes(): number {
    return this.#usedBytes;
  }

  /** Before bytes are written. Throws `StoreFull` where they are too many. */
  take(bytes: number): void {
    const { maxBytes } = this;
    if (maxBytes !== undefined && this.#usedBytes + bytes > maxBytes)
      throw new StoreFull(this.#usedBytes, maxBytes);
    this.#usedBytes += bytes;
  }

  /** What is there already, or is gone. */
  correct(bytes: number): void {
    this.#usedBytes += bytes;
  }
}

/** With the code of a system whose quota is used up: what is undone for that one is undone for ours. */
export class StoreFull extends Error {
  override readonly name = 'StoreFull';
  readonly code = 'EDQUOT';

  constructor(usedBytes: number, maxBytes: number) {
    super(
      `the server keeps ${usedBytes} bytes of content and may have ${maxBytes} (--max-bytes); nothing was stored`,
    );
  }
}

/** A file that is open for writing; once it is removed, nothing that is written to it counts. */
interface OpenFile {
  sizeBytes: number;
  isGone: boolean;
}

/** Files whose bytes are counted as they come and go. What was there before is the caller's to count. */
export function countedFiles(files: StreamFiles, usage: StoreUsage): StreamFiles {
  const open = new Map<string, OpenFile>();
  const sizeOf = (path: string): number => open.get(path)?.sizeBytes ?? files.stat(path)?.sizeBytes ?? 0;
  return {
    ...files,
    append(path) {
      const entry = { sizeBytes: sizeOf(path), isGone: false };
      const file = files.append(path);
      open.set(path, entry);
      return countedFile(file, {
        usage,
        entry,
        writtenBytes: () => files.stat(path)?.sizeBytes ?? 0,
        forget: () => void (open.get(path) === entry && open.delete(path)),
      });
    },
    truncate(path, sizeBytes) {
      const before = sizeOf(path);
      files.truncate(path, sizeBytes);
      usage.correct(sizeBytes - before);
      const entry = open.get(path);
      if (entry) entry.sizeBytes = sizeBytes;
    },
    rename(from, to) {
      const replacedBytes = from === to ? 0 : sizeOf(to);
      files.rename(from, to);
      usage.correct(-replacedBytes);
    },
    async unlink(path) {
      const entry = open.get(path);
      const sizeBytes = sizeOf(path);
      if (!(await files.unlink(path))) return false;
      // Meanwhile more may have been taken for a file that was being written.
      usage.correct(-(entry?.sizeBytes ?? sizeBytes));
      if (entry) entry.isGone = true;
      open.delete(path);
      return true;
    },
  };
}

interface Counted {
  readonly usage: StoreUsage;
  readonly entry: OpenFile;
  readonly writtenBytes: () => number;
  readonly forget: () => void;
}

function countedFile(file: AppendFile, { usage, entry, writtenBytes, forget }: Counted): AppendFile {
  return {
    ...file,
    async append(pieces) {
      const bytes = pieces.reduce((total, { byteLength }) => total + byteLength, 0);
      if (!entry.isGone) usage.take(bytes);
      entry.sizeBytes += bytes;
      try {
        await file.append(pieces);
      } catch (error) {
        // A full disk takes a part.
        if (!entry.isGone) usage.correct(writtenBytes() - entry.sizeBytes);
        entry.sizeBytes = writtenBytes();
        throw error;
      }
    },
    close() {
      file.close();
      forget();
    },
  };
}
