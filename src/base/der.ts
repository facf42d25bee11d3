/** A value of ASN.1 in its distinguished (or basic) encoding. */
export interface DerValue {
  /** The first byte: class, whether it holds values, and number. */
  readonly tag: number;
  /** What it holds, without the header. */
  readonly content: Buffer;
  /** With the header. */
  readonly whole: Buffer;
}

const CONSTRUCTED = 0x20;
const MAX_DEPTH = 30;
const INDEFINITE = 0x80;

/** The values that stand one behind the other in `bytes`; a `RangeError` where they are none. */
export function derValues(bytes: Buffer): DerValue[] {
  const values: DerValue[] = [];
  for (let at = 0; at < bytes.length; ) {
    const value = derValueAt(bytes, at);
    values.push(value);
    at += value.whole.length;
  }
  return values;
}

/** The value that begins at a place, whatever follows it. */
export function derValueAt(bytes: Buffer, at: number, depth = 0): DerValue {
  const tag = bytes.readUInt8(at);
  if ((tag & 0x1f) === 0x1f) throw new RangeError('a value of ASN.1 has a long tag');
  const first = bytes.readUInt8(at + 1);
  if (first === INDEFINITE) return openValueAt(bytes, at, depth);
  const extra = first < INDEFINITE ? 0 : first & 0x7f;
  if (extra > 4) throw new RangeError('a value of ASN.1 is longer than 4 GB');
  const length = extra === 0 ? first : bytes.readUIntBE(at + 2, extra);
  const from = at + 2 + extra;
  if (from + length > bytes.length) throw new RangeError('a value of ASN.1 ends behind what holds it');
  return { tag, content: bytes.subarray(from, from + length), whole: bytes.subarray(at, from + length) };
}

/** Some writers give values without a length, which two zeros end. */
function openValueAt(bytes: Buffer, at: number, depth: number): DerValue {
  const tag = bytes.readUInt8(at);
  if ((tag & CONSTRUCTED) === 0 || depth > MAX_DEPTH) throw new RangeError('a value of ASN.1 has no length');
  let end = at + 2;
  while (bytes.readUInt16BE(end) !== 0) end += derValueAt(bytes, end, depth + 1).whole.length;
  return { tag, content: bytes.subarray(at + 2, end), whole: bytes.subarray(at, end + 2) };
}

/** The bytes of an octet string, which may come in pieces. */
export function derOctets({ tag, content }: DerValue): Buffer {
  return tag & CONSTRUCTED ? Buffer.concat(derValues(content).map((piece) => piece.content)) : content;
}
