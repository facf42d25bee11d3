import type { Db } from '../database/open-database.ts';
import type { Services } from '../services.ts';
import type { TrimLimits } from './maintenance-settings.ts';

export interface TrimReport {
  readonly removedEntries: number;
}

/** Rows of one statement, during which requests wait. */
const ROWS_AT_ONCE = 1000;

/**
 * Removes the oldest entries of the audit log, which is all that its triggers let anybody remove, and writes an entry that says
 * which are gone.
 */
export async function trimAudit(
  { database: { db, apart }, clock, signal }: Pick<Services, 'database' | 'clock' | 'signal'>,
  { keptMs, entries }: TrimLimits,
): Promise<TrimReport> {
  const nowMs = clock.now();
  const ends = await apart
    .selectFrom('audit')
    .select((eb) => [eb.fn.min('id').as('oldest'), eb.fn.max('id').as('newest')])
    .executeTakeFirstOrThrow();
  const oldest = Number(ends.oldest ?? 0);
  const newest = Number(ends.newest ?? 0);
  // One more may stay, the entry of the last time: else each time would remove one to tell of it.
  const isOver = entries > 0 && newest - oldest > entries;
  const firstYoung = keptMs === 0 ? 0 : await firstSince(apart, nowMs - keptMs);
  const firstId = Math.max(isOver ? newest - entries + 1 : 0, firstYoung ?? newest + 1);
  if (ends.newest === null || firstId <= oldest) return { removedEntries: 0 };
  await db.transaction().execute(async (change) => {
    const target = `entries ${oldest} to ${firstId - 1}`;
    const by = { requestId: 'trim', who: 'server', address: 'here', operation: 'trim audit' };
    await change
      .insertInto('audit')
      .values({ atMs: nowMs, ...by, target, status: 200 })
      .execute();
    await change
      .updateTable('auditStart')
      .set((eb) => ({ firstId: eb.fn<number>('max', ['firstId', eb.val(firstId)]) }))
      .execute();
  });
  let removedEntries = 0;
  for (let below = oldest; below < firstId; ) {
    signal.throwIfAborted();
    below = Math.min(firstId, below + ROWS_AT_ONCE);
    const { numDeletedRows } = await db.deleteFrom('audit').where('id', '<', below).executeTakeFirst();
    removedEntries += Number(numDeletedRows);
    await clock.sleep(1, signal);
  }
  return { removedEntries };
}

/** Not by the last entry before it: where a clock was wrong, that one may stand behind others which are to stay. */
async function firstSince(apart: Db, sinceMs: number): Promise<number | undefined> {
  const entry = await apart
    .selectFrom('audit')
    .select('id')
    .where('atMs', '>=', sinceMs)
    .orderBy('id')
    .executeTakeFirst();
  return entry?.id;
}
