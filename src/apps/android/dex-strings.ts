import { wrong } from '../fault.ts';

/** Where the count of a table stands in the header, with its offset behind it, and how long its rows are. */
const TABLES = {
  strings: [0x38, 4],
  types: [0x40, 4],
  fields: [0x50, 8],
  methods: [0x58, 8],
  classes: [0x60, 32],
} as const;
/** A constant has at most 65535 characters, of up to three bytes. */
const MAX_STRING_BYTES = 3 << 16;

/** Places of the rows of a table of a DEX file. */
export function dexRows(bytes: Buffer, table: keyof typeof TABLES): number[] {
  const [header, rowBytes] = TABLES[table];
  const [count, offset] = [bytes.readUInt32LE(header), bytes.readUInt32LE(header + 4)];
  if (count > 0 && offset + count * rowBytes > bytes.length) wrong('a table ends behind the end of the file');
  return Array.from({ length: count }, (_, index) => offset + index * rowBytes);
}

/** The strings of a DEX file, each decoded once and when it is asked for, because offsets may repeat without end. */
export class DexStrings {
  readonly #bytes: Buffer;
  readonly #strings: readonly number[];
  readonly #types: readonly number[];
  readonly #known = new Map<number, string>();
  #leftBytes: number;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
    this.#leftBytes = 4 * bytes.length;
    this.#strings = dexRows(bytes, 'strings');
    this.#types = dexRows(bytes, 'types');
  }

  at(index: number): string {
    const known = this.#known.get(index);
    if (known !== undefined) return known;
    const row = this.#strings[index] ?? wrong(`string ${index} of ${this.#strings.length} is asked for`);
    const text = this.#decode(this.#bytes.readUInt32LE(row));
    this.#leftBytes -= text.length;
    if (this.#leftBytes < 0) wrong('its strings lie over one another');
    this.#known.set(index, text);
    return text;
  }

  *all(): Generator<string> {
    for (let index = 0; index < this.#strings.length; index++) yield this.at(index);
  }

  /** The descriptor of a type: `Lcom/example/Main;`. */
  type(index: number): string {
    const row = this.#types[index] ?? wrong(`type ${index} of ${this.#types.length} is asked for`);
    return this.at(this.#bytes.readUInt32LE(row));
  }

  /** Behind its length in characters, up to a zero. Surrogates stand as two threes of bytes, which names seldom have. */
  #decode(offset: number): string {
    let at = offset;
    while (this.#bytes.readUInt8(at) & 0x80) at++;
    const end = this.#bytes.indexOf(0, at + 1);
    if (end < 0 || end - at > MAX_STRING_BYTES) wrong('a string has no end');
    return this.#bytes.toString('utf8', at + 1, end);
  }
}
