/** Makes packages of apps from bytes, so that tests can have each thing right and wrong. */
import { crc32, deflateRawSync } from 'node:zlib';
import { ANDROID_NAMESPACE } from './android/xml.ts';

export { machOOf } from './apple/testing.ts';

export interface WrittenEntry {
  readonly name: string;
  readonly content: Buffer | string;
  readonly isStored?: boolean;
  /** The content begins at a multiple of it. */
  readonly alignBytes?: number;
  /** In place of what is true. */
  readonly sizeBytes?: number;
  readonly mode?: number;
}

/** A zip; `block` goes between the contents and the directory, as signatures do. */
export function zipOf(entries: readonly WrittenEntry[], block = Buffer.alloc(0)): Buffer {
  const pieces: Buffer[] = [];
  const records: Buffer[] = [];
  let at = 0;
  const add = (piece: Buffer): void => {
    pieces.push(piece);
    at += piece.length;
  };
  for (const entry of entries) {
    const content = Buffer.from(entry.content);
    const stored = entry.isStored ? content : deflateRawSync(content);
    const name = Buffer.from(entry.name);
    const { alignBytes = 1 } = entry;
    const pad = (alignBytes - ((at + 30 + name.length) % alignBytes)) % alignBytes;
    const common = zipFields({ entry, content, stored, name });
    const headerOffset = at;
    const header = Buffer.concat([u32(0x04034b50), common, u16(pad), name, Buffer.alloc(pad)]);
    add(header);
    add(stored);
    const mode = (entry.mode ?? 0o100644) * 0x10000;
    records.push(
      Buffer.concat([
        ...[u32(0x02014b50), u16(0x0314), common, u16(0), u16(0), u16(0), u16(0)],
        ...[u32(mode), u32(headerOffset), name],
      ]),
    );
  }
  add(block);
  const directory = Buffer.concat(records);
  const count = u16(entries.length);
  return Buffer.concat([
    ...pieces,
    directory,
    ...[u32(0x06054b50), u16(0), u16(0), count, count, u32(directory.length), u32(at), u16(0)],
  ]);
}

function zipFields(given: {
  readonly entry: WrittenEntry;
  readonly content: Buffer;
  readonly stored: Buffer;
  readonly name: Buffer;
}): Buffer {
  const { entry, content, stored, name } = given;
  return Buffer.concat([
    ...[u16(20), u16(0), u16(entry.isStored ? 0 : 8), u16(0), u16(0x21), u32(crc32(content))],
    ...[u32(stored.length), u32(entry.sizeBytes ?? content.length), u16(name.length)],
  ]);
}

export function u16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}

export function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value >>> 0);
  return bytes;
}

export function u64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}

export type WrittenValue = string | number | boolean | { readonly resource: number };

/** `[tag, attributes, ...children]`; a name with `android:` is in Android's namespace. */
export type WrittenElement = readonly [string, Readonly<Record<string, WrittenValue>>, ...WrittenElement[]];

/** Compiled XML, as aapt2 writes it, with names in place of numbers of attributes. */
export function binaryXmlOf(root: WrittenElement, isUtf8 = true): Buffer {
  const strings: string[] = [];
  const index = (text: string): number => {
    const known = strings.indexOf(text);
    return known >= 0 ? known : strings.push(text) - 1;
  };
  const nodes = elementChunks(root, index);
  const body = [stringPoolOf(strings, isUtf8), ...nodes];
  return chunkOf(0x0003, Buffer.alloc(0), Buffer.concat(body));
}

export function chunkOf(type: number, header: Buffer, body: Buffer): Buffer {
  const sizeBytes = 8 + header.length + body.length;
  return Buffer.concat([u16(type), u16(8 + header.length), u32(sizeBytes), header, body]);
}

export function stringPoolOf(strings: readonly string[], isUtf8 = true): Buffer {
  const offsets: Buffer[] = [];
  const texts: Buffer[] = [];
  let at = 0;
  for (const text of strings) {
    const bytes = isUtf8
      ? Buffer.concat([length8(text.length), length8(Buffer.byteLength(text)), Buffer.from(`${text}\0`)])
      : Buffer.concat([u16(text.length), Buffer.from(`${text}\0`, 'utf16le')]);
    offsets.push(u32(at));
    texts.push(bytes);
    at += bytes.length;
  }
  const pad = Buffer.alloc((4 - (at % 4)) % 4);
  const start = 28 + 4 * strings.length;
  const header = [u32(strings.length), u32(0), u32(isUtf8 ? 0x100 : 0), u32(start), u32(0)];
  return chunkOf(1, Buffer.concat(header), Buffer.concat([...offsets, ...texts, pad]));
}

