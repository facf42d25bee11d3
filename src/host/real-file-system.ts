import * as nodeFs from 'node:fs';
import * as nodePath from 'node:path';
import type { DirectoryEntry, FileHandle, FileStat, FileSystem } from './file-system.ts';

let temporaryCount = 0;

/** `node:fs` behind the interface. */
export const realFileSystem: FileSystem = {
  lstat(path) {
    const stats = lstatIfExists(path);
    return stats && toStat(stats);
  },
  readDirectory(path) {
    const entries = nodeFs.readdirSync(path, { withFileTypes: true });
    return entries.map(toEntry).sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  },
  readFile: (path) => nodeFs.readFileSync(path),
  readText: (path) => nodeFs.readFileSync(path, 'utf8'),
  readTextIfExists: (path) => ifExists(() => nodeFs.readFileSync(path, 'utf8')),
  writeFile: (path, content, mode = 0o644) => writeWith(path, content, 'w', mode),
  createFile: (path, content, mode = 0o644) => writeWith(path, content, 'wx', mode),
  replaceFile(path, content, mode = 0o644) {
    const temporary = nodePath.join(nodePath.dirname(path), `.tmp-${process.pid}-${temporaryCount++}`);
    try {
      writeWith(temporary, content, 'wx', mode);
      nodeFs.renameSync(temporary, path);
    } catch (error) {
      nodeFs.rmSync(temporary, { force: true });
      throw error;
    }
  },
  appendFile: (path, content) => nodeFs.appendFileSync(path, content),
  open(path, flags, mode = 0o644) {
    const fd = nodeFs.openSync(path, flags, mode);
    if (flags !== 'r') nodeFs.fchmodSync(fd, mode);
    return fileHandle(fd);
  },
  makeDirectory(path, mode) {
    nodeFs.mkdirSync(path, { recursive: true });
    if (mode !== undefined) nodeFs.chmodSync(path, mode);
  },
  rename: (from, to) => nodeFs.renameSync(from, to),
  link: (existing, path) => nodeFs.linkSync(existing, path),
  symlink: (target, path) => nodeFs.symlinkSync(target, path),
  readLink: (path) => nodeFs.readlinkSync(path),
  realPath: (path) => nodeFs.realpathSync(path),
  copyFile(from, to, mode) {
    nodeFs.copyFileSync(from, to, nodeFs.constants.COPYFILE_FICLONE);
    if (mode !== undefined) nodeFs.chmodSync(to, mode);
  },
  unlink: (path) => nodeFs.unlinkSync(path),
  remove(path) {
    try {
      nodeFs.rmSync(path, { recursive: true, force: true });
    } catch (error) {
      if (!REMOVABLE.some((code) => isCode(error, code)) && !isTooManyFiles(error)) throw error;
      loosen(path);
      nodeFs.rmSync(path, { recursive: true, force: true });
    }
  },
  chmod: (path, mode) => nodeFs.chmodSync(path, mode),
  setTimes: (path, mtimeMs) => nodeFs.lutimesSync(path, mtimeMs / 1000, mtimeMs / 1000),
  freeBytes(path) {
    const stats = nodeFs.statfsSync(path);
    return stats.bavail * stats.bsize;
  },
  usedBytes(path) {
    const { blocks, bfree, bsize } = nodeFs.statfsSync(path);
    return (blocks - bfree) * bsize;
  },
};

/** Nothing is there also where a folder on the way is a file now: Node's own option throws then. */
function lstatIfExists(path: string): nodeFs.Stats | undefined {
  try {
    return nodeFs.lstatSync(path, { throwIfNoEntry: false });
  } catch (error) {
    if (isCode(error, 'ENOTDIR')) return undefined;
    throw error;
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

function ifExists<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (isCode(error, 'ENOENT') || isCode(error, 'ENOTDIR')) return undefined;
    throw error;
  }
}

function writeWith(path: string, content: Uint8Array | string, flag: 'w' | 'wx', mode: number): void {
  const fd = nodeFs.openSync(path, flag, mode);
  try {
    nodeFs.writeFileSync(fd, content);
    nodeFs.fchmodSync(fd, mode);
  } finally {
    nodeFs.closeSync(fd);
  }
}

/** Errors of a removal that `loosen` helps with. */
const REMOVABLE = ['EACCES', 'EPERM', 'ENOTEMPTY', 'EMFILE', 'ENAMETOOLONG'];

/** Node gives no code for this one. */
function isTooManyFiles(error: unknown): boolean {
  return error instanceof Error && error.message.includes('Too many open files');
}

const LONGEST_PATH_BYTES = 3000;
const DEEPEST = 100;

/** Opens folders that forbid it, and moves up what lies so deep that no path leads there or that too many are open on the way. */
function loosen(top: string): void {
  const waiting = [{ path: top, depth: 0 }];
  let movedCount = 0;
  for (let at = waiting.pop(); at; at = waiting.pop()) {
    if (!lstatIfExists(at.path)?.isDirectory()) continue;
    nodeFs.chmodSync(at.path, 0o700);
    for (const name of nodeFs.readdirSync(at.path)) {
      const path = nodePath.join(at.path, name);
      if (at.depth < DEEPEST && Buffer.byteLength(path) < LONGEST_PATH_BYTES) {
        waiting.push({ path, depth: at.depth + 1 });
        continue;
      }
      const moved = nodePath.join(top, `.moved-${process.pid}-${movedCount++}`);
      if (lstatIfExists(path)?.isDirectory()) nodeFs.chmodSync(path, 0o700);
      nodeFs.renameSync(path, moved);
      waiting.push({ path: moved, depth: 1 });
    }
  }
}

function fileHandle(fd: number): FileHandle {
  return {
    read: (buffer) => nodeFs.readSync(fd, buffer),
    readAt: (buffer, position) => nodeFs.readSync(fd, buffer, { position }),
    write(bytes) {
      for (let at = 0; at < bytes.byteLength; ) at += nodeFs.writeSync(fd, bytes, at);
    },
    sync: () => nodeFs.fsyncSync(fd),
    [Symbol.dispose]: () => nodeFs.closeSync(fd),
  };
}

function toStat(stats: nodeFs.Stats): FileStat {
  return {
    type: typeOf(stats),
    sizeBytes: stats.size,
    mode: stats.mode & 0o7777,
    mtimeMs: stats.mtimeMs,
    ctimeMs: stats.ctimeMs,
    inode: stats.ino,
    device: stats.dev,
    links: stats.nlink,
    uid: stats.uid,
  };
}

const TYPE_BITS = nodeFs.constants.S_IFMT;

/** Overlay file systems mark a deleted name by a character device 0:0. By bits: the methods of `Stats` cost more than `lstat`. */
function typeOf(stats: nodeFs.Stats): FileStat['type'] {
  switch (stats.mode & TYPE_BITS) {
    case nodeFs.constants.S_IFREG:
      return 'file';
    case nodeFs.constants.S_IFDIR:
      return 'directory';
    case nodeFs.constants.S_IFLNK:
      return 'symlink';
    default:
      return (stats.mode & TYPE_BITS) === nodeFs.constants.S_IFCHR && stats.rdev === 0 ? 'whiteout' : 'other';
  }
}

function toEntry(entry: nodeFs.Dirent): DirectoryEntry {
  const type = entry.isFile()
    ? 'file'
    : entry.isDirectory()
      ? 'directory'
      : entry.isSymbolicLink()
        ? 'symlink'
        : 'other';
  return { name: entry.name, type };
}
