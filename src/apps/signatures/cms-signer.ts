import { hash, type KeyObject } from 'node:crypto';
import { type DerValue, derOctets, derValueAt, derValues } from '../../base/index.ts';
import { readCertificate } from '../archive/certificate.ts';
import { wrong } from '../fault.ts';
import { type Doubt, unknownBy, wrongBy } from './signature.ts';
import { type HashName, keyDoubts, keyWeaknesses, type SignatureAlgorithm } from './signature-algorithm.ts';

/** What came of one signer of a CMS `SignedData` over a content that lies beside it. */
export interface JudgedCmsSigner {
  /** X.509 of the key; absent where the signer names none that is there. */
  readonly certificate?: Buffer;
  readonly doubts: readonly Doubt[];
  readonly weaknesses: readonly string[];
  /** What the content was digested with. */
  readonly hash?: HashName;
}

const DIGESTS: ReadonlyMap<string, HashName> = new Map([
  ['1.2.840.113549.2.5', 'md5'],
  ['1.3.14.3.2.26', 'sha1'],
  ['2.16.840.1.101.3.4.2.4', 'sha224'],
  ['2.16.840.1.101.3.4.2.1', 'sha256'],
  ['2.16.840.1.101.3.4.2.2', 'sha384'],
  ['2.16.840.1.101.3.4.2.3', 'sha512'],
]);

type Key = SignatureAlgorithm['key'];

/** Without a digest, that of the content counts. */
const SIGNATURES: ReadonlyMap<string, { readonly key: Key; readonly hash?: HashName }> = new Map([
  ['1.2.840.113549.1.1.1', { key: 'rsa' }],
  ['1.2.840.113549.1.1.4', { key: 'rsa', hash: 'md5' }],
  ['1.2.840.113549.1.1.5', { key: 'rsa', hash: 'sha1' }],
  ['1.2.840.113549.1.1.14', { key: 'rsa', hash: 'sha224' }],
  ['1.2.840.113549.1.1.11', { key: 'rsa', hash: 'sha256' }],
  ['1.2.840.113549.1.1.12', { key: 'rsa', hash: 'sha384' }],
  ['1.2.840.113549.1.1.13', { key: 'rsa', hash: 'sha512' }],
  ['1.2.840.10040.4.1', { key: 'dsa' }],
  ['1.2.840.10040.4.3', { key: 'dsa', hash: 'sha1' }],
  ['2.16.840.1.101.3.4.3.1', { key: 'dsa', hash: 'sha224' }],
  ['2.16.840.1.101.3.4.3.2', { key: 'dsa', hash: 'sha256' }],
  ['1.2.840.10045.2.1', { key: 'ec' }],
  ['1.2.840.10045.4.1', { key: 'ec', hash: 'sha1' }],
  ['1.2.840.10045.4.3.1', { key: 'ec', hash: 'sha224' }],
  ['1.2.840.10045.4.3.2', { key: 'ec', hash: 'sha256' }],
  ['1.2.840.10045.4.3.3', { key: 'ec', hash: 'sha384' }],
  ['1.2.840.10045.4.3.4', { key: 'ec', hash: 'sha512' }],
]);

const MESSAGE_DIGEST = '1.2.840.113549.1.9.4';
const SET = 0x31;
const ATTRIBUTES = 0xa0;

/** Checks a `SignerInfo` (RFC 5652) over `content`. Throws where it does not hold together. */
export function judgeCmsSigner(
  info: Buffer,
  certificates: readonly Buffer[],
  content: Buffer,
): JudgedCmsSigner {
  const [, sid, digestAlgorithm, ...rest] = derValues(info);
  const attributes = rest[0]?.tag === ATTRIBUTES ? rest[0] : undefined;
  const [signatureAlgorithm, signature] = attributes ? rest.slice(1) : rest;
  if (!sid || !digestAlgorithm || !signatureAlgorithm || !signature) wrong('a signer of it is not whole');
  const certificate = certificateFor(sid, certificates);
  if (!certificate)
    return { doubts: [wrongBy('the certificate that its signer names is not there')], weaknesses: [] };
  const key = readCertificate(certificate).publicKey;
  const judged = { certificate, weaknesses: keyWeaknesses(key) };
  const digest = DIGESTS.get(algorithmId(digestAlgorithm));
  const named = SIGNATURES.get(algorithmId(signatureAlgorithm));
  if (!digest || !named) {
    const [one, two] = [algorithmId(digestAlgorithm), algorithmId(signatureAlgorithm)];
    return { ...judged, doubts: [unknownBy(`its algorithms are not known (${one}, ${two})`)] };
  }
  const algorithm = { key: named.key, hash: named.hash ?? digest };
  const signed = { attributes, signature: derOctets(signature), content };
  return { ...judged, hash: digest, doubts: doubtsOf(algorithm, key, { ...signed, digest }) };
}

interface CmsSigned {
  readonly attributes: DerValue | undefined;
  readonly signature: Buffer;
  readonly content: Buffer;
  readonly digest: HashName;
}

/** What is signed is the content, or attributes of which one is its digest. */
function doubtsOf(algorithm: SignatureAlgorithm, key: KeyObject, signed: CmsSigned): Doubt[] {
  const { attributes, signature, content, digest } = signed;
  if (!attributes) return keyDoubts(algorithm, key, { content, signature });
  const isOfContent = hash(digest, content, 'buffer').equals(messageDigest(attributes));
  const bytes = Buffer.concat([Buffer.from([SET]), attributes.whole.subarray(1)]);
  return [
    ...(isOfContent ? [] : [wrongBy('its signature is over another signature file')]),
    ...keyDoubts(algorithm, key, { content: bytes, signature }),
  ];
}

function messageDigest({ content }: DerValue): Buffer {
  for (const attribute of derValues(content)) {
    const [id, values] = derValues(attribute.content);
    if (id && values && oidText(id.content) === MESSAGE_DIGEST)
      return derOctets(derValueAt(values.content, 0));
  }
  return Buffer.alloc(0);
}

/** By issuer and number; a signer that names the key by an identifier of its own means the one that there is. */
function certificateFor(sid: DerValue, certificates: readonly Buffer[]): Buffer | undefined {
  if (sid.tag !== 0x30) return certificates.length === 1 ? certificates[0] : undefined;
  const [issuer, serial] = derValues(sid.content);
  return certificates.find((certificate) => {
    const [body] = derValues(derValueAt(certificate, 0).content);
    const fields = derValues(body?.content ?? Buffer.alloc(0)).filter(({ tag }) => tag !== 0xa0);
    return isSame(fields[0], serial) && isSame(fields[2], issuer);
  });
}

function isSame(a: DerValue | undefined, b: DerValue | undefined): boolean {
  return a !== undefined && b !== undefined && a.whole.equals(b.whole);
}

function algorithmId(algorithm: DerValue): string {
  return oidText(derValueAt(algorithm.content, 0).content);
}

/** `1.2.840.113549.2.5` */
function oidText(bytes: Buffer): string {
  const numbers: number[] = [];
  let number = 0;
  for (const byte of bytes) {
    number = number * 128 + (byte & 0x7f);
    if (byte & 0x80) continue;
    numbers.push(number);
    number = 0;
  }
  const [first = 0, ...rest] = numbers;
  const root = Math.min(2, Math.floor(first / 40));
  return [root, first - root * 40, ...rest].join('.');
}
