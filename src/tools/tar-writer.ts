import { InternalError } from '../base/index.ts';
import type { ByteStream } from './byte-stream.ts';

/** A member of a tar archive. Paths are relative; a folder's gets its `/` here. */
export interface TarEntry {
  readonly kind: 'file' | 'directory' | 'symlink';
  readonly path: string;
  /** Permission bits. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Seconds since 1970. */
  readonly modifiedAt: number;
  /** Of a symlink. */
  readonly target?: string;
  /** Of a file; `bytes` must give exactly so many. */
  readonly sizeBytes?: number;
  bytes?(): ByteStream;
}

const BLOCK_BYTES = 512;
const TYPE_FLAGS = { file: '0', directory: '5', symlink: '2' } as const;
const MAX_OCTAL_7 = 0o7777777;
const MAX_OCTAL_11 = 0o77777777777;

/**
 * POSIX ustar, with a pax header in front of an entry only when ustar cannot say it: a long or non-ASCII name, a
 * large number. Bytes follow from the entries alone.
 */
export async function* tarBytes(entries: Iterable<TarEntry>): ByteStream {
  for (const entry of entries) {
    yield* headerBlocks(entry);
    if (entry.kind === 'file') yield* contentBlocks(entry);
  }
  yield new Uint8Array(2 * BLOCK_BYTES);
}

async function* contentBlocks(entry: TarEntry): ByteStream {
  const expected = entry.sizeBytes ?? 0;
  let sizeBytes = 0;
  for await (const chunk of entry.bytes?.() ?? []) {
    sizeBytes += chunk.byteLength;
    if (sizeBytes > expected) break;
    yield chunk;
  }
  if (sizeBytes !== expected) throw new InternalError(`${entry.path} changed while it was archived`);
  yield new Uint8Array((BLOCK_BYTES - (sizeBytes % BLOCK_BYTES)) % BLOCK_BYTES);
}

interface Header {
  readonly name: string;
  readonly prefix: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly sizeBytes: number;
  readonly modifiedAt: number;
  readonly typeFlag: string;
  readonly linkName: string;
}

function* headerBlocks(entry: TarEntry): Iterable<Uint8Array> {
  const path = entry.kind === 'directory' ? `${entry.path}/` : entry.path;
  const sizeBytes = entry.kind === 'file' ? (entry.sizeBytes ?? 0) : 0;
  const target = entry.kind === 'symlink' ? (entry.target ?? '') : '';
  const split = splitName(path);
  const records: [string, string][] = [];
  if (entry.gid > MAX_OCTAL_7) records.push(['gid', String(entry.gid)]);
  if (!fits(target, 100)) records.push(['linkpath', target]);
  if (!split) records.push(['path', path]);
  if (sizeBytes > MAX_OCTAL_11) records.push(['size', String(sizeBytes)]);
  if (entry.uid > MAX_OCTAL_7) records.push(['uid', String(entry.uid)]);
  const { name, prefix } = split ?? { name: shortened(path), prefix: '' };
  if (records.length > 0) yield paxHeader(records, name);
  yield headerBlock({
    name,
    prefix,
    mode: entry.mode,
    uid: entry.uid > MAX_OCTAL_7 ? 0 : entry.uid,
    gid: entry.gid > MAX_OCTAL_7 ? 0 : entry.gid,
    sizeBytes: sizeBytes > MAX_OCTAL_11 ? 0 : sizeBytes,
    modifiedAt: entry.modifiedAt,
    typeFlag: TYPE_FLAGS[entry.kind],
    linkName: fits(target, 100) ? target : shortened(target),
  });
}

/** Name and prefix of ustar; `undefined` when they cannot hold the path. */
function splitName(path: string): { name: string; prefix: string } | undefined {
  if (fits(path, 100)) return { name: path, prefix: '' };
  if (!fits(path, 256)) return undefined;
  const slash = path.lastIndexOf('/', Math.min(155, path.length - 2));
  if (slash <= 0 || path.length - slash - 1 > 100) return undefined;
  return { name: path.slice(slash + 1), prefix: path.slice(0, slash) };
}

function fits(text: string, length: number): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII is what ustar can hold
  return text.length <= length && /^[\u0001-\u007f]*$/.test(text);
}

/** What a reader without pax shows; it must be valid, not unique. */
function shortened(text: string): string {
  return text.replace(/[^\u0020-\u007e]/g, '_').slice(-100);
}

function paxHeader(records: readonly [string, string][], name: string): Uint8Array {
  const body = Buffer.from(records.map(([key, value]) => paxRecord(key, value)).join(''));
  const header = headerBlock({
    name: `PaxHeaders/${name.slice(-80)}`.replace(/\/$/, ''),
    prefix: '',
    mode: 0o644,
    uid: 0,
    gid: 0,
    sizeBytes: body.byteLength,
    modifiedAt: 0,
    typeFlag: 'x',
    linkName: '',
  });
  const rest = (BLOCK_BYTES - (body.byteLength % BLOCK_BYTES)) % BLOCK_BYTES;
  return Buffer.concat([header, body, new Uint8Array(rest)]);
}

/** `<length> <key>=<value>\n`, where the length counts itself. */
function paxRecord(key: string, value: string): string {
  const rest = Buffer.byteLength(` ${key}=${value}\n`);
  let length = rest + String(rest).length;
  if (rest + String(length).length !== length) length = rest + String(length).length;
  return `${length} ${key}=${value}\n`;
}

function headerBlock(header: Header): Uint8Array {
  const block = Buffer.alloc(BLOCK_BYTES);
  block.write(header.name, 0, 100);
  block.write(octal(header.mode & 0o7777, 7), 100);
  block.write(octal(header.uid, 7), 108);
  block.write(octal(header.gid, 7), 116);
  block.write(octal(header.sizeBytes, 11), 124);
  block.write(octal(header.modifiedAt, 11), 136);
  block.write('        ', 148);
  block.write(header.typeFlag, 156);
  block.write(header.linkName, 157, 100);
  block.write('ustar\0' + '00', 257);
  block.write(octal(0, 7), 329);
  block.write(octal(0, 7), 337);
  block.write(header.prefix, 345, 155);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${octal(sum, 6).slice(0, 6)}\0 `, 148);
  return block;
}

function octal(value: number, digits: number): string {
  return `${value.toString(8).padStart(digits, '0')}\0`;
}
