import { crc32, inflateRawSync } from 'node:zlib';
import { fail, ok, type Result } from '../base/index.ts';

/** Bytes that can be read from any place, so that a large file need not be in memory. */
export interface ByteSource {
  readonly sizeBytes: number;
  /** Fewer than asked for at the end, none behind it. */
  read(offset: number, length: number): Buffer;
}

/** A file of an archive, not unpacked yet. */
export interface ZipMember {
  readonly path: string;
  readonly sizeBytes: number;
  /** Unpacks and checks it. */
  read(): Result<Buffer, string>;
  /** Its first bytes, where it lies in the archive as it is. */
  start(length: number): Buffer | undefined;
}

export interface ZipMemberOptions {
  /** Larger ones are not read. */
  readonly maxMemberBytes: number;
  /** Reads also what has a wrong checksum or says that it is encrypted, as some readers of models do. */
  readonly isLenient?: boolean;
}

const END = 0x06054b50;
const END_64_PLACE = 0x07064b50;
const END_64 = 0x06064b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;
const CENTRAL_BYTES = 46;
const LOCAL_BYTES = 30;
const MAX_MEMBERS = 5_000_000;
const MAX_DIRECTORY_BYTES = 2 ** 30;

export function bytesSource(bytes: Uint8Array): ByteSource {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return {
    sizeBytes: buffer.length,
    read: (offset, length) =>
      offset < 0 || length < 0
        ? Buffer.alloc(0)
        : buffer.subarray(offset, Math.min(buffer.length, offset + length)),
  };
}

/**
 * The files of a zip by its central directory (PKWARE APPNOTE 6.3.10, with zip64), one at a time: exports of advisories have
 * hundreds of thousands, models have gigabytes. Names are not paths here; nothing goes to the disk by them.
 */
export function zipMembers(
  source: ByteSource,
  options: ZipMemberOptions,
): Result<readonly ZipMember[], string> {
  try {
    return membersOf(source, options);
  } catch (error) {
    if (error instanceof RangeError) return fail('its list of files is damaged');
    throw error;
  }
}

function membersOf(source: ByteSource, options: ZipMemberOptions): Result<readonly ZipMember[], string> {
  const directory = findDirectory(source);
  if (directory === undefined) return fail('it is no zip archive, or is cut off');
  const { count, start, sizeBytes, shift } = directory;
  if (count > MAX_MEMBERS || sizeBytes > MAX_DIRECTORY_BYTES) return fail('it holds too many files');
  const bytes = source.read(start, sizeBytes);
  const members: ZipMember[] = [];
  let at = 0;
  for (let index = 0; index < count; index++) {
    if (bytes.readUInt32LE(at) !== CENTRAL) return fail('its list of files is damaged');
    const nameBytes = bytes.readUInt16LE(at + 28);
    const extraBytes = bytes.readUInt16LE(at + 30);
    const name = at + CENTRAL_BYTES;
    const path = bytes.toString('utf8', name, name + nameBytes);
    const extra = bytes.subarray(name + nameBytes, name + nameBytes + extraBytes);
    members.push(memberOf(source, { path, ...entryAt(bytes, at, extra), shift }, options));
    at = name + nameBytes + extraBytes + bytes.readUInt16LE(at + 32);
  }
  return ok(members);
}

interface Directory {
  readonly count: number;
  readonly start: number;
  readonly sizeBytes: number;
  /** What stands before the archive, which its own offsets do not count. */
  readonly shift: number;
}

function findDirectory(source: ByteSource): Directory | undefined {
  const from = Math.max(0, source.sizeBytes - 22 - 0xffff - 20);
  const tail = source.read(from, source.sizeBytes - from);
  for (let at = tail.length - 22; at >= 0; at--) {
    if (tail.readUInt32LE(at) !== END) continue;
    if (at >= 20 && tail.readUInt32LE(at - 20) === END_64_PLACE) return wideDirectory(source, from + at - 20);
    const sizeBytes = tail.readUInt32LE(at + 12);
    const start = from + at - sizeBytes;
    const shift = start - tail.readUInt32LE(at + 16);
    return start < 0 ? undefined : { count: tail.readUInt16LE(at + 10), start, sizeBytes, shift };
  }
  return undefined;
}

