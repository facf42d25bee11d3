import { type Digest, digestOf, parseDigest } from '../base/index.ts';
import { readWire, type WireField, WireWriter } from './wire.ts';

export interface FileNode {
  readonly name: string;
  readonly digest: Digest;
  readonly isExecutable: boolean;
}

export interface SymlinkNode {
  readonly name: string;
  readonly target: string;
}

/**
 * A folder by content: REAPI's `Directory` with its subfolders at hand. Immutable; `digest` is that of the
 * canonical encoding, so equal digests mean equal content. Names are sorted by code unit and unique.
 */
export interface Tree {
  readonly digest: Digest;
  readonly files: readonly FileNode[];
  readonly directories: readonly SubTree[];
  readonly symlinks: readonly SymlinkNode[];
}

export interface SubTree {
  readonly name: string;
  readonly tree: Tree;
}

/** REAPI's `Directory` as it is stored: subfolders by digest. */
export interface Directory {
  readonly files: readonly FileNode[];
  readonly directories: readonly { readonly name: string; readonly digest: Digest }[];
  readonly symlinks: readonly SymlinkNode[];
}

const byName = (a: { readonly name: string }, b: { readonly name: string }): number =>
  a.name < b.name ? -1 : a.name > b.name ? 1 : 0;

/** Sorts the nodes and computes the digest; names must be unique over all three lists. */
export function makeTree(nodes: {
  readonly files?: readonly FileNode[];
  readonly directories?: readonly SubTree[];
  readonly symlinks?: readonly SymlinkNode[];
}): Tree {
  const files = [...(nodes.files ?? [])].sort(byName);
  const directories = [...(nodes.directories ?? [])].sort(byName);
  const symlinks = [...(nodes.symlinks ?? [])].sort(byName);
  const digest = digestOf(encodeDirectory(directoryOf({ files, directories, symlinks })));
  return { digest, files, directories, symlinks };
}

export const EMPTY_TREE: Tree = makeTree({});

export function directoryOf(tree: Pick<Tree, 'files' | 'directories' | 'symlinks'>): Directory {
  const directories = tree.directories.map(({ name, tree: child }) => ({ name, digest: child.digest }));
  return { files: tree.files, directories, symlinks: tree.symlinks };
}

/** `Directory` of REAPI v2 (files 1, directories 2, symlinks 3). */
export function encodeDirectory(directory: Directory): Uint8Array {
  const writer = new WireWriter();
  for (const { name, digest, isExecutable } of directory.files) {
    writer.message(1, new WireWriter().string(1, name).digest(2, digest).boolean(4, isExecutable));
  }
  for (const { name, digest } of directory.directories) {
    writer.message(2, new WireWriter().string(1, name).digest(2, digest));
  }
  for (const { name, target } of directory.symlinks) {
    writer.message(3, new WireWriter().string(1, name).string(2, target));
  }
  return writer.finish();
}

/** `undefined` when the bytes are no `Directory` that we would have written: a bad name, digest or order. */
export function decodeDirectory(bytes: Uint8Array): Directory | undefined {
  const fields = readWire(bytes);
  if (!fields) return undefined;
  const files: FileNode[] = [];
  const directories: { name: string; digest: Digest }[] = [];
  const symlinks: SymlinkNode[] = [];
  for (const { field, value } of fields) {
    const node = typeof value === 'number' ? undefined : readWire(value);
    const name = node && textOf(node, 1);
    if (!node || name === undefined || !isNodeName(name)) return undefined;
    const digest = field === 3 ? undefined : digestField(node, 2);
    if (field === 3) symlinks.push({ name, target: textOf(node, 2) ?? '' });
    else if (!digest) return undefined;
    else if (field === 1) files.push({ name, digest, isExecutable: numberOf(node, 4) === 1 });
    else if (field === 2) directories.push({ name, digest });
    else return undefined;
  }
  const isCanonical =
    [files, directories, symlinks].every(isOrdered) && hasUniqueNames(files, directories, symlinks);
  return isCanonical ? { files, directories, symlinks } : undefined;
}

function isOrdered(nodes: readonly { readonly name: string }[]): boolean {
  return nodes.every(({ name }, index) => index === 0 || nodes[index - 1]!.name < name);
}

function hasUniqueNames(...lists: readonly (readonly { readonly name: string }[])[]): boolean {
  if (lists.filter((list) => list.length > 0).length < 2) return true;
  const names = lists.flat().map(({ name }) => name);
  return new Set(names).size === names.length;
}

/** A name that can stand in a folder without leaving it. */
export function isNodeName(name: string): boolean {
  return name !== '' && name !== '.' && name !== '..' && !name.includes('/') && !name.includes('\0');
}

export function textOf(fields: readonly WireField[], field: number): string | undefined {
  const found = fields.find((each) => each.field === field);
  return found && typeof found.value !== 'number' ? Buffer.from(found.value).toString() : undefined;
}

export function numberOf(fields: readonly WireField[], field: number): number {
  const found = fields.find((each) => each.field === field);
  return typeof found?.value === 'number' ? found.value : 0;
}

export function digestField(fields: readonly WireField[], field: number): Digest | undefined {
  const found = fields.find((each) => each.field === field);
  const inner = found && typeof found.value !== 'number' ? readWire(found.value) : undefined;
  return inner && parseDigest(`${textOf(inner, 1) ?? ''}/${numberOf(inner, 2)}`);
}
