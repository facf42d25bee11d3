/** A database that was cut off anywhere is never taken for a whole one, nor changed; a log that was cut off gives what came before. */
import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { sql } from 'kysely';
import { loadServerWorld, realHost } from '../../host/index.ts';
import { temporaryFolder } from '../testing.ts';
import { CORE_MIGRATIONS } from './migrations.ts';
import { openDatabase } from './open-database.ts';

const { openSqlDatabase: open } = await loadServerWorld();
const { fs } = realHost();
const opened = (folder: string) => openDatabase({ fs, open, folder, migrations: CORE_MIGRATIONS, nowMs: 0 });

const ENTRY = {
  requestId: 'r',
  who: 'w'.repeat(200),
  address: 'a',
  operation: 'o',
  target: 't',
  status: 200,
};

async function filled(folder: string, entries: number) {
  const database = opened(folder);
  if (!database.ok) assert.fail(database.failure.message);
  for (let at = 0; at < entries; at++)
    await database.value.db
      .insertInto('audit')
      .values({ ...ENTRY, atMs: at })
      .execute();
  return database.value;
}

const CUTS = 60;

test('a database that is cut off anywhere is refused and left as it is', async (t) => {
  const folder = temporaryFolder(t);
  (await filled(folder, 400)).close();
  const path = join(folder, 'server.sqlite');
  const whole = readFileSync(path);
  for (let cut = 0; cut < CUTS; cut++) {
    // Between pages and within them.
    const at = Math.floor((whole.length / 4096) * (cut / CUTS)) * 4096 + [0, 1, 100, 4095][cut % 4]!;
    writeFileSync(path, whole.subarray(0, at));
    const again = opened(folder);
    if (again.ok) again.value.close();
    assert.ok(!again.ok, `cut at ${at} of ${whole.length}`);
    assert.equal(again.failure.code, 'server/database-damaged', `cut at ${at}`);
    assert.equal(readFileSync(path).length, at);
  }
});

test('a log that is cut off gives what was committed before, and the database is whole', async (t) => {
  const folder = temporaryFolder(t);
  const database = await filled(folder, 60);
  const [main, log] = ['server.sqlite', 'server.sqlite-wal'].map((name) => join(folder, name));
  const logBytes = readFileSync(log!).length;
  let before = -1;
  for (let cut = 0; cut <= 20; cut++) {
    const copy = join(folder, `copy-${cut}`);
    mkdirSync(copy);
    writeFileSync(join(copy, 'format'), 'mobileops server 1\n');
    copyFileSync(main!, join(copy, 'server.sqlite'));
    copyFileSync(log!, join(copy, 'server.sqlite-wal'));
    truncateSync(join(copy, 'server.sqlite-wal'), Math.floor((logBytes * cut) / 20));
    const again = opened(copy);
    // Before its first commit there is no database.
    if (!again.ok) {
      assert.equal(again.failure.code, 'server/database-damaged');
      assert.equal(before, -1);
      continue;
    }
    const { rows } = await sql<{ n: number }>`SELECT count(*) AS n FROM audit`.execute(again.value.db);
    again.value.close();
    assert.ok(rows[0]!.n >= before, `${rows[0]!.n} entries after ${before}`);
    before = rows[0]!.n;
  }
  database.close();
  assert.equal(before, 60);
});
