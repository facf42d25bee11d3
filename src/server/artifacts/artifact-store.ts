import { compareTexts } from '../../base/index.ts';
import { compareVersions } from '../../packages/index.ts';
import type { Seen } from '../access/scope.ts';
import type { StoredBlob } from '../blobs/blob-store.ts';
import { named } from '../database/named.ts';
import type { Services } from '../services.ts';
import type { ArtifactTables } from './tables.ts';

export type ArtifactFile = ArtifactTables['artifactFiles'];
export type ArtifactChannel = ArtifactTables['artifactChannels'];

export interface FilePlace {
  readonly name: string;
  readonly version: string;
  readonly file: string;
}

export interface NameQuery {
  readonly text: string;
  readonly after: string;
  readonly limit: number;
  readonly seen: Seen;
}

/** Who gives a name, and which channel is to point there. */
export interface Claimant {
  readonly who: string;
  readonly channel?: string | undefined;
}

/** `other`: there is a file of this name with another content; `removed`: the version was taken back. */
export type Claim = 'new' | 'same' | 'other' | 'removed';

/** The names of the artifact repository: a file of a version is written once. */
export class ArtifactStore {
  readonly #services: Pick<Services, 'database' | 'clock'>;

  constructor(services: Pick<Services, 'database' | 'clock'>) {
    this.#services = services;
  }

  /**
   * Gives a blob a name, unless that has another content or its version was taken back, and points a channel to the version: all
   * of it in one step, or nothing. Of many that come at once, one wins.
   */
  claim(place: FilePlace, { digest, sizeBytes }: StoredBlob, { who, channel }: Claimant): Promise<Claim> {
    const { name, version, file } = place;
    const nowMs = this.#services.clock.now();
    return this.#db.transaction().execute(async (db) => {
      const there = await rowOf(db, place);
      const isThere = there?.removedAtMs === null;
      if (isThere && there.digest !== digest) return 'other';
      if (!isThere && (await isTakenBack(db, place))) return 'removed';
      if (!isThere) {
        const row = { name, version, file, digest, sizeBytes, uploadedAtMs: nowMs, uploadedBy: who };
        await db
          .insertInto('artifactFiles')
          .values({ ...row, removedAtMs: null })
          .execute();
      }
      if (channel !== undefined) {
        await pointChannel(db, { name, channel, version, changedAtMs: nowMs, changedBy: who });
      }
      return isThere ? 'same' : 'new';
    });
  }

  async find(place: FilePlace): Promise<ArtifactFile | undefined> {
    const row = await rowOf(this.#db, place);
    return row?.removedAtMs === null ? row : undefined;
  }

  /** Of all versions, or of one; by version, newest first, and file name. */
  async files(name: string, version?: string): Promise<ArtifactFile[]> {
    const of = this.#db
      .selectFrom('artifactFiles')
      .selectAll()
      .where('name', '=', name)
      .where('removedAtMs', 'is', null);
    const rows = await (version === undefined ? of : of.where('version', '=', version)).execute();
    return rows.sort((a, b) => newestFirst(a.version, b.version) || compareTexts(a.file, b.file));
  }

  /** Names that hold `text`, after `after`, in their order. */
  async names({ text, after, limit, seen }: NameQuery): Promise<string[]> {
    const rows = await this.#db
      .selectFrom('artifactFiles')
      .select('name')
      .distinct()
      .where('removedAtMs', 'is', null)
      .where('name', '>', after)
      .where(named('name', seen))
      .where((where) => where.or([where('name', 'like', like(text)), where('file', 'like', like(text))]))
      .orderBy('name')
      .limit(limit)
      .execute();
    return rows.map(({ name }) => name);
  }

  channels(name: string): Promise<ArtifactChannel[]> {
    return this.#db
      .selectFrom('artifactChannels')
      .selectAll()
      .where('name', '=', name)
      .orderBy('channel')
      .execute();
  }

  async channel(name: string, channel: string): Promise<ArtifactChannel | undefined> {
    return (await this.channels(name)).find((each) => each.channel === channel);
  }

  /** Points a channel to a version in one step. False where the version has no file. */
  async point(row: { name: string; channel: string; version: string }, who: string): Promise<boolean> {
    return this.#db.transaction().execute(async (db) => {
      const file = await db
        .selectFrom('artifactFiles')
        .select('file')
        .where('name', '=', row.name)
        .where('version', '=', row.version)
        .where('removedAtMs', 'is', null)
        .executeTakeFirst();
      if (!file) return false;
      await pointChannel(db, { ...row, changedAtMs: this.#services.clock.now(), changedBy: who });
      return true;
    });
  }

  async dropChannel(name: string, channel: string): Promise<boolean> {
    const { numDeletedRows } = await this.#db
      .deleteFrom('artifactChannels')
      .where('name', '=', name)
      .where('channel', '=', channel)
      .executeTakeFirst();
    return numDeletedRows > 0n;
  }

  /** Takes a version back, unless channels point to it: then those are given. Its names stay taken. */
  async remove(name: string, version: string): Promise<'removed' | 'absent' | readonly string[]> {
    return this.#db.transaction().execute(async (db) => {
      const pointing = await db
        .selectFrom('artifactChannels')
        .select('channel')
        .where('name', '=', name)
        .where('version', '=', version)
        .orderBy('channel')
        .execute();
      if (pointing.length > 0) return pointing.map(({ channel }) => channel);
      const { numUpdatedRows } = await db
        .updateTable('artifactFiles')
        .set({ removedAtMs: this.#services.clock.now() })
        .where('name', '=', name)
        .where('version', '=', version)
        .where('removedAtMs', 'is', null)
        .executeTakeFirst();
      return numUpdatedRows > 0n ? 'removed' : 'absent';
    });
  }

  get #db(): Db {
    return this.#services.database.db;
  }
}

type Db = Services['database']['db'];

function rowOf(db: Db, { name, version, file }: FilePlace): Promise<ArtifactFile | undefined> {
  return db
    .selectFrom('artifactFiles')
    .selectAll()
    .where('name', '=', name)
    .where('version', '=', version)
    .where('file', '=', file)
    .executeTakeFirst();
}

async function isTakenBack(db: Db, { name, version }: FilePlace): Promise<boolean> {
  const removed = await db
    .selectFrom('artifactFiles')
    .select('file')
    .where('name', '=', name)
    .where('version', '=', version)
    .where('removedAtMs', 'is not', null)
    .executeTakeFirst();
  return removed !== undefined;
}

async function pointChannel(db: Db, row: ArtifactChannel): Promise<void> {
  const { name: _, channel: __, ...change } = row;
  await db
    .insertInto('artifactChannels')
    .values(row)
    .onConflict((conflict) => conflict.columns(['name', 'channel']).doUpdateSet(change))
    .execute();
}

/** As semantic versions, which those of releases are. */
export function newestFirst(a: string, b: string): number {
  return compareVersions('npm', b, a);
}

function like(text: string): string {
  return `%${text.replace(/[%_]/g, '')}%`;
}
