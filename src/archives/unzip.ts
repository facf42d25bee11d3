import { crc32, inflateRawSync } from 'node:zlib';
import { fail, ok, type Result } from '../base/index.ts';
import {
  ArchiveBudget,
  type ArchiveFile,
  type ArchiveOptions,
  type ArchiveProblem,
} from './archive-limits.ts';

const END_SIGNATURE = 0x06054b50;
const CENTRAL_SIGNATURE = 0x02014b50;
const LOCAL_SIGNATURE = 0x04034b50;
const END_BYTES = 22;
const CENTRAL_BYTES = 46;
const LOCAL_BYTES = 30;
const SYMLINK = 0o120000;
const FILE_TYPE = 0o170000;

interface Entry {
  readonly path: string;
  readonly isDirectory: boolean;
  readonly isExecutable: boolean;
  readonly method: number;
  readonly crc: number;
  readonly packedBytes: number;
  readonly sizeBytes: number;
  readonly offset: number;
}

/** Files of a zip, jar or wheel, by its central directory (PKWARE APPNOTE 6.3); no zip64, no encryption, no links. */
export function unzip(
  archive: Uint8Array,
  { wants, maxTotalBytes }: ArchiveOptions,
): Result<readonly ArchiveFile[], ArchiveProblem> {
  const bytes = Buffer.from(archive.buffer, archive.byteOffset, archive.byteLength);
  const entries = centralDirectory(bytes);
  if (!entries.ok) return entries;
  const budget = new ArchiveBudget(maxTotalBytes);
  const wanted: [path: string, entry: Entry][] = [];
  for (const entry of entries.value) {
    const path = budget.take(entry.path, entry.sizeBytes);
    if (!path.ok) return path;
    if (!entry.isDirectory && wants(path.value)) wanted.push([path.value, entry]);
  }
  const files: ArchiveFile[] = [];
  for (const [path, entry] of wanted) {
    const content = contentOf(bytes, entry);
    if (!content.ok) return content;
    files.push({ path, isExecutable: entry.isExecutable, content: content.value });
  }
  return ok(files);
}

function centralDirectory(bytes: Buffer): Result<readonly Entry[], ArchiveProblem> {
  const end = findEnd(bytes);
  if (end === undefined) return fail('it is no zip archive');
  const count = bytes.readUInt16LE(end + 10);
  const entries: Entry[] = [];
  let at = bytes.readUInt32LE(end + 16);
  for (let index = 0; index < count; index++) {
    if (at + CENTRAL_BYTES > end || bytes.readUInt32LE(at) !== CENTRAL_SIGNATURE)
      return fail('its list of files is damaged');
    const nameBytes = bytes.readUInt16LE(at + 28);
    const path = bytes.toString('utf8', at + CENTRAL_BYTES, at + CENTRAL_BYTES + nameBytes);
    const mode = bytes.readUInt32LE(at + 38) >>> 16;
    if ((bytes.readUInt16LE(at + 8) & 1) !== 0) return fail(`${path} is encrypted`);
    if ((mode & FILE_TYPE) === SYMLINK) return fail(`${path} is a link`);
    entries.push({
      path,
      isDirectory: path.endsWith('/'),
      isExecutable: (mode & 0o111) !== 0,
      method: bytes.readUInt16LE(at + 10),
      crc: bytes.readUInt32LE(at + 16),
      packedBytes: bytes.readUInt32LE(at + 20),
      sizeBytes: bytes.readUInt32LE(at + 24),
      offset: bytes.readUInt32LE(at + 42),
    });
    at += CENTRAL_BYTES + nameBytes + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  }
  return ok(entries);
}

/** The end record stands last, but for a comment of at most 64 KiB. */
function findEnd(bytes: Buffer): number | undefined {
  const lowest = Math.max(0, bytes.length - END_BYTES - 0xffff);
  for (let at = bytes.length - END_BYTES; at >= lowest; at--) {
    if (bytes.readUInt32LE(at) === END_SIGNATURE) return at;
  }
  return undefined;
}

function contentOf(bytes: Buffer, entry: Entry): Result<Uint8Array, ArchiveProblem> {
  const { path, offset, packedBytes, sizeBytes, method, crc } = entry;
  if (offset + LOCAL_BYTES > bytes.length || bytes.readUInt32LE(offset) !== LOCAL_SIGNATURE)
    return fail(`${path} is damaged`);
  const start = offset + LOCAL_BYTES + bytes.readUInt16LE(offset + 26) + bytes.readUInt16LE(offset + 28);
  const packed = bytes.subarray(start, start + packedBytes);
  if (packed.length !== packedBytes) return fail(`${path} is cut off`);
  if (method !== 0 && method !== 8) return fail(`${path} is packed by an unknown method`);
  const content = method === 0 ? packed : inflate(packed, sizeBytes);
  if (content?.length !== sizeBytes || crc32(content) !== crc) return fail(`${path} is damaged`);
  return ok(content);
}

/** Stops at the stated size, so that a small archive cannot fill the memory. */
function inflate(packed: Uint8Array, sizeBytes: number): Uint8Array | undefined {
  if (sizeBytes === 0) return new Uint8Array();
  try {
    return inflateRawSync(packed, { maxOutputLength: sizeBytes });
  } catch {
    return undefined;
  }
}
