/** Makes property lists, binaries, signatures and profiles from bytes. */
import { createHash, createSign, generateKeyPairSync, type KeyPairKeyObjectResult } from 'node:crypto';
import type { PlistValue } from './plist-value.ts';

/** What tests write plists from: objects are dictionaries. */
export type WrittenPlist =
  | string
  | number
  | boolean
  | Date
  | Buffer
  | readonly WrittenPlist[]
  | { readonly [key: string]: WrittenPlist };

export function xmlPlistOf(value: WrittenPlist): Buffer {
  return Buffer.from(
    `<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">\n<plist version="1.0">${element(value)}</plist>\n`,
  );
}

function element(value: WrittenPlist): string {
  if (typeof value === 'string') return `<string>${escaped(value)}</string>`;
  if (typeof value === 'number')
    return Number.isInteger(value) ? `<integer>${value}</integer>` : `<real>${value}</real>`;
  if (typeof value === 'boolean') return value ? '<true/>' : '<false/>';
  if (value instanceof Date) return `<date>${value.toISOString().slice(0, 19)}Z</date>`;
  if (Buffer.isBuffer(value)) return `<data>${value.toString('base64')}</data>`;
  if (Array.isArray(value)) return `<array>${value.map(element).join('')}</array>`;
  const pairs = Object.entries(value as Record<string, WrittenPlist>);
  return `<dict>${pairs.map(([key, each]) => `<key>${escaped(key)}</key>${element(each)}`).join('')}</dict>`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}

/** As it is read. */
export function readForm(value: WrittenPlist): PlistValue {
  if (Array.isArray(value)) return value.map(readForm);
  if (typeof value !== 'object' || value instanceof Date || Buffer.isBuffer(value)) return value;
  return new Map(
    Object.entries(value as Record<string, WrittenPlist>).map(([key, each]) => [key, readForm(each)]),
  );
}

const big = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value >>> 0);
  return bytes;
};
const little = (value: number): Buffer => Buffer.from(big(value)).reverse();
const wide = (value: number): Buffer => Buffer.concat([little(value), little(0)]);

export function derOf(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const header = length < 0x80 ? [tag, length] : [tag, 0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from(header), content]);
}

const oid = (hex: string): Buffer => derOf(6, Buffer.from(hex, 'hex'));
const SHA256_WITH_RSA = derOf(0x30, oid('2a864886f70d01010b'), derOf(5));

let known: KeyPairKeyObjectResult | undefined;

/** Made when the first certificate is: most tests ask for none. */
function keysOfTests(): KeyPairKeyObjectResult {
  known ??= generateKeyPairSync('rsa', { modulusLength: 2048 });
  return known;
}

/** An X.509 certificate that signs itself. */
export function certificateOf(name: string, notAfter = '2040-01-01'): Buffer {
  const { publicKey, privateKey } = keysOfTests();
  const subject = derOf(0x30, derOf(0x31, derOf(0x30, oid('550403'), derOf(12, Buffer.from(name)))));
  const time = (day: string): Buffer => derOf(0x18, Buffer.from(`${day.replaceAll('-', '')}000000Z`));
  const signed = derOf(
    0x30,
    derOf(0xa0, derOf(2, Buffer.from([2]))),
    derOf(2, Buffer.from([1])),
    SHA256_WITH_RSA,
    subject,
    derOf(0x30, time('2020-01-01'), time(notAfter)),
    subject,
    publicKey.export({ type: 'spki', format: 'der' }),
  );
  const signature = createSign('sha256').update(signed).sign(privateKey);
  return derOf(0x30, signed, SHA256_WITH_RSA, derOf(3, Buffer.from([0]), signature));
}

/** The form of signed data of CMS, without signers, in lengths or open as Apple writes it. */
export function signedDataOf(
  content: Buffer | undefined,
  certificates: readonly Buffer[],
  isOpen = false,
): Buffer {
  const wrap = isOpen
    ? (tag: number, ...parts: readonly Buffer[]) =>
        Buffer.concat([Buffer.from([tag, 0x80]), ...parts, Buffer.alloc(2)])
    : derOf;
  const inner = wrap(0x30, oid('2a864886f70d010701'), ...(content ? [wrap(0xa0, derOf(4, content))] : []));
  const data = wrap(
    0x30,
    derOf(2, Buffer.from([1])),
    derOf(0x31),
    inner,
    wrap(0xa0, ...certificates),
    derOf(0x31),
  );
  return wrap(0x30, oid('2a864886f70d010702'), wrap(0xa0, data));
}

export interface WrittenBinary {
  readonly minimumOs?: number;
  /** 2 is iOS, 7 its simulator. */
  readonly platform?: number;
  readonly cpu?: number;
  readonly libraries?: readonly string[];
  readonly symbols?: readonly string[];
  readonly segments?: readonly string[];
  readonly isEncrypted?: boolean;
  readonly identifier?: string;
  readonly team?: string;
  readonly entitlements?: WrittenPlist;
  /** That signed it; `null` for what is signed with no key. */
  readonly certificate?: Buffer | null;
  readonly isSigned?: boolean;
}

