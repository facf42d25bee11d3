import { createZstdDecompress } from 'node:zlib';
import type { FileSystem } from '../../host/index.ts';
import {
  type ByteStream,
  fileBytes,
  gunzipped,
  readTar,
  TarFormatError,
  through,
} from '../../tools/index.ts';
import type { Sighting } from './catalogue.ts';
import { sinkInFolder } from './zip-package.ts';

/** A tar as it is, or by gzip or zstd: by its first bytes. */
const MAGIC: readonly (readonly ['gzip' | 'zstd', readonly number[]])[] = [
  ['gzip', [0x1f, 0x8b]],
  ['zstd', [0x28, 0xb5, 0x2f, 0xfd]],
];
const TAR_MAGIC_AT = 257;

export interface ArchiveWorld {
  readonly fs: Pick<FileSystem, 'open'>;
  readonly signal: AbortSignal;
}

/** Whether a file begins as a tar does, or as what one may be packed by. */
export function isTarArchive({ fs }: ArchiveWorld, path: string): boolean {
  const head = new Uint8Array(512);
  using file = fs.open(path, 'r');
  const length = file.read(head);
  return compressionOf(head) !== undefined || (length === 512 && isUstar(head));
}

function compressionOf(head: Uint8Array): 'gzip' | 'zstd' | undefined {
  return MAGIC.find(([, bytes]) => bytes.every((byte, at) => head[at] === byte))?.[0];
}

function isUstar(head: Uint8Array): boolean {
  return Buffer.from(head.subarray(TAR_MAGIC_AT, TAR_MAGIC_AT + 5)).toString('latin1') === 'ustar';
}

export interface SeenArchive {
  readonly sightings: readonly Sighting[];
  /** It holds an OCI layout, or what `docker save` makes. */
  readonly isImage: boolean;
}

/** What the files of a tar say, in one pass; where it is damaged, what was seen before stands with the reason. */
export async function sightArchive({ fs, signal }: ArchiveWorld, path: string): Promise<SeenArchive> {
  const sightings: Sighting[] = [];
  const names = new RootNames();
  try {
    for await (const member of readTar(unpackedFile(fs, path))) {
      signal.throwIfAborted();
      const name = member.path.replace(/^(?:\.?\/)+/, '');
      if (names.add(name)) return { sightings: [], isImage: true };
      if (member.kind !== 'file') continue;
      const isExecutable = (member.mode & 0o111) !== 0;
      const sink = sinkInFolder({ path: name, sizeBytes: member.sizeBytes, isExecutable });
      if (!sink) continue;
      for await (const chunk of member.bytes) sink.take(chunk);
      sightings.push({ path: name, found: sink.end() });
    }
  } catch (error) {
    if (!isDamage(error)) throw error;
    const why = `it cannot be read to its end: ${error.message}`;
    sightings.push({ path: 'the archive', found: [{ kind: 'not-listed', why }] });
  }
  return { sightings, isImage: false };
}

/** Names at the root, by which an image is known. */
class RootNames {
  #hasManifest = false;
  #hasConfig = false;

  /** Whether it is an image for sure. */
  add(name: string): boolean {
    this.#hasManifest ||= name === 'manifest.json';
    this.#hasConfig ||= name === 'repositories' || /^[0-9a-f]{64}\.json$/.test(name);
    return name === 'oci-layout' || (this.#hasManifest && this.#hasConfig);
  }
}

function unpackedFile(fs: ArchiveWorld['fs'], path: string): ByteStream {
  const head = new Uint8Array(4);
  {
    using file = fs.open(path, 'r');
    file.read(head);
  }
  const bytes = fileBytes(fs, path);
  const compression = compressionOf(head);
  if (compression === 'gzip') return gunzipped(bytes);
  return compression === 'zstd' ? through(bytes, createZstdDecompress()) : bytes;
}

function isDamage(error: unknown): error is Error {
  if (error instanceof TarFormatError) return true;
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && /^(Z_|ZSTD_)/.test(code);
}
