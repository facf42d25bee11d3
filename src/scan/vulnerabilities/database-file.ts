import { crc32 } from 'node:zlib';
import { fail, ok, type Result } from '../../base/index.ts';
import { type Advisory, packAdvisory, unpackAdvisory } from './advisory.ts';

/** What a database says of itself. */
export interface DatabaseFacts {
  readonly ecosystem: string;
  /** Where it came from, for people. */
  readonly source: string;
  /** The day whose state of knowledge it is, `2026-08-22`: never later than the newest record in it. */
  readonly asOf: string;
  readonly coverage: 'complete' | 'partial';
  /** Of a partial one: what is missing, in words. */
  readonly gaps?: string;
  /** Who is to be named with it, and under which licence. */
  readonly attribution?: string;
  /** Records that are not withdrawn. */
  readonly records: number;
}

/** The advisories of one ecosystem by package. */
export interface VulnerabilityDatabase {
  readonly facts: DatabaseFacts;
  /** Both as they were given to `encodeDatabase`. */
  advisories(suite: string, name: string): readonly Advisory[];
}

export interface DatabaseEntry {
  readonly suite: string;
  /** Normalised. */
  readonly name: string;
  readonly advisories: readonly Advisory[];
}

/** Why a file is no database of ours, in words. */
export type DatabaseProblem = string;

const FORMAT = 1;
const SLOT_BYTES = 8;

interface Header extends DatabaseFacts {
  readonly format: number;
  readonly slots: number;
  readonly bodyBytes: number;
  readonly crc32: number;
}

/**
 * A file that is of use as it lies in memory: a line of JSON, a hash table of the packages (slots of crc32 and place, 0 for none),
 * and a line of JSON for each package. Only what is asked for is ever parsed.
 */
export function encodeDatabase(facts: DatabaseFacts, entries: readonly DatabaseEntry[]): Buffer {
  const sorted = [...entries].sort((a, b) => (keyOf(a.suite, a.name) < keyOf(b.suite, b.name) ? -1 : 1));
  const slots = slotCount(sorted.length);
  const table = Buffer.alloc(slots * SLOT_BYTES);
  const lines: Buffer[] = [];
  let at = 0;
  for (const { suite, name, advisories } of sorted) {
    const key = keyOf(suite, name);
    const line = Buffer.from(`${JSON.stringify([key, advisories.map(packAdvisory)])}\n`);
    const hash = crc32(key);
    let slot = hash % slots;
    while (table.readUInt32LE(slot * SLOT_BYTES + 4) !== 0) slot = (slot + 1) % slots;
    table.writeUInt32LE(hash, slot * SLOT_BYTES);
    table.writeUInt32LE(at + 1, slot * SLOT_BYTES + 4);
    lines.push(line);
    at += line.length;
  }
  const body = Buffer.concat([table, ...lines]);
  const header: Header = { format: FORMAT, ...facts, slots, bodyBytes: body.length, crc32: crc32(body) };
  return Buffer.concat([Buffer.from(`${JSON.stringify(header)}\n`), body]);
}

function keyOf(suite: string, name: string): string {
  return `${suite}\t${name}`;
}

/** A power of two, at most half full. */
function slotCount(entries: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(2, entries * 2)));
}

const MAX_HEADER_BYTES = 2 ** 16;

/** Checks length and checksum, so that a file that was cut or damaged answers nothing at all. */
export function openDatabase(file: Uint8Array): Result<VulnerabilityDatabase, DatabaseProblem> {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  const end = bytes.subarray(0, MAX_HEADER_BYTES).indexOf(10);
  const header = end < 0 ? undefined : headerOf(bytes.toString('utf8', 0, end));
  if (header === undefined) return fail('it does not begin as a database of advisories does');
  if (header.format !== FORMAT)
    return fail(`it is of format ${header.format}, and this version reads ${FORMAT}`);
  const body = bytes.subarray(end + 1);
  if (body.length !== header.bodyBytes) return fail('it is cut off or too long');
  if (crc32(body) !== header.crc32) return fail('it is damaged');
  const { format: _, slots, bodyBytes, crc32: __, ...facts } = header;
  if (slots * SLOT_BYTES > bodyBytes) return fail('it is damaged');
  return ok({ facts, advisories: (suite, name) => lookUp(body, slots, keyOf(suite, name)) });
}

function headerOf(line: string): Header | undefined {
  try {
    const value: unknown = JSON.parse(line);
    const isHeader = typeof value === 'object' && value !== null && 'format' in value && 'crc32' in value;
    return isHeader ? (value as Header) : undefined;
  } catch {
    return undefined;
  }
}

function lookUp(body: Buffer, slots: number, key: string): readonly Advisory[] {
  const hash = crc32(key);
  for (let slot = hash % slots; ; slot = (slot + 1) % slots) {
    const place = body.readUInt32LE(slot * SLOT_BYTES + 4);
    if (place === 0) return [];
    if (body.readUInt32LE(slot * SLOT_BYTES) !== hash) continue;
    const start = slots * SLOT_BYTES + place - 1;
    const line = body.toString('utf8', start, body.indexOf(10, start));
    const [found, advisories] = JSON.parse(line) as [string, object[]];
    if (found === key) return advisories.map(unpackAdvisory);
  }
}
