import { crc32, deflateRawSync, deflateSync } from 'node:zlib';
import { u16, u32 } from '../apps/testing.ts';
import type { CauseContext } from './causes/context.ts';
import { Consequences } from './contents/consequences.ts';
import type { Side } from './model.ts';

const FIRST_MS = Date.UTC(2026, 10, 27, 7, 58, 0);
const SECOND_MS = Date.UTC(2026, 10, 27, 8, 3, 0);

const common = {
  endedAtMs: 0,
  umask: 0o022,
  user: 'first',
  cores: 1,
  timezone: 'America/St_Johns',
  language: 'C.UTF-8',
};

/** Two builds of ten seconds: at 07:58:00 and at 08:03:00 UTC on the 27th of November 2026. */
export const SIDES: { readonly a: Side; readonly b: Side } = {
  a: { ...common, startedAtMs: FIRST_MS, endedAtMs: FIRST_MS + 10_000, folders: ['/s/a/w', '/s/a/home'] },
  b: {
    startedAtMs: SECOND_MS,
    endedAtMs: SECOND_MS + 10_000,
    folders: ['/s/longer b/w', '/s/longer b/home'],
    user: 'someone-else',
    cores: 8,
    umask: 0o077,
    timezone: 'Asia/Kolkata',
    language: 'tr_TR.UTF-8',
  },
};

/** What is known of them, where these contents differ as well. */
export function contextOf(...pairs: readonly (readonly [a: string, b: string])[]): CauseContext {
  const consequences = new Consequences();
  for (const [a, b] of pairs) consequences.add(Buffer.from(a), Buffer.from(b));
  return { sides: SIDES, consequences };
}

export interface ZipEntry {
  readonly name: string;
  readonly content: string | Buffer;
  readonly level?: number;
  /** In the header before the content alone. */
  readonly extra?: Buffer;
  /** In the forms of MS-DOS. */
  readonly date?: number;
  readonly time?: number;
  readonly isStored?: boolean;
}

/** A zip of a test's own, so that a fault of our writer cannot hide one of the reader. `block` stands before the directory. */
export function zipOf(entries: readonly ZipEntry[], block: Buffer = Buffer.alloc(0)): Buffer {
  const locals: Buffer[] = [];
  const records: Buffer[] = [];
  let at = 0;
  for (const { name, content, date = 0x21, time = 0, isStored = false, level = 6, extra } of entries) {
    const bytes = Buffer.from(content as string);
    const packed = isStored ? bytes : deflateRawSync(bytes, { level });
    const method = isStored ? 0 : 8;
    const shared = Buffer.alloc(26);
    for (const [value, where] of [
      [20, 0],
      [method, 4],
      [time, 6],
      [date, 8],
      [name.length, 22],
    ] as const)
      shared.writeUInt16LE(value, where);
    for (const [value, where] of [
      [crc32(bytes), 10],
      [packed.length, 14],
      [bytes.length, 18],
    ] as const)
      shared.writeUInt32LE(value, where);
    const head = Buffer.from(shared);
    head.writeUInt16LE(extra?.length ?? 0, 24);
    const before = [Buffer.from('PK\x03\x04', 'latin1'), head, Buffer.from(name), extra ?? Buffer.alloc(0)];
    const local = Buffer.concat([...before, packed]);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(0o100644 * 0x10000, 6);
    rest.writeUInt32LE(at, 10);
    records.push(Buffer.from('PK\x01\x02\x14\x03', 'latin1'), shared, rest, Buffer.from(name));
    locals.push(local);
    at += local.length;
  }
  const directory = Buffer.concat(records);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(at + block.length, 16);
  return Buffer.concat([...locals, block, directory, end]);
}

/** The head and the strings of a dex file, which is all that a reader of its tables needs; `code` follows. */
export function dexOf(strings: readonly string[], code = ''): Buffer {
  const HEAD_BYTES = 112;
  const data = strings.map((text) =>
    Buffer.concat([Buffer.from([text.length]), Buffer.from(text), Buffer.from([0])]),
  );
  const head = Buffer.alloc(HEAD_BYTES);
  head.write('dex\n035\0', 'latin1');
  head.writeUInt32LE(strings.length, 56);
  head.writeUInt32LE(HEAD_BYTES, 60);
  let at = HEAD_BYTES + 4 * strings.length;
  const offsets = data.map(({ length }) => {
    at += length;
    return u32(at - length);
  });
  return Buffer.concat([head, ...offsets, ...data, Buffer.from(code)]);
}

/** `baseline.profm` of version 2: names of dex files, each with the ids of its classes. */
export function profileMetadataOf(
  files: readonly (readonly [name: string, classes: readonly number[]])[],
): Buffer {
  const body = Buffer.concat(
    files.flatMap(([name, classes], index) => [
      ...[u16(index), u16(name.length), Buffer.from(name), u32(100)],
      ...[u16(classes.length), ...classes.map(u16)],
    ]),
  );
  const packed = deflateSync(body);
  const head = Buffer.from('prm\x00002\0', 'latin1');
  return Buffer.concat([head, u16(files.length), u32(body.length), u32(packed.length), packed]);
}

