import type { Digest } from '../base/index.ts';

/**
 * Canonical protobuf (proto3) for the few REAPI messages that we digest: fields in order of number,
 * defaults left out, so that the same value always has the same bytes.
 */
export class WireWriter {
  readonly #chunks: Uint8Array[] = [];

  bytes(field: number, value: Uint8Array): this {
    if (value.byteLength === 0) return this;
    return this.#delimited(field, value);
  }

  string(field: number, value: string): this {
    return this.bytes(field, Buffer.from(value));
  }

  /** A repeated string keeps its empty elements. */
  strings(field: number, values: readonly string[]): this {
    for (const value of values) this.#delimited(field, Buffer.from(value));
    return this;
  }

  integer(field: number, value: number): this {
    if (value === 0) return this;
    this.#chunks.push(varint(field << 3), varint(value));
    return this;
  }

  boolean(field: number, value: boolean): this {
    return this.integer(field, value ? 1 : 0);
  }

  /** A present message is written even when it is empty. */
  message(field: number, value: WireWriter): this {
    return this.#delimited(field, value.finish());
  }

  digest(field: number, digest: Digest): this {
    return this.message(field, new WireWriter().string(1, digest.hash).integer(2, digest.sizeBytes));
  }

  finish(): Uint8Array {
    return Buffer.concat(this.#chunks);
  }

  #delimited(field: number, value: Uint8Array): this {
    this.#chunks.push(varint((field << 3) | 2), varint(value.byteLength), value);
    return this;
  }
}

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 0x80) {
    bytes.push((rest % 0x80) | 0x80);
    rest = Math.floor(rest / 0x80);
  }
  bytes.push(rest);
  return Uint8Array.from(bytes);
}

/** One field of a message as it stands in the bytes: a number for varints, bytes for delimited ones. */
export interface WireField {
  readonly field: number;
  readonly value: number | Uint8Array;
}

/** Reads a message of varint and delimited fields; `undefined` when the bytes are not one. */
export function readWire(bytes: Uint8Array): WireField[] | undefined {
  const fields: WireField[] = [];
  let at = 0;
  const next = (): number | undefined => {
    let value = 0;
    for (let scale = 1; at < bytes.byteLength && scale <= 2 ** 49; scale *= 0x80) {
      const byte = bytes[at++]!;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
    return undefined;
  };
  while (at < bytes.byteLength) {
    const tag = next();
    const value = next();
    if (tag === undefined || value === undefined) return undefined;
    if (tag % 8 === 0) fields.push({ field: tag >> 3, value });
    else if (tag % 8 === 2 && at + value <= bytes.byteLength) {
      fields.push({ field: tag >> 3, value: bytes.subarray(at, at + value) });
      at += value;
    } else return undefined;
  }
  return fields;
}
