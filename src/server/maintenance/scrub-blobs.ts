import { sql } from 'kysely';
import type { Face, Services } from '../services.ts';

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
  { blobs, clock, database }: Services,
  faces: readonly Face[],
  signal: AbortSignal,
): Promise<ScrubReport> {
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
  const missing: string[] = [];
  for (const { heldBlobs } of faces) {
    if (heldBlobs === undefined) continue;
    const { rows } = await sql<{
      digest: string;
    }>`SELECT DISTINCT digest FROM (${sql.raw(heldBlobs)})`.execute(database.apart);
    for (const { digest } of rows) if (!blobs.stat(digest as never)) missing.push(digest);
  }
  return { checkedBlobs, checkedBytes, damaged, missing };
}
