import * as nodeFs from 'node:fs';
import * as promises from 'node:fs/promises';
import type { AppendFile, FileSize, StreamFiles } from './stream-files.ts';

/** One read of a stream: fewer and larger ones are faster up to about here. */
const PIECE_BYTES = 2 ** 18;

/** `node:fs/promises` behind the interface. */
export const realStreamFiles: StreamFiles = {
  async stat(path) {
    const stats = await ifThere(promises.stat(path));
    return stats?.isFile() ? sizeOf(stats) : undefined;
  },
  append: async (path) => appendFile(await promises.open(path, 'a', 0o644)),
  read: (path, { start, end }) =>
    nodeFs.createReadStream(path, { start, end: Math.max(start, end - 1), highWaterMark: PIECE_BYTES }),
  readWhole: (path) => promises.readFile(path),
  truncate: (path, sizeBytes) => promises.truncate(path, sizeBytes),
  rename: (from, to) => promises.rename(from, to),
  link: (from, to) => promises.link(from, to),
  unlink: (path) => isThere(promises.unlink(path)),
  makeDirectory: async (path) => void (await promises.mkdir(path, { recursive: true })),
  async touch(path) {
    const now = new Date();
    return isThere(promises.utimes(path, now, now));
  },
  syncFile: (path) => synced(path),
  syncDirectory: (path) => synced(path),
  async *names(path) {
    const folder = await ifThere(promises.opendir(path, { bufferSize: 256 }));
    if (folder) for await (const { name } of folder) yield name;
  },
  async freeBytes(path) {
    const stats = await promises.statfs(path);
    return stats.bavail * stats.bsize;
  },
};

function appendFile(file: promises.FileHandle): AppendFile {
  return {
    async append(pieces) {
      const all = pieces.reduce((total, { byteLength }) => total + byteLength, 0);
      const { bytesWritten } = await file.writev(pieces);
      if (bytesWritten < all) await appendRest(file, Buffer.concat(pieces).subarray(bytesWritten));
    },
    sync: () => file.datasync(),
    close: () => file.close(),
  };
}

/** The system may take less than it was given, as near the end of a disk; the next try says why. */
async function appendRest(file: promises.FileHandle, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.byteLength; )
    at += (await file.write(bytes, at, bytes.byteLength - at)).bytesWritten;
}

async function synced(path: string): Promise<void> {
  const file = await promises.open(path, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

function sizeOf(stats: nodeFs.Stats): FileSize {
  return { sizeBytes: stats.size, mtimeMs: stats.mtimeMs };
}

async function ifThere<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

async function isThere(asked: Promise<void>): Promise<boolean> {
  return (await ifThere(asked.then(() => true))) ?? false;
}

function isAbsent(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}
