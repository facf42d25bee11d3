import type { Readable } from 'node:stream';

/** A file that grows at its end. */
export interface AppendFile {
  /** Takes all of the bytes, in order; the buffers are the caller's again afterwards. */
  append(pieces: readonly Uint8Array[]): Promise<void>;
  /** Brings what was written to the disk. */
  sync(): Promise<void>;
  close(): void;
}

export interface FileSize {
  readonly sizeBytes: number;
  readonly mtimeMs: number;
}

/** A file open for reading at any place. */
export interface ReadableFile {
  readonly sizeBytes: number;
  /** Fills `buffer` from `position` on; the count of bytes, 0 at the end. */
  read(buffer: Uint8Array, position: number): Promise<number>;
  close(): void;
}

/**
 * Files of a server. What moves content or waits for the disk is asynchronous, so that one client does not make the others
 * wait; what only touches names and is done in microseconds happens before the call returns, since handing it to a thread costs
 * more than that. Paths are absolute; methods throw the platform's error except where `undefined` is named.
 */
export interface StreamFiles {
  /** `undefined` where there is no regular file. */
  stat(path: string): FileSize | undefined;
  /** Makes the file, or goes on at its end. */
  append(path: string): AppendFile;
  /** `undefined` where there is no regular file. */
  open(path: string): ReadableFile | undefined;
  /** Bytes from `start` up to `end`, not included, as they are asked for. */
  read(path: string, range: { readonly start: number; readonly end: number }): Readable;
  readWhole(path: string): Promise<Uint8Array>;
  truncate(path: string, sizeBytes: number): void;
  rename(from: string, to: string): void;
  /** False when nothing was there. A large file takes a while. */
  unlink(path: string): Promise<boolean>;
  makeDirectory(path: string): void;
  /** Shows that a file is wanted: its mtime becomes now. False when it is not there. */
  touch(path: string): boolean;
  /** Brings a file's content to the disk. */
  syncFile(path: string): Promise<void>;
  /** Brings the names in a folder to the disk. */
  syncDirectory(path: string): Promise<void>;
  /** Names in a folder in no order, as they are read; none where there is no folder. */
  names(path: string): AsyncIterable<string>;
  freeBytes(path: string): Promise<number>;
}
