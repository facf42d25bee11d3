import { promisify } from 'node:util';
import { crc32, inflateRaw } from 'node:zlib';
import { wrong } from '../fault.ts';
import { type DirectoryPlace, directoryPlace } from './zip-end.ts';

const inflate = promisify(inflateRaw);

export interface ZipEntry {
  readonly name: string;
  readonly isFolder: boolean;
  readonly isCompressed: boolean;
  /** As it stands in the archive. */
  readonly storedBytes: number;
  readonly sizeBytes: number;
  readonly crc32: number;
  /** Where the content begins, which is what an alignment is told by. */
  readonly offset: number;
  /** Where its header begins. */
  readonly headerOffset: number;
  /** Of Unix, 0 where none is told. */
  readonly mode: number;
}

export interface Zip {
  readonly entries: readonly ZipEntry[];
  readonly byName: ReadonlyMap<string, ZipEntry>;
}

/** What an archive may ask of us. */
export interface ZipLimits {
  readonly entries: number;
  /** Of all contents together, unpacked. */
  readonly totalBytes: number;
}

const ZIP_LIMITS: ZipLimits = { entries: 200_000, totalBytes: 8 * 2 ** 30 };

const RECORD = 0x02014b50;
const RECORD_BYTES = 46;
const HEADER = 0x04034b50;
const HEADER_BYTES = 30;
const STORED = 0;
const DEFLATED = 8;
const ENCRYPTED = 1;
const UTF8_NAME = 0x800;
const UTF8 = new TextDecoder('utf-8', { fatal: true });

/**
 * The entries of a zip by its central directory. Throws a `FormatError` for what no installer should unpack: a name that
 * leaves the folder or stands twice, entries that lie over one another, contents beyond the limits.
 */
export function readZip(bytes: Buffer, limits: ZipLimits = ZIP_LIMITS): Zip {
  const place = directoryPlace(bytes);
  if (place.count > limits.entries)
    wrong(`it announces ${place.count} entries; more than ${limits.entries} are not read`);
  const entries = readEntries(bytes, place);
  const byName = new Map<string, ZipEntry>();
  let totalBytes = 0;
  for (const entry of entries) {
    checkName(entry.name);
    if (byName.has(entry.name))
      wrong(`two entries are called ${entry.name}; installers differ on which one counts`);
    byName.set(entry.name, entry);
    totalBytes += entry.sizeBytes;
  }
  if (totalBytes > limits.totalBytes)
    wrong(`unpacked it would be ${totalBytes} bytes; more than ${limits.totalBytes} are not read`);
  checkOverlaps(entries, place.offset);
  return { entries, byName };
}

/** The content of an entry, checked against its size and checksum. */
export async function readEntry(bytes: Buffer, entry: ZipEntry): Promise<Buffer> {
  const stored = bytes.subarray(entry.offset, entry.offset + entry.storedBytes);
  const content = entry.isCompressed ? await inflated(stored, entry) : stored;
  if (content.length !== entry.sizeBytes)
    wrong(`${entry.name} has ${content.length} bytes and announces ${entry.sizeBytes}`);
  if (crc32(content) !== entry.crc32) wrong(`${entry.name} is damaged: its checksum is another`);
  return content;
}

async function inflated(stored: Buffer, entry: ZipEntry): Promise<Buffer> {
  try {
    return await inflate(stored, { maxOutputLength: Math.max(1, entry.sizeBytes) });
  } catch {
    return wrong(`${entry.name} cannot be unpacked to the ${entry.sizeBytes} bytes that it announces`);
  }
}

function readEntries(bytes: Buffer, { offset, count, end }: DirectoryPlace): ZipEntry[] {
  const entries: ZipEntry[] = [];
  let at = offset;
  for (let number = 0; number < count; number++) {
    if (at + RECORD_BYTES > end || bytes.readUInt32LE(at) !== RECORD)
      wrong(`the directory ends after ${number} of ${count} entries`);
    const [nameBytes, extraBytes, noteBytes] = [28, 30, 32].map((field) => bytes.readUInt16LE(at + field));
    entries.push(readRecord(bytes, at, { nameBytes: nameBytes!, extraBytes: extraBytes! }));
    at += RECORD_BYTES + nameBytes! + extraBytes! + noteBytes!;
  }
  return entries;
}

