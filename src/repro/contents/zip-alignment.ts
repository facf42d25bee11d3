import type { Alignment } from './archive.ts';

/** A member as it lies in a zip. */
export interface StoredPlace {
  readonly name: string;
  /** What stands in the header before the content, beside the name. */
  readonly extra: Buffer;
  /** Where its content begins. */
  readonly from: number;
  readonly isStored: boolean;
}

/** A page of 16 KiB is the most that anybody aligns to. */
const MOST = 16 * 1024;
/** As apksigner and newer zipaligns write it, little end first. */
const PADDING_FIELD = Buffer.from('35d9', 'hex');

export function alignmentOf(members: readonly StoredPlace[]): Alignment | undefined {
  const stored = members.filter(({ isStored }) => isStored);
  if (stored.length === 0) return undefined;
  const isPadded = stored.some(({ extra }) => isPadding(extra));
  const isNative = ({ name }: StoredPlace): boolean => /^(?:base\/)?lib\/.*\.so$/.test(name);
  return {
    isPadded,
    stored: leastMultiple(stored.filter((each) => !isNative(each))),
    native: leastMultiple(stored.filter(isNative)),
  };
}

function isPadding(extra: Buffer): boolean {
  return (
    extra.length > 0 && (extra.subarray(0, 2).equals(PADDING_FIELD) || extra.every((byte) => byte === 0))
  );
}

function leastMultiple(members: readonly StoredPlace[]): number | undefined {
  if (members.length === 0) return undefined;
  let least = MOST;
  for (const { from } of members) while (from % least !== 0) least /= 2;
  return least;
}

/** Four bytes are all that zipalign promises of files that are no libraries. */
const PLAIN = 4;

/** How two archives are aligned, where it is another way and at least one of them was aligned on purpose. */
export function alignmentText(a: Alignment | undefined, b: Alignment | undefined): string | undefined {
  if (!a || !b || (!a.isPadded && !b.isPadded)) return undefined;
  const plain = (of: Alignment): number => Math.min(PLAIN, of.stored ?? PLAIN);
  const isSame = plain(a) === plain(b) && a.native === b.native;
  return isSame
    ? undefined
    : `${wordsOf(a, plain(a))} in the first build, ${wordsOf(b, plain(b))} in the second`;
}

function wordsOf({ native }: Alignment, plain: number): string {
  const files = plain === 1 ? 'stored members begin anywhere' : `stored members at multiples of ${plain}`;
  return native === undefined ? files : `${files}, native libraries at multiples of ${native}`;
}
