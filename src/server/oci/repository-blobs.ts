import type { Clock } from '../../host/index.ts';
import type { Seen } from '../access/scope.ts';
import type { BlobDigest } from '../blobs/blob-digest.ts';
import { named } from '../database/named.ts';
import type { Database } from '../database/open-database.ts';
import { isReferenced } from './manifest-rows.ts';

/** How often the use of a blob is written down. */
const USE_INTERVAL_MS = 600_000;
const MOST_YOUNG = 100_000;

/** Which blobs repositories have, and their uploads. */
export class RepositoryBlobs {
  readonly #database: Database;
  readonly #clock: Pick<Clock, 'now'>;
  /** Uploads without acknowledged bytes: their repositories. */
  readonly #young = new Map<string, string>();

  constructor(database: Database, clock: Pick<Clock, 'now'>) {
    this.#database = database;
    this.#clock = clock;
  }

  /** Whether a repository has a blob; asking for one shows that it is wanted. */
  async hasBlob(repository: string, digest: BlobDigest): Promise<boolean> {
    const row = await this.#database.db
      .selectFrom('ociBlobs')
      .select('usedAtMs')
      .where('repository', '=', repository)
      .where('digest', '=', digest)
      .executeTakeFirst();
    if (!row) return false;
    const now = this.#clock.now();
    if (now - row.usedAtMs <= USE_INTERVAL_MS) return true;
    const { numUpdatedRows } = await this.#database.db
      .updateTable('ociBlobs')
      .set({ usedAtMs: now })
      .where('repository', '=', repository)
      .where('digest', '=', digest)
      .executeTakeFirst();
    return numUpdatedRows > 0n;
  }

  async addBlob(
    repository: string,
    { digest, sizeBytes }: { digest: string; sizeBytes: number },
  ): Promise<void> {
    const usedAtMs = this.#clock.now();
    await this.#database.db
      .insertInto('ociBlobs')
      .values({ repository, digest, sizeBytes, usedAtMs })
      .onConflict((conflict) => conflict.columns(['repository', 'digest']).doUpdateSet({ usedAtMs }))
      .execute();
  }

  /** Gives a repository a blob that another one has, or any other that is shown where none is named. */
  async mount(
    repository: string,
    digest: BlobDigest,
    { from, seen }: { readonly from: string | undefined; readonly seen: Seen },
  ): Promise<boolean> {
    return this.#database.db.transaction().execute(async (db) => {
      const all = db.selectFrom('ociBlobs').select('sizeBytes').where('digest', '=', digest);
      const any = all.where(named('repository', seen));
      const source = await (from === undefined ? any : any.where('repository', '=', from)).executeTakeFirst();
      if (!source) return false;
      const usedAtMs = this.#clock.now();
      await db
        .insertInto('ociBlobs')
        .values({ repository, digest, sizeBytes: source.sizeBytes, usedAtMs })
        .onConflict((conflict) => conflict.columns(['repository', 'digest']).doUpdateSet({ usedAtMs }))
        .execute();
      return true;
    });
  }

  /** `referenced` when a manifest of the repository names it. */
  async removeBlob(repository: string, digest: BlobDigest): Promise<'removed' | 'absent' | 'referenced'> {
    return this.#database.db.transaction().execute(async (db) => {
      if (await isReferenced(db, repository, { digest })) return 'referenced';
      const { numDeletedRows } = await db
        .deleteFrom('ociBlobs')
        .where('repository', '=', repository)
        .where('digest', '=', digest)
        .executeTakeFirst();
      return numDeletedRows > 0n ? 'removed' : 'absent';
    });
  }

  /** Kept in memory alone: until bytes are acknowledged nobody misses it, and most uploads end in the next request. */
  beginUpload(id: string, repository: string): void {
    this.#young.set(id, repository);
    if (this.#young.size > MOST_YOUNG) this.#young.delete(this.#young.keys().next().value!);
  }

  /** Writes an upload down, so that it outlives the process. */
  async keepUpload(id: string): Promise<void> {
    const repository = this.#young.get(id);
    if (repository === undefined) return;
    await this.#database.db
      .insertInto('ociUploads')
      .values({ id, repository, startedAtMs: this.#clock.now() })
      .execute();
    this.#young.delete(id);
  }

  async hasUpload(id: string, repository: string): Promise<boolean> {
    if (this.#young.has(id)) return this.#young.get(id) === repository;
    const row = await this.#database.db
      .selectFrom('ociUploads')
      .select('id')
      .where('id', '=', id)
      .where('repository', '=', repository)
      .executeTakeFirst();
    return row !== undefined;
  }

  async removeUpload(id: string): Promise<void> {
    if (this.#young.delete(id)) return;
    await this.#database.db.deleteFrom('ociUploads').where('id', '=', id).execute();
  }
}
