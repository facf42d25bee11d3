import type { ByteRange, ByteSource } from '../blobs/blob-store.ts';

/** A publication without its tarballs, and where those stand in it. */
export interface ApartPublication {
  /** JSON, in which the text of each tarball is empty. */
  readonly text: string;
  /** The base64 of each tarball, without its quotes. */
  readonly tarballs: readonly ByteRange[];
}

const [QUOTE, BACKSLASH, COLON, COMMA] = [0x22, 0x5c, 0x3a, 0x2c];
const OPENING = new Set([0x7b, 0x5b]);
const CLOSING = new Set([0x7d, 0x5d]);
/** Longer keys are none of ours, and none of ours stands deeper. */
const LONGEST_KEY = 20;
const DEEPEST_KEY = 3;

/**
 * Reads a publication as its bytes come and leaves out `_attachments.*.data`, so that a tarball is never in memory as text. Members of
 * a list count as those of an object do.
 * `undefined` where what is left has more than `mostBytes`. Whether it is JSON at all is told by who parses it.
 */
export async function withoutTarballs(
  source: ByteSource,
  mostBytes: number,
): Promise<ApartPublication | undefined> {
  const scan = new Scan();
  const kept: Uint8Array[] = [];
  let keptBytes = 0;
  for await (const chunk of source) {
    // A copy: the parts of a chunk, of which there may be many, would hold all of it.
    const rest = Buffer.concat(scan.take(chunk));
    keptBytes += rest.byteLength;
    if (keptBytes > mostBytes) return undefined;
    kept.push(rest);
  }
  return { text: Buffer.concat(kept).toString('utf8'), tarballs: scan.tarballs };
}

/** Where the reading of a JSON text is: how deep, below which keys, and whether within a string. */
class Scan {
  readonly tarballs: ByteRange[] = [];
  /** By depth, the key whose value is read. */
  readonly #keys: string[] = [];
  #at = 0;
  #depth = 0;
  #isInString = false;
  #isEscaped = false;
  #string = '';
  #cutFrom: number | undefined;

  /** Gives what of a chunk belongs to no tarball. */
  take(chunk: Uint8Array): Uint8Array[] {
    const rest: Uint8Array[] = [];
    let from = this.#cutFrom === undefined ? 0 : chunk.byteLength;
    for (let at = 0; at < chunk.byteLength; at++) {
      const wasCut = this.#cutFrom !== undefined;
      this.#step(chunk[at]!, this.#at + at);
      const isCut = this.#cutFrom !== undefined;
      if (isCut && !wasCut) rest.push(chunk.subarray(from, at + 1));
      if (isCut) from = chunk.byteLength;
      else if (wasCut) from = at;
    }
    if (from < chunk.byteLength) rest.push(chunk.subarray(from));
    this.#at += chunk.byteLength;
    return rest;
  }

  #step(byte: number, position: number): void {
    if (this.#isInString) {
      if (this.#isEscaped) this.#isEscaped = false;
      else if (byte === BACKSLASH) this.#isEscaped = true;
      else if (byte === QUOTE) this.#endString(position);
      if (this.#string.length <= LONGEST_KEY) this.#string += String.fromCharCode(byte);
      return;
    }
    if (byte === QUOTE) this.#beginString(position);
    else if (byte === COLON) this.#setKey(this.#string.slice(0, -1));
    else if (byte === COMMA) this.#setKey('');
    else if (CLOSING.has(byte)) this.#depth -= 1;
    else if (OPENING.has(byte)) {
      this.#depth += 1;
      this.#setKey('');
    }
  }

  /** What comes may open any number of things, and close more than it has opened. */
  #setKey(key: string): void {
    if (this.#depth >= 1 && this.#depth <= DEEPEST_KEY) this.#keys[this.#depth] = key;
  }

  #beginString(position: number): void {
    this.#isInString = true;
    this.#string = '';
    if (this.#depth === DEEPEST_KEY && this.#keys[1] === '_attachments' && this.#keys[3] === 'data')
      this.#cutFrom = position + 1;
  }

  #endString(position: number): void {
    this.#isInString = false;
    if (this.#cutFrom === undefined) return;
    this.tarballs.push({ start: this.#cutFrom, end: position });
    this.#cutFrom = undefined;
  }
}

/** The bytes of a base64 text that comes in pieces. */
export async function base64Bytes(source: ByteSource, sizeBytes: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(Math.ceil(sizeBytes / 4) * 3);
  let filled = 0;
  let left = '';
  for await (const chunk of source) {
    const text =
      left +
      Buffer.from(chunk)
        .toString('latin1')
        .replace(/[^A-Za-z0-9+/_-]/g, '');
    const whole = text.length - (text.length % 4);
    filled += bytes.write(text.slice(0, whole), filled, 'base64');
    left = text.slice(whole);
  }
  filled += bytes.write(left, filled, 'base64');
  return bytes.subarray(0, filled);
}
