import { Digester, fail, ok, type Result } from '../base/index.ts';
import type { FileHandle, FileSystem } from '../host/index.ts';
import {
  blobPath,
  CONTAINERD_NAME,
  type CompleteReference,
  canonicalJson,
  type Descriptor,
  encodeIndex,
  formatReference,
  MEDIA_TYPES,
  OCI_LAYOUT,
  REF_NAME,
} from '../oci/index.ts';
import { eachChunk, ociDigest } from './blobs/blob-sink.ts';
import type { BlobSource } from './blobs/blob-source.ts';
import { isForeignType } from './manifests/media-types.ts';
import { blobsOf } from './pull.ts';
import { collectDocuments, type ImageInSource } from './push.ts';

export interface ArchiveRequest extends ImageInSource {
  /** The file that is made; an old one is replaced once the new one is whole. */
  readonly path: string;
  /** What the image is called when it is loaded. */
  readonly names: readonly CompleteReference[];
  /** Without Docker's `manifest.json`. */
  readonly isLayoutOnly?: true;
}

/**
 * Writes an image as one file that `docker load`, `podman load` and containerd's import take: an OCI layout in a tar,
 * with Docker's `manifest.json` beside it, whose paths are the layout's. An index has no `manifest.json`, as that cannot
 * say it. The bytes follow from the image and its names alone. The failure says what of the image is not whole.
 */
export function writeArchive(fs: FileSystem, request: ArchiveRequest): Result<void, string> {
  const { top, source, names, path, isLayoutOnly } = request;
  const documents = collectDocuments(fs, { top, source });
  if (!documents.ok) return documents;
  const blobs = blobsOf(documents.value);
  if (!blobs.ok) return blobs;
  const files = [...documents.value.map(({ descriptor }) => descriptor), ...blobs.value];
  const image = documents.value[0]!.document;
  const texts: [string, string][] = [
    ['oci-layout', OCI_LAYOUT],
    ['index.json', indexText(top, names)],
  ];
  if (image.kind === 'image' && !isLayoutOnly) texts.push(['manifest.json', manifestText(image, names)]);
  const temporary = `${path}.part`;
  let problem: string | undefined;
  {
    using file = fs.open(temporary, 'w');
    for (const [name, text] of texts) writeText(file, name, text);
    for (const folder of ['blobs/', 'blobs/sha256/']) file.write(header(folder, 0));
    for (const each of files.sort((a, b) => (a.digest < b.digest ? -1 : 1)))
      problem ??= writeBlob(fs, { file, source, descriptor: each });
    file.write(new Uint8Array(2 * BLOCK_BYTES));
  }
  if (problem === undefined) fs.rename(temporary, path);
  else fs.unlink(temporary);
  return problem === undefined ? ok(undefined) : fail(problem);
}

function indexText(top: Descriptor, names: readonly CompleteReference[]): string {
  const { mediaType, digest, size, platform } = top;
  const plain: Descriptor = { mediaType, digest, size, ...(platform ? { platform } : {}) };
  const named = names.map((name) => ({
    ...plain,
    annotations: {
      [CONTAINERD_NAME]: formatReference(name),
      ...(name.tag === undefined ? {} : { [REF_NAME]: name.tag }),
    },
  }));
  const manifests = named.length > 0 ? named : [plain];
  return encodeIndex({ schemaVersion: 2, mediaType: MEDIA_TYPES.index, manifests });
}

/** Docker's own list, the form of `docker save`: it names what is loaded and under which tags. */
function manifestText(
  { config, layers }: { readonly config: Descriptor; readonly layers: readonly Descriptor[] },
  names: readonly CompleteReference[],
): string {
  return canonicalJson([
    {
      Config: blobPath(config.digest),
      RepoTags: names
        .filter(({ tag }) => tag !== undefined)
        .map(({ digest: _, ...name }) => formatReference(name)),
      Layers: layers.map(({ digest }) => blobPath(digest)),
    },
  ]);
}

interface BlobWrite {
  readonly file: FileHandle;
  readonly source: BlobSource;
  readonly descriptor: Descriptor;
}

/** What is wrong with the blob, when something is. */
function writeBlob(fs: FileSystem, { file, source, descriptor }: BlobWrite): string | undefined {
  const { digest, size, mediaType } = descriptor;
  const path = source.fileOf(descriptor);
  if (path === undefined)
    return isForeignType(mediaType) ? undefined : `${digest} is not there, or not of its size`;
  file.write(header(blobPath(digest), size));
  const digester = new Digester();
  eachChunk(fs, path, (chunk) => {
    digester.update(chunk);
    file.write(chunk);
  });
  const actual = digester.digest();
  if (ociDigest(actual) !== digest || actual.sizeBytes !== size)
    return `${digest} has other bytes than its name says`;
  file.write(padding(size));
  return undefined;
}

function writeText(file: FileHandle, name: string, text: string): void {
  const bytes = Buffer.from(text);
  file.write(header(name, bytes.byteLength));
  file.write(bytes);
  file.write(padding(bytes.byteLength));
}

const BLOCK_BYTES = 512;
const MOST_OCTAL = 0o77777777777;

function padding(sizeBytes: number): Uint8Array {
  return new Uint8Array((BLOCK_BYTES - (sizeBytes % BLOCK_BYTES)) % BLOCK_BYTES);
}

/** A ustar header; a name that ends with `/` is a folder. A size over 8 GiB is written in base 256, as GNU and Go do. */
function header(name: string, sizeBytes: number): Uint8Array {
  const isFolder = name.endsWith('/');
  const block = Buffer.alloc(BLOCK_BYTES);
  const octal = (value: number, digits: number): string => `${value.toString(8).padStart(digits, '0')}\0`;
  block.write(name, 0, 100);
  block.write(octal(isFolder ? 0o755 : 0o644, 7), 100);
  block.write(octal(0, 7), 108);
  block.write(octal(0, 7), 116);
  if (sizeBytes <= MOST_OCTAL) block.write(octal(sizeBytes, 11), 124);
  else {
    block[124] = 0x80;
    block.writeBigUInt64BE(BigInt(sizeBytes), 128);
  }
  block.write(octal(0, 11), 136);
  block.write(' '.repeat(8), 148);
  block.write(isFolder ? '5' : '0', 156);
  block.write('ustar\0' + '00', 257);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}
