/** Signs packages in the schemes v1 to v3.1, apart from what verifies them, so that tests can have each thing right and wrong. */
import {
  constants,
  createHash,
  createSign,
  generateKeyPairSync,
  hash,
  type KeyObject,
  sign,
} from 'node:crypto';
import { derValueAt, derValues } from '../../base/index.ts';
import { derOf } from '../apple/testing.ts';
import { directoryPlace } from '../archive/zip-end.ts';
import { u32, u64, type WrittenEntry } from '../testing.ts';

export interface TestKey {
  readonly certificate: Buffer;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

const oid = (hex: string): Buffer => derOf(6, Buffer.from(hex, 'hex'));
const NULL = derOf(5);
const SIGNS = {
  rsa: derOf(0x30, oid('2a864886f70d01010b'), NULL),
  ec: derOf(0x30, oid('2a8648ce3d040302')),
};
const SHA256 = derOf(0x30, oid('608648016503040201'), NULL);

/** A key with a certificate that it signed itself. */
export function testKey(name: string, kind: 'rsa' | 'ec' = 'ec', bits = 2048): TestKey {
  const pair =
    kind === 'rsa'
      ? generateKeyPairSync('rsa', { modulusLength: bits })
      : generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const subject = nameOf(name);
  const time = (day: string): Buffer => derOf(0x18, Buffer.from(`${day}000000Z`));
  const body = derOf(
    0x30,
    derOf(0xa0, derOf(2, Buffer.from([2]))),
    derOf(2, Buffer.from([1])),
    SIGNS[kind],
    subject,
    derOf(0x30, time('20200101'), time('20400101')),
    subject,
    pair.publicKey.export({ type: 'spki', format: 'der' }),
  );
  const signature = createSign('sha256').update(body).sign(pair.privateKey);
  return { ...pair, certificate: derOf(0x30, body, SIGNS[kind], derOf(3, Buffer.from([0]), signature)) };
}

function nameOf(name: string): Buffer {
  return derOf(0x30, derOf(0x31, derOf(0x30, oid('550403'), derOf(12, Buffer.from(name)))));
}

export const prefixed = (...parts: readonly Buffer[]): Buffer => {
  const content = Buffer.concat(parts);
  return Buffer.concat([u32(content.length), content]);
};

export const SCHEME_IDS = { v2: 0x7109871a, v3: 0xf05368c0, 'v3.1': 0x1b93ad61 } as const;
export type BlockScheme = keyof typeof SCHEME_IDS;

/** What one signer of a block writes, and what of it is to be another than it has to be. */
export interface WrittenSigner {
  readonly key: TestKey;
  /** By number; unless told, the ones of SHA-256 for the kind of key. */
  readonly algorithms?: readonly number[];
  readonly sdk?: readonly [number, number];
  readonly besideSdk?: readonly [number, number];
  readonly attributes?: readonly (readonly [number, Buffer])[];
  readonly certificate?: Buffer;
  readonly publicKey?: KeyObject;
  /** Changes the signed data after it was signed. */
  readonly spoil?: (signedData: Buffer) => Buffer;
}

export type WrittenBlock = readonly (readonly [BlockScheme | number, readonly WrittenSigner[] | Buffer])[];

/** The zip with a block of signatures before its directory. */
export function withBlock(zip: Buffer, written: WrittenBlock): Buffer {
  const { offset, endRecord } = directoryPlace(zip);
  const sections = [zip.subarray(0, offset), zip.subarray(offset, endRecord), zip.subarray(endRecord)];
  const pairs = written.map(([scheme, content]) => {
    const id = typeof scheme === 'number' ? scheme : SCHEME_IDS[scheme];
    if (Buffer.isBuffer(content)) return [id, content] as const;
    const hasSdk = scheme !== 'v2';
    return [id, prefixed(...content.map((each) => signerOf(sections, each, hasSdk)))] as const;
  });
  return insertBlock(zip, blockOf(pairs));
}

/** As it is, with no regard to what it says. */
export function insertBlock(zip: Buffer, block: Buffer): Buffer {
  const { offset, endRecord } = directoryPlace(zip);
  const signed = Buffer.concat([zip.subarray(0, offset), block, zip.subarray(offset)]);
  signed.writeUInt32LE(offset + block.length, endRecord + block.length + 16);
  return signed;
}

export function blockOf(pairs: readonly (readonly [number, Buffer])[]): Buffer {
  const body = Buffer.concat(
    pairs.map(([id, value]) => Buffer.concat([u64(4 + value.length), u32(id), value])),
  );
  const size = u64(body.length + 24);
  return Buffer.concat([size, body, size, Buffer.from('APK Sig Block 42')]);
}

function signerOf(sections: readonly Buffer[], written: WrittenSigner, hasSdk: boolean): Buffer {
  const { key, attributes = [], sdk = [24, 0x7fffffff], certificate = key.certificate } = written;
  const algorithms = written.algorithms ?? [key.publicKey.asymmetricKeyType === 'rsa' ? 0x0103 : 0x0201];
  const range = ([from, to]: readonly [number, number]): Buffer[] => (hasSdk ? [u32(from), u32(to)] : []);
  const signedData = Buffer.concat([
    prefixed(...algorithms.map((each) => prefixed(u32(each), prefixed(contentDigest(sections, each))))),
    prefixed(prefixed(certificate)),
    ...range(sdk),
    prefixed(...attributes.map(([id, value]) => prefixed(u32(id), value))),
  ]);
  return prefixed(
    prefixed(written.spoil?.(signedData) ?? signedData),
    ...range(written.besideSdk ?? sdk),
    prefixed(
      ...algorithms.map((each) => prefixed(u32(each), prefixed(blockSignature(each, signedData, key)))),
    ),
    prefixed((written.publicKey ?? key.publicKey).export({ type: 'spki', format: 'der' })),
  );
}

const isLongHash = (algorithm: number): boolean => [0x0102, 0x0104, 0x0202].includes(algorithm);

export function blockSignature(algorithm: number, content: Buffer, { privateKey: key }: TestKey): Buffer {
  const name = isLongHash(algorithm) ? 'sha512' : 'sha256';
  const padding = constants.RSA_PKCS1_PSS_PADDING;
  const isPss = algorithm === 0x0101 || algorithm === 0x0102;
  return sign(name, content, { key, ...(isPss ? { padding, saltLength: name === 'sha512' ? 64 : 32 } : {}) });
}

function contentDigest(sections: readonly Buffer[], algorithm: number): Buffer {
  const name = isLongHash(algorithm) ? 'sha512' : 'sha256';
  const chunks = sections.flatMap((section) =>
    Array.from({ length: Math.ceil(section.length / 2 ** 20) }, (_, at) =>
      section.subarray(at * 2 ** 20, (at + 1) * 2 ** 20),
    ),
  );
  const digests = chunks.map((chunk) =>
    hash(name, Buffer.concat([Buffer.from([0xa5]), u32(chunk.length), chunk]), 'buffer'),
  );
  return hash(name, Buffer.concat([Buffer.from([0x5a]), u32(digests.length), ...digests]), 'buffer');
}

/** The attribute of a signer by which its key took the place of others, the oldest first. */
export function lineageOf(keys: readonly TestKey[], algorithm = 0x0201): readonly [number, Buffer] {
  const levels = keys.map((key, at) => {
    const before = keys[at - 1];
    const signed = Buffer.concat([prefixed(key.certificate), u32(before ? algorithm : 0)]);
    const isLast = at === keys.length - 1;
    const signature = before ? blockSignature(algorithm, signed, before) : Buffer.alloc(0);
    return prefixed(prefixed(signed), u32(0x1f), u32(isLast ? 0 : algorithm), prefixed(signature));
  });
  return [0x3ba06f8c, Buffer.concat([u32(1), ...levels])];
}

/** What of a signature of scheme v1 is to be another than it has to be. */
export interface WrittenJar {
  readonly key: TestKey;
  readonly name?: string;
  readonly digest?: 'sha1' | 'sha256';
  readonly announces?: string;
  readonly hasAttributes?: boolean;
  /** Changes the manifest, or the signature file, after they were signed. */
  readonly spoil?: { readonly manifest?: (text: string) => string; readonly file?: (text: string) => string };
  readonly certificate?: Buffer;
}

/** The entries of a jar with the three files of a signature behind them. */
export function withJarSignature(
  entries: readonly WrittenEntry[],
  ...signers: readonly WrittenJar[]
): WrittenEntry[] {
  const [{ digest = 'sha256', spoil } = {}] = signers as readonly Partial<WrittenJar>[];
  const sections = entries.map(({ name, content }) => ({
    name,
    text: sectionOf(name, digest, Buffer.from(content)),
  }));
  const manifest = ['Manifest-Version: 1.0\r\n\r\n', ...sections.map(({ text }) => text)].join('');
  return [
    ...entries,
    { name: 'META-INF/MANIFEST.MF', content: spoil?.manifest?.(manifest) ?? manifest },
    ...signers.flatMap((each) => signatureFiles(manifest, sections, each)),
  ];
}

const HASH_WORDS = { sha1: 'SHA1', sha256: 'SHA-256' } as const;

function sectionOf(name: string, digest: 'sha1' | 'sha256', content: Buffer): string {
  const line = `Name: ${name}`;
  const pieces = [line.slice(0, 70)];
  for (let at = 70; at < line.length; at += 69) pieces.push(line.slice(at, at + 69));
  const said = `${HASH_WORDS[digest]}-Digest: ${hash(digest, content, 'base64')}`;
  return `${pieces.join('\r\n ')}\r\n${said}\r\n\r\n`;
}

function signatureFiles(
  manifest: string,
  sections: readonly { readonly name: string; readonly text: string }[],
  { key, name = 'CERT', digest = 'sha256', announces, hasAttributes, spoil, certificate }: WrittenJar,
): WrittenEntry[] {
  const word = HASH_WORDS[digest];
  const text = [
    'Signature-Version: 1.0\r\n',
    `${word}-Digest-Manifest: ${hash(digest, manifest, 'base64')}\r\n`,
    ...(announces === undefined ? [] : [`X-Android-APK-Signed: ${announces}\r\n`]),
    '\r\n',
    ...sections.map((each) => sectionOf(each.name, digest, Buffer.from(each.text))),
  ].join('');
  const kind = key.publicKey.asymmetricKeyType === 'rsa' ? 'RSA' : 'EC';
  const block = cmsOf(Buffer.from(text), { key, certificate, hasAttributes });
  return [
    { name: `META-INF/${name}.SF`, content: spoil?.file?.(text) ?? text },
    { name: `META-INF/${name}.${kind}`, content: block },
  ];
}

function cmsOf(
  content: Buffer,
  given: {
    readonly key: TestKey;
    readonly certificate: Buffer | undefined;
    readonly hasAttributes: boolean | undefined;
  },
): Buffer {
  const { key, certificate = key.certificate } = given;
  const one = Buffer.from([1]);
  const digest = createHash('sha256').update(content).digest();
  const attributes = [
    derOf(0x30, oid('2a864886f70d010903'), derOf(0x31, oid('2a864886f70d010701'))),
    derOf(0x30, oid('2a864886f70d010904'), derOf(0x31, derOf(4, digest))),
  ];
  const signed = given.hasAttributes ? derOf(0x31, ...attributes) : content;
  const kind = key.publicKey.asymmetricKeyType as 'rsa' | 'ec';
  const signer = derOf(
    0x30,
    derOf(2, one),
    derOf(0x30, issuerOf(certificate), derOf(2, one)),
    SHA256,
    ...(given.hasAttributes ? [derOf(0xa0, ...attributes)] : []),
    kind === 'rsa' ? derOf(0x30, oid('2a864886f70d010101'), NULL) : derOf(0x30, oid('2a8648ce3d0201')),
    derOf(4, sign('sha256', signed, key.privateKey)),
  );
  const data = derOf(
    0x30,
    derOf(2, one),
    derOf(0x31, SHA256),
    derOf(0x30, oid('2a864886f70d010701')),
    derOf(0xa0, certificate),
    derOf(0x31, signer),
  );
  return derOf(0x30, oid('2a864886f70d010702'), derOf(0xa0, data));
}

function issuerOf(certificate: Buffer): Buffer {
  const [body] = derValues(derValueAt(certificate, 0).content);
  return derValues(body!.content)[3]!.whole;
}
