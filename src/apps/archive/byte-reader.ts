import { wrong } from '../fault.ts';

/** Reads numbers, little end first, one after the other; beyond the end it throws `RangeError`, as Buffer does. */
export class ByteReader {
  readonly bytes: Buffer;
  at: number;

  constructor(bytes: Buffer, at = 0) {
    this.bytes = bytes;
    this.at = at;
  }

  get isAtEnd(): boolean {
    return this.at >= this.bytes.length;
  }

  u8(): number {
    return this.bytes.readUInt8(this.#pass(1));
  }

  u16(): number {
    return this.bytes.readUInt16LE(this.#pass(2));
  }

  u32(): number {
    return this.bytes.readUInt32LE(this.#pass(4));
  }

  take(length: number): Buffer {
    const from = this.#pass(length);
    if (length < 0 || this.at > this.bytes.length) throw new RangeError('beyond the end');
    return this.bytes.subarray(from, this.at);
  }

  /** What is left. */
  rest(): Buffer {
    return this.take(this.bytes.length - this.at);
  }

  /** What a length of four bytes stands before. */
  prefixed(): Buffer {
    return this.take(this.u32());
  }

  /** What a length of four bytes stands before: parts, each behind its own; more than `limit` are refused. */
  prefixedList(limit = Number.POSITIVE_INFINITY): Buffer[] {
    const inner = new ByteReader(this.prefixed());
    const parts: Buffer[] = [];
    while (!inner.isAtEnd) {
      if (parts.length >= limit) wrong(`a list has more than ${limit} parts`);
      parts.push(inner.prefixed());
    }
    return parts;
  }

  #pass(length: number): number {
    const from = this.at;
    this.at += length;
    return from;
  }
}
