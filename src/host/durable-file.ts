import { basename, dirname, join } from 'node:path/posix';
import { type Digest, Digester } from '../base/index.ts';
import type { FileSystem } from './file-system.ts';

/**
 * Replaces a file so that it survives a loss of power: written beside its place, flushed, renamed, and the folder flushed
 * too. A reader sees the old content or the new one, whole.
 */
export function writeDurably(fs: FileSystem, path: string, content: Uint8Array | string, mode = 0o644): void {
  const partial = join(dirname(path), `.${basename(path)}.partial`);
  fs.remove(partial);
  try {
    {
      using file = fs.open(partial, 'wx', mode);
      file.write(typeof content === 'string' ? Buffer.from(content) : content);
      file.sync();
    }
    fs.rename(partial, path);
  } catch (error) {
    fs.remove(partial);
    throw error;
  }
  flushFolder(fs, dirname(path));
}

/** What was made, renamed or removed in a folder survives a loss of power. */
export function flushFolder(fs: Pick<FileSystem, 'open'>, path: string): void {
  using folder = fs.open(path, 'r');
  folder.sync();
}

const CHUNK_BYTES = 2 ** 20;

/** A file's content in parts, for what need not be held in memory; a part is overwritten by the next one. */
export function eachPart(fs: Pick<FileSystem, 'open'>, path: string, take: (part: Uint8Array) => void): void {
  const buffer = new Uint8Array(CHUNK_BYTES);
  using file = fs.open(path, 'r');
  for (let count = file.read(buffer); count > 0; count = file.read(buffer)) take(buffer.subarray(0, count));
}

/** The digest of a file's content, which is not held in memory. */
export function digestOfFile(fs: Pick<FileSystem, 'open'>, path: string): Digest {
  const digester = new Digester();
  eachPart(fs, path, (part) => digester.update(part));
  return digester.digest();
}
