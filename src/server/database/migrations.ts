import type { SqlDatabase } from '../../host/index.ts';

/** A change of the database's shape. It is done once, by its name, and never edited after it was released. */
export interface Migration {
  /** `face/001-what`. */
  readonly name: string;
  /** Statements; all of them happen, or none. */
  readonly sql: string;
}

export const CORE_MIGRATIONS: readonly Migration[] = [
  {
    name: 'core/001-access',
    sql: `
      CREATE TABLE tokens (
        id INTEGER PRIMARY KEY,
        name TEXT NOT NULL,
        role TEXT NOT NULL CHECK (role IN ('read', 'write', 'admin')),
        hash TEXT NOT NULL UNIQUE,
        createdAtMs INTEGER NOT NULL,
        expiresAtMs INTEGER NOT NULL,
        revokedAtMs INTEGER
      );
      CREATE TABLE audit (
        id INTEGER PRIMARY KEY,
        atMs INTEGER NOT NULL,
        requestId TEXT NOT NULL,
        who TEXT NOT NULL,
        address TEXT NOT NULL,
        operation TEXT NOT NULL,
        target TEXT NOT NULL,
        status INTEGER NOT NULL
      );
      CREATE INDEX auditAt ON audit (atMs);
      CREATE TRIGGER auditStays BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'the audit log is only added to'); END;
      CREATE TRIGGER auditIsTrue BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'the audit log is only added to'); END;
    `,
  },
  {
    name: 'core/002-audit-start',
    sql: `
      CREATE TABLE auditStart (one INTEGER PRIMARY KEY CHECK (one = 1), firstId INTEGER NOT NULL);
      INSERT INTO auditStart VALUES (1, 0);
      CREATE TRIGGER auditStartGrows BEFORE UPDATE ON auditStart WHEN NEW.firstId < OLD.firstId
        BEGIN SELECT RAISE(ABORT, 'the audit log is trimmed at its old end only'); END;
      DROP TRIGGER auditStays;
      CREATE TRIGGER auditStays BEFORE DELETE ON audit WHEN OLD.id >= (SELECT firstId FROM auditStart)
        BEGIN SELECT RAISE(ABORT, 'the audit log is only added to'); END;
    `,
  },
  {
    name: 'core/003-scopes',
    sql: `
      ALTER TABLE tokens ADD COLUMN scope TEXT;
      ALTER TABLE audit ADD COLUMN scope TEXT;
    `,
  },
];

/** Does what was not done yet, in the order of the list. Gives the names of migrations that this version does not know. */
export function migrate(
  database: SqlDatabase,
  migrations: readonly Migration[],
  nowMs: number,
): readonly string[] {
  database.execute(
    'CREATE TABLE IF NOT EXISTS migrations (name TEXT PRIMARY KEY, doneAtMs INTEGER NOT NULL) WITHOUT ROWID',
  );
  const done = new Set(
    database.query('SELECT name FROM migrations', []).rows.map(({ name }) => String(name)),
  );
  const unknown = [...done].filter((name) => !migrations.some((each) => each.name === name));
  if (unknown.length > 0) return unknown;
  for (const { name, sql } of migrations.filter((each) => !done.has(each.name))) {
    database.execute('BEGIN IMMEDIATE');
    try {
      database.execute(sql);
      database.query('INSERT INTO migrations (name, doneAtMs) VALUES (?, ?)', [name, nowMs]);
      database.execute('COMMIT');
    } catch (error) {
      if (database.isInTransaction) database.execute('ROLLBACK');
      throw error;
    }
  }
  return [];
}
