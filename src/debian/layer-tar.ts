import { InternalError } from '../base/index.ts';
import type { FileSystem } from '../host/index.ts';
import { TAR_BLOCK_BYTES, tarHeader, tarPadding } from '../oci/index.ts';
import { contentBytes, type RootContent, type RootEntry } from './root-tree.ts';

const CHUNK_BYTES = 1 << 20;
const PAX_NAME = 'PaxHeaders/entry';

/**
 * A layer of the OCI image specification: POSIX ustar, with a pax header only where ustar cannot say it. The bytes follow
 * from the entries alone. At most some chunks are in memory, however large a file is.
 */
export async function* layerTar(
  entries: readonly RootEntry[],
  { fs }: { readonly fs: Pick<FileSystem, 'open'> },
): AsyncGenerator<Uint8Array> {
  let parts: Uint8Array[] = [];
  let sizeBytes = 0;
  for (const part of partsOf(entries, fs)) {
    parts.push(part);
    sizeBytes += part.byteLength;
    if (sizeBytes < CHUNK_BYTES) continue;
    yield Buffer.concat(parts);
    parts = [];
    sizeBytes = 0;
  }
  yield Buffer.concat([...parts, new Uint8Array(2 * TAR_BLOCK_BYTES)]);
}

function* partsOf(entries: readonly RootEntry[], fs: Pick<FileSystem, 'open'>): Generator<Uint8Array> {
  for (const entry of entries) {
    const sizeBytes = entry.kind === 'file' ? contentBytes(entry.content) : 0;
    yield* tarHeader({ ...entry, sizeBytes }, PAX_NAME);
    if (entry.kind === 'file') yield* content(entry.content, { fs, path: entry.path });
    yield tarPadding(sizeBytes);
  }
}

function* content(
  from: RootContent,
  { fs, path }: { fs: Pick<FileSystem, 'open'>; path: string },
): Generator<Uint8Array> {
  if ('bytes' in from) {
    yield from.bytes;
    return;
  }
  using handle = fs.open(from.file, 'r');
  for (let left = from.sizeBytes; left > 0; ) {
    const buffer = new Uint8Array(Math.min(left, CHUNK_BYTES));
    const count = handle.read(buffer);
    if (count === 0) throw new InternalError(`the content of ${path} changed while it was written`);
    left -= count;
    yield buffer.subarray(0, count);
  }
}
