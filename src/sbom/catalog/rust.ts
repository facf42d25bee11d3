import { inflateSync } from 'node:zlib';
import type { Found, FoundPackage } from './found.ts';
import { isObject, parsedJson } from './json.ts';

const MAX_LIST_BYTES = 8 * 2 ** 20;
const SECTION = '.dep-v0';

/** The crates that a program of Rust says it is made of, where `cargo auditable` built it: its section `.dep-v0`. */
export function readRustProgram(bytes: Buffer): readonly Found[] {
  const section = elfSection(bytes, SECTION);
  if (!section) return [];
  const list = parsedJson(inflated(section));
  const crates = isObject(list) && Array.isArray(list.packages) ? list.packages : [];
  const found = crates.map(crateOf);
  return found.flatMap((one, at) => {
    if (!one) return [];
    const indexes = (crates[at] as { readonly dependencies?: unknown }).dependencies;
    const needs = (Array.isArray(indexes) ? indexes : []).flatMap((index) => {
      const needed = found[index as number];
      return needed ? [`${needed.name}@${needed.version}`] : [];
    });
    return [{ ...one, needs, provides: [`${one.name}@${one.version}`] }];
  });
}

function crateOf(crate: unknown): FoundPackage | undefined {
  if (!isObject(crate)) return undefined;
  const { name, version, kind, source } = crate;
  if (typeof name !== 'string' || typeof version !== 'string' || kind === 'build') return undefined;
  if (!/^[\w-]+$/.test(name) || !/^\d[\w.+-]*$/.test(version)) return undefined;
  // What comes from a folder of its makers is in no registry, though it may have the name of one that is.
  const qualifiers = source === 'registry' ? {} : { qualifiers: { source: String(source) } };
  return { kind: 'package', ecosystem: 'crates.io', name, version, ...qualifiers };
}

function inflated(section: Buffer): Buffer {
  try {
    return inflateSync(section, { maxOutputLength: MAX_LIST_BYTES });
  } catch {
    return Buffer.alloc(0);
  }
}

interface SectionTable {
  readonly offset: number;
  readonly entryBytes: number;
  readonly count: number;
  readonly names: number;
}

/** Of ELF with 64 bits, little-endian, which is what images hold. */
function elfSection(bytes: Buffer, wanted: string): Buffer | undefined {
  if (bytes.length < 64 || bytes.readUInt32BE(0) !== 0x7f454c46 || bytes[4] !== 2 || bytes[5] !== 1)
    return undefined;
  const table: SectionTable = {
    offset: Number(bytes.readBigUInt64LE(40)),
    entryBytes: bytes.readUInt16LE(58),
    count: bytes.readUInt16LE(60),
    names: bytes.readUInt16LE(62),
  };
  const names = sectionAt(bytes, table, table.names);
  if (!names || table.entryBytes < 64) return undefined;
  for (let at = 0; at < table.count; at++) {
    const header = table.offset + at * table.entryBytes;
    if (header + 64 > bytes.length) return undefined;
    const nameAt = names.offset + bytes.readUInt32LE(header);
    if (bytes.toString('latin1', nameAt, nameAt + wanted.length + 1) !== `${wanted}\0`) continue;
    const place = sectionAt(bytes, table, at);
    return place && bytes.subarray(place.offset, place.offset + place.sizeBytes);
  }
  return undefined;
}

function sectionAt(
  bytes: Buffer,
  { offset, entryBytes }: SectionTable,
  number: number,
): { readonly offset: number; readonly sizeBytes: number } | undefined {
  const header = offset + number * entryBytes;
  if (!Number.isSafeInteger(header) || header + 64 > bytes.length) return undefined;
  const place = {
    offset: Number(bytes.readBigUInt64LE(header + 24)),
    sizeBytes: Number(bytes.readBigUInt64LE(header + 32)),
  };
  return Number.isSafeInteger(place.offset + place.sizeBytes) &&
    place.offset + place.sizeBytes <= bytes.length
    ? place
    : undefined;
}
