import { posix } from 'node:path';
import { Digester } from '../../base/index.ts';
import { cleanPath, type Descriptor, descriptorOf, MEDIA_TYPES } from '../../oci/index.ts';
import { type ByteStream, CHUNK_BYTES, fileBytes, writeStream } from '../byte-stream.ts';
import { layerGzipped } from '../layer-gzip.ts';
import { TarFormatError } from '../tar-format-error.ts';
import { readTar, type TarMember } from '../tar-reader.ts';
import { type TarEntry, tarBytes } from '../tar-writer.ts';
import type { ToolContext } from '../tool.ts';
import { decompressed } from './decompress.ts';
import { type FileNode, type FileTree, parentOf } from './file-tree.ts';
import { MemberKeys, memberNode, pathOfKey } from './member-node.ts';

export interface Layer {
  readonly descriptor: Descriptor;
  /** Digest of the uncompressed tar. */
  readonly diffId: string;
  /** The blob on disk. */
  readonly path: string;
  /** It belongs to an image that was given, so whoever puts a layout together has it already. */
  readonly isGiven?: boolean;
}

const WHITEOUT = '.wh.';
const OPAQUE = '.wh..wh..opq';

/** Writes a layer's blob below `blobFolder`, named by its digest, never holding more than a chunk. */
export async function writeLayer(
  context: ToolContext,
  blobFolder: string,
  layer: { readonly nodes: ReadonlyMap<string, FileNode>; readonly modifiedAt: number },
): Promise<Layer> {
  const { fs } = context;
  const paths = [...layer.nodes.keys()].sort();
  const { nodes, modifiedAt } = layer;
  const buffer = new Uint8Array(CHUNK_BYTES);
  const links = linksOf(nodes);
  const entries = paths.map((path) => tarEntry({ fs, buffer, modifiedAt, links }, path, nodes.get(path)!));
  return writeLayerBlob(fs, blobFolder, tarBytes(entries));
}

/** The names that are hard links, with the name that holds the bytes: of one file, the first. */
export function linksOf(nodes: ReadonlyMap<string, FileNode>): ReadonlyMap<string, string> {
  const named: [path: string, inode: object][] = [];
  for (const [path, node] of nodes) if (node.kind === 'file' && node.inode) named.push([path, node.inode]);
  named.sort(([a], [b]) => (a < b ? -1 : 1));
  const first = new Map<object, string>();
  const links = new Map<string, string>();
  for (const [path, inode] of named) {
    const target = first.get(inode);
    if (target === undefined) first.set(inode, path);
    else links.set(path, target);
  }
  return links;
}

/** Compresses a layer's tar into a blob below `blobFolder`, named by its digest. Chunks of `tar` may be fleeting. */
export async function writeLayerBlob(
  fs: ToolContext['fs'],
  blobFolder: string,
  tar: ByteStream,
): Promise<Layer> {
  const uncompressed = new Digester();
  const unfinished = posix.join(blobFolder, 'unfinished');
  const digest = await writeStream(fs, unfinished, layerGzipped(tar, uncompressed));
  const path = posix.join(blobFolder, digest.hash);
  fs.rename(unfinished, path);
  return {
    descriptor: descriptorOf(digest, MEDIA_TYPES.layer),
    diffId: `sha256:${uncompressed.digest().hash}`,
    path,
  };
}

interface Writing {
  readonly fs: ToolContext['fs'];
  /** Read into for all files. */
  readonly buffer: Uint8Array;
  readonly modifiedAt: number;
  readonly links: ReadonlyMap<string, string>;
}

function tarEntry({ fs, buffer, modifiedAt, links }: Writing, path: string, node: FileNode): TarEntry {
  const { uid, gid, xattrs } = node;
  const common = { path, uid, gid, modifiedAt, ...(xattrs === undefined ? {} : { xattrs }) };
  if (node.kind === 'symlink') return { ...common, kind: 'symlink', mode: 0o777, target: node.target };
  if (node.kind === 'directory') return { ...common, kind: 'directory', mode: node.mode };
  if (node.kind === 'special') return { ...common, kind: node.file.type, mode: node.mode, device: node.file };
  const { mode, sizeBytes } = node;
  const target = links.get(path);
  if (target !== undefined) return { ...common, kind: 'hardlink', mode, target };
  return { ...common, kind: 'file', mode, sizeBytes, bytes: () => contentOf(fs, node, buffer) };
}

