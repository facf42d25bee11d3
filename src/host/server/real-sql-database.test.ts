import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { realOpenSqlDatabase } from './real-sql-database.ts';
import { type SqlDatabase, SqlError } from './sql-database.ts';

/** By the tests themselves. */
const closed = new Set<SqlDatabase>();

function opened(t: TestContext): SqlDatabase {
  const folder = mkdtempSync(join(tmpdir(), 'mobileops-sql-'));
  const database = realOpenSqlDatabase(join(folder, 'a.sqlite'), { busyTimeoutMs: 1000 });
  t.after(() => {
    if (!closed.has(database)) database.close();
    rmSync(folder, { recursive: true });
  });
  database.execute('CREATE TABLE a (n INTEGER)');
  return database;
}

const isKind = (kind: SqlError['kind']) => (error: unknown) =>
  error instanceof SqlError && error.kind === kind;
/** Counted for seconds. A query that has begun cannot be broken off, so that the process lasts as long. */
const MANY = 20_000_000;
const COUNT_LONG =
  'WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < ?) SELECT count(*) AS n FROM c';

test('who asks apart keeps nobody waiting, and sees what was committed', async (t) => {
  const database = opened(t);
  const insert = (): void => {
    for (let at = 0; at < 100; at++) database.query('INSERT INTO a VALUES (?)', [at]);
  };
  insert();
  assert.deepEqual(await database.queryApart('SELECT count(*) AS n FROM a WHERE n < ?', [50]), [{ n: 50 }]);
  assert.deepEqual(await database.queryApart(COUNT_LONG, [1000]), [{ n: 1000 }]);
  let isAnswered = false;
  const long = database.queryApart(COUNT_LONG, [MANY]).finally(() => {
    isAnswered = true;
  });
  insert();
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(isAnswered, false);
  database.close();
  closed.add(database);
  await assert.rejects(long, /was closed/);
});

test('nothing is changed apart, and what is wrong is told as elsewhere', async (t) => {
  const database = opened(t);
  await assert.rejects(database.queryApart('INSERT INTO a VALUES (1)', []), /readonly/);
  await assert.rejects(database.queryApart('SELECT nothing FROM a', []), isKind('other'));
  assert.deepEqual(database.query('SELECT * FROM a', []).rows, []);
});

test('who still waits when the database is closed is told so', async (t) => {
  const database = opened(t);
  const waiting = database.queryApart(COUNT_LONG, [MANY]);
  database.close();
  closed.add(database);
  await assert.rejects(waiting, /was closed/);
});
