import { createZstdDecompress } from 'node:zlib';
import { type ByteStream, gunzipped, through } from '../tools/index.ts';
import { LayerFault } from './fault.ts';

export type Compression = 'none' | 'gzip' | 'zstd';

const MAGIC: readonly (readonly [Compression, readonly number[]])[] = [
  ['gzip', [0x1f, 0x8b]],
  ['zstd', [0x28, 0xb5, 0x2f, 0xfd]],
];
const CHUNK_BYTES = 256 * 1024;

/** A stream that can be read to its end by whoever comes last, whatever readers before left of it. */
export class SharedSource implements AsyncIterable<Uint8Array> {
  readonly #source: AsyncIterator<Uint8Array>;
  readonly #onChunk: (chunk: Uint8Array) => void;
  #peeked: Uint8Array | undefined;
  #compression: Compression | undefined;

  constructor(source: ByteStream, onChunk: (chunk: Uint8Array) => void = () => {}) {
    this.#source = source[Symbol.asyncIterator]();
    this.#onChunk = onChunk;
  }

  /** Without `return`: a decompressor that stops early must not close it. */
  [Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    return {
      next: async () => {
        const value = this.#peeked ?? (await this.#read());
        this.#peeked = undefined;
        return value ? { done: false, value } : { done: true, value: undefined };
      },
    };
  }

  /** By the first bytes, as engines do; what a media type says is often wrong. */
  async compression(): Promise<Compression> {
    this.#compression ??= await this.#detect();
    return this.#compression;
  }

  async #detect(): Promise<Compression> {
    let start: Uint8Array = new Uint8Array(0);
    while (start.byteLength < 4) {
      const chunk = await this.#read();
      if (!chunk) break;
      start = start.byteLength === 0 ? chunk : Buffer.concat([start, chunk]);
    }
    if (start.byteLength > 0) this.#peeked = start;
    return MAGIC.find(([, bytes]) => bytes.every((byte, at) => start[at] === byte))?.[0] ?? 'none';
  }

  async drain(): Promise<void> {
    this.#peeked = undefined;
    while (await this.#read());
  }

  /** Ends the source, which may hold a file open. */
  async close(): Promise<void> {
    await this.#source.return?.();
  }

  async #read(): Promise<Uint8Array | undefined> {
    const next = await this.#source.next();
    if (next.done) return undefined;
    this.#onChunk(next.value);
    return next.value;
  }
}

/** The bytes below a compression. Throws LayerFault where they are damaged. */
export async function* unpacked(source: ByteStream, compression: Compression): ByteStream {
  try {
    if (compression === 'none') yield* source;
    else if (compression === 'gzip') yield* gunzipped(source);
    else yield* through(source, createZstdDecompress({ chunkSize: CHUNK_BYTES }));
  } catch (error) {
    if (isDecompressionError(error)) throw new LayerFault(`its ${compression} is damaged or ends too early`);
    throw error;
  }
}

function isDecompressionError(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && /^(Z_|ZSTD_)/.test(code);
}
