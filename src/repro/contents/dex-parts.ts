import type { Archive, ArchiveMember } from './archive.ts';
import { ByteReader, whole } from './byte-reader.ts';

/** Offset in the header of each table's count, and what it is called. */
const STRINGS_AT = 56;
const TYPES_AT = 64;
const FIELDS_AT = 80;
const METHODS_AT = 88;
const CLASSES_AT = 96;
const FIELD_BYTES = 8;
const METHOD_BYTES = 8;
const CLASS_BYTES = 32;

/**
 * The tables of a dex file as texts: strings in their order, classes, fields and methods by their names. Code refers to tables by
 * index, so where one of them differs, so does code all over; that is why it is not among the parts.
 */
export function dexParts(bytes: Buffer): Archive | undefined {
  if (bytes.toString('latin1', 0, 4) !== 'dex\n') return undefined;
  const members = whole(() => tablesOf(bytes));
  return members && { format: 'dex', fields: new Map(), members, isPartial: true };
}

function tablesOf(bytes: Buffer): ArchiveMember[] {
  const strings = tableAt(bytes, STRINGS_AT, 4).map((at) => stringAt(bytes, bytes.readUInt32LE(at)));
  const types = tableAt(bytes, TYPES_AT, 4).map((at) => strings[bytes.readUInt32LE(at)] ?? '?');
  const owned = (at: number): string =>
    `${types[bytes.readUInt16LE(at)]}->${strings[bytes.readUInt32LE(at + 4)]}`;
  const lines = {
    strings,
    classes: tableAt(bytes, CLASSES_AT, CLASS_BYTES).map((at) => types[bytes.readUInt32LE(at)] ?? '?'),
    fields: tableAt(bytes, FIELDS_AT, FIELD_BYTES).map(owned),
    methods: tableAt(bytes, METHODS_AT, METHOD_BYTES).map(owned),
  };
  return Object.entries(lines).map(([name, each]) => ({
    name,
    fields: new Map(),
    content: Buffer.from(each.join('\n')),
  }));
}

/** Offsets of the rows of a table. */
function tableAt(bytes: Buffer, head: number, rowBytes: number): number[] {
  const [count, from] = [bytes.readUInt32LE(head), bytes.readUInt32LE(head + 4)];
  if (count * rowBytes > bytes.length) throw new RangeError('a table beyond the end');
  return Array.from({ length: count }, (_, index) => from + index * rowBytes);
}

/** Its length as LEB128, then modified UTF-8 to a zero; line ends would not be told from those between strings. */
function stringAt(bytes: Buffer, at: number): string {
  const reader = new ByteReader(bytes, at);
  while (reader.u8() >= 0x80);
  const end = bytes.indexOf(0, reader.at);
  if (end < 0) throw new RangeError('a string without an end');
  return bytes.toString('utf8', reader.at, end).replaceAll('\n', '\\n').replaceAll('\r', '\\r');
}
