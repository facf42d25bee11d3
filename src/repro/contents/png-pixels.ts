import { inflateSync } from 'node:zlib';
import { ByteReader } from '../../apps/index.ts';
import { whole } from './whole.ts';

/** A picture, apart from how it is written down. */
export interface Png {
  readonly width: number;
  readonly height: number;
  /** Samples as they are written, without filters; `undefined` for interlaced and damaged pictures. */
  readonly samples: Buffer | undefined;
  /** What samples mean: equal where two pictures with equal samples look the same. */
  readonly form: Form;
  /** Chunks that are no pixels: times, texts, density. */
  readonly others: readonly { readonly type: string; readonly content: Buffer }[];
  readonly colourType: number;
  readonly packed: Buffer;
}

const SIGNATURE = Buffer.from('89504e470d0a1a0a', 'hex');
const MAX_PIXEL_BYTES = 128 * 2 ** 20;
const PIXEL_CHUNKS = new Set(['IHDR', 'PLTE', 'tRNS', 'IDAT', 'IEND']);
const SAMPLES: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };
const PALETTE = 3;

/** `undefined` for what is no PNG, or a damaged one. */
export function readPng(bytes: Buffer): Png | undefined {
  if (!bytes.subarray(0, SIGNATURE.length).equals(SIGNATURE)) return undefined;
  return whole(() => {
    const chunks = chunksOf(bytes);
    const of = (type: string): Buffer[] =>
      chunks.filter((chunk) => chunk.type === type).map(({ content }) => content);
    const head = of('IHDR')[0];
    if (!head) return undefined;
    const [width, height] = [head.readUInt32BE(0), head.readUInt32BE(4)];
    const [depth, colourType, interlace] = [head.readUInt8(8), head.readUInt8(9), head.readUInt8(12)];
    const packed = Buffer.concat(of('IDAT'));
    const form = { width, height, depth, colourType, palette: of('PLTE')[0], alpha: of('tRNS')[0] };
    const samples = interlace === 0 ? samplesOf(form, packed) : undefined;
    const others = chunks.filter(({ type }) => !PIXEL_CHUNKS.has(type));
    return { width, height, samples, form, others, colourType, packed };
  });
}

function chunksOf(bytes: Buffer): { type: string; content: Buffer }[] {
  const reader = new ByteReader(bytes, SIGNATURE.length);
  const chunks: { type: string; content: Buffer }[] = [];
  while (!reader.isAtEnd) {
    const length = reader.take(4).readUInt32BE(0);
    chunks.push({ type: reader.take(4).toString('latin1'), content: reader.take(length) });
    reader.take(4);
  }
  return chunks;
}

export interface Form {
  readonly width: number;
  readonly height: number;
  readonly depth: number;
  readonly colourType: number;
  readonly palette: Buffer | undefined;
  readonly alpha: Buffer | undefined;
}

const OUT_BYTES = 8;

function rowBytesOf({ width, depth, colourType }: Form): number {
  return Math.ceil((width * (SAMPLES[colourType] ?? 0) * depth) / 8);
}

function samplesOf(form: Form, packed: Buffer): Buffer | undefined {
  const { width, height, depth, colourType, palette } = form;
  const count = SAMPLES[colourType];
  if (count === undefined || (colourType === PALETTE && !palette)) return undefined;
  if (width * height * OUT_BYTES > MAX_PIXEL_BYTES) return undefined;
  const rowBytes = rowBytesOf(form);
  const raw = unpacked(packed, (rowBytes + 1) * height);
  if (raw?.length !== (rowBytes + 1) * height) return undefined;
  return unfiltered(raw, { rowBytes, height, step: Math.max(1, (count * depth) >> 3) });
}

/** Whether two pictures show the same; `undefined` where one of them cannot be read. */
export function areSamePixels(a: Png, b: Png): boolean | undefined {
  if (!a.samples || !b.samples) return undefined;
  if (a.width !== b.width || a.height !== b.height) return false;
  if (isSameForm(a.form, b.form)) return a.samples.equals(b.samples);
  const [inA, inB] = [a, b].map(({ form, samples }) => whole(() => pixelsOf(form, samples!)));
  return inA && inB && inA.equals(inB);
}

function isSameForm(a: Form, b: Form): boolean {
  const same = (one: Buffer | undefined, two: Buffer | undefined): boolean =>
    one === undefined || two === undefined ? one === two : one.equals(two);
  const isPlain = a.depth === b.depth && a.colourType === b.colourType;
  return isPlain && same(a.palette, b.palette) && same(a.alpha, b.alpha);
}

