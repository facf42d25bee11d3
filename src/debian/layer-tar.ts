import { InternalError } from '../base/index.ts';
import type { FileSystem } from '../host/index.ts';
import { contentBytes, type RootContent, type RootEntry } from './root-tree.ts';

const BLOCK_BYTES = 512;
const CHUNK_BYTES = 1 << 20;
const TYPES = { file: '0', hardlink: '1', symlink: '2', directory: '5' } as const;
const MAX_OCTAL_7 = 0o7777777;
const MAX_OCTAL_11 = 0o77777777777;

/**
 * A layer of the OCI image specification: POSIX ustar, with a pax header only where ustar cannot say it. The bytes follow
 * from the entries alone. At most some chunks are in memory, however large a file is.
 */
export async function* layerTar(
  entries: readonly RootEntry[],
  { fs }: { readonly fs: Pick<FileSystem, 'open'> },
): AsyncGenerator<Uint8Array> {
  let parts: Uint8Array[] = [];
  let sizeBytes = 0;
  for (const part of partsOf(entries, fs)) {
    parts.push(part);
    sizeBytes += part.byteLength;
    if (sizeBytes < CHUNK_BYTES) continue;
    yield Buffer.concat(parts);
    parts = [];
    sizeBytes = 0;
  }
  yield Buffer.concat([...parts, new Uint8Array(2 * BLOCK_BYTES)]);
}

function* partsOf(entries: readonly RootEntry[], fs: Pick<FileSystem, 'open'>): Generator<Uint8Array> {
  for (const entry of entries) {
    const sizeBytes = entry.kind === 'file' ? contentBytes(entry.content) : 0;
    yield* headers(entry, sizeBytes);
    if (entry.kind === 'file') yield* content(entry.content, { fs, path: entry.path });
    yield new Uint8Array((BLOCK_BYTES - (sizeBytes % BLOCK_BYTES)) % BLOCK_BYTES);
  }
}

function* content(
  from: RootContent,
  { fs, path }: { fs: Pick<FileSystem, 'open'>; path: string },
): Generator<Uint8Array> {
  if ('bytes' in from) {
    yield from.bytes;
    return;
  }
  using handle = fs.open(from.file, 'r');
  for (let left = from.sizeBytes; left > 0; ) {
    const buffer = new Uint8Array(Math.min(left, CHUNK_BYTES));
    const count = handle.read(buffer);
    if (count === 0) throw new InternalError(`the content of ${path} changed while it was written`);
    left -= count;
    yield buffer.subarray(0, count);
  }
}

function* headers(entry: RootEntry, sizeBytes: number): Generator<Uint8Array> {
  const path = entry.kind === 'directory' ? `${entry.path}/` : entry.path;
  const target = entry.kind === 'symlink' || entry.kind === 'hardlink' ? entry.target : '';
  const split = splitPath(path);
  const records: readonly (readonly [string, string, boolean])[] = [
    ['gid', String(entry.gid), entry.gid > MAX_OCTAL_7],
    ['linkpath', target, !isShort(target, 100)],
    ['path', path, split === undefined],
    ['size', String(sizeBytes), sizeBytes > MAX_OCTAL_11],
    ['uid', String(entry.uid), entry.uid > MAX_OCTAL_7],
  ];
  const pax = records.filter(([, , isNeeded]) => isNeeded).map(([key, value]) => paxRecord(key, value));
  const short = { name: plain(path), prefix: '' };
  if (pax.length > 0) {
    const body = Buffer.from(pax.join(''));
    const root = { mode: 0o644, uid: 0, gid: 0, modifiedAt: 0 };
    yield block({
      ...root,
      name: 'PaxHeaders/entry',
      prefix: '',
      sizeBytes: body.byteLength,
      type: 'x',
      target: '',
    });
    yield body;
    yield new Uint8Array((BLOCK_BYTES - (body.byteLength % BLOCK_BYTES)) % BLOCK_BYTES);
  }
  yield block({
    ...(split ?? short),
    mode: entry.mode,
    uid: entry.uid > MAX_OCTAL_7 ? 0 : entry.uid,
    gid: entry.gid > MAX_OCTAL_7 ? 0 : entry.gid,
    sizeBytes: sizeBytes > MAX_OCTAL_11 ? 0 : sizeBytes,
    modifiedAt: entry.modifiedAt,
    type: TYPES[entry.kind],
    target: isShort(target, 100) ? target : plain(target),
  });
}

/** ASCII without a zero byte, which every reader takes as it is. */
function isShort(text: string, length: number): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII is what ustar can hold
  return text.length <= length && /^[\u0001-\u007f]*$/.test(text);
}

/** Name and prefix of ustar; `undefined` where they cannot hold the path. */
function splitPath(path: string): { readonly name: string; readonly prefix: string } | undefined {
  if (isShort(path, 100)) return { name: path, prefix: '' };
  if (!isShort(path, 256)) return undefined;
  const slash = path.lastIndexOf('/', Math.min(155, path.length - 2));
  if (slash <= 0 || path.length - slash - 1 > 100) return undefined;
  return { name: path.slice(slash + 1), prefix: path.slice(0, slash) };
}

/** What a reader that knows no pax shows. */
function plain(text: string): string {
  return text.replace(/[^\u0020-\u007e]/g, '_').slice(-100);
}

/** `<length> <key>=<value>\n`; the length counts its own digits. */
function paxRecord(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`;
  const restBytes = Buffer.byteLength(rest);
  let length = restBytes + 1;
  while (restBytes + String(length).length !== length) length++;
  return `${length}${rest}`;
}

interface Block {
  readonly name: string;
  readonly prefix: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly sizeBytes: number;
  readonly modifiedAt: number;
  readonly type: string;
  readonly target: string;
}

function block(header: Block): Uint8Array {
  const bytes = Buffer.alloc(BLOCK_BYTES);
  const octal = (value: number, digits: number): string => `${value.toString(8).padStart(digits, '0')}\0`;
  bytes.write(header.name, 0, 100);
  bytes.write(octal(header.mode, 7), 100);
  bytes.write(octal(header.uid, 7), 108);
  bytes.write(octal(header.gid, 7), 116);
  bytes.write(octal(header.sizeBytes, 11), 124);
  bytes.write(octal(header.modifiedAt, 11), 136);
  bytes.write('        ', 148);
  bytes.write(header.type, 156);
  bytes.write(header.target, 157, 100);
  bytes.write('ustar\u000000', 257);
  bytes.write(octal(0, 7), 329);
  bytes.write(octal(0, 7), 337);
  bytes.write(header.prefix, 345, 155);
  const sum = bytes.reduce((total, byte) => total + byte, 0);
  bytes.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return bytes;
}