/** `place` is that of the locator, which stands behind the record. */
function wideDirectory(source: ByteSource, place: number): Directory | undefined {
  const record = source.read(place - 56, 56);
  if (record.length < 56 || record.readUInt32LE(0) !== END_64) return undefined;
  const sizeBytes = Number(record.readBigUInt64LE(40));
  const start = place - 56 - sizeBytes;
  const shift = start - Number(record.readBigUInt64LE(48));
  return start < 0 ? undefined : { count: Number(record.readBigUInt64LE(32)), start, sizeBytes, shift };
}

interface Entry {
  readonly flags: number;
  readonly method: number;
  readonly crc: number;
  readonly packedBytes: number;
  readonly sizeBytes: number;
  readonly offset: number;
}

const IN_EXTRA = 0xffffffff;

function entryAt(bytes: Buffer, at: number, extra: Buffer): Entry {
  const wide = zip64Numbers(extra);
  const take = (value: number): number => (value === IN_EXTRA ? Number(wide.shift() ?? value) : value);
  const sizeBytes = take(bytes.readUInt32LE(at + 24));
  const packedBytes = take(bytes.readUInt32LE(at + 20));
  const offset = take(bytes.readUInt32LE(at + 42));
  const [flags, method] = [bytes.readUInt16LE(at + 8), bytes.readUInt16LE(at + 10)];
  return { flags, method, crc: bytes.readUInt32LE(at + 16), packedBytes, sizeBytes, offset };
}

function zip64Numbers(extra: Buffer): bigint[] {
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) !== 1) continue;
    const field = extra.subarray(at + 4, at + 4 + extra.readUInt16LE(at + 2));
    return Array.from({ length: Math.min(3, Math.floor(field.length / 8)) }, (_, index) =>
      field.readBigUInt64LE(index * 8),
    );
  }
  return [];
}

interface PlacedEntry extends Entry {
  readonly path: string;
  readonly shift: number;
}

function memberOf(source: ByteSource, entry: PlacedEntry, options: ZipMemberOptions): ZipMember {
  const { path, sizeBytes, method, packedBytes } = entry;
  return {
    path,
    sizeBytes,
    read: () => readMember(source, entry, options),
    start: (length) => {
      const at = method === 0 ? contentPlace(source, entry) : undefined;
      return at === undefined ? undefined : source.read(at, Math.min(length, packedBytes));
    },
  };
}

function readMember(
  source: ByteSource,
  entry: PlacedEntry,
  { maxMemberBytes, isLenient = false }: ZipMemberOptions,
): Result<Buffer, string> {
  const { path, flags, method, crc, packedBytes, sizeBytes } = entry;
  if ((flags & 1) !== 0 && !isLenient) return fail(`${path} in it is encrypted`);
  if (method !== 0 && method !== 8) return fail(`${path} in it is packed by an unknown method`);
  if (sizeBytes > maxMemberBytes || packedBytes > maxMemberBytes) return fail(`${path} in it is too large`);
  const at = contentPlace(source, entry);
  const packed = at === undefined ? undefined : source.read(at, packedBytes);
  if (packed?.length !== packedBytes) return fail(`${path} in it is cut off`);
  const content = method === 0 ? packed : inflated(packed, isLenient ? maxMemberBytes : sizeBytes);
  if (content && (isLenient || (content.length === sizeBytes && crc32(content) === crc))) return ok(content);
  return fail(`${path} in it is damaged`);
}

/** Behind the header that stands before the content. */
function contentPlace(source: ByteSource, { offset, shift }: PlacedEntry): number | undefined {
  const header = source.read(offset + shift, LOCAL_BYTES);
  if (header.length < LOCAL_BYTES || header.readUInt32LE(0) !== LOCAL) return undefined;
  return offset + shift + LOCAL_BYTES + header.readUInt16LE(26) + header.readUInt16LE(28);
}

function inflated(packed: Buffer, maxBytes: number): Buffer | undefined {
  try {
    return inflateRawSync(packed, { maxOutputLength: Math.max(1, maxBytes) });
  } catch {
    return undefined;
  }
}
