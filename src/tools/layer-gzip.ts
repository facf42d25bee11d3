import { constants, crc32, deflateRaw } from 'node:zlib';
import type { Digester } from '../base/index.ts';
import { collectGarbage } from '../host/index.ts';
import type { ByteStream } from './byte-stream.ts';
import { isNoise, NOISE_BLOCK_BYTES } from './noise.ts';

/** Small enough to have many under way in little memory, large enough that the seams cost nothing. */
const PIECE_BYTES = 2 ** 20;
/** What deflate looks back on. */
const WINDOW_BYTES = 2 ** 15;
/** Half the time of level 6, and three parts in a hundred more bytes (measured on the files of a distribution). */
const LEVEL = 4;
/** Pieces under way: as many as Node has threads for it, and one that is being made. */
const MAX_PENDING = 5;
/** As much as a stored block can have, in whole blocks of noise. */
const STORED_BYTES = 2 ** 16 - NOISE_BLOCK_BYTES;

/** So much garbage may there be of the buffers that zlib is given. */
const COLLECTED_PIECES = 8;

/** RFC 1952: deflate, no name, no time, "unknown" system. */
const HEADER = Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255);
/** RFC 1951: the last block, stored and empty. */
const LAST_BLOCK = Uint8Array.of(1, 0, 0, 0xff, 0xff);

/**
 * Gzip (RFC 1952, one member) for large streams, compressed by several threads; what does not get smaller is stored, since to
 * try that takes longer than to compress text. The bytes follow from the content alone, not from how it comes in chunks or how
 * many threads there are. A chunk of `source` holds only until the next is asked for; `uncompressed` gets all of the content.
 */
export async function* layerGzipped(source: ByteStream, uncompressed?: Digester): ByteStream {
  yield HEADER;
  const pending: Promise<readonly Uint8Array[]>[] = [];
  let crc = 0;
  let sizeBytes = 0;
  let count = 0;
  let window: Uint8Array | undefined;
  for await (const piece of pieces(source)) {
    // In one go: for each header and each small file a call would take longer than to hash it.
    uncompressed?.update(piece);
    crc = crc32(piece, crc);
    sizeBytes += piece.byteLength;
    const before = window;
    pending.push(Promise.all(runsOf(piece).map((run) => written(piece, run, before))));
    window = piece.subarray(-WINDOW_BYTES);
    if (++count % COLLECTED_PIECES === 0) collectGarbage();
    if (pending.length >= MAX_PENDING) yield* await pending.shift()!;
  }
  for (const each of pending) yield* await each;
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(crc, 0);
  trailer.writeUInt32LE(sizeBytes % 2 ** 32, 4);
  yield LAST_BLOCK;
  yield trailer;
}

/** One more than are under way, since each is the window of the next, and the one that is being filled. */
const BUFFERS = MAX_PENDING + 2;

/** All of the same size but the last. Their buffers are used again: to make new ones would keep the garbage collector busy. */
async function* pieces(source: ByteStream): ByteStream {
  const buffers: Uint8Array[] = [];
  let count = 0;
  let filled = 0;
  const current = (): Uint8Array => (buffers[count % BUFFERS] ??= new Uint8Array(PIECE_BYTES));
  for await (const chunk of source) {
    for (let at = 0; at < chunk.byteLength; ) {
      const taken = chunk.subarray(at, at + PIECE_BYTES - filled);
      current().set(taken, filled);
      filled += taken.byteLength;
      at += taken.byteLength;
      if (filled < PIECE_BYTES) continue;
      yield current();
      count++;
      filled = 0;
    }
  }
  if (filled > 0) yield current().subarray(0, filled);
}

/** A part of a piece that is compressed as one, or not at all. */
interface Run {
  readonly start: number;
  readonly end: number;
  readonly isStored: boolean;
}

function runsOf(piece: Uint8Array): readonly Run[] {
  const runs: Run[] = [];
  for (let start = 0; start < piece.byteLength; start += NOISE_BLOCK_BYTES) {
    const end = Math.min(start + NOISE_BLOCK_BYTES, piece.byteLength);
    const isStored = isNoise(piece, start);
    const before = runs.at(-1);
    if (before?.isStored !== isStored || (isStored && end - before.start > STORED_BYTES))
      runs.push({ start, end, isStored });
    else runs[runs.length - 1] = { ...before, end };
  }
  return runs;
}

/** Ends on a whole byte, so that what follows can be joined. */
async function written(piece: Uint8Array, run: Run, before: Uint8Array | undefined): Promise<Uint8Array> {
  const bytes = piece.subarray(run.start, run.end);
  if (run.isStored) return storedBlock(bytes);
  const near = piece.subarray(Math.max(0, run.start - WINDOW_BYTES), run.start);
  return deflated(bytes, run.start === 0 ? before : near);
}

/** RFC 1951, 3.2.4: no bits of a code, the length, its complement, the bytes. */
function storedBlock(bytes: Uint8Array): Uint8Array {
  const block = Buffer.allocUnsafeSlow(STORED_HEADER_BYTES + bytes.byteLength);
  block[0] = 0;
  block.writeUInt16LE(bytes.byteLength, 1);
  block.writeUInt16LE(bytes.byteLength ^ 0xffff, 3);
  block.set(bytes, STORED_HEADER_BYTES);
  return block;
}

const STORED_HEADER_BYTES = 5;
/** Mostly enough for all of the result: each further chunk is another call of a thread. */
const OUTPUT_MARGIN_BYTES = 2 ** 10;

function deflated(bytes: Uint8Array, dictionary: Uint8Array | undefined): Promise<Uint8Array> {
  const options = {
    level: LEVEL,
    memLevel: 9,
    finishFlush: constants.Z_SYNC_FLUSH,
    chunkSize: (bytes.byteLength >> 1) + OUTPUT_MARGIN_BYTES,
    ...(dictionary ? { dictionary } : {}),
  };
  return new Promise((resolve, reject) => {
    deflateRaw(bytes, options, (error, result) => (error ? reject(error) : resolve(result)));
  });
}
