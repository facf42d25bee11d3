import { posix } from 'node:path';
import { type Tree, type TreeLeaf, treeFromFiles } from '../action/index.ts';
import { sha256 } from '../base/index.ts';
import { resolvedPath } from '../host/index.ts';
import { remember, rememberedTree, type UnpackOptions } from './unpacked-tool.ts';

export interface HostTree {
  readonly tree: Tree;
  /** Absolute paths of all that was looked at, and of every folder, in which something new may come to lie. */
  readonly watched: readonly string[];
}

/**
 * A folder of the host that no sandbox shows (a JDK in /opt, a Python of pyenv) as a tree of the store. It is read once:
 * as long as the stat of every file is the same, so is the tree. Links that leave the folder become the files they name.
 * What is not wanted, folders by their name too, is left out.
 */
export function hostTree(
  options: UnpackOptions,
  folder: string,
  isWanted: (path: string) => boolean = () => true,
): HostTree {
  const manifest: string[] = [];
  const leaves: [path: string, read: () => TreeLeaf][] = [];
  // The folder's own name may be a link.
  const watched: string[] = [resolvedPath(options.fs, folder) ?? folder];
  walk(options, { folder, path: '', manifest, leaves, watched, isWanted, depth: 0 });
  const memo = posix.join(options.cacheDirectory, 'toolchains', `host-${sha256(manifest.join('\n'))}`);
  const known = rememberedTree(options, memo);
  if (known) return { tree: known, watched };
  const tree = treeFromFiles(new Map(leaves.map(([path, read]) => [path, read()])));
  remember(options, memo, tree);
  return { tree, watched };
}

interface Walk {
  readonly folder: string;
  readonly path: string;
  readonly manifest: string[];
  readonly leaves: [path: string, read: () => TreeLeaf][];
  readonly watched: string[];
  readonly isWanted: (path: string) => boolean;
  readonly depth: number;
}

/** Deeper than any tool; ends a walk through links that name their own parents. */
const MAX_DEPTH = 40;

function walk(options: UnpackOptions, at: Walk): void {
  const { fs, cas } = options;
  const absolute = posix.join(at.folder, at.path);
  at.watched.push(absolute);
  for (const { name } of fs.readDirectory(absolute)) {
    if (name === '__pycache__') continue;
    const path = at.path === '' ? name : `${at.path}/${name}`;
    if (!at.isWanted(path)) continue;
    const entry = posix.join(absolute, name);
    const link = fs.lstat(entry)?.type === 'symlink' ? fs.readLink(entry) : undefined;
    if (link !== undefined) at.watched.push(entry);
    if (link !== undefined && staysInside(path, link)) {
      at.manifest.push(`${path} -> ${link}`);
      at.leaves.push([path, () => ({ symlink: link })]);
      continue;
    }
    const real = link === undefined ? entry : resolvedPath(fs, entry);
    const stat = real === undefined ? undefined : fs.lstat(real);
    if (real === undefined || !stat || at.depth > MAX_DEPTH) continue;
    if (stat.type === 'directory') {
      if (link === undefined) walk(options, { ...at, path, depth: at.depth + 1 });
      continue;
    }
    at.watched.push(real);
    if (stat.type !== 'file') continue;
    const isExecutable = (stat.mode & 0o111) !== 0;
    at.manifest.push(
      `${path} ${stat.inode} ${stat.sizeBytes} ${stat.mtimeMs} ${stat.ctimeMs} ${isExecutable}`,
    );
    at.leaves.push([path, () => ({ digest: cas.putFile(real), isExecutable })]);
  }
}

function staysInside(path: string, link: string): boolean {
  if (posix.isAbsolute(link)) return false;
  const target = posix.join(posix.dirname(path), link);
  return target !== '..' && !target.startsWith('../');
}