/** Red, green, blue and alpha, two bytes each. */
function pixelsOf(form: Form, rows: Buffer): Buffer {
  const { width, height, depth, colourType } = form;
  const [count, rowBytes] = [SAMPLES[colourType]!, rowBytesOf(form)];
  const out = Buffer.alloc(width * height * OUT_BYTES);
  for (let y = 0, at = 0; y < height; y++)
    for (let x = 0; x < width; x++, at += OUT_BYTES)
      writePixel(out, at, colourOf(form, sampler(rows, { row: y * rowBytes, depth, first: x * count })));
  return out;
}

function unpacked(packed: Buffer, limitBytes: number): Buffer | undefined {
  try {
    return inflateSync(packed, { maxOutputLength: Math.max(1, limitBytes) });
  } catch {
    return undefined;
  }
}

interface Rows {
  readonly rowBytes: number;
  readonly height: number;
  /** Bytes between a byte and the same one of the pixel to its left. */
  readonly step: number;
}

/** Each row says by its first byte how it was made from its neighbours. */
function unfiltered(raw: Buffer, { rowBytes, height, step }: Rows): Buffer {
  const out = Buffer.alloc(rowBytes * height);
  for (let y = 0; y < height; y++) {
    const filter = raw[y * (rowBytes + 1)]!;
    for (let x = 0; x < rowBytes; x++) {
      const at = y * rowBytes + x;
      const left = x >= step ? out[at - step]! : 0;
      const up = y > 0 ? out[at - rowBytes]! : 0;
      const corner = y > 0 && x >= step ? out[at - rowBytes - step]! : 0;
      out[at] = raw[y * (rowBytes + 1) + 1 + x]! + predicted(filter, left, up, corner);
    }
  }
  return out;
}

function predicted(filter: number, left: number, up: number, corner: number): number {
  if (filter === 1) return left;
  if (filter === 2) return up;
  if (filter === 3) return (left + up) >> 1;
  if (filter !== 4) return 0;
  const estimate = left + up - corner;
  const [toLeft, toUp, toCorner] = [left, up, corner].map((each) => Math.abs(estimate - each)) as [
    number,
    number,
    number,
  ];
  if (toLeft <= toUp && toLeft <= toCorner) return left;
  return toUp <= toCorner ? up : corner;
}

type Sample = (index: number) => number;

function sampler(
  rows: Buffer,
  { row, depth, first }: { readonly row: number; readonly depth: number; readonly first: number },
): Sample {
  return (index) => {
    const number = first + index;
    if (depth === 16) return rows.readUInt16BE(row + number * 2);
    if (depth === 8) return rows[row + number]!;
    const bit = number * depth;
    return (rows[row + (bit >> 3)]! >> (8 - depth - (bit & 7))) & ((1 << depth) - 1);
  };
}

type Colour = readonly [red: number, green: number, blue: number, alpha: number];

const FULL = 0xffff;

function colourOf({ depth, colourType, palette, alpha }: Form, sample: Sample): Colour {
  const scale = FULL / ((1 << depth) - 1);
  const value = (index: number): number => sample(index) * scale;
  if (colourType === PALETTE) {
    const index = sample(0);
    const part = (at: number): number => palette!.readUInt8(index * 3 + at) * 257;
    return [part(0), part(1), part(2), (alpha?.[index] ?? 255) * 257];
  }
  const isGrey = colourType === 0 || colourType === 4;
  const colour = isGrey
    ? ([value(0), value(0), value(0)] as const)
    : ([value(0), value(1), value(2)] as const);
  if (colourType === 4) return [...colour, value(1)];
  if (colourType === 6) return [...colour, value(3)];
  const key = isGrey ? [0] : [0, 1, 2];
  const isKeyed = alpha !== undefined && key.every((at) => alpha.readUInt16BE(at * 2) === sample(at));
  return [...colour, isKeyed ? 0 : FULL];
}

/** What cannot be seen has no colour. */
function writePixel(out: Buffer, at: number, [red, green, blue, alpha]: Colour): void {
  if (alpha === 0) return;
  out.writeUInt16BE(red, at);
  out.writeUInt16BE(green, at + 2);
  out.writeUInt16BE(blue, at + 4);
  out.writeUInt16BE(alpha, at + 6);
}
