const HEAD_BYTES = 512 * 1024;
const TAIL_BYTES = 512 * 1024;

/** What a command printed, cut in the middle when very long: all that it takes of memory is bounded. */
export class KeptOutput {
  readonly #head: Uint8Array[] = [];
  readonly #tail: Uint8Array[] = [];
  #headBytes = 0;
  #tailBytes = 0;
  #leftOut = 0;

  add(bytes: Uint8Array): void {
    const room = HEAD_BYTES - this.#headBytes;
    const first = bytes.subarray(0, room);
    if (first.byteLength > 0) this.#head.push(first);
    this.#headBytes += first.byteLength;
    const rest = bytes.subarray(first.byteLength);
    if (rest.byteLength === 0) return;
    this.#tail.push(rest);
    this.#tailBytes += rest.byteLength;
    while (this.#tail.length > 1 && this.#tailBytes - this.#tail[0]!.byteLength >= TAIL_BYTES) this.#drop();
  }

  bytes(): Uint8Array {
    const tail = Buffer.concat(this.#tail);
    const shown = tail.subarray(Math.max(0, tail.byteLength - TAIL_BYTES));
    const leftOut = this.#leftOut + tail.byteLength - shown.byteLength;
    const mark = leftOut > 0 ? `\n[mobileops: ${leftOut} bytes of output left out]\n` : '';
    return Buffer.concat([...this.#head, Buffer.from(mark), shown]);
  }

  #drop(): void {
    const { byteLength } = this.#tail.shift()!;
    this.#tailBytes -= byteLength;
    this.#leftOut += byteLength;
  }
}
