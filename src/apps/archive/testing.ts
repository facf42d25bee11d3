/** Damages what a reader is given, so that every reader is held to the same: it reads or refuses. */
import { test } from 'node:test';
import fc from 'fast-check';
import { formatProblem } from '../fault.ts';

/** Bytes that were right once: changed here and there, cut, or noise behind a right beginning. */
export function damaged(whole: Buffer): fc.Arbitrary<Buffer> {
  const change = fc.tuple(fc.nat(whole.length - 1), fc.nat(255));
  const changed = fc.array(change, { maxLength: 8 }).map((changes) => {
    const bytes = Buffer.from(whole);
    for (const [at, value] of changes) bytes[at] = value;
    return bytes;
  });
  const cut = fc.tuple(changed, fc.nat(whole.length)).map(([bytes, length]) => bytes.subarray(0, length));
  const noise = fc
    .uint8Array({ maxLength: 200 })
    .map((bytes) => Buffer.concat([whole.subarray(0, 8), bytes]));
  return fc.oneof(changed, cut, noise);
}

/** A test that a reader of `whole` reads damaged bytes, or refuses them, and does nothing else. */
export function readsOrRefuses(name: string, whole: Buffer, read: (bytes: Buffer) => unknown): void {
  test(`${name} that is changed, cut or noise is read or refused, and never anything else`, () => {
    fc.assert(
      fc.property(damaged(whole), (bytes) => {
        try {
          read(bytes);
        } catch (error) {
          formatProblem(error);
        }
      }),
      { numRuns: 2000 },
    );
  });
}

/** A message of protocol buffers: numbers are varints, texts and buffers stand behind their length. */
export function messageOf(...fields: readonly (readonly [number, number | string | Buffer])[]): Buffer {
  return Buffer.concat(
    fields.flatMap(([field, value]) => {
      if (typeof value === 'number') return [varint(field * 8), varint(value)];
      const content = Buffer.from(value);
      return [varint(field * 8 + 2), varint(content.length), content];
    }),
  );
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  for (let left = value; ; left = Math.floor(left / 128)) {
    bytes.push(left < 128 ? left : (left % 128) + 128);
    if (left < 128) return Buffer.from(bytes);
  }
}
