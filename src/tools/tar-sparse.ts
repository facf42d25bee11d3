import type { ByteStream } from './byte-stream.ts';
import { TarFormatError } from './tar-format-error.ts';

/** What a sparse member's content is read with; `take` gives fewer bytes only by failing. */
interface SparseSource {
  take(count: number): Promise<Uint8Array | undefined>;
  section(sizeBytes: number): { readonly bytes: ByteStream };
}

const BLOCK_BYTES = 512;
const MAX_RUNS = 1_000_000;
/** Nothing that somebody wants whole is larger; a hostile hole takes a few bytes only. */
const MAX_SPARSE_BYTES = 2 ** 37;
const ZEROS = new Uint8Array(1 << 16);

interface Run {
  readonly offset: number;
  readonly sizeBytes: number;
}

/**
 * The content of a member in GNU's sparse format 1.0, as our own layers have it, with its holes filled: in front of the
 * data stands a map, decimal numbers with a newline each, up to the end of a block. Throws TarFormatError.
 */
export async function* sparseBytes(source: SparseSource, sizeBytes: number): ByteStream {
  if (sizeBytes > MAX_SPARSE_BYTES) throw new TarFormatError('a sparse file is too large');
  let at = 0;
  for (const run of await readMap(source)) {
    if (run.offset < at || run.offset + run.sizeBytes > sizeBytes)
      throw new TarFormatError('a sparse file has a wrong map');
    yield* zeros(run.offset - at);
    yield* source.section(run.sizeBytes).bytes;
    at = run.offset + run.sizeBytes;
  }
  yield* zeros(sizeBytes - at);
}

async function* zeros(count: number): ByteStream {
  for (let left = count; left > 0; left -= ZEROS.byteLength) yield ZEROS.subarray(0, left);
}

async function readMap(source: SparseSource): Promise<Run[]> {
  const numbers: number[] = [];
  let rest = '';
  for (let expected = 1; numbers.length < expected; ) {
    const block = await source.take(BLOCK_BYTES);
    if (!block) throw new TarFormatError('a sparse file has no map');
    const lines = (rest + Buffer.from(block).toString('latin1')).split('\n');
    rest = lines.pop()!;
    for (const line of lines) {
      if (!/^\d{1,15}$/.test(line)) throw new TarFormatError('a sparse file has a wrong map');
      if (numbers.push(Number(line)) === 1) expected = 1 + 2 * numbers[0]!;
      if (numbers.length === expected) break;
    }
    if (expected > 2 * MAX_RUNS || rest.length > BLOCK_BYTES)
      throw new TarFormatError('a sparse file has a wrong map');
  }
  const runs: Run[] = [];
  for (let at = 1; at < numbers.length; at += 2)
    runs.push({ offset: numbers[at]!, sizeBytes: numbers[at + 1]! });
  return runs;
}
