import { crc32, createDeflateRaw, deflateRawSync } from 'node:zlib';
import { fail, ok, type Result } from '../base/index.ts';
import { type ByteStream, through } from './byte-stream.ts';

/** A member of an archive; `bytes` is called once or twice. */
export interface ZipMember {
  readonly path: string;
  /** Unix mode with its file type bits. */
  readonly mode: number;
  readonly isStored: boolean;
  /** Stored bytes begin at a multiple of it. */
  readonly alignment: number;
  readonly sizeBytes: number;
  bytes(): ByteStream;
}

/** Members over this are packed twice, once to measure them, so that they need not be held. */
const HELD_BYTES = 8 * 2 ** 20;
const LEVEL = 9;
const MAX_BYTES = 0xffff_fffe;
const MAX_MEMBERS = 0xfffe;
/** 1980-01-01 00:00:00, the first time that the format knows. */
const DOS_TIME = 0;
const DOS_DATE = 0x21;
const UTF8_NAME = 1 << 11;
const MADE_BY_UNIX = (3 << 8) | 20;
/** The extra field by which Android's tools say that they aligned an entry. */
const ALIGNMENT_FIELD = 0xd935;
const ALIGNMENT_FIELD_MIN_BYTES = 6;

interface Packed {
  readonly crc: number;
  readonly method: 0 | 8;
  readonly packedBytes: number;
  body(): ByteStream;
}

/**
 * Writes members in the given order as a ZIP without zip64, data descriptors or extra fields but alignment
 * (APPNOTE.TXT 6.3). Fails before the first byte of a member that the format cannot hold.
 */
export async function writeZip(
  members: Iterable<ZipMember>,
  write: (chunk: Uint8Array) => void,
): Promise<Result<undefined, string>> {
  const directory: Uint8Array[] = [];
  let offset = 0;
  const put = (chunk: Uint8Array): void => {
    write(chunk);
    offset += chunk.byteLength;
  };
  for (const member of members) {
    const name = Buffer.from(member.path);
    if (member.sizeBytes > MAX_BYTES) return fail(`${member.path} is too large for a zip file`);
    if (name.byteLength > 0xffff) return fail(`${member.path} is too long a name for a zip file`);
    const packed = await pack(member);
    const extra = padding(offset + 30 + name.byteLength, packed.method === 0 ? member.alignment : 1);
    const start = offset;
    put(Buffer.concat([localHeader(member, packed, name, extra.byteLength), name, extra]));
    for await (const chunk of packed.body()) put(chunk);
    directory.push(centralHeader(member, packed, name, start), name);
    if (offset > MAX_BYTES || directory.length / 2 > MAX_MEMBERS)
      return fail('too much for a zip file without zip64');
  }
  const start = offset;
  for (const chunk of directory) put(chunk);
  put(endRecord(directory.length / 2, start, offset - start));
  return ok(undefined);
}

async function pack(member: ZipMember): Promise<Packed> {
  if (member.sizeBytes <= HELD_BYTES) return packHeld(member);
  const stored = await measure(member.bytes());
  if (member.isStored)
    return { crc: stored.crc, method: 0, packedBytes: stored.sizeBytes, body: () => member.bytes() };
  const body = (): ByteStream => through(member.bytes(), createDeflateRaw({ level: LEVEL }));
  const { sizeBytes: packedBytes } = await measure(body());
  return { crc: stored.crc, method: 8, packedBytes, body };
}

async function packHeld(member: ZipMember): Promise<Packed> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of member.bytes()) chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  const deflated = member.isStored ? bytes : deflateRawSync(bytes, { level: LEVEL });
  const isSmaller = deflated.byteLength < bytes.byteLength;
  const body = isSmaller ? deflated : bytes;
  return {
    crc: crc32(bytes),
    method: isSmaller ? 8 : 0,
    packedBytes: body.byteLength,
    async *body() {
      yield body;
    },
  };
}

async function measure(source: ByteStream): Promise<{ crc: number; sizeBytes: number }> {
  let crc = 0;
  let sizeBytes = 0;
  for await (const chunk of source) {
    crc = crc32(chunk, crc);
    sizeBytes += chunk.byteLength;
  }
  return { crc, sizeBytes };
}

/** An alignment field that moves the data from `dataOffset` to the next multiple; empty when it lies right. */
function padding(dataOffset: number, alignment: number): Uint8Array {
  if (alignment <= 1 || dataOffset % alignment === 0) return new Uint8Array(0);
  const shift = (dataOffset + ALIGNMENT_FIELD_MIN_BYTES) % alignment;
  const size = ALIGNMENT_FIELD_MIN_BYTES + (shift === 0 ? 0 : alignment - shift);
  const field = Buffer.alloc(size);
  field.writeUInt16LE(ALIGNMENT_FIELD, 0);
  field.writeUInt16LE(size - 4, 2);
  field.writeUInt16LE(alignment, 4);
  return field;
}

/** The fields that the local and the central header have in common, from "version needed" to the uncompressed size. */
function commonFields(member: ZipMember, packed: Packed, name: Uint8Array): Buffer {
  const fields = Buffer.alloc(24);
  fields.writeUInt16LE(packed.method === 8 ? 20 : 10, 0);
  fields.writeUInt16LE(name.some((byte) => byte >= 0x80) ? UTF8_NAME : 0, 2);
  fields.writeUInt16LE(packed.method, 4);
  fields.writeUInt16LE(DOS_TIME, 6);
  fields.writeUInt16LE(DOS_DATE, 8);
  fields.writeUInt32LE(packed.crc, 10);
  fields.writeUInt32LE(packed.packedBytes, 14);
  fields.writeUInt32LE(member.sizeBytes, 18);
  fields.writeUInt16LE(name.byteLength, 22);
  return fields;
}

function localHeader(member: ZipMember, packed: Packed, name: Uint8Array, extraBytes: number): Buffer {
  const header = Buffer.alloc(30);
  header.writeUInt32LE(0x04034b50, 0);
  commonFields(member, packed, name).copy(header, 4);
  header.writeUInt16LE(extraBytes, 28);
  return header;
}

function centralHeader(member: ZipMember, packed: Packed, name: Uint8Array, start: number): Buffer {
  const header = Buffer.alloc(46);
  header.writeUInt32LE(0x02014b50, 0);
  header.writeUInt16LE(MADE_BY_UNIX, 4);
  commonFields(member, packed, name).copy(header, 6);
  header.writeUInt32LE((member.mode << 16) >>> 0, 38);
  header.writeUInt32LE(start, 42);
  return header;
}

function endRecord(members: number, start: number, sizeBytes: number): Buffer {
  const record = Buffer.alloc(22);
  record.writeUInt32LE(0x06054b50, 0);
  record.writeUInt16LE(members, 8);
  record.writeUInt16LE(members, 10);
  record.writeUInt32LE(sizeBytes, 12);
  record.writeUInt32LE(start, 16);
  return record;
}
