import type { SpecialFile } from '../oci/index.ts';
import { type ByteStream, type PartReader, partsOf } from './byte-stream.ts';
import { TarFormatError } from './tar-format-error.ts';
import { sparseBytes } from './tar-sparse.ts';

/** A member as it was read; names are as they stand, so whoever uses them checks them. */
export interface TarMember {
  readonly kind: 'file' | 'directory' | 'symlink' | 'hardlink' | 'other';
  readonly path: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly sizeBytes: number;
  /** In the archive, where a sparse file has a map and no holes. */
  readonly storedBytes: number;
  readonly target: string;
  /** Extended attributes by name; a character for each byte of a value. */
  readonly xattrs?: Readonly<Record<string, string>>;
  /** Of what is neither file, folder nor link, as far as layers know it. */
  readonly special?: SpecialFile;
  /** The content; what is not taken before the next member is skipped. */
  readonly bytes: ByteStream;
}

const BLOCK_BYTES = 512;
const XATTR = 'SCHILY.xattr.';
const SPECIAL: Readonly<Record<string, SpecialFile['type']>> = {
  '3': 'character',
  '4': 'block',
  '6': 'fifo',
};
const KINDS: Readonly<Record<string, TarMember['kind']>> = {
  '0': 'file',
  '\0': 'file',
  '7': 'file',
  '1': 'hardlink',
  '2': 'symlink',
  '5': 'directory',
};
/** A header that carries names is small; anything larger is hostile. */
const MAX_EXTENSION_BYTES = 1 << 20;

/** Reads ustar, pax and GNU long names member by member. Rejects with TarFormatError. */
export async function* readTar(source: ByteStream): AsyncGenerator<TarMember> {
  const blocks = new ByteReader(source);
  let pending: Record<string, string> = {};
  for (;;) {
    const block = await blocks.take(BLOCK_BYTES);
    if (!block || block.every((byte) => byte === 0)) return;
    const header = parseHeader(block);
    const padded = Math.ceil(header.sizeBytes / BLOCK_BYTES) * BLOCK_BYTES;
    if ('xgLK'.includes(header.typeFlag)) {
      if (header.sizeBytes > MAX_EXTENSION_BYTES)
        throw new TarFormatError('an extension header is too large');
      const body = await blocks.take(padded);
      if (!body) throw new TarFormatError('the archive ends within a header');
      if (header.typeFlag !== 'g')
        pending = { ...pending, ...extension(header.typeFlag, body.subarray(0, header.sizeBytes)) };
      continue;
    }
    const sizeBytes = pending.size === undefined ? header.sizeBytes : Number(pending.size);
    if (!Number.isSafeInteger(sizeBytes) || sizeBytes < 0) throw new TarFormatError('a size is not a number');
    const kind = KINDS[header.typeFlag] ?? 'other';
    const sparse = sparseOf(pending, header.typeFlag);
    const path = sparse?.path ?? pending.path ?? header.path;
    const contentBytes = kind === 'file' || kind === 'other' ? sizeBytes : 0;
    const content = blocks.section(contentBytes);
    const type = SPECIAL[header.typeFlag];
    const xattrs = xattrsOf(pending);
    yield {
      kind: kind === 'file' && path.endsWith('/') ? 'directory' : kind,
      path,
      mode: header.mode,
      uid: pending.uid === undefined ? header.uid : Number(pending.uid),
      gid: pending.gid === undefined ? header.gid : Number(pending.gid),
      sizeBytes: sparse?.sizeBytes ?? sizeBytes,
      storedBytes: contentBytes,
      target: pending.linkpath ?? header.target,
      ...(type === undefined ? {} : { special: { type, major: header.major, minor: header.minor } }),
      ...(xattrs === undefined ? {} : { xattrs }),
      bytes: sparse ? sparseBytes(new ByteReader(content.bytes), sparse.sizeBytes) : content.bytes,
    };
    await content.skip();
    await blocks.skip((BLOCK_BYTES - (contentBytes % BLOCK_BYTES)) % BLOCK_BYTES);
    pending = {};
  }
}

function parseHeader(block: Uint8Array): {
  path: string;
  mode: number;
  uid: number;
  gid: number;
  sizeBytes: number;
  typeFlag: string;
  target: string;
  major: number;
  minor: number;
} {
  const text = (at: number, length: number): string => {
    const field = block.subarray(at, at + length);
    const end = field.indexOf(0);
    return Buffer.from(end < 0 ? field : field.subarray(0, end)).toString();
  };
  let sum = 8 * 32;
  for (let at = 0; at < BLOCK_BYTES; at++) if (at < 148 || at >= 156) sum += block[at]!;
  if (sum !== number(block.subarray(148, 156))) throw new TarFormatError('a header checksum is wrong');
  const prefix = text(257, 6) === 'ustar' ? text(345, 155) : '';
  return {
    path: prefix === '' ? text(0, 100) : `${prefix}/${text(0, 100)}`,
    mode: number(block.subarray(100, 108)) & 0o7777,
    uid: number(block.subarray(108, 116)),
    gid: number(block.subarray(116, 124)),
    sizeBytes: number(block.subarray(124, 136)),
    typeFlag: String.fromCharCode(block[156]!),
    target: text(157, 100),
    major: number(block.subarray(329, 337)),
    minor: number(block.subarray(337, 345)),
  };
}