/** A file's bytes, fleeting in `buffer` as `fileBytes` has them; those of a layer's member must have been extracted. */
export async function* contentOf(
  fs: ToolContext['fs'],
  node: FileNode & { kind: 'file' },
  buffer?: Uint8Array,
): ByteStream {
  if (node.content.kind === 'inline') yield node.content.bytes;
  else if (node.content.kind === 'disk') yield* fileBytes(fs, node.content.path, buffer);
}

/** The tar of a layer or archive, which is gzip, zstd or plain. */
function layerBytes(fs: ToolContext['fs'], path: string): ByteStream {
  const bytes = decompressed(fs, path);
  if (!bytes) throw new TarFormatError('it is compressed in a way that no layer is');
  return bytes;
}

/** Lays a blob's changes over `tree`, whiteouts included. */
export async function applyLayer(fs: ToolContext['fs'], tree: FileTree, path: string): Promise<void> {
  const keys = new MemberKeys();
  for await (const member of readTar(layerBytes(fs, path))) {
    const name = cleanPath(`/${member.path}`);
    const base = posix.basename(name);
    if (base === OPAQUE) tree.removeBelow(parentOf(name));
    else if (base.startsWith(WHITEOUT)) tree.remove(posix.join(parentOf(name), base.slice(WHITEOUT.length)));
    else addMember(tree, name, { member, archive: path, keys });
  }
}

function addMember(
  tree: FileTree,
  name: string,
  { member, ...from }: { readonly member: TarMember; readonly archive: string; readonly keys: MemberKeys },
): void {
  if (member.kind === 'hardlink') {
    const target = tree.get(cleanPath(`/${member.target}`));
    if (target?.kind === 'file' || target?.kind === 'special') tree.replace(name, target);
    return;
  }
  const node = memberNode(member, from);
  if (node) tree.replace(name, node);
}

/** Extracts wanted members of layers into private files, each layer read once. */
export class LayerContents {
  readonly #context: ToolContext;
  readonly #extracted = new Map<string, string>();

  constructor(context: ToolContext) {
    this.#context = context;
  }

  /** The same nodes with their content on disk. */
  async extract(nodes: readonly FileNode[]): Promise<Map<FileNode, FileNode>> {
    const wanted = new Map<string, Set<string>>();
    for (const node of nodes) {
      if (node.kind !== 'file' || node.content.kind !== 'layer') continue;
      const { layer, member } = node.content;
      if (this.#extracted.has(keyOf(layer, member))) continue;
      wanted.set(layer, (wanted.get(layer) ?? new Set()).add(member));
    }
    for (const [layer, members] of wanted) await this.#extractFrom(layer, members);
    return new Map(nodes.map((node) => [node, this.#onDisk(node)]));
  }

  async #extractFrom(layer: string, members: ReadonlySet<string>): Promise<void> {
    const { fs, temporaryDirectory } = this.#context;
    const paths = new Set([...members].map(pathOfKey));
    const keys = new MemberKeys();
    for await (const member of readTar(layerBytes(fs, layer))) {
      if (member.kind !== 'file' || !paths.has(member.path)) continue;
      const key = keys.keyOf(member);
      if (!members.has(key)) continue;
      const path = posix.join(temporaryDirectory, `member-${this.#extracted.size}`);
      await writeStream(fs, path, member.bytes);
      this.#extracted.set(keyOf(layer, key), path);
    }
  }

  #onDisk(node: FileNode): FileNode {
    if (node.kind !== 'file' || node.content.kind !== 'layer') return node;
    const path = this.#extracted.get(keyOf(node.content.layer, node.content.member));
    return path === undefined ? node : { ...node, content: { kind: 'disk', path } };
  }
}

function keyOf(layer: string, member: string): string {
  return `${layer}\0${member}`;
}
