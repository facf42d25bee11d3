import type { Database } from '../database/open-database.ts';
import type { OciTables } from './tables.ts';

type Db = Database['db'];

/** Whether a manifest of a repository names some content; `kind` where it must name it as such. */
export async function isReferenced(
  db: Db,
  repository: string,
  { digest, kind }: { readonly digest: string; readonly kind?: OciTables['ociReferences']['kind'] },
): Promise<boolean> {
  let query = db
    .selectFrom('ociReferences')
    .select('manifest')
    .where('repository', '=', repository)
    .where('digest', '=', digest);
  if (kind !== undefined) query = query.where('kind', '=', kind);
  return (await query.executeTakeFirst()) !== undefined;
}

/** Removes a manifest with what it names; its tags are the caller's. False where it was not there. */
export async function deleteManifestRows(db: Db, repository: string, digest: string): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('ociManifests')
    .where('repository', '=', repository)
    .where('digest', '=', digest)
    .executeTakeFirst();
  await db
    .deleteFrom('ociReferences')
    .where('repository', '=', repository)
    .where('manifest', '=', digest)
    .execute();
  return numDeletedRows > 0n;
}
