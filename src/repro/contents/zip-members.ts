import { inflateRawSync } from 'node:zlib';
import type { Archive, ArchiveMember } from './archive.ts';

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
  let left = limitBytes;
  for (let count = bytes.readUInt16LE(end + 10); count > 0; count--) {
    const record = recordAt(bytes, at);
    const content = record && contentOf(bytes, record, left);
    if (!record || !content) return undefined;
    left -= content.length;
    const fields = new Map([...record.fields, ...localFields(bytes, record)]);
    members.push({ name: record.name, fields, content });
    at = record.end;
  }
  const fields = new Map([['comment', bytes.toString('latin1', end + END_BYTES)]]);
  if (block) fields.set('signing block', block.toString('hex'));
  return { format: 'zip', fields, members };
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
  for (let at = 0; at + 4 <= extra.length; ) {
    const [id, length] = [extra.readUInt16LE(at), extra.readUInt16LE(at + 2)];
    const body = extra.subarray(at + 4, at + 4 + length);
    if (id === UNIX_TIME && body.length >= 5) fields.push(...unixTimes(body));
    else fields.push([id === UNIX_OWNER ? 'owner' : `extra ${id.toString(16)}`, body.toString('hex')]);
    at += 4 + length;
  }
  return fields;
}

/** The header before the content may say more, or something else. */
function localFields(bytes: Buffer, { local }: Record): [string, string][] {
  const from = local + LOCAL_BYTES + bytes.readUInt16LE(local + 26);
  const extra = bytes.subarray(from, from + bytes.readUInt16LE(local + 28));
  return [
    ['mtime in the header', dosTime(bytes.readUInt16LE(local + 12), bytes.readUInt16LE(local + 10))],
    ...extraFields(extra).map(([name, value]): [string, string] => [`${name} in the header`, value]),
  ];
}

function contentOf(bytes: Buffer, record: Record, limitBytes: number): Buffer | undefined {
  const { local, packedBytes, method } = record;
  if (local + LOCAL_BYTES > bytes.length) return undefined;
  const from = local + LOCAL_BYTES + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
  const packed = bytes.subarray(from, from + packedBytes);
  if (packed.length !== packedBytes || packedBytes > limitBytes) return undefined;
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