function length8(length: number): Buffer {
  return length < 0x80 ? Buffer.from([length]) : Buffer.from([0x80 | (length >> 8), length & 0xff]);
}

function elementChunks(
  [tag, attributes, ...children]: WrittenElement,
  index: (text: string) => number,
): Buffer[] {
  const none = u32(0xffffffff);
  const node = Buffer.concat([u32(1), none]);
  const rows = Object.entries(attributes).map(([name, value]) => {
    const isAndroid = name.startsWith('android:');
    const namespace = isAndroid ? u32(index(ANDROID_NAMESPACE)) : none;
    return Buffer.concat([
      namespace,
      u32(index(isAndroid ? name.slice(8) : name)),
      none,
      typedValueOf(value, index),
    ]);
  });
  const start = [none, u32(index(tag)), u16(20), u16(20), u16(rows.length), u16(0), u16(0), u16(0)];
  return [
    chunkOf(0x0102, node, Buffer.concat([...start, ...rows])),
    ...children.flatMap((child) => elementChunks(child, index)),
    chunkOf(0x0103, node, Buffer.concat([none, u32(index(tag))])),
  ];
}

export function typedValueOf(value: WrittenValue, index: (text: string) => number): Buffer {
  const typed = (type: number, bits: number): Buffer =>
    Buffer.concat([u16(8), Buffer.from([0, type]), u32(bits)]);
  if (typeof value === 'string') return typed(3, index(value));
  if (typeof value === 'boolean') return typed(0x12, value ? 0xffffffff : 0);
  return typeof value === 'number' ? typed(0x10, value) : typed(1, value.resource);
}

/** A DEX file that defines classes and names methods of them. */
export function dexOf(classes: readonly string[], methodsOf: readonly string[] = []): Buffer {
  const types = [...new Set([...classes, ...methodsOf])];
  const texts = types.map((name) => Buffer.from(`L${name.replaceAll('.', '/')};\0`));
  const places = { strings: 0x70, types: 0, methods: 0, classes: 0, texts: 0 };
  places.types = places.strings + 4 * types.length;
  places.methods = places.types + 4 * types.length;
  places.classes = places.methods + 8 * methodsOf.length;
  places.texts = places.classes + 32 * classes.length;
  const offsets: number[] = [];
  let at = places.texts;
  for (const text of texts) {
    offsets.push(at);
    at += text.length + 1;
  }
  const at0 = (count: number, place: number): Buffer => Buffer.concat([u32(count), u32(count ? place : 0)]);
  const rest = Buffer.concat([
    ...[Buffer.alloc(20), u32(at), u32(0x70), u32(0x12345678), u32(0), u32(0), u32(0)],
    ...[at0(types.length, places.strings), at0(types.length, places.types), at0(0, 0), at0(0, 0)],
    ...[at0(methodsOf.length, places.methods), at0(classes.length, places.classes), u32(0), u32(0)],
    ...offsets.map(u32),
    ...types.map((_, number) => u32(number)),
    ...methodsOf.map((name) => Buffer.concat([u16(types.indexOf(name)), u16(0), u32(0)])),
    ...classes.map((name) => Buffer.concat([u32(types.indexOf(name)), Buffer.alloc(28)])),
    ...texts.map((text) => Buffer.concat([Buffer.from([text.length - 1]), text])),
  ]);
  return Buffer.concat([Buffer.from('dex\n035\0'), u32(adlerOf(rest)), rest]);
}

function adlerOf(bytes: Buffer): number {
  let [low, high] = [1, 0];
  for (const byte of bytes) {
    low = (low + byte) % 65521;
    high = (high + low) % 65521;
  }
  return high * 0x10000 + low;
}

/** A library for a 64-bit processor with one segment that is loaded. */
export function elfOf({ machine = 183, alignBytes = 16384 } = {}): Buffer {
  const header = Buffer.alloc(64);
  header.write('\x7fELF\x02\x01\x01', 'latin1');
  header.writeUInt16LE(machine, 18);
  header.writeBigUInt64LE(64n, 32);
  header.writeUInt16LE(56, 54);
  header.writeUInt16LE(1, 56);
  const segment = [u32(1), u32(5), ...[0, 0, 0, 64, 64, alignBytes].map(u64)];
  return Buffer.concat([header, ...segment]);
}

