/** What `lstat` tells, with times in nanoseconds as far as the platform's double holds them. */
export interface FileStat {
  readonly type: 'file' | 'directory' | 'symlink' | 'whiteout' | 'other';
  readonly sizeBytes: number;
  /** Permission bits, 0o7777. */
  readonly mode: number;
  readonly mtimeMs: number;
  readonly ctimeMs: number;
  readonly inode: number;
  readonly device: number;
  readonly links: number;
  /** Owner; a sandbox for an ordinary user maps only one. */
  readonly uid: number;
}

export interface DirectoryEntry {
  readonly name: string;
  readonly type: FileStat['type'];
}

/** A file open for reading or writing in chunks; closed by `using`. */
export interface FileHandle extends Disposable {
  /** Fills `buffer` from the current place; the count of bytes read, 0 at the end. */
  read(buffer: Uint8Array): number;
  /** The same from `position` on, whatever the current place, which stays as it is. */
  readAt(buffer: Uint8Array, position: number): number;
  write(bytes: Uint8Array): void;
  sync(): void;
}

/**
 * The disk. Synchronous, because for the many small operations of a build a promise costs more than the call.
 * Paths are absolute. Methods throw the platform's error (`code` is `ENOENT` and so on) except where `undefined` is named.
 */
export interface FileSystem {
  /** Never follows a link; `undefined` when nothing is there, also where a part of the path is no folder. */
  lstat(path: string): FileStat | undefined;
  /** Entries in the order of their names' UTF-16 code units. */
  readDirectory(path: string): readonly DirectoryEntry[];
  readFile(path: string): Uint8Array;
  readText(path: string): string;
  /** `undefined` when nothing is there, as for `lstat`; other errors are thrown. */
  readTextIfExists(path: string): string | undefined;
  /** Creates or truncates; the mode is set exactly, whatever the umask. */
  writeFile(path: string, content: Uint8Array | string, mode?: number): void;
  /** Fails with EEXIST when the path exists. */
  createFile(path: string, content: Uint8Array | string, mode?: number): void;
  /** Temporary file beside `path`, then rename: a reader sees the old content or the new one, whole. */
  replaceFile(path: string, content: Uint8Array | string, mode?: number): void;
  appendFile(path: string, content: string): void;
  open(path: string, flags: 'r' | 'w' | 'wx', mode?: number): FileHandle;
  /** With parents; nothing happens when it exists. */
  makeDirectory(path: string, mode?: number): void;
  rename(from: string, to: string): void;
  link(existing: string, path: string): void;
  symlink(target: string, path: string): void;
  readLink(path: string): string;
  realPath(path: string): string;
  /** Copies content, by reference where the file system can. */
  copyFile(from: string, to: string, mode?: number): void;
  unlink(path: string): void;
  /** Whole tree, also where a folder forbids it by its mode; nothing happens when absent. */
  remove(path: string): void;
  chmod(path: string, mode: number): void;
  setTimes(path: string, mtimeMs: number): void;
  freeBytes(path: string): number;
  /** Of the whole disk that `path` is on. What is kept for the system is neither used nor free. */
  usedBytes(path: string): number;
}
