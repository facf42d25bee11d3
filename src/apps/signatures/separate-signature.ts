import { ByteReader } from '../archive/byte-reader.ts';
import { certificateFacts } from '../archive/certificate.ts';
import { formatProblem } from '../fault.ts';
import { merkleRoot } from './content-digest.ts';
import { type Doubt, judged, type Signature, unknownBy, wrongBy } from './signature.ts';
import {
  BLOCK_ALGORITHMS,
  certificateDoubts,
  keyDoubts,
  keyWeaknesses,
  publicKeyOf,
} from './signature-algorithm.ts';
import type { ContentDigest, SignedContents } from './signed-contents.ts';

/** The package that the signature lies beside. */
interface Signed {
  readonly bytes: Buffer;
  /** As the signatures inside have it; absent where nothing is to be verified. */
  readonly contents?: SignedContents;
  readonly signal: AbortSignal;
}

interface Parts {
  readonly version: number;
  readonly hashing: Buffer;
  readonly salt: Buffer;
  readonly root: Buffer;
  readonly apkDigest: Buffer;
  readonly certificate: Buffer;
  readonly additional: Buffer;
  readonly publicKey: Buffer;
  readonly algorithm: number;
  readonly signature: Buffer;
  readonly hasMore: boolean;
}

const VERSION = 2;
/** SHA-256, and pages of 4096 bytes. */
const HASHING = Buffer.from([1, 0, 0, 0, 12]);

/** Scheme v4, of the file with `.idsig` behind the name: a tree of digests by which a package is checked while it comes. */
export async function separateSignature(file: Buffer, signed: Signed): Promise<Signature> {
  const nothing = { scheme: 'v4', signers: [], weaknesses: [], expects: [] } as const;
  try {
    const parts = readParts(file);
    const signers = [certificateFacts(parts.certificate)];
    if (!signed.contents)
      return { ...nothing, signers, ...judged([unknownBy('nothing inside was verified')]) };
    const doubts = await doubtsOf(parts, signed, signed.contents);
    return {
      ...nothing,
      signers,
      ...judged(doubts),
      weaknesses: keyWeaknesses(publicKeyOf(parts.publicKey)),
    };
  } catch (error) {
    return { ...nothing, ...judged([wrongBy(`the .idsig beside it: ${formatProblem(error)}`)]) };
  }
}

function readParts(file: Buffer): Parts {
  const reader = new ByteReader(file);
  const version = reader.u32();
  const tree = new ByteReader(reader.prefixed());
  const hashing = tree.take(HASHING.length);
  const [salt, root] = [tree.prefixed(), tree.prefixed()];
  const signing = new ByteReader(reader.prefixed());
  const [apkDigest, certificate, additional] = [signing.prefixed(), signing.prefixed(), signing.prefixed()];
  const publicKey = signing.prefixed();
  const algorithm = signing.u32();
  const signature = signing.prefixed();
  const named = { version, hashing, salt, root, apkDigest, certificate, additional };
  return { ...named, publicKey, algorithm, signature, hasMore: !signing.isAtEnd };
}

/** By its length. */
const DIGESTS: ReadonlyMap<number, ContentDigest> = new Map([
  [32, 'sha256'],
  [40, 'verity'],
  [64, 'sha512'],
]);

async function doubtsOf(parts: Parts, { bytes, signal }: Signed, contents: SignedContents): Promise<Doubt[]> {
  const { version, hashing, salt, root, apkDigest, hasMore } = parts;
  const algorithm = BLOCK_ALGORITHMS.get(parts.algorithm);
  if (version !== VERSION) return [unknownBy(`it has version ${version}`)];
  if (!hashing.equals(HASHING) || salt.length > 0)
    return [unknownBy('its tree of digests is of another kind')];
  if (!algorithm) return [unknownBy(`the algorithm 0x${parts.algorithm.toString(16)} is not known`)];
  const key = publicKeyOf(parts.publicKey);
  const signed = { content: signedData(parts, bytes.length), signature: parts.signature };
  const kind = DIGESTS.get(apkDigest.length);
  const isRoot = root.equals(await merkleRoot([bytes], salt, signal));
  const isDigest = kind !== undefined && apkDigest.equals(await contents.digest(kind));
  return [
    ...certificateDoubts(parts.certificate, key),
    ...keyDoubts(algorithm, key, signed),
    ...(isRoot ? [] : [wrongBy('the package is not the one that was signed (another root of the tree)')]),
    ...(isDigest ? [] : [wrongBy('it is of another package than the signatures inside')]),
    ...(hasMore ? [{ kind: 'left-out' as const, text: 'its other signer, for other devices' }] : []),
  ];
}

function signedData(parts: Parts, fileBytes: number): Buffer {
  const { hashing, salt, root, apkDigest, certificate, additional } = parts;
  const fields = [salt, root, apkDigest, certificate, additional].flatMap((each) => {
    const length = Buffer.alloc(4);
    length.writeUInt32LE(each.length);
    return [length, each];
  });
  const head = Buffer.alloc(12);
  head.writeBigUInt64LE(BigInt(fileBytes), 4);
  const data = Buffer.concat([head, hashing, ...fields]);
  data.writeUInt32LE(data.length);
  return data;
}