export interface WrittenResource {
  readonly type: number;
  readonly entry: number;
  readonly language?: string;
  readonly density?: number;
  readonly value: WrittenValue;
  /** How places of entries are written: four bytes each (unless told), two, or only those that there are. */
  readonly form?: 'wide' | 'narrow' | 'sparse';
}

/** Flags of the chunk, number of rows, and the rows for one entry, which stands 8 bytes behind the first place. */
function entryRows(form: WrittenResource['form'], entry: number): [number, number, Buffer] {
  if (form === 'sparse') return [1, 1, Buffer.concat([u16(entry), u16(2)])];
  const row = form === 'narrow' ? u16 : u32;
  const none = form === 'narrow' ? 0xffff : 0xffffffff;
  const rows = Array.from({ length: entry + 1 }, (_, at) =>
    row(at !== entry ? none : form === 'narrow' ? 2 : 8),
  );
  const bytes = Buffer.concat(rows);
  return [form === 'narrow' ? 2 : 0, entry + 1, Buffer.concat([bytes, Buffer.alloc(bytes.length % 4)])];
}

/** A table of resources of the package 0x7f; each value stands in a chunk of its own. */
export function resourceTableOf(resources: readonly WrittenResource[]): Buffer {
  const strings: string[] = [];
  const index = (text: string): number => strings.push(text) - 1;
  const types = resources.map(({ type, entry, language, density = 0, value, form }) => {
    const config = Buffer.alloc(28);
    config.writeUInt32LE(config.length);
    config.write(language ?? '', 8, 'latin1');
    config.writeUInt16LE(density, 14);
    const [flags, count, rows] = entryRows(form, entry);
    const start = 20 + config.length + rows.length;
    const header = [Buffer.from([type, flags, 0, 0]), u32(count), u32(start), config];
    const row = Buffer.concat([Buffer.alloc(8), u16(8), u16(0), u32(0), typedValueOf(value, index)]);
    return chunkOf(0x0201, Buffer.concat(header), Buffer.concat([rows, row]));
  });
  const names = stringPoolOf([]);
  const header = Buffer.concat([u32(0x7f), Buffer.alloc(256), u32(0), u32(0), u32(0), u32(0), u32(0)]);
  const group = chunkOf(0x0200, header, Buffer.concat([names, names, ...types]));
  return chunkOf(0x0002, u32(1), Buffer.concat([stringPoolOf(strings), group]));
}

/** An APK that has nothing wrong but that it is not signed, with what is to be another. */
export interface WrittenApp {
  readonly manifest?: Readonly<Record<string, string | number | boolean>>;
  readonly application?: Readonly<Record<string, WrittenValue>>;
  readonly minSdk?: number;
  readonly targetSdk?: number;
  readonly components?: readonly WrittenElement[];
  readonly entries?: readonly WrittenEntry[];
}

const LAUNCHER: WrittenElement = [
  'intent-filter',
  {},
  ['action', { 'android:name': 'android.intent.action.MAIN' }],
  ['category', { 'android:name': 'android.intent.category.LAUNCHER' }],
];
const MAIN: WrittenElement = ['activity', { 'android:name': '.Main', 'android:exported': true }, LAUNCHER];

export function apkOf(app: WrittenApp): Buffer {
  return zipOf(apkEntries(app));
}

export function apkEntries(app: WrittenApp): WrittenEntry[] {
  const manifest = binaryXmlOf([
    'manifest',
    { package: 'com.example', 'android:versionCode': 7, 'android:versionName': '1.2.3', ...app.manifest },
    [
      'uses-sdk',
      { 'android:minSdkVersion': app.minSdk ?? 21, 'android:targetSdkVersion': app.targetSdk ?? 35 },
    ],
    ['uses-permission', { 'android:name': 'android.permission.INTERNET' }],
    ['application', { 'android:allowBackup': false, ...app.application }, MAIN, ...(app.components ?? [])],
  ]);
  return [
    { name: 'AndroidManifest.xml', content: manifest, isStored: true },
    {
      name: 'classes.dex',
      content: dexOf(['com.example.Main'], ['com.example.Main', 'java.lang.Object']),
      isStored: true,
    },
    ...(app.entries ?? []),
  ];
}
