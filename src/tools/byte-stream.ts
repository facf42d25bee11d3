import { Readable, type Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Digest, Digester } from '../base/index.ts';
import type { ToolContext } from './tool.ts';

/** Bytes in order, in chunks; a chunk is not changed after it was handed over. */
export type ByteStream = AsyncIterable<Uint8Array>;

export const CHUNK_BYTES = 256 * 1024;

/**
 * A file's bytes, never more than a chunk in memory. With a `buffer` of the caller's, a chunk holds only until the next is
 * asked for: of many small files, to make a buffer for each takes longer than to read them.
 */
export async function* fileBytes(
  fs: Pick<ToolContext['fs'], 'open'>,
  path: string,
  buffer?: Uint8Array,
): ByteStream {
  using handle = fs.open(path, 'r');
  for (;;) {
    const chunk = buffer ?? new Uint8Array(CHUNK_BYTES);
    const count = handle.read(chunk);
    if (count === 0) return;
    yield chunk.subarray(0, count);
  }
}

/** `source` led through a compressor or decompressor; its errors reject. */
export async function* through(source: ByteStream, transform: Transform): ByteStream {
  const fed = pipeline(Readable.from(source, { objectMode: false }), transform);
  fed.catch(() => {});
  try {
    for await (const chunk of transform) yield chunk as Uint8Array;
  } finally {
    transform.destroy();
  }
  await fed;
}

/** Writes all of `source` to a new file and tells its digest. */
export async function writeStream(
  fs: Pick<ToolContext['fs'], 'open'>,
  path: string,
  source: ByteStream,
): Promise<Digest> {
  using handle = fs.open(path, 'w', 0o644);
  const digester = new Digester();
  for await (const chunk of source) {
    digester.update(chunk);
    handle.write(chunk);
  }
  return digester.digest();
}

/** Passes `source` on and adds its bytes to `digester`. */
export async function* digested(source: ByteStream, digester: Digester): ByteStream {
  for await (const chunk of source) {
    digester.update(chunk);
    yield chunk;
  }
}

/** Gives what comes next: at most `max` bytes, at least one; `undefined` at the end. */
export type PartReader = (max: number) => Promise<Uint8Array | undefined>;

/** Cuts a stream of chunks into the sizes that are asked for, without a copy. */
export function partsOf(source: ByteStream): PartReader {
  const chunks = source[Symbol.asyncIterator]();
  let chunk: Uint8Array = new Uint8Array(0);
  return async (max) => {
    while (chunk.byteLength === 0) {
      const next = await chunks.next();
      if (next.done) return undefined;
      chunk = next.value;
    }
    const part = chunk.subarray(0, max);
    chunk = chunk.subarray(part.byteLength);
    return part;
  };
}

export async function collect(source: ByteStream): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of source) chunks.push(chunk);
  return Buffer.concat(chunks);
}
