import { join } from 'node:path';
import type { FileNode, Tree } from '../action/index.ts';
import type { Cas } from '../cas/index.ts';
import type { Env, FileSystem } from '../host/index.ts';
import { SOURCE_DATE_EPOCH } from './environment.ts';

const EPOCH_MS = SOURCE_DATE_EPOCH * 1000;

/** A blob that the store should have and has not; the engine makes it again. */
export class LostBlob extends Error {
  readonly hash: string;

  constructor(hash: string) {
    super(`blob ${hash} is not in the store`);
    this.hash = hash;
  }
}

/**
 * `write` is for a small tree in memory: it asks the store for bytes, and a source file need not be stored first. `copy` does so
 * for small files.
 */
export type StagingMode = 'link' | 'copy' | 'write';

const SMALL_BYTES = 2 ** 18;

export interface StagingOptions {
  readonly fs: FileSystem;
  readonly cas: Cas;
  /** Makes everything in the opposite order, which folders of some file systems list then: `repro` asks for it. */
  readonly isReversed?: boolean;
}

/**
 * Writes `tree` below the new folder `path`: files as links to the store (to be seen read-only) or as copies, all with
 * mode 0644 or 0755 and the same fixed time. Throws `LostBlob`.
 */
export function stageTree(options: StagingOptions, tree: Tree, path: string, mode: StagingMode): void {
  const { fs } = options;
  fs.makeDirectory(path, 0o755);
  const inOrder = <T>(nodes: readonly T[]): readonly T[] => (options.isReversed ? nodes.toReversed() : nodes);
  const files = (): void => {
    for (const node of inOrder(tree.files)) stageFile(options, node, join(path, node.name), mode);
  };
  const links = (): void => {
    for (const { name, target } of inOrder(tree.symlinks)) {
      fs.symlink(target, join(path, name));
      fs.setTimes(join(path, name), EPOCH_MS);
    }
  };
  const folders = (): void => {
    for (const { name, tree: child } of inOrder(tree.directories))
      stageTree(options, child, join(path, name), mode);
  };
  for (const stage of inOrder([files, links, folders])) stage();
  fs.setTimes(path, EPOCH_MS);
}

function stageFile(
  { fs, cas }: StagingOptions,
  { digest, isExecutable }: FileNode,
  target: string,
  mode: StagingMode,
): void {
  if (mode === 'write' || (mode === 'copy' && digest.sizeBytes <= SMALL_BYTES)) {
    const bytes = cas.get(digest);
    if (!bytes) throw new LostBlob(digest.hash);
    fs.writeFile(target, bytes, isExecutable ? 0o755 : 0o644);
    fs.setTimes(target, EPOCH_MS);
    return;
  }
  const blob = cas.fileOf(digest, isExecutable);
  if (blob === undefined) throw new LostBlob(digest.hash);
  if (mode !== 'copy' && linked(fs, blob, target)) return;
  try {
    fs.copyFile(blob, target, isExecutable ? 0o755 : 0o644);
  } catch (error) {
    throw codeOf(error) === 'ENOENT' ? new LostBlob(digest.hash) : error;
  }
  fs.setTimes(target, EPOCH_MS);
}

/** Whether the variable that `repro` sets asks for the opposite order of files. No key has it: nothing may depend on it. */
export function isOrderReversed({ variables }: Pick<Env, 'variables'>): boolean {
  return variables.MOBILEOPS_FILE_ORDER === 'reversed';
}

/**
 * False where a file has as many links as its file system allows, lies on another one, or went away. A file that another process
 * replaces just then is for a moment not there.
 */
function linked(fs: FileSystem, blob: string, target: string): boolean {
  for (let tries = 0; ; tries++) {
    try {
      fs.link(blob, target);
      return true;
    } catch (error) {
      const code = codeOf(error);
      if (code === 'EMLINK' || code === 'EXDEV' || code === 'EPERM') return false;
      if (code !== 'ENOENT') throw error;
      if (tries === MOST_TRIES || !fs.lstat(blob)) return false;
    }
  }
}

const MOST_TRIES = 100;

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

/**
 * True when a folder that was staged by links still is what was written: every name, and every file the very one that the store
 * verifies. A file that had to be copied counts as changed, but for the empty one, which has more links than a disk allows.
 */
export function isStaged(options: StagingOptions, tree: Tree, path: string): boolean {
  const { fs, cas } = options;
  const entries = fs.lstat(path)?.type === 'directory' ? fs.readDirectory(path) : undefined;
  if (entries?.length !== tree.files.length + tree.symlinks.length + tree.directories.length) return false;
  const holds = ({ name, digest, isExecutable }: Tree['files'][number]): boolean => {
    const stat = fs.lstat(join(path, name));
    const mode = isExecutable ? 0o755 : 0o644;
    if (
      stat?.type !== 'file' ||
      stat.sizeBytes !== digest.sizeBytes ||
      stat.mode !== mode ||
      stat.mtimeMs !== EPOCH_MS
    ) {
      return false;
    }
    const blob = digest.sizeBytes === 0 ? undefined : cas.fileOf(digest, isExecutable);
    return digest.sizeBytes === 0 || (blob !== undefined && fs.lstat(blob)?.inode === stat.inode);
  };
  return (
    tree.files.every(holds) &&
    tree.symlinks.every(({ name, target }) => linkTarget(fs, join(path, name)) === target) &&
    tree.directories.every(({ name, tree: child }) => isStaged(options, child, join(path, name)))
  );
}

function linkTarget(fs: FileSystem, path: string): string | undefined {
  return fs.lstat(path)?.type === 'symlink' ? fs.readLink(path) : undefined;
}

/** What a tree takes in memory, at a page for each node; `undefined` when it has a file that may be executed. */
export function memoryOf(tree: Tree): number | undefined {
  let sizeBytes = PAGE_BYTES;
  for (const { digest, isExecutable } of tree.files) {
    if (isExecutable) return undefined;
    sizeBytes += Math.ceil(digest.sizeBytes / PAGE_BYTES) * PAGE_BYTES;
  }
  for (const { tree: child } of tree.directories) {
    const below = memoryOf(child);
    if (below === undefined) return undefined;
    sizeBytes += below;
  }
  return sizeBytes;
}

const PAGE_BYTES = 4096;

/** Counts no further than `limit`. */
export function hasMoreFilesThan(tree: Tree, limit: number): boolean {
  let count = 0;
  const stack = [tree];
  for (let next = stack.pop(); next && count <= limit; next = stack.pop()) {
    count += next.files.length;
    for (const { tree: child } of next.directories) stack.push(child);
  }
  return count > limit;
}
