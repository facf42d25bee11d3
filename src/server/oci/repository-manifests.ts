import { sql } from 'kysely';
import type { Clock } from '../../host/index.ts';
import type { ManifestDocument } from '../../oci/index.ts';
import type { Seen } from '../access/scope.ts';
import type { BlobDigest } from '../blobs/blob-digest.ts';
import { named } from '../database/named.ts';
import type { Database } from '../database/open-database.ts';
import { deleteManifestRows, isReferenced } from './manifest-rows.ts';

export interface StoredManifest {
  readonly digest: BlobDigest;
  readonly mediaType: string;
  readonly content: Uint8Array;
}

export interface Referrer {
  readonly digest: string;
  readonly mediaType: string;
  readonly artifactType: string | null;
  readonly annotations: string | null;
  readonly sizeBytes: number;
}

export interface NewManifest extends StoredManifest {
  readonly document: ManifestDocument;
  readonly tags: readonly string[];
}

export interface Page {
  readonly n: number | undefined;
  readonly last: string | undefined;
}

/** Manifests, tags and what refers to what. */
export class RepositoryManifests {
  readonly #database: Database;
  readonly #clock: Pick<Clock, 'now'>;

  constructor(database: Database, clock: Pick<Clock, 'now'>) {
    this.#database = database;
    this.#clock = clock;
  }

  /** By tag or by digest. */
  async manifest(repository: string, reference: string): Promise<StoredManifest | undefined> {
    const digest = reference.includes(':') ? reference : await this.tagged(repository, reference);
    if (digest === undefined) return undefined;
    const row = await this.#database.db
      .selectFrom('ociManifests')
      .select(['digest', 'mediaType', 'content'])
      .where('repository', '=', repository)
      .where('digest', '=', digest)
      .executeTakeFirst();
    return row as StoredManifest | undefined;
  }

  async tagged(repository: string, tag: string): Promise<string | undefined> {
    const row = await this.#database.db
      .selectFrom('ociTags')
      .select('digest')
      .where('repository', '=', repository)
      .where('tag', '=', tag)
      .executeTakeFirst();
    return row?.digest;
  }

