import { sha256 } from '../base/index.ts';

/** Of each entry: the fixed part before its flags, per gitformat-index(5), with SHA-1 object names. */
const FIXED_BYTES = 60;
const MODE_AT = 24;
const FLAG_EXTENDED = 0x4000;
const FLAG_NAME_LENGTH = 0xfff;
const HEADER_BYTES = 12;
const CHECKSUM_BYTES = 20;
/** Extensions that a reader may pass over begin with a capital letter; `link` and `sdir` change which entries there are. */
const isOptional = (signature: number): boolean => signature >= 0x41 && signature <= 0x5a;

/**
 * Digest of what git tracks by an index file: names and modes, without the stats that git refreshes whenever it looks.
 * `undefined` for a form that is not known here: a later version, a split or sparse index, SHA-256, damage.
 */
export function trackedNames(bytes: Uint8Array): string | undefined {
  const index = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (index.byteLength < HEADER_BYTES + CHECKSUM_BYTES || index.toString('latin1', 0, 4) !== 'DIRC')
    return undefined;
  const version = index.readUInt32BE(4);
  if (version !== 2 && version !== 3) return undefined;
  const entries = readEntries(index, index.readUInt32BE(8));
  return entries && hasOnlyOptionalExtensions(index, entries.end) ? sha256(entries.names) : undefined;
}

function readEntries(index: Buffer, count: number): { names: Buffer; end: number } | undefined {
  const names = Buffer.allocUnsafe(index.byteLength);
  const last = index.byteLength - CHECKSUM_BYTES;
  let length = 0;
  let at = HEADER_BYTES;
  for (let entry = 0; entry < count; entry++) {
    if (at + FIXED_BYTES + 2 > last) return undefined;
    const flags = index.readUInt16BE(at + FIXED_BYTES);
    const start = at + FIXED_BYTES + 2 + ((flags & FLAG_EXTENDED) === 0 ? 0 : 2);
    const short = flags & FLAG_NAME_LENGTH;
    const end = short < FLAG_NAME_LENGTH ? start + short : index.indexOf(0, start);
    if (end < start || end >= last || index[end] !== 0) return undefined;
    length += index.copy(names, length, at + MODE_AT, at + MODE_AT + 4);
    length += index.copy(names, length, start, end + 1);
    // One to eight zeros, to a multiple of eight from the entry's start.
    at += (end - at + 8) & ~7;
  }
  return at <= last ? { names: names.subarray(0, length), end: at } : undefined;
}

function hasOnlyOptionalExtensions(index: Buffer, start: number): boolean {
  const last = index.byteLength - CHECKSUM_BYTES;
  let at = start;
  while (at + 8 <= last) {
    if (!isOptional(index[at]!)) return false;
    at += 8 + index.readUInt32BE(at + 4);
  }
  return at === last;
}
