import { constants, createGunzip, createGzip } from 'node:zlib';
import { type ByteStream, through } from './byte-stream.ts';

const OS_BYTE = 9;
const OS_UNKNOWN = 255;
/** Larger steps through zlib than its default of 16 KiB; the bytes are the same. */
const CHUNK_BYTES = 256 * 1024;

/**
 * Gzip whose bytes follow from the content alone: level 6, no name, no time, and the operating system's byte
 * always "unknown" (zlib writes the one that it runs on).
 */
export async function* gzipped(source: ByteStream): ByteStream {
  let at = 0;
  for await (const chunk of through(
    source,
    createGzip({ level: constants.Z_DEFAULT_LEVEL, chunkSize: CHUNK_BYTES }),
  )) {
    yield at <= OS_BYTE && at + chunk.byteLength > OS_BYTE ? withOsByte(chunk, OS_BYTE - at) : chunk;
    at += chunk.byteLength;
  }
}

function withOsByte(chunk: Uint8Array, index: number): Uint8Array {
  const copy = Uint8Array.from(chunk);
  copy[index] = OS_UNKNOWN;
  return copy;
}

export function gunzipped(source: ByteStream): ByteStream {
  return through(source, createGunzip({ chunkSize: CHUNK_BYTES }));
}
