import * as nodeFs from 'node:fs';
import * as promises from 'node:fs/promises';
import { promisify } from 'node:util';
import type { AppendFile, ReadableFile, StreamFiles } from './stream-files.ts';

/** One read of a stream: fewer and larger ones are faster up to about here. */
const PIECE_BYTES = 2 ** 18;

const read = promisify(nodeFs.read);
const write = promisify(nodeFs.write);
const datasync = promisify(nodeFs.fdatasync);
const sync = promisify(nodeFs.fsync);

/** `node:fs` behind the interface. */
export const realStreamFiles: StreamFiles = {
  stat(path) {
    const stats = statOf(path);
    return stats && { sizeBytes: stats.size, mtimeMs: stats.mtimeMs };
  },
  append: (path) => appendFile(nodeFs.openSync(path, 'a', 0o644)),
  open(path) {
    const fd = ifThere(() => nodeFs.openSync(path, 'r'));
    return fd === undefined ? undefined : readableFile(fd);
  },
  read: (path, { start, end }) =>
    nodeFs.createReadStream(path, { start, end: Math.max(start, end - 1), highWaterMark: PIECE_BYTES }),
  readWhole: (path) => promises.readFile(path),
  truncate: (path, sizeBytes) => nodeFs.truncateSync(path, sizeBytes),
  rename: (from, to) => nodeFs.renameSync(from, to),
  async unlink(path) {
    try {
      await promises.unlink(path);
      return true;
    } catch (error) {
      if (isAbsent(error)) return false;
      throw error;
    }
  },
  makeDirectory: (path) => void nodeFs.mkdirSync(path, { recursive: true }),
  touch(path) {
    const now = new Date();
    return ifThere(() => nodeFs.utimesSync(path, now, now) ?? true) ?? false;
  },
  syncFile: (path) => synced(path),
  syncDirectory: (path) => synced(path),
  async *names(path) {
    const folder = ifThere(() => nodeFs.opendirSync(path, { bufferSize: 256 }));
    if (folder) for await (const { name } of folder) yield name;
  },
  async freeBytes(path) {
    const stats = await promises.statfs(path);
    return stats.bavail * stats.bsize;
  },
};

function appendFile(fd: number): AppendFile {
  return {
    async append(pieces) {
      const all = pieces.reduce((total, { byteLength }) => total + byteLength, 0);
      const written = await writeAll(fd, pieces);
      if (written < all) await appendRest(fd, Buffer.concat(pieces).subarray(written));
    },
    sync: () => datasync(fd),
    close: () => nodeFs.closeSync(fd),
  };
}

function writeAll(fd: number, pieces: readonly Uint8Array[]): Promise<number> {
  return new Promise((resolve, reject) => {
    nodeFs.writev(fd, pieces, (error, written) => (error ? reject(error) : resolve(written)));
  });
}

/** The system may take less than it was given, as near the end of a disk; the next try says why. */
async function appendRest(fd: number, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.byteLength; )
    at += (await write(fd, bytes, at, bytes.byteLength - at)).bytesWritten;
}

function readableFile(fd: number): ReadableFile | undefined {
  const stats = nodeFs.fstatSync(fd);
  if (!stats.isFile()) {
    nodeFs.closeSync(fd);
    return undefined;
  }
  return {
    sizeBytes: stats.size,
    read: async (buffer, position) => (await read(fd, buffer, 0, buffer.byteLength, position)).bytesRead,
    close: () => nodeFs.closeSync(fd),
  };
}

async function synced(path: string): Promise<void> {
  const fd = nodeFs.openSync(path, 'r');
  try {
    await sync(fd);
  } finally {
    nodeFs.closeSync(fd);
  }
}

/** By `throwIfNoEntry`: what is absent is so often that an error each time would cost. */
function statOf(path: string): nodeFs.Stats | undefined {
  const stats = ifThere(() => nodeFs.statSync(path, { throwIfNoEntry: false }));
  return stats?.isFile() ? stats : undefined;
}

function ifThere<T>(act: () => T): T | undefined {
  try {
    return act();
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

function isAbsent(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}
