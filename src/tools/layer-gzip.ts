import { constants, crc32, deflateRaw } from 'node:zlib';
import type { ByteStream } from './byte-stream.ts';

/** Small enough to have many under way in little memory, large enough that the seams cost nothing. */
const PIECE_BYTES = 2 ** 20;
/** What deflate looks back on. */
const WINDOW_BYTES = 2 ** 15;
/** Half the time of level 6, and three parts in a hundred more bytes (measured on the files of a distribution). */
const LEVEL = 4;
/** Pieces under way: as many as Node has threads for it, and one that is being made. */
const MAX_PENDING = 5;
const SAMPLE_BYTES = 2 ** 14;
/** A sample that shrinks less than this is media, an archive or noise: it is stored as it is. */
const WORTHWHILE = 0.97;

/** RFC 1952: deflate, no name, no time, "unknown" system. */
const HEADER = Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255);

/**
 * Gzip (RFC 1952, one member) for large streams, compressed by several threads; what does not get smaller is stored. The
 * bytes follow from the content alone, not from how it comes in chunks or how many threads there are.
 */
export async function* layerGzipped(source: ByteStream): ByteStream {
  yield HEADER;
  const pending: Promise<Uint8Array>[] = [];
  let crc = 0;
  let sizeBytes = 0;
  let window: Uint8Array | undefined;
  for await (const { bytes, isLast } of pieces(source)) {
    crc = crc32(bytes, crc);
    sizeBytes += bytes.byteLength;
    pending.push(deflated(bytes, window, isLast));
    window = bytes.subarray(-WINDOW_BYTES);
    if (pending.length >= MAX_PENDING) yield await pending.shift()!;
  }
  for (const each of pending) yield await each;
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(crc, 0);
  trailer.writeUInt32LE(sizeBytes % 2 ** 32, 4);
  yield trailer;
}

interface Piece {
  readonly bytes: Uint8Array;
  readonly isLast: boolean;
}

/** All of the same size but the last, which may be empty. */
async function* pieces(source: ByteStream): AsyncIterable<Piece> {
  let piece = new Uint8Array(PIECE_BYTES);
  let filled = 0;
  for await (const chunk of source) {
    for (let at = 0; at < chunk.byteLength; ) {
      if (filled === PIECE_BYTES) {
        yield { bytes: piece, isLast: false };
        piece = new Uint8Array(PIECE_BYTES);
        filled = 0;
      }
      const taken = chunk.subarray(at, at + PIECE_BYTES - filled);
      piece.set(taken, filled);
      filled += taken.byteLength;
      at += taken.byteLength;
    }
  }
  yield { bytes: piece.subarray(0, filled), isLast: true };
}

async function deflated(
  bytes: Uint8Array,
  dictionary: Uint8Array | undefined,
  isLast: boolean,
): Promise<Uint8Array> {
  const level = (await isWorthwhile(bytes)) ? LEVEL : constants.Z_NO_COMPRESSION;
  return deflate(bytes, {
    level,
    memLevel: 9,
    // All pieces end on a whole byte, so that they can be joined.
    finishFlush: isLast ? constants.Z_FINISH : constants.Z_SYNC_FLUSH,
    ...(dictionary && level > 0 ? { dictionary } : {}),
  });
}

/** By a piece of the middle: files often begin with a header that says nothing of the rest. */
async function isWorthwhile(bytes: Uint8Array): Promise<boolean> {
  if (bytes.byteLength < 2 * SAMPLE_BYTES) return true;
  const start = (bytes.byteLength - SAMPLE_BYTES) >> 1;
  const sample = bytes.subarray(start, start + SAMPLE_BYTES);
  const { byteLength } = await deflate(sample, { level: 1 });
  return byteLength < SAMPLE_BYTES * WORTHWHILE;
}

function deflate(bytes: Uint8Array, options: Parameters<typeof deflateRaw>[1]): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    deflateRaw(bytes, options, (error, result) => (error ? reject(error) : resolve(result)));
  });
}
