import { createHash } from 'node:crypto';
import { sum } from '../../base/index.ts';

const CHUNK_BYTES = 2 ** 20;
const CHUNK = 0xa5;
const ALL = 0x5a;
/** Chunks between two looks at what else there is to do. */
const BREATH = 16;

/** A digest of the digests of chunks of 1 MiB, none of which holds bytes of two sections. Copies nothing of them. */
export async function chunkedDigest(
  sections: readonly Buffer[],
  hash: 'sha256' | 'sha512',
  signal: AbortSignal,
): Promise<Buffer> {
  const count = sum(sections.map(({ length }) => Math.ceil(length / CHUNK_BYTES)));
  const all = createHash(hash).update(headed(ALL, count));
  let done = 0;
  for (const section of sections)
    for (let at = 0; at < section.length; at += CHUNK_BYTES) {
      const chunk = section.subarray(at, at + CHUNK_BYTES);
      all.update(createHash(hash).update(headed(CHUNK, chunk.length)).update(chunk).digest());
      if (++done % BREATH === 0) await breath(signal);
    }
  return all.digest();
}

const PAGE_BYTES = 4096;
const DIGEST_BYTES = 32;
const PAGES_PER_BREATH = 4096;

/** The root of a tree of SHA-256 digests over pages of 4096 bytes, as fs-verity has it; the last page is filled up with zeros. */
export async function merkleRoot(
  sections: readonly Buffer[],
  salt: Buffer,
  signal: AbortSignal,
): Promise<Buffer> {
  const pageDigest = (page: Buffer): Buffer => {
    const rest = Buffer.alloc(PAGE_BYTES - page.length);
    return createHash('sha256').update(salt).update(page).update(rest).digest();
  };
  let level = await pageDigests(sections, pageDigest, signal);
  while (level.length > PAGE_BYTES) level = await pageDigests([level], pageDigest, signal);
  return pageDigest(level);
}

async function pageDigests(
  sections: readonly Buffer[],
  digest: (page: Buffer) => Buffer,
  signal: AbortSignal,
): Promise<Buffer> {
  const count = Math.ceil(sum(sections.map(({ length }) => length)) / PAGE_BYTES);
  const digests = Buffer.alloc(count * DIGEST_BYTES);
  let at = 0;
  for (const page of pagesOf(sections)) {
    digest(page).copy(digests, at * DIGEST_BYTES);
    if (++at % PAGES_PER_BREATH === 0) await breath(signal);
  }
  return digests;
}

/** Pages of the sections as if they stood one behind the other. */
function* pagesOf(sections: readonly Buffer[]): Generator<Buffer> {
  let begun = Buffer.alloc(0);
  for (const section of sections) {
    let at = 0;
    if (begun.length > 0) {
      at = Math.min(PAGE_BYTES - begun.length, section.length);
      begun = Buffer.concat([begun, section.subarray(0, at)]);
      if (begun.length < PAGE_BYTES) continue;
      yield begun;
    }
    for (; at + PAGE_BYTES <= section.length; at += PAGE_BYTES) yield section.subarray(at, at + PAGE_BYTES);
    begun = Buffer.from(section.subarray(at));
  }
  if (begun.length > 0) yield begun;
}

function headed(kind: number, value: number): Buffer {
  const bytes = Buffer.from([kind, 0, 0, 0, 0]);
  bytes.writeUInt32LE(value, 1);
  return bytes;
}

/** Lets others have their turn, and ends with them. */
async function breath(signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => setImmediate(resolve));
  signal.throwIfAborted();
}
