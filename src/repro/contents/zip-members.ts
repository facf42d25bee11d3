import { inflateRawSync } from 'node:zlib';
import type { Archive, ArchiveMember } from './archive.ts';
import { alignmentOf, type StoredPlace } from './zip-alignment.ts';

const END = Buffer.from('PK\x05\x06', 'latin1');
const END_BYTES = 22;
const RECORD = 0x02014b50;
const RECORD_BYTES = 46;
const LOCAL_BYTES = 30;
const SIGNING_BLOCK = 'APK Sig Block 42';
const STORED = 0;
const DEFLATED = 8;

/** The members of a zip by its central directory; `undefined` for what is none, or is too damaged to be read as one. */
export function zipMembers(bytes: Buffer, limitBytes: number): Archive | undefined {
  const end = bytes.lastIndexOf(END);
  if (end < 0 || end + END_BYTES > bytes.length) return undefined;
  const members: ArchiveMember[] = [];
  let at = bytes.readUInt32LE(end + 16);
  const block = signingBlock(bytes, at);
  const locals: (StoredPlace & { readonly local: number })[] = [];
  let left = limitBytes;
  for (let count = bytes.readUInt16LE(end + 10); count > 0; count--) {
    const record = recordAt(bytes, at);
    const packed = record && packedContent(bytes, record);
    const content = packed && contentOf(packed, record.method, left);
    if (!content) return undefined;
    left -= content.length;
    const { name, local } = record;
    const fields = new Map([...record.fields, ...localFields(bytes, record)]);
    const isStored = record.method === STORED;
    members.push({ name, fields, content, ...(isStored ? {} : { deflated: packed }) });
    const extra = localExtra(bytes, record);
    locals.push({ name, local, extra, from: endOf(extra, bytes), isStored });
    at = record.end;
  }
  const fields = new Map([['comment', bytes.toString('latin1', end + END_BYTES)]]);
  const contentOrder = locals.sort((one, two) => one.local - two.local).map(({ name }) => name);
  const alignment = alignmentOf(locals);
  return { format: 'zip', fields, members, contentOrder, signingBlock: block, alignment };
}

interface Record {
  readonly name: string;
  readonly fields: Map<string, string>;
  readonly method: number;
  readonly packedBytes: number;
  readonly local: number;
  readonly end: number;
}

function recordAt(bytes: Buffer, at: number): Record | undefined {
  if (at + RECORD_BYTES > bytes.length || bytes.readUInt32LE(at) !== RECORD) return undefined;
  const u16 = (offset: number): number => bytes.readUInt16LE(at + offset);
  const [nameBytes, extraBytes, commentBytes] = [u16(28), u16(30), u16(32)];
  const end = at + RECORD_BYTES + nameBytes + extraBytes + commentBytes;
  if (end > bytes.length) return undefined;
  const text = (from: number, length: number): string => bytes.toString('latin1', from, from + length);
  const extra = at + RECORD_BYTES + nameBytes;
  const attributes = bytes.readUInt32LE(at + 38);
  const fields = new Map([
    ['mtime', dosTime(u16(14), u16(12))],
    ['mode', (attributes >>> 16).toString(8).padStart(6, '0')],
    ['attributes', String(attributes & 0xffff)],
    ['made by', `${u16(4) >> 8} ${u16(4) & 0xff}`],
    ['method', String(u16(10))],
    ['flags', u16(8).toString(2)],
    ['version needed', String(u16(6))],
    ['comment', text(extra + extraBytes, commentBytes)],
    ...extraFields(bytes.subarray(extra, extra + extraBytes)),
  ]);
  return {
    name: text(at + RECORD_BYTES, nameBytes),
    fields,
    method: u16(10),
    packedBytes: bytes.readUInt32LE(at + 20),
    local: bytes.readUInt32LE(at + 42),
    end,
  };
}

/** A zip has local times, to two seconds. */
export function dosTime(date: number, time: number): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${1980 + (date >> 9)}-${two((date >> 5) & 15)}-${two(date & 31)}`;
  return `${day}T${two(time >> 11)}:${two((time >> 5) & 63)}:${two((time & 31) * 2)}`;
}

const UNIX_TIME = 0x5455;
const UNIX_OWNER = 0x7875;
/** As much as it takes for the content to begin at a multiple: its length says nothing. */
const PADDING = 0xd935;

const TIME_NAMES = ['unix time', 'unix access time', 'unix change time'];

/** Flags, then as many times as there is room for. */
function unixTimes(body: Buffer): [string, string][] {
  return TIME_NAMES.slice(0, Math.floor((body.length - 1) / 4)).map((name, index) => [
    name,
    String(body.readUInt32LE(1 + 4 * index)),
  ]);
}

function extraFields(extra: Buffer): [string, string][] {
  const fields: [string, string][] = [];
  for (let at = 0, length = 0; at + 4 <= extra.length; at += 4 + length) {
    const id = extra.readUInt16LE(at);
    length = extra.readUInt16LE(at + 2);
    const body = extra.subarray(at + 4, at + 4 + length);
    if (id === PADDING) fields.push(['aligned to', String(body.length < 2 ? 0 : body.readUInt16LE(0))]);
    else if (id === 0 && body.every((byte) => byte === 0)) continue;
    else if (id === UNIX_TIME && body.length >= 5) fields.push(...unixTimes(body));
    else fields.push([id === UNIX_OWNER ? 'owner' : `extra ${id.toString(16)}`, body.toString('hex')]);
  }
  return fields;
}

function localExtra(bytes: Buffer, { local }: Record): Buffer {
  const from = local + LOCAL_BYTES + bytes.readUInt16LE(local + 26);
  return bytes.subarray(from, from + bytes.readUInt16LE(local + 28));
}

/** Where in `bytes` a part of them ends. */
function endOf(part: Buffer, bytes: Buffer): number {
  return part.byteOffset - bytes.byteOffset + part.length;
}

/** The header before the content may say more, or something else. */
function localFields(bytes: Buffer, record: Record): [string, string][] {
  const { local } = record;
  return [
    ['mtime in the header', dosTime(bytes.readUInt16LE(local + 12), bytes.readUInt16LE(local + 10))],
    ...extraFields(localExtra(bytes, record)).map(([name, value]): [string, string] => [
      `${name} in the header`,
      value,
    ]),
  ];
}

function packedContent(bytes: Buffer, record: Record): Buffer | undefined {
  const { local, packedBytes } = record;
  if (local + LOCAL_BYTES > bytes.length) return undefined;
  const from = endOf(localExtra(bytes, record), bytes);
  const packed = bytes.subarray(from, from + packedBytes);
  return packed.length === packedBytes ? packed : undefined;
}

function contentOf(packed: Buffer, method: number, limitBytes: number): Buffer | undefined {
  if (packed.length > limitBytes) return undefined;
  if (method === STORED) return packed;
  if (method !== DEFLATED) return undefined;
  try {
    return inflateRawSync(packed, { maxOutputLength: Math.max(1, limitBytes) });
  } catch {
    return undefined;
  }
}

/** What schemes 2 and 3 of Android put before the central directory. */
function signingBlock(bytes: Buffer, directory: number): Buffer | undefined {
  if (directory < 32 || directory > bytes.length) return undefined;
  if (bytes.toString('latin1', directory - 16, directory) !== SIGNING_BLOCK) return undefined;
  const sizeBytes = Number(bytes.readBigUInt64LE(directory - 24)) + 8;
  return sizeBytes <= directory ? bytes.subarray(directory - sizeBytes, directory) : undefined;
}