/** Octal text, or GNU's base-256 for what octal cannot hold. */
function number(field: Uint8Array): number {
  if ((field[0]! & 0x80) !== 0) {
    let value = field[0]! & 0x7f;
    for (const byte of field.subarray(1)) value = value * 256 + byte;
    if (!Number.isSafeInteger(value)) throw new TarFormatError('a number is too large');
    return value;
  }
  const digits = Buffer.from(field)
    .toString('latin1')
    .replace(/[\0 ]+$/, '')
    .trim();
  if (!/^[0-7]*$/.test(digits)) throw new TarFormatError('a number is not octal');
  return digits === '' ? 0 : Number.parseInt(digits, 8);
}

function extension(typeFlag: string, body: Uint8Array): Record<string, string> {
  if (typeFlag !== 'x') {
    const value = Buffer.from(body).toString().replace(/\0.*$/s, '');
    return typeFlag === 'L' ? { path: value } : { linkpath: value };
  }
  const records: Record<string, string> = {};
  for (let at = 0; at < body.byteLength; ) {
    const space = body.indexOf(0x20, at);
    const length = Number(Buffer.from(body.subarray(at, space)).toString());
    if (space < 0 || !Number.isInteger(length) || length < 5 || at + length > body.byteLength) {
      throw new TarFormatError('a pax header is malformed');
    }
    const record = Buffer.from(body.subarray(space + 1, at + length - 1));
    const equals = record.indexOf('=');
    if (equals < 1) throw new TarFormatError('a pax header is malformed');
    const key = record.toString('utf8', 0, equals);
    records[key] = record.toString(key.startsWith(XATTR) ? 'latin1' : 'utf8', equals + 1);
    at += length;
  }
  return records;
}

/** Of a sparse file: what it is called, and how large it is with its holes. */
function sparseOf(
  records: Readonly<Record<string, string>>,
  typeFlag: string,
): { readonly path: string; readonly sizeBytes: number } | undefined {
  const isSparse = typeFlag === 'S' || Object.keys(records).some((key) => key.startsWith('GNU.sparse.'));
  if (!isSparse) return undefined;
  const { 'GNU.sparse.name': path, 'GNU.sparse.realsize': size = '' } = records;
  const isKnown = records['GNU.sparse.major'] === '1' && records['GNU.sparse.minor'] === '0';
  if (!isKnown || path === undefined || !/^\d{1,15}$/.test(size))
    throw new TarFormatError('a sparse file is written in a way that is not known here');
  return { path, sizeBytes: Number(size) };
}

function xattrsOf(records: Readonly<Record<string, string>>): Record<string, string> | undefined {
  const found = Object.entries(records).filter(([key]) => key.startsWith(XATTR));
  if (found.length === 0) return undefined;
  return Object.fromEntries(found.map(([key, value]) => [key.slice(XATTR.length), value]));
}

/** Cuts a stream of chunks into the sizes that are asked for. */
class ByteReader {
  readonly #some: PartReader;

  constructor(source: ByteStream) {
    this.#some = partsOf(source);
  }

  /** `undefined` when nothing is left; a part of what is asked for is a malformed archive. */
  async take(count: number): Promise<Uint8Array | undefined> {
    const parts: Uint8Array[] = [];
    let missing = count;
    while (missing > 0) {
      const part = await this.#some(missing);
      if (!part) break;
      parts.push(part);
      missing -= part.byteLength;
    }
    if (missing === count && count > 0) return undefined;
    if (missing > 0) throw new TarFormatError('the archive ends too early');
    return Buffer.concat(parts);
  }

  async skip(count: number): Promise<void> {
    await this.section(count).skip();
  }

  section(sizeBytes: number): { readonly bytes: ByteStream; skip(): Promise<void> } {
    let left = sizeBytes;
    const next = async (): Promise<Uint8Array | undefined> => {
      if (left === 0) return undefined;
      const part = await this.#some(left);
      if (!part) throw new TarFormatError('the archive ends too early');
      left -= part.byteLength;
      return part;
    };
    return {
      bytes: {
        async *[Symbol.asyncIterator]() {
          for (let part = await next(); part; part = await next()) yield part;
        },
      },
      async skip() {
        while (await next());
      },
    };
  }
}
