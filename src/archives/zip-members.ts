import { crc32, inflateRawSync } from 'node:zlib';
import { fail, ok, type Result } from '../base/index.ts';

/** A file of an archive, not unpacked yet. */
export interface ZipMember {
  readonly path: string;
  /** Unpacks and checks it. */
  read(): Result<Buffer, string>;
}

const END = 0x06054b50;
const END_64_PLACE = 0x07064b50;
const END_64 = 0x06064b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;
const MEMBERS = 5_000_000;

/**
 * The files of a zip by its central directory (PKWARE APPNOTE 6.3.10, with zip64), one at a time and each of at most
 * `maxMemberBytes`: exports of advisories have hundreds of thousands. Names are not paths here; nothing goes to the disk by them.
 */
export function zipMembers(
  archive: Uint8Array,
  maxMemberBytes: number,
): Result<readonly ZipMember[], string> {
  const bytes = Buffer.from(archive.buffer, archive.byteOffset, archive.byteLength);
  try {
    return membersOf(bytes, maxMemberBytes);
  } catch (error) {
    if (error instanceof RangeError) return fail('its list of files is damaged');
    throw error;
  }
}

function membersOf(bytes: Buffer, maxMemberBytes: number): Result<readonly ZipMember[], string> {
  const directory = findDirectory(bytes);
  if (directory === undefined) return fail('it is no zip archive, or is cut off');
  const { count, start } = directory;
  if (count > MEMBERS) return fail(`it holds more than ${MEMBERS} files`);
  const members: ZipMember[] = [];
  let at = start;
  for (let index = 0; index < count; index++) {
    if (bytes.readUInt32LE(at) !== CENTRAL) return fail('its list of files is damaged');
    const nameBytes = bytes.readUInt16LE(at + 28);
    const extraBytes = bytes.readUInt16LE(at + 30);
    const path = bytes.toString('utf8', at + 46, at + 46 + nameBytes);
    const entry = entryAt(bytes, at, bytes.subarray(at + 46 + nameBytes, at + 46 + nameBytes + extraBytes));
    members.push({ path, read: () => readMember(bytes, { ...entry, path }, maxMemberBytes) });
    at += 46 + nameBytes + extraBytes + bytes.readUInt16LE(at + 32);
  }
  return ok(members);
}

function findDirectory(bytes: Buffer): { readonly count: number; readonly start: number } | undefined {
  const lowest = Math.max(0, bytes.length - 22 - 0xffff);
  for (let at = bytes.length - 22; at >= lowest; at--) {
    if (bytes.readUInt32LE(at) !== END) continue;
    if (at >= 20 && bytes.readUInt32LE(at - 20) === END_64_PLACE) {
      const end = Number(bytes.readBigUInt64LE(at - 12));
      if (bytes.readUInt32LE(end) !== END_64) return undefined;
      return {
        count: Number(bytes.readBigUInt64LE(end + 32)),
        start: Number(bytes.readBigUInt64LE(end + 48)),
      };
    }
    return { count: bytes.readUInt16LE(at + 10), start: bytes.readUInt32LE(at + 16) };
  }
  return undefined;
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
  const plain = {
    sizeBytes: bytes.readUInt32LE(at + 24),
    packedBytes: bytes.readUInt32LE(at + 20),
    offset: bytes.readUInt32LE(at + 42),
  };
  const wide = zip64Numbers(extra);
  const take = (value: number): number => (value === IN_EXTRA ? Number(wide.shift() ?? value) : value);
  const sizeBytes = take(plain.sizeBytes);
  const packedBytes = take(plain.packedBytes);
  const offset = take(plain.offset);
  const [flags, method] = [bytes.readUInt16LE(at + 8), bytes.readUInt16LE(at + 10)];
  return { flags, method, crc: bytes.readUInt32LE(at + 16), packedBytes, sizeBytes, offset };
}

function zip64Numbers(extra: Buffer): bigint[] {
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) !== 1) continue;
    const field = extra.subarray(at + 4, at + 4 + extra.readUInt16LE(at + 2));
    return Array.from({ length: Math.floor(field.length / 8) }, (_, index) =>
      field.readBigUInt64LE(index * 8),
    ).slice(0, 3);
  }
  return [];
}

function readMember(
  bytes: Buffer,
  { path, flags, method, crc, packedBytes, sizeBytes, offset }: Entry & { readonly path: string },
  maxBytes: number,
): Result<Buffer, string> {
  const damaged = fail(`${path} in it is damaged`);
  if ((flags & 1) !== 0) return fail(`${path} in it is encrypted`);
  if (method !== 0 && method !== 8) return fail(`${path} in it is packed by an unknown method`);
  if (sizeBytes > maxBytes) return fail(`${path} in it is too large`);
  if (offset + 30 > bytes.length || bytes.readUInt32LE(offset) !== LOCAL) return damaged;
  const start = offset + 30 + bytes.readUInt16LE(offset + 26) + bytes.readUInt16LE(offset + 28);
  const packed = bytes.subarray(start, start + packedBytes);
  if (packed.length !== packedBytes) return fail(`${path} in it is cut off`);
  const content = method === 0 ? packed : inflated(packed, sizeBytes);
  return content?.length === sizeBytes && crc32(content) === crc ? ok(content) : damaged;
}

function inflated(packed: Buffer, sizeBytes: number): Buffer | undefined {
  try {
    return inflateRawSync(packed, { maxOutputLength: Math.max(1, sizeBytes) });
  } catch {
    return undefined;
  }
}
