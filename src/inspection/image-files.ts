import { posix } from 'node:path';
import type { FileSystem } from '../host/index.ts';
import { type Descriptor, encodeIndex, MEDIA_TYPES } from '../oci/index.ts';
import {
  type ByteStream,
  collect,
  fileBytes,
  readTar,
  TarFormatError,
  type TarMember,
} from '../tools/index.ts';
import { ImageFault, LayerFault } from './fault.ts';
import { SharedSource, unpacked } from './unpacked.ts';

/** The files of a layout or an archive; their paths are relative to its root. */
export interface ImageFiles {
  /** Of a small file; `undefined` where there is none. */
  document(path: string): Uint8Array | undefined;
  /** Where a path leads by the links of an archive; `undefined` where no file is. */
  resolve(path: string): string | undefined;
  /** Where a file lies on the disk as it is; `undefined` in an archive. */
  diskPath(path: string): string | undefined;
  /** Reads files one after the other, in the order that is quickest, each once; absent ones are left out. Paths are resolved ones. */
  visit(paths: ReadonlySet<string>, see: (path: string, bytes: ByteStream) => Promise<void>): Promise<void>;
}

export interface InspectionWorld {
  readonly fs: Pick<FileSystem, 'lstat' | 'realPath' | 'open' | 'readFile'>;
  readonly signal: AbortSignal;
}

/** Larger documents are refused, as registries do. */
const MAX_DOCUMENT_BYTES = 4 * 2 ** 20;
const MAX_ALL_DOCUMENTS_BYTES = 64 * 2 ** 20;
const MAX_LINKS = 40;

export function folderFiles(world: InspectionWorld, root: string): ImageFiles {
  return filesOnDisk(world, (path) => realPath(world.fs, posix.join(root, path)));
}

/** An image whose blobs lie somewhere by their digests. */
export interface StoredImage {
  readonly manifest: Descriptor;
  /** `sha256:<hex>`; `undefined` where there is none. */
  pathOf(digest: string): string | undefined;
}

/** A layout of one image, as far as it is looked at. */
export function storedFiles(world: InspectionWorld, { manifest, pathOf }: StoredImage): ImageFiles {
  const index = encodeIndex({ schemaVersion: 2, mediaType: MEDIA_TYPES.index, manifests: [manifest] });
  const files = filesOnDisk(world, (path) => {
    const [, hash] = /^blobs\/sha256\/([0-9a-f]{64})$/.exec(path) ?? [];
    return hash === undefined ? undefined : pathOf(`sha256:${hash}`);
  });
  const document = (path: string): Uint8Array | undefined =>
    path === 'index.json' ? Buffer.from(index) : files.document(path);
  return { ...files, document };
}

function filesOnDisk(
  { fs, signal }: InspectionWorld,
  placeOf: (path: string) => string | undefined,
): ImageFiles {
  const fileAt = (path: string): { path: string; sizeBytes: number } | undefined => {
    const real = placeOf(path);
    const stat = real === undefined ? undefined : fs.lstat(real);
    return stat?.type === 'file' ? { path: real!, sizeBytes: stat.sizeBytes } : undefined;
  };
  return {
    resolve: (path) => (fileAt(path) ? path : undefined),
    diskPath: (path) => fileAt(path)?.path,
    document: (path) => {
      const file = fileAt(path);
      return file && file.sizeBytes <= MAX_DOCUMENT_BYTES ? fs.readFile(file.path) : undefined;
    },
    async visit(paths, see) {
      for (const path of paths) {
        const file = fileAt(path);
        if (file) await see(path, yielding(fileBytes(fs, file.path), signal));
      }
    },
  };
}

/** The path without links; `undefined` where nothing is. */
export function realPath(fs: Pick<FileSystem, 'realPath'>, path: string): string | undefined {
  try {
    return fs.realPath(path);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ELOOP') return undefined;
    throw error;
  }
}

