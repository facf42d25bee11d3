import { join } from 'node:path';
import {
  EMPTY_TREE,
  type FileNode,
  makeTree,
  type SubTree,
  type SymlinkNode,
  type Tree,
} from '../action/index.ts';
import type { Cas } from '../cas/index.ts';
import type { FileStat, FileSystem } from '../host/index.ts';

/** Something in the working folder that no tree can hold. */
export class UnsupportedOutput extends Error {
  readonly path: string;

  constructor(path: string, message: string) {
    super(message);
    this.path = path;
  }
}

export interface CaptureOptions {
  readonly fs: FileSystem;
  readonly cas: Cas;
  /** Relative paths of mounts inside the working folder: what lies there is not output. */
  readonly ignored: ReadonlySet<string>;
}

/**
 * The working folder after an action, from its input tree and the overlay's upper layer. `opaque` are folders of the
 * upper layer that hide the lower ones. Only what changed is read.
 */
export function captureUpper(
  options: CaptureOptions,
  base: Tree,
  upper: string,
  opaque: ReadonlySet<string>,
): Tree {
  const visit = (folder: string, relative: string, below: Tree): Tree => {
    const nodes = new Nodes(below);
    for (const { name, path, stat } of entries(options.fs, folder, relative)) {
      if (options.ignored.has(path)) continue;
      if (stat.type === 'whiteout') nodes.delete(name);
      else if (stat.type === 'directory') {
        const lower = opaque.has(path) ? undefined : nodes.directories.get(name);
        nodes.directory(name, visit(join(folder, name), path, lower ?? EMPTY_TREE));
      } else addLeaf(options, nodes, { name, path, stat, file: join(folder, name) });
    }
    return nodes.tree();
  };
  return visit(upper, '', base);
}

/** Stats of files as they were staged, so that an untouched copy is not read again. */
export type StagedStats = ReadonlyMap<string, { readonly stamp: string; readonly node: FileNode }>;

/** The working folder after an action that had a copy of its own. */
export function captureFolder(options: CaptureOptions, folder: string, staged: StagedStats): Tree {
  const visit = (at: string, relative: string): Tree => {
    const nodes = new Nodes(EMPTY_TREE);
    for (const { name, path, stat } of entries(options.fs, at, relative)) {
      if (options.ignored.has(path)) continue;
      const known = staged.get(path);
      if (stat.type === 'directory') nodes.directory(name, visit(join(at, name), path));
      else if (known && known.stamp === stampOf(stat)) nodes.file(known.node);
      else addLeaf(options, nodes, { name, path, stat, file: join(at, name) });
    }
    return nodes.tree();
  };
  return visit(folder, '');
}

export function stagedStats(fs: FileSystem, tree: Tree, folder: string): StagedStats {
  const stats = new Map<string, { stamp: string; node: FileNode }>();
  const visit = (at: Tree, relative: string): void => {
    for (const node of at.files) {
      const path = relative === '' ? node.name : `${relative}/${node.name}`;
      const stat = fs.lstat(join(folder, path));
      if (stat) stats.set(path, { stamp: stampOf(stat), node });
    }
    for (const { name, tree: child } of at.directories)
      visit(child, relative === '' ? name : `${relative}/${name}`);
  };
  visit(tree, '');
  return stats;
}

function stampOf(stat: FileStat): string {
  return `${stat.inode} ${stat.sizeBytes} ${stat.mtimeMs} ${stat.ctimeMs} ${stat.mode}`;
}

interface Entry {
  readonly name: string;
  readonly path: string;
  readonly stat: FileStat;
}

function entries(fs: FileSystem, folder: string, relative: string): Entry[] {
  const own = fs.lstat(folder);
  if (own && (own.mode & 0o500) !== 0o500) fs.chmod(folder, 0o700);
  return fs.readDirectory(folder).map(({ name }) => {
    const path = relative === '' ? name : `${relative}/${name}`;
    if (Buffer.byteLength(path) > LONGEST_PATH_BYTES)
      throw new UnsupportedOutput(start(path), `its path has more than ${LONGEST_PATH_BYTES} bytes`);
    if (name.includes('\ufffd')) throw new UnsupportedOutput(path, 'its name is not UTF-8');
    const stat = fs.lstat(join(folder, name));
    if (!stat) throw new UnsupportedOutput(path, 'it went away while it was read');
    return { name, path, stat };
  });
}

/** Wherever a workspace or a store lies, some of the 4,096 bytes that a path may have are left for that. */
const LONGEST_PATH_BYTES = 3000;

function start(path: string): string {
  return `${path.slice(0, 100)}…`;
}

function addLeaf(options: CaptureOptions, nodes: Nodes, entry: Entry & { readonly file: string }): void {
  const { name, path, stat, file } = entry;
  if (stat.type === 'symlink') {
    const target = options.fs.readLink(file);
    if (target.includes('\ufffd'))
      throw new UnsupportedOutput(path, 'it is a link to a name that is not UTF-8');
    nodes.symlink({ name, target });
  } else if (stat.type !== 'file')
    throw new UnsupportedOutput(path, 'it is neither a file, a folder nor a link');
  else {
    if ((stat.mode & 0o400) === 0) options.fs.chmod(file, stat.mode | 0o400);
    nodes.file({ name, digest: options.cas.putFile(file), isExecutable: (stat.mode & 0o100) !== 0 });
  }
}

/** The nodes of a folder while they change. */
class Nodes {
  readonly files: Map<string, FileNode>;
  readonly directories: Map<string, Tree>;
  readonly symlinks: Map<string, SymlinkNode>;

  constructor(base: Tree) {
    this.files = new Map(base.files.map((node) => [node.name, node]));
    this.directories = new Map(base.directories.map(({ name, tree }) => [name, tree]));
    this.symlinks = new Map(base.symlinks.map((node) => [node.name, node]));
  }

  delete(name: string): void {
    this.files.delete(name);
    this.directories.delete(name);
    this.symlinks.delete(name);
  }

  file(node: FileNode): void {
    this.delete(node.name);
    this.files.set(node.name, node);
  }

  symlink(node: SymlinkNode): void {
    this.delete(node.name);
    this.symlinks.set(node.name, node);
  }

  directory(name: string, tree: Tree): void {
    this.delete(name);
    this.directories.set(name, tree);
  }

  tree(): Tree {
    const directories: SubTree[] = [...this.directories].map(([name, tree]) => ({ name, tree }));
    return makeTree({ files: [...this.files.values()], directories, symlinks: [...this.symlinks.values()] });
  }
}
