import type { Readable } from 'node:stream';

/** A file that grows at its end. */
export interface AppendFile {
  /** Takes all of the bytes, in order; the buffers are the caller's again afterwards. */
  append(pieces: readonly Uint8Array[]): Promise<void>;
  /** Brings what was written to the disk. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

export interface FileSize {
  readonly sizeBytes: number;
  readonly mtimeMs: number;
}

/**
 * Files of a server: asynchronous, so that one client's disk does not make the others wait. Paths are absolute; methods
 * throw the platform's error except where `undefined` is named.
 */
export interface StreamFiles {
  /** `undefined` where there is no regular file. */
  stat(path: string): Promise<FileSize | undefined>;
  /** Makes the file, or goes on at its end. */
  append(path: string): Promise<AppendFile>;
  /** Bytes from `start` up to `end`, not included, as they are asked for. */
  read(path: string, range: { readonly start: number; readonly end: number }): Readable;
  readWhole(path: string): Promise<Uint8Array>;
  truncate(path: string, sizeBytes: number): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  /** A second name for the same content; EEXIST when `to` is there. */
  link(from: string, to: string): Promise<void>;
  /** False when nothing was there. */
  unlink(path: string): Promise<boolean>;
  makeDirectory(path: string): Promise<void>;
  /** Shows that a file is wanted: its mtime becomes now. False when it is not there. */
  touch(path: string): Promise<boolean>;
  /** Brings a file's content to the disk. */
  syncFile(path: string): Promise<void>;
  /** Brings the names in a folder to the disk. */
  syncDirectory(path: string): Promise<void>;
  /** Names in a folder in no order, as they are read; none where there is no folder. */
  names(path: string): AsyncIterable<string>;
  freeBytes(path: string): Promise<number>;
}
