import { wrong } from '../fault.ts';

export const STRING_POOL = 0x0001;
const UTF8_FLAG = 0x100;
/** Of one string, in bytes; a name of a resource is short. */
const MAX_STRING_BYTES = 1 << 20;

/** The strings of a chunk of resources; each is decoded when it is asked for, because offsets may repeat without end. */
export class StringPool {
  readonly #bytes: Buffer;
  readonly #isUtf8: boolean;
  readonly count: number;
  readonly #known = new Map<number, string>();
  #leftBytes: number;

  /** `bytes` is the chunk from its header to its end. */
  constructor(bytes: Buffer) {
    if (bytes.readUInt16LE(0) !== STRING_POOL) wrong('a pool of strings is missing where one has to be');
    this.#bytes = bytes;
    this.#leftBytes = 4 * bytes.length;
    this.count = bytes.readUInt32LE(8);
    this.#isUtf8 = (bytes.readUInt32LE(16) & UTF8_FLAG) !== 0;
  }

  /** Empty for the index that means none. */
  at(index: number): string {
    if (index === 0xffffffff) return '';
    if (index >= this.count) wrong(`string ${index} of ${this.count} is asked for`);
    const known = this.#known.get(index);
    if (known !== undefined) return known;
    const text = this.#decode(index);
    this.#leftBytes -= text.length;
    if (this.#leftBytes < 0) wrong('its strings lie over one another');
    this.#known.set(index, text);
    return text;
  }

  *all(): Generator<string> {
    for (let index = 0; index < this.count; index++) yield this.at(index);
  }

  #decode(index: number): string {
    const bytes = this.#bytes;
    const start = bytes.readUInt32LE(20) + bytes.readUInt32LE(bytes.readUInt16LE(2) + 4 * index);
    return this.#isUtf8 ? utf8At(bytes, start) : utf16At(bytes, start);
  }
}

function utf8At(bytes: Buffer, start: number): string {
  // Characters, then bytes; each length has one byte or two.
  const at = start + (bytes.readUInt8(start) & 0x80 ? 2 : 1);
  const first = bytes.readUInt8(at);
  const isLong = (first & 0x80) !== 0;
  const length = isLong ? ((first & 0x7f) << 8) | bytes.readUInt8(at + 1) : first;
  const from = at + (isLong ? 2 : 1);
  return checked(bytes, from, length).toString('utf8');
}

function utf16At(bytes: Buffer, start: number): string {
  const first = bytes.readUInt16LE(start);
  const isLong = (first & 0x8000) !== 0;
  const length = isLong ? (first & 0x7fff) * 0x10000 + bytes.readUInt16LE(start + 2) : first;
  return checked(bytes, start + (isLong ? 4 : 2), length * 2).toString('utf16le');
}

function checked(bytes: Buffer, from: number, length: number): Buffer {
  if (length > MAX_STRING_BYTES || from + length > bytes.length) wrong('a string ends behind its pool');
  return bytes.subarray(from, from + length);
}
