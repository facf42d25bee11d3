import { type Digest, InternalError } from '../base/index.ts';
import {
  EMPTY_TREE,
  type FileNode,
  isNodeName,
  makeTree,
  type SubTree,
  type SymlinkNode,
  type Tree,
} from './tree.ts';

/** A file or a symbolic link by its content, without its name. */
export type TreeLeaf =
  | { readonly digest: Digest; readonly isExecutable: boolean }
  | { readonly symlink: string };

/** A leaf with its path from the root. */
export type TreeEntry = TreeLeaf & { readonly path: string };

/** What stands at a name. */
export type TreeNode =
  | { readonly kind: 'file'; readonly node: FileNode }
  | { readonly kind: 'directory'; readonly node: SubTree }
  | { readonly kind: 'symlink'; readonly node: SymlinkNode };

/** The node at a path of plain names; links are not followed. */
export function nodeAt(tree: Tree, path: string): TreeNode | undefined {
  const names = segments(path);
  const last = names.pop();
  let at: Tree | undefined = tree;
  for (const name of names) at = at && find(at.directories, name)?.tree;
  if (!at || last === undefined) return undefined;
  const directory = find(at.directories, last);
  if (directory) return { kind: 'directory', node: directory };
  const file = find(at.files, last);
  if (file) return { kind: 'file', node: file };
  const symlink = find(at.symlinks, last);
  return symlink && { kind: 'symlink', node: symlink };
}

/** The folder at `path`, or a tree of the one file or link there with its last name; `''` is the tree itself. */
export function treeAt(tree: Tree, path: string): Tree | undefined {
  if (segments(path).length === 0) return tree;
  const found = nodeAt(tree, path);
  if (!found) return undefined;
  if (found.kind === 'directory') return found.node.tree;
  return found.kind === 'file' ? makeTree({ files: [found.node] }) : makeTree({ symlinks: [found.node] });
}

/** Moves a tree below `path`. An empty tree gives the folder too. */
export function treeUnder(tree: Tree, path: string): Tree {
  return segments(path).reduceRight<Tree>((below, name) => {
    if (!isNodeName(name)) throw new InternalError(`no path in a tree: ${path}`);
    return makeTree({ directories: [{ name, tree: below }] });
  }, tree);
}

/** Later trees win, file by file; equal subtrees are taken as they are. */
export function mergeTrees(trees: readonly Tree[]): Tree {
  const distinct = withoutRepeats(trees);
  if (distinct.length <= 1) return distinct[0] ?? EMPTY_TREE;
  const files = new Map<string, FileNode>();
  const symlinks = new Map<string, SymlinkNode>();
  const directories = new Map<string, Tree[]>();
  const forget = (name: string): void => {
    files.delete(name);
    symlinks.delete(name);
  };
  for (const tree of distinct) {
    for (const { name, tree: child } of tree.directories) {
      forget(name);
      const sameName = directories.get(name);
      if (sameName) sameName.push(child);
      else directories.set(name, [child]);
    }
    for (const node of tree.files) {
      forget(node.name);
      directories.delete(node.name);
      files.set(node.name, node);
    }
    for (const node of tree.symlinks) {
      forget(node.name);
      directories.delete(node.name);
      symlinks.set(node.name, node);
    }
  }
  const merged = [...directories].map(([name, each]) => ({ name, tree: mergeTrees(each) }));
  return makeTree({ files: [...files.values()], directories: merged, symlinks: [...symlinks.values()] });
}

/** Drops empty trees and, of equal neighbours, all but one: neither changes what a merge gives. */
function withoutRepeats(trees: readonly Tree[]): Tree[] {
  const kept: Tree[] = [];
  for (const tree of trees) {
    if (tree.digest.sizeBytes === 0 || kept.at(-1)?.digest.hash === tree.digest.hash) continue;
    kept.push(tree);
  }
  return kept;
}

/** Files and links of `of` that are absent from or different in `since`; a folder that `since` lacks comes whole. */
export function changedTree(of: Tree, since: Tree): Tree {
  if (of.digest.hash === since.digest.hash) return EMPTY_TREE;
  const directories: SubTree[] = [];
  for (const { name, tree } of of.directories) {
    const before = find(since.directories, name)?.tree;
    const changed = before ? changedTree(tree, before) : tree;
    if (!before || !isEmpty(changed)) directories.push({ name, tree: changed });
  }
  const files = of.files.filter((file) => {
    const before = find(since.files, file.name);
    return before?.digest.hash !== file.digest.hash || before.isExecutable !== file.isExecutable;
  });
  const symlinks = of.symlinks.filter((link) => find(since.symlinks, link.name)?.target !== link.target);
  return makeTree({ files, directories, symlinks });
}

/** No file, link or folder; a tree of nothing but empty folders is not empty. */
export function isEmpty(tree: Tree): boolean {
  return tree.files.length === 0 && tree.directories.length === 0 && tree.symlinks.length === 0;
}

interface Growing {
  readonly files: FileNode[];
  readonly symlinks: SymlinkNode[];
  readonly names: Set<string>;
  readonly directories: Map<string, Growing>;
}

/** A tree of leaves by path. A path that leaves the tree or is both a file and a folder is a fault of the caller. */
export function treeFromFiles(leaves: ReadonlyMap<string, TreeLeaf>): Tree {
  const root = growing();
  for (const [path, leaf] of leaves) {
    const names = path.split('/');
    if (!names.every(isNodeName)) throw new InternalError(`no path in a tree: ${path}`);
    const name = names.pop()!;
    const directory = names.reduce(enter, root);
    if (directory.names.has(name) || directory.directories.has(name))
      throw new InternalError(`two things at one path: ${path}`);
    directory.names.add(name);
    if ('symlink' in leaf) directory.symlinks.push({ name, target: leaf.symlink });
    else directory.files.push({ name, digest: leaf.digest, isExecutable: leaf.isExecutable });
  }
  return finish(root);
}

function growing(): Growing {
  return { files: [], symlinks: [], names: new Set(), directories: new Map() };
}

function enter(parent: Growing, name: string): Growing {
  if (parent.names.has(name)) throw new InternalError(`a file is used as a folder: ${name}`);
  const child = parent.directories.get(name) ?? growing();
  parent.directories.set(name, child);
  return child;
}

function finish({ files, symlinks, directories }: Growing): Tree {
  const finished = [...directories].map(([name, child]) => ({ name, tree: finish(child) }));
  return makeTree({ files, symlinks, directories: finished });
}

/** All files and links, sorted by the code units of their path. Empty folders do not show. */
export function listTree(tree: Tree): TreeEntry[] {
  const entries: TreeEntry[] = [];
  const visit = (each: Tree, prefix: string): void => {
    for (const { name, digest, isExecutable } of each.files)
      entries.push({ path: prefix + name, digest, isExecutable });
    for (const { name, target } of each.symlinks) entries.push({ path: prefix + name, symlink: target });
    for (const { name, tree: child } of each.directories) visit(child, `${prefix}${name}/`);
  };
  visit(tree, '');
  return entries.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
}

function segments(path: string): string[] {
  return path.split('/').filter((name) => name !== '' && name !== '.');
}

/** Nodes are sorted by name. */
function find<T extends { readonly name: string }>(nodes: readonly T[], name: string): T | undefined {
  let low = 0;
  let high = nodes.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (nodes[middle]!.name < name) low = middle + 1;
    else high = middle;
  }
  return nodes[low]?.name === name ? nodes[low] : undefined;
}
