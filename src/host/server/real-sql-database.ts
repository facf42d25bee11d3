import { type FileHandle, open } from 'node:fs/promises';
import { backup, DatabaseSync, type StatementSync } from 'node:sqlite';
import { SqlReader } from './real-sql-reader.ts';
import {
  type OpenSqlDatabase,
  type SqlDatabase,
  SqlError,
  type SqlResult,
  type SqlValue,
} from './sql-database.ts';

/** `node:sqlite` behind the interface. */
export const realOpenSqlDatabase: OpenSqlDatabase = (path, { busyTimeoutMs }) => {
  const database = told(() => new DatabaseSync(path, { timeout: busyTimeoutMs }));
  try {
    // Commits are brought to the disk by `flush`, many at once, and not each on its own.
    told(() =>
      database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON'),
    );
  } catch (error) {
    database.close();
    throw error;
  }
  return new RealSqlDatabase(database, new SqlReader(path, busyTimeoutMs), path);
};

/** Texts of statements that are kept prepared; a server has a few hundred. */
const MOST_STATEMENTS = 500;

interface Prepared {
  readonly statement: StatementSync;
  readonly givesRows: boolean;
}

class RealSqlDatabase implements SqlDatabase {
  readonly #database: DatabaseSync;
  readonly #path: string;
  readonly #statements = new Map<string, Prepared>();
  readonly #reader: SqlReader;
  #log: Promise<FileHandle> | undefined;

  constructor(database: DatabaseSync, reader: SqlReader, path: string) {
    this.#database = database;
    this.#reader = reader;
    this.#path = path;
  }

  query(sql: string, parameters: readonly SqlValue[]): SqlResult {
    return told(() => {
      const { statement, givesRows } = this.#prepared(sql);
      if (givesRows) {
        const rows = statement.all(...parameters) as Record<string, SqlValue>[];
        return { rows, changes: 0n, lastId: 0n };
      }
      const { changes, lastInsertRowid } = statement.run(...parameters);
      return { rows: [], changes: BigInt(changes), lastId: BigInt(lastInsertRowid) };
    });
  }

  async queryApart(
    sql: string,
    parameters: readonly SqlValue[],
  ): Promise<readonly Record<string, SqlValue>[]> {
    const answer = await this.#reader.query(sql, parameters);
    if (answer.rows) return answer.rows;
    throw sqlError(answer.code, answer.message);
  }

  execute(sql: string): void {
    told(() => this.#database.exec(sql));
  }

  get isInTransaction(): boolean {
    return this.#database.isTransaction;
  }

  /** The log stays the same file as long as the database is open. Locks lie on other files, so that opening it again frees none. */
  async flush(): Promise<void> {
    this.#log ??= open(`${this.#path}-wal`, 'r');
    await (await this.#log).datasync();
  }

  async copyTo(path: string): Promise<void> {
    await backup(this.#database, path);
  }

  close(): void {
    void this.#log?.then((file) => file.close());
    this.#log = undefined;
    this.#reader.close();
    this.#takeLogOver();
    this.#statements.clear();
    this.#database.close();
  }

  /**
   * The last who closes the file does this, which may be the reader's thread a moment later. On a full disk it cannot be done: then
   * the log stays, and is read at the next start.
   */
  #takeLogOver(): void {
    try {
      this.#database.exec('PRAGMA wal_checkpoint(PASSIVE)');
    } catch (error) {
      if (!(error instanceof Error && 'errcode' in error)) throw error;
    }
  }

  #prepared(sql: string): Prepared {
    const known = this.#statements.get(sql);
    if (known) return known;
    if (this.#statements.size >= MOST_STATEMENTS) this.#statements.clear();
    const statement = this.#database.prepare(sql);
    const prepared = { statement, givesRows: statement.columns().length > 0 };
    this.#statements.set(sql, prepared);
    return prepared;
  }
}

/** SQLite's primary result codes. */
const KINDS: Readonly<Record<number, SqlError['kind']>> = {
  5: 'busy',
  6: 'busy',
  11: 'damaged',
  13: 'full',
  14: 'cannot-open',
  19: 'constraint',
  26: 'damaged',
};

function told<T>(act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof Error && 'errcode' in error)) throw error;
    throw sqlError(Number(error.errcode), error.message, error);
  }
}

/** SQLite's extended codes hold the primary one in their last byte. */
function sqlError(code: number, message: string, cause?: unknown): SqlError {
  return new SqlError(KINDS[code & 0xff] ?? 'other', message, cause);
}
