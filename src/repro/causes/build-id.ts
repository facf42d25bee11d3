import type { Cause } from '../model.ts';

/** A note of type 3 (NT_GNU_BUILD_ID), after the length of its content. */
const GNU_NOTE = Buffer.from('03000000474e5500', 'hex');
const MAX_ID_BYTES = 64;

/** Where an ELF file has its build id; `undefined` for what has none. */
export function buildIdOf(bytes: Buffer): { readonly from: number; readonly to: number } | undefined {
  if (bytes.toString('latin1', 0, 4) !== '\x7fELF') return undefined;
  const note = bytes.indexOf(GNU_NOTE);
  if (note < 4) return undefined;
  const length = bytes.readUInt32LE(note - 4);
  const from = note + GNU_NOTE.length;
  return length > 0 && length <= MAX_ID_BYTES && from + length <= bytes.length
    ? { from, to: from + length }
    : undefined;
}

/** Two libraries of one length that differ in their build ids alone: these were made from what is no longer in the file. */
export function buildIdAlone(a: Buffer, b: Buffer): Cause | undefined {
  const [inA, inB] = [buildIdOf(a), buildIdOf(b)];
  if (!inA || !inB || inA.from !== inB.from || inA.to !== inB.to) return undefined;
  const { from, to } = inA;
  if (!a.subarray(0, from).equals(b.subarray(0, from)) || !a.subarray(to).equals(b.subarray(to)))
    return undefined;
  const id = (bytes: Buffer): string => bytes.toString('hex', from, to);
  const text = `the build id alone, made before debugging information was taken out (often from its paths), or at random: ${id(a)} and ${id(b)}`;
  return { kind: 'build id', text };
}
