import type { Seen } from '../access/scope.ts';
import { named } from '../database/named.ts';
import type { Services } from '../services.ts';
import type { NpmTables } from './tables.ts';

export type NpmVersion = NpmTables['npmVersions'];

export interface Publication {
  readonly row: NpmVersion;
  readonly tags: readonly string[];
}

/** The names of the npm registry: a version is written once; its deprecation and the tags may change. */
export class NpmStore {
  readonly #database: Services['database'];
  readonly #changes = new Map<string, number>();

  constructor({ database }: Pick<Services, 'database'>) {
    this.#database = database;
  }

  /** Version and tags in one step. `latest` is made with the first version in any case. */
  async publish({ row, tags }: Publication): Promise<'new' | 'same' | 'other'> {
    const outcome = await this.#database.db.transaction().execute(async (db) => {
      const { numInsertedOrUpdatedRows } = await db
        .insertInto('npmVersions')
        .values(row)
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirst();
      if (numInsertedOrUpdatedRows !== 1n) {
        const there = await db
          .selectFrom('npmVersions')
          .select('digest')
          .where('package', '=', row.package)
          .where('version', '=', row.version)
          .executeTakeFirst();
        return there?.digest === row.digest ? 'same' : 'other';
      }
      for (const tag of tags) {
        await db
          .insertInto('npmTags')
          .values({ package: row.package, tag, version: row.version })
          .onConflict((conflict) =>
            conflict.columns(['package', 'tag']).doUpdateSet({ version: row.version }),
          )
          .execute();
      }
      await db
        .insertInto('npmTags')
        .values({ package: row.package, tag: 'latest', version: row.version })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
      return 'new';
    });
    this.#changed(row.package);
    return outcome;
  }

  versions(name: string): Promise<NpmVersion[]> {
    return this.#db.selectFrom('npmVersions').selectAll().where('package', '=', name).execute();
  }

  version(name: string, version: string): Promise<NpmVersion | undefined> {
    const found = this.#db.selectFrom('npmVersions').selectAll().where('package', '=', name);
    return found.where('version', '=', version).executeTakeFirst();
  }

  async tags(name: string): Promise<Readonly<Record<string, string>>> {
    const rows = await this.#db
      .selectFrom('npmTags')
      .selectAll()
      .where('package', '=', name)
      .orderBy('tag')
      .execute();
    return Object.fromEntries(rows.map(({ tag, version }) => [tag, version]));
  }

  async setTag(name: string, tag: string, version: string): Promise<void> {
    await this.#db
      .insertInto('npmTags')
      .values({ package: name, tag, version })
      .onConflict((conflict) => conflict.columns(['package', 'tag']).doUpdateSet({ version }))
      .execute();
    this.#changed(name);
  }

  async removeTag(name: string, tag: string): Promise<boolean> {
    const { numDeletedRows } = await this.#db
      .deleteFrom('npmTags')
      .where('package', '=', name)
      .where('tag', '=', tag)
      .executeTakeFirst();
    this.#changed(name);
    return numDeletedRows > 0n;
  }

  /** Says of versions why they should not be used; an empty text takes that away. */
  async deprecate(name: string, said: ReadonlyMap<string, string>): Promise<void> {
    await this.#database.db.transaction().execute(async (db) => {
      for (const [version, text] of said) {
        await db
          .updateTable('npmVersions')
          .set({ deprecated: text === '' ? null : text })
          .where('package', '=', name)
          .where('version', '=', version)
          .execute();
      }
    });
    this.#changed(name);
  }

  async search(text: string, limit: number, seen: Seen): Promise<string[]> {
    const rows = await this.#db
      .selectFrom('npmVersions')
      .select('package')
      .distinct()
      .where('package', 'like', `%${text.replace(/[%_]/g, '')}%`)
      .where(named('package', seen))
      .orderBy('package')
      .limit(limit)
      .execute();
    return rows.map((row) => row.package);
  }

  /** Another number after each change. */
  state(name: string): number {
    return this.#changes.get(name) ?? 0;
  }

  #changed(name: string): void {
    this.#changes.set(name, this.state(name) + 1);
  }

  get #db(): Services['database']['db'] {
    return this.#database.db;
  }
}
