import { counted } from '../../base/index.ts';
import { dosTime } from '../contents/zip-members.ts';
import type { Cause, Side } from '../model.ts';
import { buildIdAlone, buildIdOf } from './build-id.ts';
import type { CauseContext } from './context.ts';
import { merged, textCauses } from './text-causes.ts';
import { isOfBuild, timesIn } from './times.ts';

interface Region {
  readonly from: number;
  readonly to: number;
}

/** More is not looked into: the first ones tell as much. */
const MAX_REGIONS = 400;
/** Of one region. */
const MAX_PIECES = 100;
/** Of longer contents it is not asked whether only the order of their bytes differs. */
const MAX_ORDER_BYTES = 64 * 2 ** 20;
/** Bytes that happen to be equal within one value. */
const JOIN_BYTES = 4;

/** Why two contents that are no texts differ; never empty. */
export function binaryCauses(a: Buffer, b: Buffer, context: CauseContext): Cause[] {
  if (a.length !== b.length) return shiftedCauses(a, b, context);
  const alone = buildIdAlone(a, b);
  if (alone) return [alone];
  const regions = differingRegions(a, b);
  const found = merged(
    regions.slice(0, MAX_REGIONS).flatMap((region) => regionCauses(a, b, region, context)),
  );
  if (!found.some(({ kind }) => kind === 'unknown')) return found;
  if (a.length > MAX_ORDER_BYTES) return found;
  const [countsA, countsB] = [countsOf(a), countsOf(b)];
  const isOrder = a.length >= 16 && countsA.every((count, byte) => count === countsB[byte]);
  if (!isOrder) return found;
  const order: Cause = { kind: 'order', text: 'the same bytes in another order' };
  return [order, ...found.filter(({ kind }) => kind !== 'unknown' && kind !== 'order')];
}

/** How often each byte is there. */
function countsOf(bytes: Buffer): Uint32Array {
  const counts = new Uint32Array(256);
  for (let at = 0; at < bytes.length; at++) counts[bytes[at]!]!++;
  return counts;
}

/** Equal stretches of this length are passed over at once. */
const STRETCH_BYTES = 4096;

function differingRegions(a: Buffer, b: Buffer): Region[] {
  const regions: { from: number; to: number }[] = [];
  for (let from = 0; from < a.length && regions.length <= MAX_REGIONS; from += STRETCH_BYTES) {
    const to = Math.min(a.length, from + STRETCH_BYTES);
    if (a.compare(b, from, to, from, to) !== 0) addRegions(regions, { a, b, from, to });
  }
  return regions;
}

function addRegions(
  regions: { from: number; to: number }[],
  { a, b, from, to }: { readonly a: Buffer; readonly b: Buffer; readonly from: number; readonly to: number },
): void {
  for (let at = from; at < to; at++) {
    if (a[at] === b[at]) continue;
    const last = regions.at(-1);
    if (last && at - last.to <= JOIN_BYTES) last.to = at + 1;
    else regions.push({ from: at, to: at + 1 });
  }
}

function regionCauses(a: Buffer, b: Buffer, region: Region, context: CauseContext): Cause[] {
  const whole = formatCause(a, region) ?? timeCause(a, b, region, context);
  if (whole) return [whole];
  const causes: Cause[] = [];
  for (let at = region.from; at < region.to && causes.length < MAX_PIECES; ) {
    const text = textAround(a, b, at);
    if (text) causes.push(...textCauses(text.a, text.b, context));
    else if (a[at] !== b[at]) causes.push(unknownBytes(a, b, { from: at, to: region.to }));
    at = text?.end ?? at + 1;
  }
  return merged(causes);
}

function unknownBytes(a: Buffer, b: Buffer, region: Region): Cause {
  const what = `${counted(region.to - region.from, 'byte')} at ${region.from}`;
  return { kind: 'unknown', text: `${what}: 0x${hex(a, region)} and 0x${hex(b, region)}` };
}

const MAX_HEX_BYTES = 16;

function hex(bytes: Buffer, { from, to }: Region): string {
  const shown = bytes.subarray(from, Math.min(to, from + MAX_HEX_BYTES)).toString('hex');
  return to - from > MAX_HEX_BYTES ? `${shown}…` : shown;
}