/** A binary for arm64 with the load commands that a report reads, signed page by page. */
export function machOOf(written: WrittenBinary = {}): Buffer {
  const {
    platform = 2,
    minimumOs = 0x000f0000,
    libraries = [],
    symbols = [],
    segments = ['__TEXT'],
  } = written;
  const strings = Buffer.from(`\0${symbols.join('\0')}\0`);
  const command = (kind: number, ...fields: readonly Buffer[]): Buffer => {
    const body = Buffer.concat(fields);
    const padded = Buffer.concat([body, Buffer.alloc((8 - (body.length % 8)) % 8)]);
    return Buffer.concat([little(kind), little(8 + padded.length), padded]);
  };
  const segment = (name: string): Buffer =>
    command(0x19, Buffer.from(name.padEnd(16, '\0')), ...[0, 4096, 0, 4096].map(wide), Buffer.alloc(16));
  const commandsWith = (stringsAt: number, signatureAt: number, signatureBytes: number): Buffer[] => [
    ...segments.map(segment),
    command(0x32, ...[platform, minimumOs, 0x00110000, 0].map(little)),
    ...libraries.map((name) => command(0xc, ...[24, 0, 0, 0].map(little), Buffer.from(`${name}\0`))),
    ...(written.isEncrypted ? [command(0x2c, ...[0, 0, 1, 0].map(little))] : []),
    command(2, ...[0, 0, stringsAt, strings.length].map(little)),
    ...(written.isSigned === false ? [] : [command(0x1d, little(signatureAt), little(signatureBytes))]),
  ];
  const count = commandsWith(0, 0, 0);
  const stringsAt = 32 + Buffer.concat(count).length;
  const signatureAt = stringsAt + strings.length;
  const code = (signatureBytes: number): Buffer =>
    Buffer.concat([
      little(0xfeedfacf),
      ...[written.cpu ?? 0x0100000c, 0, 2, count.length, stringsAt - 32, 0, 0].map(little),
      ...commandsWith(stringsAt, signatureAt, signatureBytes),
      strings,
    ]);
  if (written.isSigned === false) return code(0);
  const { length } = superBlobOf(Buffer.alloc(signatureAt), written);
  return Buffer.concat([code(length), superBlobOf(code(length), written)]);
}

function superBlobOf(code: Buffer, written: WrittenBinary): Buffer {
  const blob = (magic: number, content: Buffer): Buffer =>
    Buffer.concat([big(magic), big(8 + content.length), content]);
  const { identifier = 'com.example.shop', team = 'TEAM123456', entitlements, certificate } = written;
  const parts: [number, Buffer][] = [
    [0, blob(0xfade0c02, directoryOf(code, { identifier, team, isAdHoc: certificate === null }))],
  ];
  if (entitlements !== undefined) parts.push([5, blob(0xfade7171, xmlPlistOf(entitlements))]);
  if (certificate) parts.push([0x10000, blob(0xfade0b01, signedDataOf(undefined, [certificate], true))]);
  let at = 12 + 8 * parts.length;
  const index = parts.map(([slot, part]) => {
    at += part.length;
    return Buffer.concat([big(slot), big(at - part.length)]);
  });
  return blob(0xfade0cc0, Buffer.concat([big(parts.length), ...index, ...parts.map(([, part]) => part)]));
}

function directoryOf(
  code: Buffer,
  {
    identifier,
    team,
    isAdHoc,
  }: { readonly identifier: string; readonly team: string; readonly isAdHoc: boolean },
): Buffer {
  const names = Buffer.from(`${identifier}\0${team}\0`);
  const pages = Array.from({ length: Math.ceil(code.length / 4096) }, (_, page) =>
    createHash('sha256')
      .update(code.subarray(page * 4096, (page + 1) * 4096))
      .digest(),
  );
  const nameAt = 52;
  const fields = [0x20200, isAdHoc ? 2 : 0, nameAt + names.length, nameAt, 0, pages.length, code.length];
  return Buffer.concat([
    ...fields.map(big),
    Buffer.from([32, 2, 0, 12]),
    ...[0, 0, nameAt + identifier.length + 1].map(big),
    names,
    ...pages,
  ]);
}

/** Architectures in one file. */
export function fatOf(slices: readonly Buffer[]): Buffer {
  let at = 8 + 20 * slices.length;
  const rows = slices.map((slice) => {
    const row = Buffer.concat([big(0x0100000c), big(0), big(at), big(slice.length), big(0)]);
    at += slice.length;
    return row;
  });
  return Buffer.concat([big(0xcafebabe), big(slices.length), ...rows, ...slices]);
}
