import { gunzipSync, gzipSync } from 'node:zlib';
import { type ExpressionBuilder, type SqlBool, sql } from 'kysely';
import {
  type BuildFilter,
  type BuildList,
  type BuildRecord,
  type BuildRecords,
  type BuildSummary,
  type Choices,
  cursorOf,
  type FailedAction,
  lastOfEach,
  type Page,
  PIPELINE_VERB,
  parseCursor,
  partsOf,
  type SlowAction,
  searchTextOf,
  summaryOf,
  type TimePart,
  type TimeSpan,
  type Totals,
  type Trend,
  type TrendPoint,
  trendPointOf,
} from '../../metrics/index.ts';
import type { Database, Db } from '../database/open-database.ts';
import type { Tables } from '../database/tables.ts';

/** Rows of one statement; SQLite takes 32766 parameters. */
const ROWS_AT_ONCE = 2000;

/** Records in the server's database. */
export class SqliteBuildRecords implements BuildRecords {
  readonly #db: Db;
  /** For what reads the records of many builds. */
  readonly #apart: Db;

  constructor({ db, apart }: Pick<Database, 'db' | 'apart'>) {
    this.#db = db;
    this.#apart = apart;
  }

  async put(record: BuildRecord): Promise<void> {
    await this.#db.transaction().execute(async (db) => {
      const before = await db
        .selectFrom('builds')
        .select(['number', 'status'])
        .where('id', '=', record.id)
        .executeTakeFirst();
      const wasRunning = before === undefined || before.status === 'running';
      if (record.status === 'running' && !wasRunning) return;
      if (before) await forget(db, before.number);
      await insert(db, record);
      if (record.status !== 'running' && wasRunning) await count(db, record);
    });
  }

  async get(id: string): Promise<BuildRecord | undefined> {
    const row = await this.#db
      .selectFrom('builds')
      .innerJoin('buildRecords', 'build', 'number')
      .select('record')
      .where('id', '=', id)
      .executeTakeFirst();
    return row && (JSON.parse(gunzipSync(row.record).toString()) as BuildRecord);
  }

  async list(filter: BuildFilter, { limit, after }: Page): Promise<BuildList> {
    const place = after === undefined ? undefined : parseCursor(after);
    // A text is looked for in each build; anything else ends at the page's last one.
    let query = (filter.text === undefined ? this.#db : this.#apart)
      .selectFrom('builds')
      .innerJoin('buildRecords', 'build', 'number')
      .select('summary')
      .where(meant(filter));
    if (place) {
      const { startMs, id } = place;
      query = query.where((eb) =>
        eb.or([eb('startMs', '<', startMs), eb.and([eb('startMs', '=', startMs), eb('id', '<', id)])]),
      );
    }
    const rows = await query
      .orderBy('startMs', 'desc')
      .orderBy('id', 'desc')
      .limit(limit + 1)
      .execute();
    const builds = rows.slice(0, limit).map(({ summary }) => JSON.parse(summary) as BuildSummary);
    const last = builds.at(-1);
    return { builds, ...(last && rows.length > limit ? { next: cursorOf(last) } : {}) };
  }

  async overTime(filter: BuildFilter, span: TimeSpan): Promise<readonly TimePart[]> {
    const { sinceMs, partMs, parts } = span;
    const rows = await this.#apart
      .selectFrom('builds')
      .select(['startMs', 'status', 'durationMs', 'ran', 'cached'])
      .where(meant(filter))
      .where('startMs', '>=', sinceMs)
      .where('startMs', '<', sinceMs + partMs * parts)
      .execute();
    return partsOf(
      rows.map(({ durationMs, ...row }) => ({ ...row, durationMs: durationMs ?? 0 })),
      span,
    );
  }

  async slowest(filter: BuildFilter, limit: number): Promise<readonly SlowAction[]> {
    // In the order of an index where all are of one workspace: without it SQLite sorts hundreds of thousands of rows.
    const workspaces = filter.workspace === undefined ? await this.#workspaces() : [filter.workspace];
    const rows = await this.#apart
      .selectFrom('buildActions')
      .innerJoin('builds', 'number', 'buildActions.build')
      .where(meant(filter))
      .where('buildActions.status', '=', 'ran')
      .where('tookMs', 'is not', null)
      .select((eb) => [
        ...(['workspace', 'action as id'] as const),
        eb.fn.countAll<number>().as('runs'),
        eb.fn.avg<number>('tookMs').as('meanMs'),
        eb.fn.max<number>('tookMs').as('maxMs'),
        eb.fn.max<number>('startMs').as('latestMs'),
      ])
      .groupBy(workspaces.length === 1 ? ['action'] : ['workspace', 'action'])
      .orderBy('meanMs', 'desc')
      .orderBy('workspace')
      .orderBy('action')
      .limit(limit)
      .execute();
    return Promise.all(rows.map((row) => this.#withLatest(filter, row)));
  }

  async #workspaces(): Promise<readonly string[]> {
    const rows = await this.#apart.selectFrom('builds').select('workspace').distinct().execute();
    return rows.map(({ workspace }) => workspace);
  }

  /** What the latest run of an action said of it. Of two builds that began together it is the one with the greater id. */
  async #withLatest(
    filter: BuildFilter,
    { latestMs, ...action }: Omit<SlowAction, keyof LatestRun> & { readonly latestMs: number },
  ): Promise<SlowAction> {
    const latest = await this.#apart
      .selectFrom('builds')
      .innerJoin('buildActions', 'buildActions.build', 'number')
      .where(meant(filter))
      .where('startMs', '=', latestMs)
      .where('workspace', '=', action.workspace)
      .where('action', '=', action.id)
      .where('buildActions.status', '=', 'ran')
      .where('tookMs', 'is not', null)
      .select(['label', 'description', 'builds.id as build', 'tookMs as lastMs'])
      .orderBy('builds.id', 'desc')
      .executeTakeFirst();
    return { ...action, ...NO_RUN, ...latest, lastMs: latest?.lastMs ?? 0 };
  }

  async failures(filter: BuildFilter, limit: number): Promise<readonly FailedAction[]> {
    const rows = await this.#apart
      .selectFrom('buildActions')
      .innerJoin('builds', 'number', 'buildActions.build')
      .where(meant(filter))
      .innerJoin('buildRecords', 'buildRecords.build', 'number')
      .where('buildActions.status', '=', 'failed')
      .select(['summary', 'action', 'label', 'description', 'failure', 'log'])
      .orderBy('startMs', 'desc')
      .orderBy('builds.id', 'desc')
      .orderBy('place')
      .limit(limit)
      .execute();
    return rows.map(({ summary, ...row }) => ({ build: JSON.parse(summary) as BuildSummary, ...row }));
  }

  async trend(
    filter: BuildFilter,
    { over, limit }: { readonly over: 'releases' | 'builds'; readonly limit: number },
  ): Promise<Trend> {
    let query = this.#apart
      .selectFrom('builds')
      .select(['number', 'workspace', 'release'])
      .where(meant({ ...filter, status: 'success' }));
    if (over === 'releases') query = query.where('verb', '=', 'release');
    else query = query.limit(limit);
    const rows = await query.orderBy('startMs', 'desc').orderBy('id', 'desc').execute();
    const chosen = (over === 'releases' ? lastOfEach(rows) : rows)
      .slice(0, limit)
      .map(({ number }) => number);
    if (chosen.length === 0) return { points: [] };
    const points = await this.#apart
      .selectFrom('buildRecords')
      .select(['build', 'point'])
      .where('build', 'in', chosen)
      .execute();
    const byBuild = new Map(points.map(({ build, point }) => [build, JSON.parse(point) as TrendPoint]));
    return { points: chosen.reverse().flatMap((build) => byBuild.get(build) ?? []) };
  }

  async choices(): Promise<Choices> {
    const of = async (column: 'workspace' | 'branch' | 'verb'): Promise<string[]> => {
      const rows = await this.#apart.selectFrom('builds').select(column).distinct().execute();
      return rows.map((row) => (row as Record<typeof column, string>)[column]).sort();
    };
    return { workspaces: await of('workspace'), branches: await of('branch'), verbs: await of('verb') };
  }

  async totals(): Promise<Totals> {
    const row = await this.#db.selectFrom('buildTotals').selectAll().executeTakeFirstOrThrow();
    const { success, failed, refused, interrupted, lost, durationMs } = row;
    return {
      builds: { success, failed, refused, interrupted, lost },
      actions: { ran: row.actionsRan, cached: row.actionsCached, failed: row.actionsFailed },
      durationMs,
    };
  }

  async forgetBefore(timeMs: number): Promise<number> {
    return this.#db.transaction().execute(async (db) => {
      const old = await db.selectFrom('builds').select('number').where('startMs', '<', timeMs).execute();
      for (const { number } of old) await forget(db, number);
      return old.length;
    });
  }
}

