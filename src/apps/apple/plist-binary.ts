import { wrong } from '../fault.ts';
import { MAX_PLIST_DEPTH, MAX_PLIST_VALUES, PlistUid, type PlistValue } from './plist-value.ts';

const MAGIC = Buffer.from('bplist0', 'latin1');
const HEADER_BYTES = 8;
const TRAILER_BYTES = 32;
/** Dates are seconds since 2001. */
const EPOCH_MS = Date.UTC(2001, 0, 1);

export function isBinaryPlist(bytes: Buffer): boolean {
  return bytes.subarray(0, MAGIC.length).equals(MAGIC);
}

/** Reads a property list in its binary form (`CFBinaryPList.c`). */
export function readBinaryPlist(bytes: Buffer): PlistValue {
  if (bytes.length < HEADER_BYTES + TRAILER_BYTES) wrong('it is cut: it has no trailer');
  const trailer = bytes.length - TRAILER_BYTES;
  const [offsetBytes, referenceBytes] = [bytes.readUInt8(trailer + 6), bytes.readUInt8(trailer + 7)];
  const wide = (at: number): number => Number(bytes.readBigUInt64BE(trailer + at));
  const [count, top, table] = [wide(8), wide(16), wide(24)];
  if (![1, 2, 3, 4, 8].includes(offsetBytes) || ![1, 2, 3, 4, 8].includes(referenceBytes))
    wrong('its trailer has sizes that no list has');
  if (
    count * offsetBytes > trailer - HEADER_BYTES ||
    table + count * offsetBytes > trailer ||
    table < HEADER_BYTES
  )
    wrong('its trailer points outside of it');
  const list = new BinaryPlist({
    bytes: bytes.subarray(0, table),
    table: bytes.subarray(table, trailer),
    offsetBytes,
    referenceBytes,
    count,
  });
  return list.value(top, 0);
}

interface Parts {
  /** Up to the table of offsets. */
  readonly bytes: Buffer;
  readonly table: Buffer;
  readonly offsetBytes: number;
  readonly referenceBytes: number;
  readonly count: number;
}

class BinaryPlist {
  readonly #parts: Parts;
  #values = 0;
  /** What values of text and data may take together: objects may be referred to again and again. */
  #leftBytes: number;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#leftBytes = 64 * parts.bytes.length;
  }

  value(index: number, depth: number): PlistValue {
    const { bytes, table, offsetBytes, count } = this.#parts;
    if (depth > MAX_PLIST_DEPTH)
      wrong(`its values are nested deeper than ${MAX_PLIST_DEPTH}, or hold themselves`);
    if (++this.#values > MAX_PLIST_VALUES) wrong(`it has more than ${MAX_PLIST_VALUES} values`);
    if (index >= count) wrong(`value ${index} of ${count} is asked for`);
    const at = unsigned(table, index * offsetBytes, offsetBytes);
    const marker = bytes.readUInt8(at);
    const low = marker & 0x0f;
    switch (marker >> 4) {
      case 0x0:
        if (low === 8 || low === 9) return low === 9;
        return wrong('it holds null or a filler, which no list of an app has');
      case 0x1:
        return integerAt(bytes, at + 1, low);
      case 0x2:
        return low === 2
          ? bytes.readFloatBE(at + 1)
          : low === 3
            ? bytes.readDoubleBE(at + 1)
            : wrong('a number has an unknown size');
      case 0x3:
        return dateOf(bytes.readDoubleBE(at + 1));
      case 0x8:
        return new PlistUid(unsigned(bytes, at + 1, low + 1));
      default:
        return this.#counted(at, marker, depth);
    }
  }

  #counted(at: number, marker: number, depth: number): PlistValue {
    const { bytes } = this.#parts;
    const [count, from] = countAt(bytes, at, marker & 0x0f);
    switch (marker >> 4) {
      case 0x4:
        return Buffer.from(this.#slice(from, count));
      case 0x5:
        return this.#slice(from, count).toString('latin1');
      case 0x6:
        return Buffer.from(this.#slice(from, count * 2))
          .swap16()
          .toString('utf16le');
      case 0x7:
        return this.#slice(from, count).toString('utf8');
      case 0xa:
      case 0xb:
      case 0xc:
        return this.#references(from, count).map((index) => this.value(index, depth + 1));
      case 0xd:
        return this.#dict(from, count, depth);
      default:
        return wrong(`it has a value of the unknown type ${marker >> 4}`);
    }
  }

  #slice(from: number, length: number): Buffer {
    const { bytes } = this.#parts;
    if (from + length > bytes.length) wrong('a value ends behind the values');
    this.#leftBytes -= length;
    if (this.#leftBytes < 0) wrong('its values lie over one another');
    return bytes.subarray(from, from + length);
  }

  #references(from: number, count: number): number[] {
    const { bytes, referenceBytes } = this.#parts;
    if (from + count * referenceBytes > bytes.length) wrong('a collection ends behind the values');
    if (this.#values + count > MAX_PLIST_VALUES) wrong(`it has more than ${MAX_PLIST_VALUES} values`);
    return Array.from({ length: count }, (_, at) =>
      unsigned(bytes, from + at * referenceBytes, referenceBytes),
    );
  }

  #dict(from: number, count: number, depth: number): PlistValue {
    const references = this.#references(from, count * 2);
    const dict = new Map<string, PlistValue>();
    for (let at = 0; at < count; at++) {
      const key = this.value(references[at]!, depth + 1);
      if (typeof key !== 'string') wrong('a dictionary has a key that is no text');
      dict.set(key, this.value(references[count + at]!, depth + 1));
    }
    return dict;
  }
}

/** Fifteen means that an integer follows with the count. */
function countAt(bytes: Buffer, at: number, low: number): [number, number] {
  if (low !== 0x0f) return [low, at + 1];
  const marker = bytes.readUInt8(at + 1);
  if (marker >> 4 !== 1) wrong('a count is no integer');
  const length = 2 ** (marker & 0x0f);
  if (length > 8) wrong('a count has an unknown size');
  return [unsigned(bytes, at + 2, length), at + 2 + length];
}

function unsigned(bytes: Buffer, at: number, length: number): number {
  if (length <= 6) return bytes.readUIntBE(at, length);
  return length === 8 ? Number(bytes.readBigUInt64BE(at)) : wrong('a number has an unknown size');
}

/** Those of up to four bytes have no sign; of sixteen, the upper eight are the sign or nothing. */
function integerAt(bytes: Buffer, at: number, power: number): number | bigint {
  if (power <= 2) return bytes.readUIntBE(at, 2 ** power);
  if (power === 3) return narrow(bytes.readBigInt64BE(at));
  if (power === 4) return narrow((bytes.readBigInt64BE(at) << 64n) + bytes.readBigUInt64BE(at + 8));
  return wrong('an integer has an unknown size');
}

function narrow(value: bigint): number | bigint {
  return Number.isSafeInteger(Number(value)) ? Number(value) : value;
}

function dateOf(seconds: number): Date {
  const date = new Date(EPOCH_MS + seconds * 1000);
  return Number.isNaN(date.getTime()) ? wrong('a date is out of range') : date;
}
