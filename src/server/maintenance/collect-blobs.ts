import { sql } from 'kysely';
import type { Face, Services } from '../services.ts';
import type { CollectOptions } from './maintenance-settings.ts';

export interface CollectReport {
  readonly blobs: number;
  readonly removedBlobs: number;
  readonly freedBytes: number;
  readonly keptBytes: number;
  /** What the faces gave up, by their own words: `uploads`, `links`, `manifests`. */
  readonly released: Readonly<Record<string, number>>;
}

/**
 * Removes what no face names, while the server works. First the faces release what nothing of theirs needs; then each blob goes
 * that no row names and that was not used of late. Ended at any point, it leaves what the next run removes.
 */
export async function collectBlobs(
  services: Services,
  faces: readonly Face[],
  options: CollectOptions,
): Promise<CollectReport> {
  const released: Record<string, number> = {};
  for (const { name, release } of faces) {
    const counts = (await release?.(services, options)) ?? {};
    for (const [what, count] of Object.entries(counts)) released[`${name}.${what}`] = count;
  }
  const isHeld = heldBy(services, faces);
  const report = { blobs: 0, removedBlobs: 0, freedBytes: 0, keptBytes: 0 };
  const { unusedSinceMs, signal } = options;
  for await (const { digest, sizeBytes } of services.blobs.all()) {
    signal.throwIfAborted();
    report.blobs += 1;
    const condition = { unusedSinceMs, isHeld: () => isHeld(digest) };
    if (await services.blobs.removeIf(digest, condition)) {
      report.removedBlobs += 1;
      report.freedBytes += sizeBytes;
    } else report.keptBytes += sizeBytes;
  }
  return { ...report, released };
}

/** Whether any face names a blob. */
export function heldBy({ database }: Services, faces: readonly Face[]): (digest: string) => Promise<boolean> {
  const queries = faces.flatMap(({ heldBlobs }) => heldBlobs ?? []);
  if (queries.length === 0) return async () => false;
  const all = sql.raw(queries.join(' UNION ALL '));
  return async (digest) => {
    const { rows } = await sql`SELECT 1 FROM (${all}) WHERE digest = ${digest} LIMIT 1`.execute(database.db);
    return rows.length > 0;
  };
}