async function insert(db: Db, record: BuildRecord): Promise<void> {
  const { id, startMs, status, durationMs = null, workspace, branch, verb, release, counts } = record;
  const { number: build } = await db
    .insertInto('builds')
    .values({
      ...{ id, startMs, status, durationMs, workspace, branch, verb, release },
      ...{ ran: counts.ran, cached: counts.cached, searchText: searchTextOf(record) },
    })
    .returning('number')
    .executeTakeFirstOrThrow();
  const texts = { summary: JSON.stringify(summaryOf(record)), point: JSON.stringify(trendPointOf(record)) };
  await db
    .insertInto('buildRecords')
    .values({ build, ...texts, record: gzipSync(JSON.stringify(record)) })
    .execute();
  const rows = record.actions.flatMap((action, place) => {
    const { status: how, startMs: fromMs, endMs, failure = '', log = '' } = action;
    if (how !== 'ran' && how !== 'failed') return [];
    const tookMs = fromMs === undefined || endMs === undefined ? null : endMs - fromMs;
    const { id: name, label, description } = action;
    return [{ build, place, action: name, label, description, status: how, tookMs, failure, log }];
  });
  for (let at = 0; at < rows.length; at += ROWS_AT_ONCE)
    await db
      .insertInto('buildActions')
      .values(rows.slice(at, at + ROWS_AT_ONCE))
      .execute();
}

