import type { Archive, ArchiveMember } from './archive.ts';
import { whole } from './byte-reader.ts';

/** Of Android's compiled resources (`resources.arsc`) and compiled XML. */
const STRING_POOL = 0x0001;
const TABLE = 0x0002;
const XML = 0x0003;
const PACKAGE = 0x0200;
const UTF8_FLAG = 0x100;
const CHUNK_HEAD_BYTES = 8;

/** Pools of strings as texts, every other chunk as its bytes, in their order. */
export function resourceParts(bytes: Buffer): Archive | undefined {
  if (bytes.length < CHUNK_HEAD_BYTES) return undefined;
  const type = bytes.readUInt16LE(0);
  if ((type !== TABLE && type !== XML) || bytes.readUInt32LE(4) !== bytes.length) return undefined;
  const members = whole(() => chunksIn(bytes, bytes.readUInt16LE(2), ''));
  return members && { format: 'resources', fields: new Map(), members, isPartial: true };
}

function chunksIn(bytes: Buffer, from: number, prefix: string): ArchiveMember[] {
  const members: ArchiveMember[] = [];
  for (let at = from, size = 0, number = 1; at < bytes.length; at += size, number++) {
    const type = bytes.readUInt16LE(at);
    size = bytes.readUInt32LE(at + 4);
    if (size < CHUNK_HEAD_BYTES || at + size > bytes.length) throw new RangeError('a chunk beyond the end');
    const chunk = bytes.subarray(at, at + size);
    const name = `${prefix}${nameOf(type)} ${number}`;
    if (type === PACKAGE) members.push(...chunksIn(chunk, chunk.readUInt16LE(2), `${name}/`));
    else members.push({ name, fields: new Map(), content: type === STRING_POOL ? poolText(chunk) : chunk });
  }
  return members;
}

function nameOf(type: number): string {
  const names: Readonly<Record<number, string>> = {
    1: 'strings',
    384: 'attribute ids',
    258: 'element',
    259: 'end of element',
    512: 'package',
    513: 'values',
    514: 'type',
  };
  return names[type] ?? `chunk 0x${type.toString(16)}`;
}

/** A string a line. */
function poolText(chunk: Buffer): Buffer {
  const count = chunk.readUInt32LE(8);
  const isUtf8 = (chunk.readUInt32LE(16) & UTF8_FLAG) !== 0;
  const from = chunk.readUInt32LE(20);
  const head = chunk.readUInt16LE(2);
  if (count * 4 > chunk.length) throw new RangeError('a pool beyond the end');
  const lines = Array.from({ length: count }, (_, index) => {
    const at = from + chunk.readUInt32LE(head + index * 4);
    return isUtf8 ? utf8At(chunk, at) : utf16At(chunk, at);
  });
  return Buffer.from(lines.map((line) => line.replaceAll('\n', '\\n').replaceAll('\r', '\\r')).join('\n'));
}

/** Its length in characters, then in bytes, one or two bytes each. */
function utf8At(chunk: Buffer, at: number): string {
  const afterCount = at + (chunk.readUInt8(at) >= 0x80 ? 2 : 1);
  const first = chunk.readUInt8(afterCount);
  const length = first >= 0x80 ? ((first & 0x7f) << 8) | chunk.readUInt8(afterCount + 1) : first;
  const from = afterCount + (first >= 0x80 ? 2 : 1);
  return chunk.toString('utf8', from, from + length);
}

function utf16At(chunk: Buffer, at: number): string {
  const first = chunk.readUInt16LE(at);
  const isLong = first >= 0x8000;
  const length = isLong ? (first & 0x7fff) * 0x10000 + chunk.readUInt16LE(at + 2) : first;
  const from = at + (isLong ? 4 : 2);
  return chunk.toString('utf16le', from, from + length * 2);
}
