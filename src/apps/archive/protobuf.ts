import { wrong } from '../fault.ts';

const VARINT = 0;
const WIDE = 1;
const BYTES = 2;
const NARROW = 5;
const UTF8 = new TextDecoder('utf-8', { fatal: true });

/** One message of Protocol Buffers, whose fields are read once and whose inner messages when they are asked for. */
export class ProtoMessage {
  readonly #numbers = new Map<number, number>();
  readonly #parts = new Map<number, Buffer[]>();

  constructor(bytes: Buffer) {
    for (let at = 0; at < bytes.length; ) {
      const [key, afterKey] = varintAt(bytes, at);
      const [field, type] = [Math.floor(key / 8), key % 8];
      if (type === VARINT) {
        const [value, end] = varintAt(bytes, afterKey);
        this.#numbers.set(field, value);
        at = end;
      } else if (type === BYTES) {
        const [length, from] = varintAt(bytes, afterKey);
        if (from + length > bytes.length) wrong('a field of a message ends behind it');
        const parts = this.#parts.get(field) ?? [];
        parts.push(bytes.subarray(from, from + length));
        this.#parts.set(field, parts);
        at = from + length;
      } else if (type === WIDE || type === NARROW) at = afterKey + (type === WIDE ? 8 : 4);
      else wrong(`a field of a message has the unknown form ${type}`);
      if (at > bytes.length) wrong('a field of a message ends behind it');
    }
  }

  /** `undefined` where it is absent, which means 0 for a field that is not one of several. */
  number(field: number): number | undefined {
    return this.#numbers.get(field);
  }

  message(field: number): ProtoMessage | undefined {
    const last = this.#parts.get(field)?.at(-1);
    return last && new ProtoMessage(last);
  }

  messages(field: number): ProtoMessage[] {
    return (this.#parts.get(field) ?? []).map((part) => new ProtoMessage(part));
  }

  text(field: number): string | undefined {
    const last = this.#parts.get(field)?.at(-1);
    if (!last) return undefined;
    try {
      return UTF8.decode(last);
    } catch {
      return wrong('a text of a message is not UTF-8');
    }
  }
}

/** The value, exact up to 2^53, and where it ends. */
function varintAt(bytes: Buffer, from: number): [number, number] {
  let value = 0;
  for (let at = from; at < from + 10; at++) {
    const byte = bytes.readUInt8(at);
    value += (byte & 0x7f) * 2 ** (7 * (at - from));
    if (byte < 0x80) return [value, at + 1];
  }
  return wrong('a number of a message has no end');
}