/** `baseline.prof` of version 10: names of dex files, each with the ids of its classes, no methods. */
export function profileOf(files: readonly (readonly [name: string, classes: readonly number[]])[]): Buffer {
  const heads = files.flatMap(([name, classes]) => [
    ...[u16(name.length), u16(classes.length), u32(0), u32(7), u32(0)],
    Buffer.from(name),
  ]);
  const body = Buffer.concat([...heads, ...files.flatMap(([, classes]) => classes.map(u16))]);
  const packed = deflateSync(body);
  const head = Buffer.from('pro\x00010\0', 'latin1');
  return Buffer.concat([head, Buffer.from([files.length]), u32(body.length), u32(packed.length), packed]);
}

export interface SigningBlock {
  readonly digest?: string;
  readonly certificate?: string;
  /** 0x0201 is ECDSA with SHA-256, 0x0103 RSA with PKCS #1 v1.5. */
  readonly algorithm?: number;
  readonly signature: string;
  readonly dependencies?: string;
}

/** A signing block of Android with one signer of scheme 2, and what the Gradle plugin adds. */
export function signingBlockOf({
  digest = 'digest',
  certificate = 'certificate',
  algorithm = 0x0201,
  signature,
  dependencies,
}: SigningBlock): Buffer {
  const prefixed = (...parts: readonly Buffer[]): Buffer => {
    const bytes = Buffer.concat(parts);
    return Buffer.concat([u32(bytes.length), bytes]);
  };
  const text = (value: string): Buffer => prefixed(Buffer.from(value));
  const signedData = [prefixed(prefixed(u32(algorithm), text(digest))), prefixed(text(certificate)), u32(0)];
  const signatures = prefixed(prefixed(u32(algorithm), text(signature)));
  const signers = prefixed(prefixed(prefixed(...signedData), signatures, text('key')));
  const pair = (id: number, content: Buffer): Buffer =>
    Buffer.concat([u32(content.length + 4), u32(0), u32(id), content]);
  const pairs = Buffer.concat([
    pair(0x7109871a, signers),
    ...(dependencies === undefined ? [] : [pair(0x504b4453, Buffer.from(dependencies))]),
  ]);
  const size = Buffer.concat([u32(pairs.length + 24), u32(0)]);
  return Buffer.concat([size, pairs, size, Buffer.from('APK Sig Block 42')]);
}

/** PKCS #7 as jars have it: SignedData with a certificate and a signature. */
export function jarSignatureOf(certificate: string, signature: string): Buffer {
  const der = (tag: number, ...parts: readonly Buffer[]): Buffer => {
    const bytes = Buffer.concat(parts);
    return Buffer.concat([Buffer.from([tag, 0x82, bytes.length >> 8, bytes.length & 0xff]), bytes]);
  };
  const id = Buffer.from('06092a864886f70d010702', 'hex');
  const signedData = [
    Buffer.from('020101', 'hex'),
    der(0x31),
    der(0x30, id),
    der(0xa0, der(0x30, Buffer.from(certificate))),
    der(0x31, Buffer.from(signature)),
  ];
  return der(0x30, id, der(0xa0, der(0x30, ...signedData)));
}

export interface PngOptions {
  /** Rows of red, green and blue. */
  readonly rows: readonly (readonly number[])[];
  readonly isPalette?: boolean;
  readonly level?: number;
  /** Other chunks, by type. */
  readonly chunks?: readonly (readonly [type: string, content: Buffer])[];
}

/** A picture of eight bits a sample, without filters. */
export function pngOf({ rows, isPalette = false, level = 6, chunks = [] }: PngOptions): Buffer {
  const chunk = (type: string, content: Buffer): Buffer => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(content.length);
    const checksum = Buffer.alloc(4);
    checksum.writeUInt32BE(crc32(Buffer.concat([Buffer.from(type), content])));
    return Buffer.concat([length, Buffer.from(type), content, checksum]);
  };
  const colours = rows.map((row) =>
    Array.from({ length: row.length / 3 }, (_, at) => row.slice(at * 3, at * 3 + 3)),
  );
  const palette = [...new Set(colours.flat().map((colour) => colour.join()))];
  const head = Buffer.alloc(13);
  head.writeUInt32BE(colours[0]!.length, 0);
  head.writeUInt32BE(rows.length, 4);
  head.set([8, isPalette ? 3 : 2, 0, 0, 0], 8);
  const samples = (row: readonly number[][]): number[] =>
    isPalette ? row.map((colour) => palette.indexOf(colour.join())) : row.flat();
  const raw = Buffer.from(colours.flatMap((row) => [0, ...samples(row)]));
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    chunk('IHDR', head),
    ...(isPalette
      ? [chunk('PLTE', Buffer.from(palette.flatMap((each) => each.split(',').map(Number))))]
      : []),
    ...chunks.map(([type, content]) => chunk(type, content)),
    chunk('IDAT', deflateSync(raw, { level })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}
