import { gunzipSync, inflateSync, zstdDecompressSync } from 'node:zlib';

/** What bytes are, by how they begin. */
export type ModelFormat =
  | 'zip'
  | 'numpy'
  | 'packed'
  | 'tar'
  | 'bzip2'
  | 'xz'
  | 'lz4'
  | '7z'
  | 'pickle'
  /** A pickle of protocol 0 or 1 has no mark of its own, so it may be one or anything else. */
  | 'perhaps-pickle';

const BEGINNINGS: readonly (readonly [format: ModelFormat, bytes: string])[] = [
  ['zip', 'PK\x03\x04'],
  ['zip', 'PK\x05\x06'],
  ['numpy', '\x93NUMPY'],
  ['packed', '\x1f\x8b'],
  ['packed', '\x28\xb5\x2f\xfd'],
  ['packed', 'ZF0x'],
  ['bzip2', 'BZh'],
  ['xz', '\xfd7zXZ'],
  ['xz', '\x5d\0\0'],
  ['lz4', '\x04\x22\x4d\x18'],
  ['7z', '7z\xbc\xaf\x27\x1c'],
];
export const HEAD_BYTES = 512;
const TAR_MARK = 257;
const NEWEST_PROTOCOL = 5;

export function formatOf(head: Buffer): ModelFormat {
  const text = head.toString('latin1');
  const known = BEGINNINGS.find(([, beginning]) => text.startsWith(beginning));
  if (known) return known[0];
  if (text.startsWith('ustar', TAR_MARK)) return 'tar';
  if (head[0] === 0x80 && (head[1] ?? 99) <= NEWEST_PROTOCOL) return 'pickle';
  return isZlib(head) ? 'packed' : 'perhaps-pickle';
}

/** RFC 1950: the method is 8, and the two bytes are a multiple of 31. */
function isZlib(head: Buffer): boolean {
  return head.length > 2 && (head[0]! & 0x0f) === 8 && head[0]! >>> 4 <= 7 && head.readUInt16BE(0) % 31 === 0;
}

/** Of joblib before 0.10: `ZF`, the size in hexadecimal, the data. */
const OLD_JOBLIB_HEADER_BYTES = 21;

/** What joblib writes with `compress`; `undefined` where it is damaged or larger than `maxBytes`. */
export function unpackModel(bytes: Buffer, maxOutputLength: number): Buffer | undefined {
  const options = { maxOutputLength };
  try {
    if (bytes[0] === 0x1f) return gunzipSync(bytes, options);
    if (bytes[0] === 0x28) return zstdDecompressSync(bytes, options);
    if (bytes[0] !== 0x5a) return inflateSync(bytes, options);
    const hasLong = bytes[OLD_JOBLIB_HEADER_BYTES] === 0x4c;
    return inflateSync(bytes.subarray(OLD_JOBLIB_HEADER_BYTES + (hasLong ? 1 : 0)), options);
  } catch {
    return undefined;
  }
}

const NUMPY_MARK_BYTES = 8;

/** Where the pickle of an array of objects begins (NEP 1); `undefined` where the array holds none. */
export function numpyPickleStart(bytes: Buffer): number | undefined {
  const isFirst = bytes[6] === 1;
  const sizeBytes = isFirst ? 2 : 4;
  if (bytes.length < NUMPY_MARK_BYTES + sizeBytes) return undefined;
  const headerBytes = bytes.readUIntLE(NUMPY_MARK_BYTES, sizeBytes);
  const start = NUMPY_MARK_BYTES + sizeBytes + headerBytes;
  const header = bytes.toString('latin1', NUMPY_MARK_BYTES + sizeBytes, start);
  return /['"][|<>=]?O\d*['"]/.test(header) ? start : undefined;
}