interface ArchiveIndex {
  readonly documents: Map<string, Uint8Array>;
  readonly files: Set<string>;
  readonly links: Map<string, string>;
}

/** A tar, compressed or not. It is read from its start for each visit, so that nothing of it is stored or held. */
export async function archiveFiles(
  world: InspectionWorld,
  archive: { readonly path: string; readonly place: string },
): Promise<ImageFiles> {
  const index: ArchiveIndex = { documents: new Map(), files: new Set(), links: new Map() };
  const throughAll = (see: (name: string, member: TarMember) => Promise<void>): Promise<void> =>
    readArchive(world, archive, see);
  let documentBytes = 0;
  await throughAll(async (name, member) => {
    if (member.kind === 'symlink' || member.kind === 'hardlink') {
      const folder = member.kind === 'symlink' ? posix.dirname(name) : '';
      index.links.set(name, posix.join(folder, member.target));
    }
    if (member.kind !== 'file') return;
    if (index.files.has(name) && index.documents.has(name))
      throw badArchive(archive.place, `${name} stands twice`);
    index.files.add(name);
    const document = await readDocument(member);
    if (!document) return;
    documentBytes += document.byteLength;
    if (documentBytes > MAX_ALL_DOCUMENTS_BYTES)
      throw badArchive(archive.place, 'its documents are too large');
    index.documents.set(name, document);
  });
  const resolved = (path: string): string => {
    let at = path;
    for (let count = 0; index.links.has(at) && count < MAX_LINKS; count++) at = index.links.get(at)!;
    return at;
  };
  return {
    resolve: (path) => (index.files.has(resolved(path)) ? resolved(path) : undefined),
    diskPath: () => undefined,
    document: (path) => index.documents.get(resolved(path)),
    async visit(paths, see) {
      const wanted = new Set(paths);
      await throughAll(async (name, member) => {
        if (member.kind === 'file' && wanted.delete(name)) await see(name, member.bytes);
      });
    },
  };
}

async function readArchive(
  { fs, signal }: InspectionWorld,
  { path, place }: { readonly path: string; readonly place: string },
  see: (name: string, member: TarMember) => Promise<void>,
): Promise<void> {
  const source = new SharedSource(yielding(fileBytes(fs, path), signal));
  try {
    const compression = await source.compression();
    for await (const member of readTar(unpacked(source, compression))) {
      await see(posix.normalize(member.path).replace(/^\/|\/$/g, ''), member);
    }
  } catch (error) {
    if (error instanceof TarFormatError || error instanceof LayerFault)
      throw badArchive(place, error.message);
    throw error;
  } finally {
    await source.close();
  }
}

function badArchive(place: string, message: string): ImageFault {
  const hint = 'give a folder with an OCI layout, or an archive of one or of `docker save`';
  return new ImageFault({
    code: 'inspection/no-image',
    place,
    message: `the archive cannot be read: ${message}`,
    hint,
  });
}

/** Small and beginning like JSON: all that an archive holds of this kind fits into memory, and is asked for out of order. */
async function readDocument({ sizeBytes, bytes }: TarMember): Promise<Uint8Array | undefined> {
  if (sizeBytes > MAX_DOCUMENT_BYTES || sizeBytes === 0) return undefined;
  const iterator = bytes[Symbol.asyncIterator]();
  const first = await iterator.next();
  if (first.done || !/^\s*[[{]/.test(Buffer.from(first.value.subarray(0, 64)).toString('latin1')))
    return undefined;
  return Buffer.concat([first.value, await collect({ [Symbol.asyncIterator]: () => iterator })]);
}

/** Lets signals and timers through, which a loop of reads that are done at once would starve. */
async function* yielding(source: ByteStream, signal: AbortSignal): ByteStream {
  for await (const chunk of source) {
    await new Promise((resolve) => setImmediate(resolve));
    signal.throwIfAborted();
    yield chunk;
  }
}
