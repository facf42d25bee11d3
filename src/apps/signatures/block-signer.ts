import { ByteReader } from '../archive/byte-reader.ts';
import { wrong } from '../fault.ts';

/** API levels of devices, both of them included. */
export interface SdkRange {
  readonly minSdk: number;
  readonly maxSdk: number;
}

/** A digest or a signature, by the number of its algorithm. */
export interface Numbered {
  readonly algorithm: number;
  readonly bytes: Buffer;
}

/** What one signer says in a block of signatures, as it stands there. */
export interface BlockSigner {
  readonly signedData: Buffer;
  readonly digests: readonly Numbered[];
  /** X.509; that of the key comes first. */
  readonly certificates: readonly Buffer[];
  readonly attributes: ReadonlyMap<number, Buffer>;
  /** In what is signed and beside it, from scheme v3 on. */
  readonly signedSdk?: SdkRange;
  readonly sdk?: SdkRange;
  readonly signatures: readonly Numbered[];
  readonly publicKey: Buffer;
}

/** Real signers have two at most. */
const MOST_SIGNATURES = 20;
const MOST_CERTIFICATES = 20;

/** Throws a `FormatError` or `RangeError` where the signer does not hold together. */
export function readBlockSigner(bytes: Buffer, hasSdk: boolean): BlockSigner {
  const signer = new ByteReader(bytes);
  const signedData = signer.prefixed();
  const sdk = hasSdk ? { sdk: sdkRange(signer) } : {};
  const signatures = numbered(signer);
  const publicKey = signer.prefixed();
  return { signedData, ...sdk, ...readSignedPart(signedData, hasSdk), signatures, publicKey };
}

function readSignedPart(
  signedData: Buffer,
  hasSdk: boolean,
): Pick<BlockSigner, 'digests' | 'certificates' | 'signedSdk' | 'attributes'> {
  const reader = new ByteReader(signedData);
  const digests = numbered(reader);
  const certificates = reader.prefixedList(MOST_CERTIFICATES);
  const signedSdk = hasSdk ? { signedSdk: sdkRange(reader) } : {};
  return { digests, certificates, ...signedSdk, attributes: readAttributes(reader) };
}

function sdkRange(reader: ByteReader): SdkRange {
  const minSdk = reader.u32();
  return { minSdk, maxSdk: reader.u32() };
}

function numbered(reader: ByteReader): Numbered[] {
  return reader.prefixedList(MOST_SIGNATURES).map((each) => {
    const part = new ByteReader(each);
    return { algorithm: part.u32(), bytes: part.prefixed() };
  });
}

function readAttributes(reader: ByteReader): ReadonlyMap<number, Buffer> {
  const attributes = new Map<number, Buffer>();
  for (const each of reader.prefixedList(MOST_SIGNATURES)) {
    const part = new ByteReader(each);
    const id = part.u32();
    if (attributes.has(id)) wrong('a signer has an attribute twice');
    attributes.set(id, part.rest());
  }
  return attributes;
}