interface RecordLengths {
  readonly nameBytes: number;
  readonly extraBytes: number;
}

function readRecord(bytes: Buffer, at: number, { nameBytes, extraBytes }: RecordLengths): ZipEntry {
  const flags = bytes.readUInt16LE(at + 8);
  const nameAt = at + RECORD_BYTES;
  const name = nameText(bytes.subarray(nameAt, nameAt + nameBytes), (flags & UTF8_NAME) !== 0);
  const method = bytes.readUInt16LE(at + 10);
  if ((flags & ENCRYPTED) !== 0) wrong(`${name} is encrypted`);
  if (method !== STORED && method !== DEFLATED)
    wrong(`${name} is compressed by method ${method}; deflate alone is read`);
  const extra = bytes.subarray(nameAt + nameBytes, nameAt + nameBytes + extraBytes);
  const [sizeBytes, storedBytes, headerOffset] = wideFields(
    [bytes.readUInt32LE(at + 24), bytes.readUInt32LE(at + 20), bytes.readUInt32LE(at + 42)],
    extra,
  ) as [number, number, number];
  if (method === STORED && sizeBytes !== storedBytes) wrong(`${name} is stored as it is, but has two sizes`);
  return {
    name,
    isFolder: name.endsWith('/'),
    isCompressed: method === DEFLATED,
    storedBytes,
    sizeBytes,
    crc32: bytes.readUInt32LE(at + 16),
    offset: contentOffset(bytes, { name, headerOffset, storedBytes }),
    headerOffset,
    mode: bytes.readUInt32LE(at + 38) >>> 16,
  };
}

/** Fields of 32 bits that are full stand in the extra field of zip64, in this order. */
function wideFields(fields: readonly number[], extra: Buffer): number[] {
  const wide = extraField(extra, 1);
  let at = 0;
  return fields.map((field) => {
    if (field !== 0xffffffff || !wide) return field;
    const value = Number(wide.readBigUInt64LE(at));
    at += 8;
    return value;
  });
}

function extraField(extra: Buffer, wanted: number): Buffer | undefined {
  for (let at = 0; at + 4 <= extra.length; ) {
    const length = extra.readUInt16LE(at + 2);
    if (extra.readUInt16LE(at) === wanted) return extra.subarray(at + 4, at + 4 + length);
    at += 4 + length;
  }
  return undefined;
}

function contentOffset(
  bytes: Buffer,
  { name, headerOffset, storedBytes }: { name: string; headerOffset: number; storedBytes: number },
): number {
  if (headerOffset + HEADER_BYTES > bytes.length || bytes.readUInt32LE(headerOffset) !== HEADER)
    wrong(`${name} has no header where the directory says`);
  const lengths = bytes.readUInt16LE(headerOffset + 26) + bytes.readUInt16LE(headerOffset + 28);
  const offset = headerOffset + HEADER_BYTES + lengths;
  if (offset + storedBytes > bytes.length) wrong(`${name} ends behind the end of the archive`);
  return offset;
}

function nameText(bytes: Buffer, isUtf8: boolean): string {
  try {
    return UTF8.decode(bytes);
  } catch {
    return isUtf8 ? wrong('a name that is said to be UTF-8 is none') : bytes.toString('latin1');
  }
}

function checkName(name: string): void {
  const parts = name.split('/');
  if (
    name === '' ||
    name.startsWith('/') ||
    name.includes('\\') ||
    name.includes('\0') ||
    parts.includes('..')
  )
    wrong(`the name ${JSON.stringify(name)} leads out of the folder that it would be unpacked to`);
}

/** Entries that share bytes are how a small archive becomes petabytes. */
function checkOverlaps(entries: readonly ZipEntry[], directoryOffset: number): void {
  let end = 0;
  for (const entry of [...entries].sort((a, b) => a.headerOffset - b.headerOffset)) {
    if (entry.headerOffset < end) wrong(`${entry.name} lies over another entry`);
    end = entry.offset + entry.storedBytes;
  }
  if (end > directoryOffset) wrong('the directory lies over the contents');
}
