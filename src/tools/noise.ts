/** What is judged at once: in a layer files lie beside each other, and a larger block would hold several. */
export const NOISE_BLOCK_BYTES = 2 ** 13;

const PARTS = 2;
const PART_BYTES = 2 ** 10;
const SAMPLE_BYTES = PARTS * PART_BYTES;
/** Of 8, as a sample of this size shows it: what has more is media, an archive or encrypted. */
const NOISE_BITS = 7.8;

/** n log2 n. */
const WEIGHTS = Float64Array.from({ length: SAMPLE_BYTES + 1 }, (_, n) => (n === 0 ? 0 : n * Math.log2(n)));
const counts = new Uint16Array(256);

/**
 * Whether the bytes of the block at `start` are so evenly spread that no code for them is shorter than they are: Shannon's
 * entropy of parts that lie together, since of numbers in a row every fourth byte can be noise. A smaller block is none.
 */
export function isNoise(bytes: Uint8Array, start: number): boolean {
  if (bytes.byteLength - start < NOISE_BLOCK_BYTES) return false;
  counts.fill(0);
  for (let part = 0; part < PARTS; part++) {
    const from = start + part * (NOISE_BLOCK_BYTES / PARTS);
    for (let at = from; at < from + PART_BYTES; at++) counts[bytes[at]!]!++;
  }
  let weight = 0;
  for (const count of counts) weight += WEIGHTS[count]!;
  return Math.log2(SAMPLE_BYTES) - weight / SAMPLE_BYTES > NOISE_BITS;
}