  /** Stores a manifest with its tags in one step, unless the repository lacks something that it names: then that is given. */
  async addManifest(repository: string, manifest: NewManifest): Promise<readonly string[]> {
    const { document, digest, mediaType, content, tags } = manifest;
    return this.#database.db.transaction().execute(async (db) => {
      const blobs = document.blobs.map((each) => each.digest);
      const manifests = document.manifests.map((each) => each.digest);
      const missing = [
        ...(await lacking(db, { repository, table: 'ociBlobs', digests: blobs })),
        ...(await lacking(db, { repository, table: 'ociManifests', digests: manifests })),
      ];
      if (missing.length > 0) return missing;
      const now = this.#clock.now();
      await db
        .insertInto('ociManifests')
        .values({
          ...{ repository, digest, mediaType, content, pushedAtMs: now },
          artifactType: document.artifactType ?? null,
          subject: document.subject ?? null,
          annotations: document.annotations ? JSON.stringify(document.annotations) : null,
        })
        .onConflict((conflict) =>
          conflict.columns(['repository', 'digest']).doUpdateSet({ mediaType, content, pushedAtMs: now }),
        )
        .execute();
      const references = [
        ...blobs.map((each) => ({ repository, manifest: digest, digest: each, kind: 'blob' as const })),
        ...manifests.map((each) => ({
          repository,
          manifest: digest,
          digest: each,
          kind: 'manifest' as const,
        })),
      ];
      for (const values of inParts(references)) {
        await db
          .insertInto('ociReferences')
          .values(values)
          .onConflict((each) => each.doNothing())
          .execute();
      }
      for (const tag of tags) {
        await db
          .insertInto('ociTags')
          .values({ repository, tag, digest, changedAtMs: now })
          .onConflict((each) => each.columns(['repository', 'tag']).doUpdateSet({ digest, changedAtMs: now }))
          .execute();
      }
      return [];
    });
  }

  /** A manifest goes with its tags. `referenced` when an index of the repository names it. */
  async removeManifest(repository: string, digest: BlobDigest): Promise<'removed' | 'absent' | 'referenced'> {
    return this.#database.db.transaction().execute(async (db) => {
      if (await isReferenced(db, repository, { digest, kind: 'manifest' })) return 'referenced';
      await db
        .deleteFrom('ociTags')
        .where('repository', '=', repository)
        .where('digest', '=', digest)
        .execute();
      return (await deleteManifestRows(db, repository, digest)) ? 'removed' : 'absent';
    });
  }

  async removeTag(repository: string, tag: string): Promise<boolean> {
    const { numDeletedRows } = await this.#database.db
      .deleteFrom('ociTags')
      .where('repository', '=', repository)
      .where('tag', '=', tag)
      .executeTakeFirst();
    return numDeletedRows > 0n;
  }

  /** In the order of their bytes; `undefined` where there is no such repository. */
  async tags(repository: string, { n, last }: Page): Promise<readonly string[] | undefined> {
    let query = this.#database.db.selectFrom('ociTags').select('tag').where('repository', '=', repository);
    if (last !== undefined) query = query.where('tag', '>', last);
    if (n !== undefined) query = query.limit(n);
    const rows = await query.orderBy('tag').execute();
    if (rows.length === 0 && !(await this.exists(repository))) return undefined;
    return rows.map(({ tag }) => tag);
  }

  async exists(repository: string): Promise<boolean> {
    const { rows } = await sql<{ isThere: number }>`
      SELECT EXISTS (SELECT 1 FROM ociManifests WHERE repository = ${repository})
        OR EXISTS (SELECT 1 FROM ociBlobs WHERE repository = ${repository}) AS isThere`.execute(
      this.#database.db,
    );
    return rows[0]?.isThere === 1;
  }

  /** Names of repositories with a manifest. */
  async names({ n, last }: Page, seen: Seen): Promise<readonly string[]> {
    const all = this.#database.db.selectFrom('ociManifests').select('repository').distinct();
    let query = all.where(named('repository', seen));
    if (last !== undefined) query = query.where('repository', '>', last);
    if (n !== undefined) query = query.limit(n);
    return (await query.orderBy('repository').execute()).map(({ repository }) => repository);
  }

  /** What says something about a manifest, the oldest first. */
  async referrers(
    repository: string,
    subject: string,
    artifactType: string | undefined,
  ): Promise<Referrer[]> {
    let query = this.#database.db
      .selectFrom('ociManifests')
      .select(['digest', 'mediaType', 'artifactType', 'annotations'])
      .select(sql<number>`length(content)`.as('sizeBytes'))
      .where('repository', '=', repository)
      .where('subject', '=', subject);
    if (artifactType !== undefined) query = query.where('artifactType', '=', artifactType);
    return query.orderBy('pushedAtMs').orderBy('digest').execute();
  }
}

type Db = Database['db'];

/** SQLite takes a limited count of parameters. */
const PART = 400;

function inParts<T>(all: readonly T[]): T[][] {
  const count = Math.ceil(all.length / PART);
  return Array.from({ length: count }, (_, at) => all.slice(at * PART, (at + 1) * PART));
}

async function lacking(
  db: Db,
  {
    repository,
    table,
    digests,
  }: { repository: string; table: 'ociBlobs' | 'ociManifests'; digests: string[] },
): Promise<string[]> {
  const found = new Set<string>();
  for (const part of inParts(digests)) {
    const rows = await db
      .selectFrom(table)
      .select('digest')
      .where('repository', '=', repository)
      .where('digest', 'in', part)
      .execute();
    for (const { digest } of rows) found.add(digest);
  }
  return digests.filter((digest) => !found.has(digest));
}
