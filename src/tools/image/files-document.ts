import { parseJson, type SpecialFile } from '../../oci/index.ts';
import type { ToolContext } from '../tool.ts';
import { type FileNode, FileTree } from './file-tree.ts';
import { applyLayer, type Layer } from './layer.ts';

const FORMAT = 2;
/** Of more files the document would cost more memory than it saves time. */
const MAX_FILES = 300_000;

/** The member of a layer that holds a file's bytes. */
export interface Member {
  /** Digest of the layer's blob. */
  readonly layer: string;
  readonly member: string;
}

type Xattrs = NonNullable<FileNode['xattrs']>;

/**
 * `[path, kind, mode, uid, gid, …]`, then a file's size, layer (by its place in the image) and member, a link's target, or the
 * type and numbers of a device; last of all extended attributes, if there are any.
 */
type Row = readonly [string, 'd' | 'l' | 'f' | 's', number, number, number, ...(number | string | Xattrs)[]];

/** Which member of one of these layers a file's bytes are, where they are in one. */
export function memberIn(layers: readonly Layer[]): (node: FileNode) => Member | undefined {
  const digests = new Map(layers.map(({ path, descriptor }) => [path, descriptor.digest]));
  return (node) => {
    if (node.kind !== 'file' || node.content.kind !== 'layer') return undefined;
    const layer = digests.get(node.content.layer);
    return layer === undefined ? undefined : { layer, member: node.content.member };
  };
}

/** The files that layers make together, unpacked to be told. */
export async function filesDocumentOf(
  fs: ToolContext['fs'],
  layers: readonly Layer[],
): Promise<string | undefined> {
  const tree = new FileTree();
  for (const { path } of layers) await applyLayer(fs, tree, path);
  return filesDocument(tree, layers, memberIn(layers));
}

/** `undefined` where a file's bytes are in none of the layers, or where there are too many files. */
export function filesDocument(
  tree: FileTree,
  layers: readonly Layer[],
  memberOf: (node: FileNode) => Member | undefined,
): string | undefined {
  const places = new Map(layers.map(({ descriptor }, at) => [descriptor.digest, at]));
  const rows: Row[] = [];
  for (const [path, node] of tree.below('')) {
    const row = rowOf(path, node, { places, memberOf });
    if (!row || rows.push(node.xattrs ? [...row, node.xattrs] : row) > MAX_FILES) return undefined;
  }
  return `{"format":${FORMAT},"files":[\n${rows.map((row) => JSON.stringify(row)).join(',\n')}\n]}\n`;
}

interface Places {
  readonly places: ReadonlyMap<string, number>;
  readonly memberOf: (node: FileNode) => Member | undefined;
}

function rowOf(path: string, node: FileNode, { places, memberOf }: Places): Row | undefined {
  const { uid, gid } = node;
  if (node.kind === 'directory') return [path, 'd', node.mode, uid, gid];
  if (node.kind === 'symlink') return [path, 'l', 0o777, uid, gid, node.target];
  if (node.kind === 'special') {
    const { type, major, minor } = node.file;
    return [path, 's', node.mode, uid, gid, type, major, minor];
  }
  const member = memberOf(node);
  const at = member && places.get(member.layer);
  if (!member || at === undefined) return undefined;
  return [
    path,
    'f',
    node.mode,
    uid,
    gid,
    node.sizeBytes,
    at,
    ...(member.member === path ? [] : [member.member]),
  ];
}

/** The files of an image with these layers; `undefined` for what `filesDocument` cannot have written. */
export function parseFilesDocument(text: string, layers: readonly Layer[]): FileTree | undefined {
  const document = parseJson(text) as { format?: unknown; files?: unknown } | undefined;
  if (document?.format !== FORMAT || !Array.isArray(document.files)) return undefined;
  const tree = new FileTree();
  for (const row of document.files as Row[]) {
    const node = nodeOf(row, layers);
    if (!node) return undefined;
    tree.set(row[0], node);
  }
  return tree;
}

function nodeOf(row: Row, layers: readonly Layer[]): FileNode | undefined {
  const xattrs = row.at(-1);
  if (typeof xattrs !== 'object') return plainNodeOf(row, layers);
  const node = plainNodeOf(row.slice(0, -1) as unknown as Row, layers);
  return node && { ...node, xattrs };
}

function plainNodeOf(row: Row, layers: readonly Layer[]): FileNode | undefined {
  const [path, kind, mode, uid, gid, third, at, member = path] = row;
  if (kind === 's') {
    const type = third as SpecialFile['type'];
    return { kind: 'special', mode, file: { type, major: Number(at), minor: Number(member) }, uid, gid };
  }
  if (kind === 'd') return { kind: 'directory', mode, uid, gid };
  if (kind === 'l') return { kind: 'symlink', target: String(third), uid, gid };
  const layer = layers[Number(at)];
  if (!layer) return undefined;
  const content = { kind: 'layer', layer: layer.path, member: String(member) } as const;
  return { kind: 'file', mode, sizeBytes: Number(third), content, uid, gid };
}
