import { inflateSync } from 'node:zlib';
import { ByteReader } from '../../apps/index.ts';
import type { Archive, ArchiveMember } from './archive.ts';
import { whole } from './whole.ts';

/** As ART and androidx.profileinstaller write them for Android 12 and later, and what describes them. */
const PROFILE = 'pro\x00010\0';
const METADATA_1 = 'prm\x00001\0';
const METADATA_2 = 'prm\x00002\0';
const HEAD_BYTES = 8;

/** The dex files that a `baseline.prof` or `baseline.profm` tells of, in their order; `undefined` for other versions. */
export function profileMembers(bytes: Buffer, limitBytes: number): Archive | undefined {
  const kind = bytes.toString('latin1', 0, HEAD_BYTES);
  const read = READERS.get(kind);
  if (!read) return undefined;
  const members = whole(() => {
    const head = new ByteReader(bytes, HEAD_BYTES);
    const count = kind === METADATA_2 ? head.u16() : head.u8();
    const [plain, packed] = [head.u32(), head.u32()];
    const body = plain <= limitBytes ? inflated(head.take(packed), limitBytes) : undefined;
    return body && read(new ByteReader(body), count);
  });
  return members && { format: 'baseline profile', fields: new Map(), members, isPartial: true };
}

function inflated(bytes: Buffer, limitBytes: number): Buffer | undefined {
  try {
    return inflateSync(bytes, { maxOutputLength: Math.max(1, limitBytes) });
  } catch {
    return undefined;
  }
}

type ReadMembers = (reader: ByteReader, count: number) => ArchiveMember[];

const READERS: ReadonlyMap<string, ReadMembers> = new Map<string, ReadMembers>([
  [PROFILE, profileOf],
  [METADATA_1, firstMetadata],
  [METADATA_2, secondMetadata],
]);

function member(name: Buffer, content: Buffer, fields: [string, string][] = []): ArchiveMember {
  return { name: name.toString('latin1'), content, fields: new Map(fields) };
}

/** Heads of all dex files, then what is hot in each. */
function profileOf(reader: ByteReader, count: number): ArchiveMember[] {
  const heads = Array.from({ length: count }, () => {
    const [nameBytes, classes, hotBytes] = [reader.u16(), reader.u16(), reader.u32()];
    const [checksum, methods] = [reader.u32(), reader.u32()];
    return { name: reader.take(nameBytes), classes, hotBytes, checksum, methods };
  });
  return heads.map(({ name, classes, hotBytes, checksum, methods }) => {
    const hot = reader.take(hotBytes + classes * 2 + Math.ceil((methods * 2) / 8));
    return member(name, hot, [['checksum of the dex file', checksum.toString(16)]]);
  });
}

function firstMetadata(reader: ByteReader, count: number): ArchiveMember[] {
  const heads = Array.from({ length: count }, () => {
    const [nameBytes, classes] = [reader.u16(), reader.u16()];
    return { name: reader.take(nameBytes), classes };
  });
  return heads.map(({ name, classes }) => member(name, reader.take(classes * 2)));
}

function secondMetadata(reader: ByteReader, count: number): ArchiveMember[] {
  return Array.from({ length: count }, () => {
    const [index, nameBytes] = [reader.u16(), reader.u16()];
    const name = reader.take(nameBytes);
    const types = reader.u32();
    const content = reader.take(reader.u16() * 2);
    return member(name, content, [
      ['profile index', String(index)],
      ['types', String(types)],
    ]);
  });
}
