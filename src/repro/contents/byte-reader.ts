import { isFormatProblem } from '../../apps/index.ts';

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

  /** What a length of four bytes stands before. */
  prefixed(): Buffer {
    return this.take(this.u32());
  }

  #pass(length: number): number {
    const from = this.at;
    this.at += length;
    return from;
  }
}

/** What `read` gives; `undefined` where the bytes end before it does, or are not what their format allows. */
export function whole<Value>(read: () => Value): Value | undefined {
  try {
    return read();
  } catch (error) {
    if (isFormatProblem(error)) return undefined;
    throw error;
  }
}

/** Strings as lines; line ends in them would not be told from those between them. */
export function lineText(strings: Iterable<string>, limitBytes: number): Buffer {
  const lines: string[] = [];
  let left = limitBytes;
  for (const each of strings) {
    const line = each.replaceAll('\n', '\\n').replaceAll('\r', '\\r');
    left -= line.length + 1;
    if (left < 0) throw new RangeError('more than may be unpacked');
    lines.push(line);
  }
  return Buffer.from(lines.join('\n'));
}
