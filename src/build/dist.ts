import { dirname, join } from 'node:path';
import type { Tree } from '../action/index.ts';
import type { Digest } from '../base/index.ts';
import type { Cas } from '../cas/index.ts';
import type { FileStat, FileSystem } from '../host/index.ts';
import type { WrittenEntry } from './state.ts';

/** Whether everything that was written for an artifact still lies there as it was left. */
export function isIntact(fs: FileSystem, path: string, written: readonly WrittenEntry[]): boolean {
  if (written.length === 0) return false;
  for (const [relative, stamp] of written) {
    const stat = fs.lstat(relative === '' ? path : `${path}/${relative}`);
    if (!stat || stampOf(stat) !== stamp) return false;
  }
  return true;
}

export interface WriteOptions {
  readonly fs: FileSystem;
  readonly cas: Cas;
}

export interface DistPlace {
  readonly path: string;
  readonly isFile: boolean;
  /** `dist/` itself, or another folder of the same disk in which no artifact lies directly. */
  readonly dist: string;
}

/**
 * Makes the folder or file at `path` have exactly the content of `tree`; what is right already stays.
 * Gives what was written, or the digest of a blob that the store lacks.
 */
export function writeArtifact(
  options: WriteOptions,
  tree: Tree,
  place: DistPlace,
): { readonly written: WrittenEntry[] } | { readonly lost: Digest } {
  const { fs, cas } = options;
  fs.makeDirectory(dirname(place.path));
  const writer = new DistWriter(fs, cas, join(place.dist, TEMPORARY));
  if (place.isFile) writer.file(place.path, '', tree.files[0]!);
  else writer.folder(place.path, '', tree);
  return writer.lost ? { lost: writer.lost } : { written: writer.stamps(place.path) };
}

const READ_AT_ONCE_BYTES = 2 ** 20;
/** Not beside the file: there an artifact may have anything of any name. One build at a time writes. */
const TEMPORARY = '.mobileops.tmp';

class DistWriter {
  lost: Digest | undefined;
  readonly #fs: FileSystem;
  readonly #cas: Cas;
  readonly #temporary: string;
  readonly #paths: string[] = [];
  #isTemporaryGone = false;

  constructor(fs: FileSystem, cas: Cas, temporary: string) {
    this.#fs = fs;
    this.#cas = cas;
    this.#temporary = temporary;
  }

  folder(path: string, relative: string, tree: Tree): void {
    this.#paths.push(relative);
    const found = this.#fs.lstat(path);
    if (found?.type === 'directory') this.#removeOthers(path, tree);
    else {
      if (found) this.#fs.remove(path);
      this.#fs.makeDirectory(path, 0o755);
    }
    const below = (name: string): string => (relative === '' ? name : `${relative}/${name}`);
    for (const node of tree.files) this.file(join(path, node.name), below(node.name), node);
    for (const { name, target } of tree.symlinks) this.#link(join(path, name), below(name), target);
    for (const { name, tree: child } of tree.directories) this.folder(join(path, name), below(name), child);
  }

  #removeOthers(path: string, tree: Tree): void {
    const wanted = new Set([...tree.files, ...tree.directories, ...tree.symlinks].map(({ name }) => name));
    for (const { name } of this.#fs.readDirectory(path))
      if (!wanted.has(name)) this.#fs.remove(join(path, name));
  }

  file(path: string, relative: string, node: Tree['files'][number]): void {
    this.#paths.push(relative);
    // What a build that was killed has left.
    if (!this.#isTemporaryGone) this.#fs.remove(this.#temporary);
    this.#isTemporaryGone = true;
    if (!this.#copy(node)) {
      this.lost ??= node.digest;
      return;
    }
    if (this.#fs.lstat(path)?.type === 'directory') this.#fs.remove(path);
    this.#move(path, node.isExecutable);
  }

  /** A folder of `dist/` may be a link to another disk. */
  #move(path: string, isExecutable: boolean): void {
    try {
      this.#fs.rename(this.#temporary, path);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EXDEV')) throw error;
      this.#fs.remove(path);
      this.#fs.copyFile(this.#temporary, path, modeOf(isExecutable));
      this.#fs.remove(this.#temporary);
    }
  }

  /** A small blob is read once, for its digest and for its copy. */
  #copy({ digest, isExecutable }: Tree['files'][number]): boolean {
    const mode = modeOf(isExecutable);
    if (digest.sizeBytes <= READ_AT_ONCE_BYTES) {
      const bytes = this.#cas.get(digest);
      if (bytes) this.#fs.createFile(this.#temporary, bytes, mode);
      return bytes !== undefined;
    }
    const blob = this.#cas.fileOf(digest, isExecutable);
    if (blob !== undefined) this.#fs.copyFile(blob, this.#temporary, mode);
    return blob !== undefined;
  }

  #link(path: string, relative: string, target: string): void {
    this.#paths.push(relative);
    this.#fs.remove(path);
    this.#fs.symlink(target, path);
  }

  stamps(path: string): WrittenEntry[] {
    return this.#paths.map((relative) => {
      const stat = this.#fs.lstat(relative === '' ? path : join(path, relative));
      return [relative, stat ? stampOf(stat) : 'absent'];
    });
  }
}

function modeOf(isExecutable: boolean): number {
  return isExecutable ? 0o755 : 0o644;
}

function stampOf(stat: FileStat): string {
  return stat.type === 'directory'
    ? `d ${stat.mtimeMs} ${stat.inode}`
    : `${stat.sizeBytes} ${stat.mtimeMs} ${stat.ctimeMs} ${stat.inode} ${stat.mode}`;
}

/** Total size of the files of a tree. */
export function treeSizeBytes(tree: Tree): number {
  let sizeBytes = 0;
  const stack: Tree[] = [tree];
  for (let next = stack.pop(); next; next = stack.pop()) {
    for (const { digest } of next.files) sizeBytes += digest.sizeBytes;
    for (const { tree: child } of next.directories) stack.push(child);
  }
  return sizeBytes;
}
