import { sql } from 'kysely';
import type { Face, Services } from '../services.ts';
import { heldBy } from './collect-blobs.ts';

export interface ScrubReport {
  readonly checkedBlobs: number;
  readonly checkedBytes: number;
  /** Blobs whose bytes were not what their digest says; they lie in `damaged/` and are asked for when they are pushed again. */
  readonly damaged: readonly string[];
  /** Named by a face, and not there. */
  readonly missing: readonly string[];
}

/** Three quarters of the time are for those who are served. */
const REST_FACTOR = 3;

/** Hashes everything again, slowly. */
export async function scrubBlobs(
  services: Services,
  faces: readonly Face[],
  signal: AbortSignal,
): Promise<ScrubReport> {
  const { blobs, clock } = services;
  const damaged: string[] = [];
  let checkedBlobs = 0;
  let checkedBytes = 0;
  for await (const { digest, sizeBytes } of blobs.all()) {
    const beganMs = clock.monotonicMs();
    const state = await blobs.scrub(digest, signal);
    if (state === 'damaged') damaged.push(digest);
    if (state !== 'absent') checkedBlobs += 1;
    checkedBytes += sizeBytes;
    await clock.sleep((clock.monotonicMs() - beganMs) * REST_FACTOR, signal);
  }
  return { checkedBlobs, checkedBytes, damaged, missing: await missingBlobs(services, faces) };
}

async function missingBlobs(services: Services, faces: readonly Face[]): Promise<readonly string[]> {
  const { blobs, database } = services;
  const isHeld = heldBy(services, faces);
  const isThere = (digest: string): boolean => blobs.stat(digest as never) !== undefined;
  const missing: string[] = [];
  for (const { heldBlobs } of faces) {
    if (heldBlobs === undefined) continue;
    const { rows } = await sql<{
      digest: string;
    }>`SELECT DISTINCT digest FROM (${sql.raw(heldBlobs)})`.execute(database.apart);
    // The answer may be of before a collection; a blob goes after its last row, and comes before its first.
    for (const { digest } of rows)
      if (!isThere(digest) && (await isHeld(digest)) && !isThere(digest)) missing.push(digest);
  }
  return missing;
}
