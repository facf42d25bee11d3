import { wrong } from '../fault.ts';

/** What stands before a zip's directory: signatures, padding, lists of others. */
export interface SigningBlock {
  /** Where it begins, which is where the contents of the zip end. */
  readonly offset: number;
  /** By numbers, in their order. */
  readonly parts: readonly (readonly [number, Buffer])[];
}

const MAGIC = Buffer.from('APK Sig Block 42', 'latin1');
const FOOTER_BYTES = 24;
/** Real packages have about five. */
const MOST_PARTS = 1000;

/** The block of signatures; `undefined` where there is none. Throws a `FormatError` where it does not hold together. */
export function signingBlock(bytes: Buffer, directoryOffset: number): SigningBlock | undefined {
  const footer = directoryOffset - FOOTER_BYTES;
  if (footer < 8 || !bytes.subarray(footer + 8, directoryOffset).equals(MAGIC)) return undefined;
  const sizeBytes = Number(bytes.readBigUInt64LE(footer));
  const offset = directoryOffset - sizeBytes - 8;
  if (offset < 0 || offset + 8 > footer || Number(bytes.readBigUInt64LE(offset)) !== sizeBytes)
    wrong('the block of signatures has two sizes');
  return { offset, parts: partsOf(bytes, offset + 8, footer) };
}

function partsOf(bytes: Buffer, from: number, end: number): (readonly [number, Buffer])[] {
  const parts: (readonly [number, Buffer])[] = [];
  for (let at = from; at < end; ) {
    if (parts.length >= MOST_PARTS) wrong(`the block of signatures has more than ${MOST_PARTS} parts`);
    const length = at + 8 > end ? 0 : Number(bytes.readBigUInt64LE(at));
    if (length < 4 || at + 8 + length > end) wrong('the block of signatures has a part that leaves it');
    parts.push([bytes.readUInt32LE(at + 8), bytes.subarray(at + 12, at + 8 + length)]);
    at += 8 + length;
  }
  return parts;
}