/** Fields that are made from all the rest of a file. */
function formatCause(bytes: Buffer, { from, to }: Region): Cause | undefined {
  if (bytes.toString('latin1', 0, 4) === 'dex\n' && to <= 32)
    return { kind: 'follows', text: 'the checksum and the signature in the header of the dex file' };
  const id = buildIdOf(bytes);
  if (id && from >= id.from && to <= id.to)
    return { kind: 'follows', text: 'the build id, a digest of the rest of the file' };
  return undefined;
}

type ReadTime = (bytes: Buffer, at: number) => number;

/** Milliseconds since 1970, as files have them. */
const TIME_FORMS: readonly (readonly [bytes: number, read: ReadTime])[] = [
  [4, (bytes, at) => bytes.readUInt32LE(at) * 1000],
  [4, (bytes, at) => bytes.readUInt32BE(at) * 1000],
  ...[1000, 1, 1e-3, 1e-6].flatMap((scale): (readonly [number, ReadTime])[] => [
    [8, (bytes, at) => Number(bytes.readBigUInt64LE(at)) * scale],
    [8, (bytes, at) => Number(bytes.readBigUInt64BE(at)) * scale],
  ]),
];

/** A number at or just before the region that is, on both sides, a moment of that build. */
function timeCause(a: Buffer, b: Buffer, { from, to }: Region, { sides }: CauseContext): Cause | undefined {
  // Of builds that nobody watched any number may be a time, and any other one as well.
  if (to - from > 8 || sides.areUnwatched) return undefined;
  for (const [length, read] of TIME_FORMS) {
    for (let at = Math.max(0, to - length); at <= from && at + length <= a.length; at++) {
      const [one, two] = [read(a, at), read(b, at)];
      if (isMoment(one, sides.a) && isMoment(two, sides.b)) return binaryTime(at, isoText(one), isoText(two));
    }
  }
  for (let at = Math.max(0, to - 4); at <= from && at + 4 <= a.length; at++) {
    const [one, two] = [dosAt(a, at), dosAt(b, at)];
    const isTime = (text: string, side: Side): boolean => timesIn(text).some((time) => isOfBuild(time, side));
    if (isTime(one, sides.a) && isTime(two, sides.b)) return binaryTime(at, one, two);
  }
  return undefined;
}

function dosAt(bytes: Buffer, at: number): string {
  return dosTime(bytes.readUInt16LE(at + 2), bytes.readUInt16LE(at));
}

function isMoment(ms: number, side: Side): boolean {
  return isOfBuild({ ms, hasZone: true, stepMs: 1000 }, side);
}

function isoText(ms: number): string {
  return new Date(ms).toISOString();
}

function binaryTime(at: number, one: string, two: string): Cause {
  return { kind: 'time', text: `the time of the build as a number at byte ${at}: ${one} and ${two}` };
}

const MIN_TEXT = 4;
const MAX_TEXT = 400;

/** The printable text that a byte stands in, and where it ends, where both sides have one. */
function textAround(a: Buffer, b: Buffer, at: number): { a: string; b: string; end: number } | undefined {
  let start = at;
  while (start > 0 && at - start < MAX_TEXT && isPrintable(a[start - 1]!) && isPrintable(b[start - 1]!))
    start--;
  const [one, two] = [printableFrom(a, start), printableFrom(b, start)];
  const least = Math.min(one.length, two.length);
  if (least < MIN_TEXT || start + least <= at) return undefined;
  return { a: one, b: two, end: start + Math.max(one.length, two.length) };
}

function printableFrom(bytes: Buffer, from: number): string {
  let end = from;
  while (end < bytes.length && end - from < 2 * MAX_TEXT && isPrintable(bytes[end]!)) end++;
  return bytes.toString('latin1', from, end);
}

function isPrintable(byte: number): boolean {
  return byte >= 0x20 && byte < 0x7f;
}

const STRING = /[\x20-\x7e]{5,}/g;
const MAX_STRING_BYTES = 16 * 2 ** 20;

/** Of another length: everything behind the first difference has moved, so only the texts within can be told. */
function shiftedCauses(a: Buffer, b: Buffer, context: CauseContext): Cause[] {
  const sizes = `${a.length} and ${b.length} bytes`;
  if (Math.max(a.length, b.length) > MAX_STRING_BYTES) return [{ kind: 'unknown', text: sizes }];
  const strings = (bytes: Buffer): string => (bytes.toString('latin1').match(STRING) ?? []).join('\n');
  const found = textCauses(strings(a), strings(b), context).filter(({ kind }) => kind !== 'unknown');
  return found.length > 0 ? found : [{ kind: 'unknown', text: sizes }];
}
