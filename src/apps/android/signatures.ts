import { type CertificateFacts, certificateFacts, signerFirst } from '../archive/certificate.ts';
import { readSignedData } from '../archive/signed-data.ts';
import { wrong } from '../fault.ts';

export type SigningScheme = 'v1' | 'v2' | 'v3' | 'v3.1' | 'v4';

export interface Signature {
  readonly scheme: SigningScheme;
  /** Of each signer, the certificate that the key belongs to. */
  readonly signers: readonly CertificateFacts[];
}

const MAGIC = Buffer.from('APK Sig Block 42', 'latin1');
const FOOTER_BYTES = 24;
const SCHEMES: ReadonlyMap<number, SigningScheme> = new Map([
  [0x7109871a, 'v2'],
  [0xf05368c0, 'v3'],
  [0x1b93ad61, 'v3.1'],
]);

/** Files of a jar's signature that hold certificates. */
export const V1_SIGNATURE = /^META-INF\/[^/]+\.(?:RSA|DSA|EC)$/i;

/** The schemes in the block before a zip's directory. That signatures hold is not checked. */
export function blockSignatures(bytes: Buffer, directoryOffset: number): Signature[] {
  const signatures: Signature[] = [];
  for (const [id, value] of blockParts(bytes, directoryOffset)) {
    const scheme = SCHEMES.get(id);
    if (scheme) signatures.push({ scheme, signers: signersOf(value) });
  }
  return signatures;
}

/** Of all signatures, each certificate once. */
export function certificatesOf(signatures: readonly Signature[]): CertificateFacts[] {
  const signers = signatures.flatMap((each) => each.signers);
  return [...new Map(signers.map((each) => [each.sha256, each])).values()];
}

export function jarSignature(file: Buffer): Signature {
  const certificates = readSignedData(file).certificates.map(certificateFacts);
  return { scheme: 'v1', signers: signerFirst(certificates).slice(0, 1) };
}

/** Of the file with `.idsig` behind the name: version, how it was hashed, who signed it. */
export function separateSignature(file: Buffer): Signature {
  const [, signing] = prefixed(file.subarray(4), 2);
  const [, certificate] = prefixed(signing ?? wrong('it names no signer'), 2);
  return { scheme: 'v4', signers: [certificateFacts(certificate ?? wrong('it has no certificate'))] };
}

/** What the block before a zip's directory holds, by numbers: signatures, padding, lists of others. Nothing where there is none. */
export function* blockParts(bytes: Buffer, directoryOffset: number): Generator<[number, Buffer]> {
  const footer = directoryOffset - FOOTER_BYTES;
  if (footer < 8 || !bytes.subarray(footer + 8, directoryOffset).equals(MAGIC)) return;
  const sizeBytes = Number(bytes.readBigUInt64LE(footer));
  const start = directoryOffset - sizeBytes - 8;
  if (start < 0 || Number(bytes.readBigUInt64LE(start)) !== sizeBytes)
    wrong('the block of signatures has two sizes');
  for (let at = start + 8; at < footer; ) {
    const length = Number(bytes.readBigUInt64LE(at));
    if (length < 4 || at + 8 + length > footer) wrong('the block of signatures has a part that leaves it');
    yield [bytes.readUInt32LE(at + 8), bytes.subarray(at + 12, at + 8 + length)];
    at += 8 + length;
  }
}

/** Of each signer: its signed data holds digests, then certificates, the first of which is that of the key. */
function signersOf(value: Buffer): CertificateFacts[] {
  return prefixed(prefixed(value)[0] ?? value.subarray(0, 0)).map((signer) => {
    const [signedData] = prefixed(signer, 1);
    const [, certificates] = prefixed(signedData ?? wrong('a signer has signed nothing'), 2);
    const [first] = prefixed(certificates ?? wrong('a signer has no certificate'), 1);
    return certificateFacts(first ?? wrong('a signer has no certificate'));
  });
}

/** Parts that stand one behind the other, each behind its length; what follows the first `count` has another form. */
function prefixed(bytes: Buffer, count = Number.POSITIVE_INFINITY): Buffer[] {
  const parts: Buffer[] = [];
  for (let at = 0; at < bytes.length && parts.length < count; ) {
    const length = bytes.readUInt32LE(at);
    if (at + 4 + length > bytes.length) wrong('a part of a signature leaves what holds it');
    parts.push(bytes.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return parts;
}
