import { InternalError } from '../base/index.ts';
import { TAR_BLOCK_BYTES, type TarMemberHeader, tarHeader, tarPadding } from '../oci/index.ts';
import type { ByteStream } from './byte-stream.ts';

/** A member of a tar archive. */
export interface TarEntry extends TarMemberHeader {
  /** Of a file: exactly `sizeBytes`. */
  bytes?(): ByteStream;
}

/** POSIX ustar with pax headers where it needs them. Bytes follow from the entries alone. */
export async function* tarBytes(entries: Iterable<TarEntry>): ByteStream {
  for (const entry of entries) {
    yield* tarHeader(entry);
    if (entry.kind === 'file') yield* contentBlocks(entry);
  }
  yield new Uint8Array(2 * TAR_BLOCK_BYTES);
}

async function* contentBlocks(entry: TarEntry): ByteStream {
  const expected = entry.sizeBytes ?? 0;
  let sizeBytes = 0;
  for await (const chunk of entry.bytes?.() ?? []) {
    sizeBytes += chunk.byteLength;
    if (sizeBytes > expected) break;
    yield chunk;
  }
  if (sizeBytes !== expected) throw new InternalError(`${entry.path} changed while it was archived`);
  yield tarPadding(sizeBytes);
}