async function forget(db: Db, build: number): Promise<void> {
  await db.deleteFrom('buildActions').where('build', '=', build).execute();
  await db.deleteFrom('buildRecords').where('build', '=', build).execute();
  await db.deleteFrom('builds').where('number', '=', build).execute();
}

async function count(db: Db, { status, verb, counts, durationMs = 0 }: BuildRecord): Promise<void> {
  if (status === 'running' || verb === PIPELINE_VERB) return;
  await db
    .updateTable('buildTotals')
    .set((eb) => ({
      [status]: eb(status, '+', 1),
      actionsRan: eb('actionsRan', '+', counts.ran),
      actionsCached: eb('actionsCached', '+', counts.cached),
      actionsFailed: eb('actionsFailed', '+', counts.failed),
      durationMs: eb('durationMs', '+', durationMs),
    }))
    .execute();
}

type LatestRun = Pick<SlowAction, 'label' | 'description' | 'build' | 'lastMs'>;

/** Where the build was forgotten between the two questions. */
const NO_RUN: LatestRun = { label: '', description: '', build: '', lastMs: 0 };

type Condition = (eb: ExpressionBuilder<Tables, 'builds'>) => ReturnType<typeof eb.and>;

/** The same as `isMeant` says of a record. */
function meant(filter: BuildFilter): Condition {
  const { workspace, branch, verb, status, sinceMs, untilMs, text } = filter;
  return (eb) =>
    eb.and([
      ...(workspace === undefined ? [] : [eb('builds.workspace', '=', workspace)]),
      ...(branch === undefined ? [] : [eb('builds.branch', '=', branch)]),
      verb === undefined ? eb('builds.verb', '!=', PIPELINE_VERB) : eb('builds.verb', '=', verb),
      ...(status === undefined ? [] : [eb('builds.status', '=', status)]),
      ...(sinceMs === undefined ? [] : [eb('builds.startMs', '>=', sinceMs)]),
      ...(untilMs === undefined ? [] : [eb('builds.startMs', '<', untilMs)]),
      ...(text === undefined ? [] : [sql<SqlBool>`instr("builds"."searchText", ${text.toLowerCase()}) > 0`]),
    ]);
}
