import { ByteReader } from '../archive/byte-reader.ts';
import { directoryPlace } from '../archive/zip-end.ts';
import { formatProblem } from '../fault.ts';
import { readBlockSigner } from './block-signer.ts';
import { sdkRangeDoubts } from './sdk-ranges.ts';
import { type Doubt, judged, type Signature, type SigningScheme, wrongBy } from './signature.ts';
import { SignedContents } from './signed-contents.ts';
import { type SigningBlock, signingBlock } from './signing-block.ts';
import { type JudgedSigner, verifySigner } from './verify-signer.ts';

/** A package whose block of signatures is looked into. */
export interface BlockQuestion {
  readonly bytes: Buffer;
  /** The first API level that the package is for. */
  readonly minSdk: number;
  readonly signal: AbortSignal;
  /** Whether signatures are checked, which reads all of the package, or only who made them is told. */
  readonly verifies: boolean;
}

export interface BlockAnswer {
  readonly signatures: readonly Signature[];
  /** Why the block cannot be read, so that devices find no signature in it. */
  readonly problem?: string;
  /** What it signs, where that is known. */
  readonly contents?: SignedContents;
}

const SCHEMES: ReadonlyMap<number, SigningScheme> = new Map([
  [0x7109871a, 'v2'],
  [0xf05368c0, 'v3'],
  [0x1b93ad61, 'v3.1'],
]);
/** As many as Android takes. */
const MOST_SIGNERS = 10;

/** The signatures of the schemes from v2 on, each with what came of it. Throws for no bytes that are a zip. */
export async function blockSignatures(question: BlockQuestion): Promise<BlockAnswer> {
  const { bytes, signal, verifies } = question;
  const place = directoryPlace(bytes);
  let block: SigningBlock | undefined;
  let contents: SignedContents | undefined;
  try {
    block = signingBlock(bytes, place.offset);
    if (block && verifies) contents = new SignedContents(bytes, block.offset, place, signal);
  } catch (error) {
    return { signatures: [], problem: formatProblem(error) };
  }
  const read: ReadScheme[] = [];
  for (const [id, value] of block?.parts ?? []) {
    const scheme = SCHEMES.get(id);
    if (scheme) read.push({ scheme, ...(await readScheme(value, scheme, contents)) });
  }
  const signatures = read.map((each) => signatureOf(each, read, question.minSdk));
  return { signatures, ...(contents ? { contents } : {}) };
}

interface ReadScheme {
  readonly scheme: SigningScheme;
  readonly signers: readonly JudgedSigner[];
  readonly doubts: readonly Doubt[];
}

async function readScheme(
  value: Buffer,
  scheme: SigningScheme,
  contents: SignedContents | undefined,
): Promise<Omit<ReadScheme, 'scheme'>> {
  const signers: JudgedSigner[] = [];
  const doubts: Doubt[] = [];
  try {
    const parts = new ByteReader(value).prefixedList(MOST_SIGNERS);
    if (parts.length === 0) doubts.push(wrongBy('it has no signer'));
    for (const part of parts)
      signers.push(await verifySigner(readBlockSigner(part, scheme !== 'v2'), contents));
  } catch (error) {
    doubts.push(wrongBy(formatProblem(error)));
  }
  return { signers, doubts: [...doubts, ...signers.flatMap((each) => each.doubts)] };
}

function signatureOf(
  { scheme, signers, doubts }: ReadScheme,
  all: readonly ReadScheme[],
  minSdk: number,
): Signature {
  const isRepeated = all.filter((each) => each.scheme === scheme).length > 1;
  const ranges = sdkRangeDoubts(scheme, { signers, all, minSdk });
  return {
    scheme,
    signers: signers.map(({ signer }) => signer),
    ...judged([
      ...(isRepeated ? [wrongBy('the block of signatures has it twice')] : []),
      ...doubts,
      // Of signers that could not be read, nobody knows for whom they are.
      ...(doubts.some(({ kind }) => kind === 'wrong') ? [] : ranges),
    ]),
    weaknesses: unique(signers.flatMap(({ weaknesses }) => weaknesses)),
    expects: unique(signers.flatMap(({ expects }) => expects)),
  };
}

function unique<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}
