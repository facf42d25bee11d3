import { type Doubt, type SigningScheme, wrongBy } from './signature.ts';
import type { JudgedSigner } from './verify-signer.ts';

/** The first API level whose devices know a scheme. */
export const FIRST_SDK: Readonly<Record<Exclude<SigningScheme, 'v4'>, number>> = {
  v1: 1,
  v2: 24,
  v3: 28,
  'v3.1': 33,
};

interface Ranges {
  readonly signers: readonly JudgedSigner[];
  readonly all: readonly { readonly scheme: SigningScheme; readonly signers: readonly JudgedSigner[] }[];
  readonly minSdk: number;
}

const NO_LIMIT = Number.POSITIVE_INFINITY;

/** From scheme v3 on, each device takes the signer for its API level: there has to be one, and one alone. */
export function sdkRangeDoubts(scheme: SigningScheme, { signers, all, minSdk }: Ranges): Doubt[] {
  if (scheme !== 'v3' && scheme !== 'v3.1') return [];
  const ranges = signers.map(({ signer: { minSdk: from = 0, maxSdk: to = NO_LIMIT } }) => ({ from, to }));
  ranges.sort((a, b) => a.from - b.from);
  if (ranges.some(({ from, to }) => to < from)) return [wrongBy('a signer is for no API level')];
  const first = ranges[0]?.from ?? 0;
  const rotation = rotationStart(all);
  const [start, end] = scheme === 'v3' ? [Math.max(FIRST_SDK.v3, minSdk), rotation - 1] : [first, NO_LIMIT];
  return [
    ...gapDoubts(ranges, start, end),
    ...(scheme === 'v3' ? announcementDoubts(signers, rotation) : []),
  ];
}

/** The first API level that takes scheme v3.1, where the package has it. */
function rotationStart(all: Ranges['all']): number {
  const signers = all.find(({ scheme }) => scheme === 'v3.1')?.signers ?? [];
  return Math.min(NO_LIMIT, ...signers.map(({ signer }) => signer.minSdk ?? NO_LIMIT));
}

function gapDoubts(
  ranges: readonly { readonly from: number; readonly to: number }[],
  start: number,
  end: number,
): Doubt[] {
  let next = start;
  const doubts: Doubt[] = [];
  for (const [at, { from, to }] of ranges.entries()) {
    if (at > 0 && from <= ranges[at - 1]!.to) doubts.push(wrongBy(`two signers are for API level ${from}`));
    if (from > next) doubts.push(wrongBy(`no signer is for API level ${next}`));
    next = Math.max(next, to + 1);
  }
  if (next < end + 1) doubts.push(wrongBy(`no signer is for API level ${next}`));
  return doubts;
}

/** That scheme v3.1 is gone is told apart. */
function announcementDoubts(signers: readonly JudgedSigner[], rotation: number): Doubt[] {
  const announced = signers.find(({ rotatesAt }) => rotatesAt !== undefined)?.rotatesAt;
  if (announced === undefined || rotation === NO_LIMIT || announced === rotation) return [];
  return [
    wrongBy(`it says that scheme v3.1 begins with API level ${announced}, and that begins with ${rotation}`),
  ];
}
