import { sql } from 'kysely';
import type { CollectOptions } from '../maintenance/maintenance-settings.ts';
import type { Services } from '../services.ts';
import { deleteManifestRows } from './manifest-rows.ts';

/** Rows of one transaction, between which requests come in. */
const PART = 500;

/**
 * What repositories have and nothing of theirs needs: uploads that nobody goes on with, blobs that no manifest names, and, if
 * wanted, manifests without a tag. A manifest of an index stays as long as the index, and one with a subject as long as that.
 */
export async function releaseUnneeded(
  services: Services,
  options: CollectOptions,
): Promise<Record<string, number>> {
  return {
    uploads: await releaseUploads(services, options),
    manifests: await releaseManifests(services, options),
    links: await releaseLinks(services, options),
  };
}

/** An upload lives as long as bytes come; one to which none ever came, from its beginning. */
async function releaseUploads(
  { blobs, database }: Services,
  { unusedSinceMs }: CollectOptions,
): Promise<number> {
  await blobs.uploads.discardOlder(unusedSinceMs);
  const old = await database.db
    .selectFrom('ociUploads')
    .select('id')
    .where('startedAtMs', '<', unusedSinceMs)
    .execute();
  let count = 0;
  for (const { id } of old) {
    if (blobs.uploads.sizeBytes(id) > 0) continue;
    if (!(await blobs.uploads.discard(id)).ok) continue;
    await database.db.deleteFrom('ociUploads').where('id', '=', id).execute();
    count += 1;
  }
  return count;
}

async function releaseLinks({ database }: Services, options: CollectOptions): Promise<number> {
  const { unusedSinceMs, signal } = options;
  return untilNone(signal, async () => {
    const { numAffectedRows = 0n } = await sql`
      DELETE FROM ociBlobs WHERE (repository, digest) IN (
        SELECT repository, digest FROM ociBlobs AS b
        WHERE usedAtMs < ${unusedSinceMs} AND NOT EXISTS (
          SELECT 1 FROM ociReferences AS r WHERE r.repository = b.repository AND r.digest = b.digest)
        LIMIT ${PART})`.execute(database.db);
    return Number(numAffectedRows);
  });
}

async function releaseManifests({ database }: Services, options: CollectOptions): Promise<number> {
  const { unnamedSinceMs, signal } = options;
  if (unnamedSinceMs === undefined) return 0;
  return untilNone(signal, () =>
    database.db.transaction().execute(async (db) => {
      const { rows } = await sql<{ repository: string; digest: string }>`
        SELECT repository, digest FROM ociManifests AS m
        WHERE pushedAtMs < ${unnamedSinceMs}
          AND NOT EXISTS (SELECT 1 FROM ociTags AS t WHERE t.repository = m.repository AND t.digest = m.digest)
          AND NOT EXISTS (SELECT 1 FROM ociReferences AS r
            WHERE r.repository = m.repository AND r.digest = m.digest AND r.kind = 'manifest')
          AND NOT EXISTS (SELECT 1 FROM ociManifests AS s
            WHERE s.repository = m.repository AND s.digest = m.subject)
        LIMIT ${PART}`.execute(db);
      for (const { repository, digest } of rows) await deleteManifestRows(db, repository, digest);
      return rows.length;
    }),
  );
}

/** What one round frees may be needed by nothing else in the next. */
async function untilNone(signal: AbortSignal, round: () => Promise<number>): Promise<number> {
  let all = 0;
  for (let count = await round(); count > 0; count = await round()) {
    all += count;
    signal.throwIfAborted();
  }
  return all;
}
