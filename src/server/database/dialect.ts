import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely';
import type { SqlDatabase, SqlValue } from '../../host/index.ts';

/**
 * Kysely over the host's SQLite. There is one connection, and whoever holds it is alone: a query waits while another's
 * transaction is open. Statements themselves are synchronous, so that the wait is for turns of the event loop, not for a disk.
 */
export function sqliteDialect(database: SqlDatabase): Dialect {
  return {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new OneConnectionDriver(database),
    createIntrospector: (kysely) => new SqliteIntrospector(kysely),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  };
}

/**
 * The same for questions that may take long: they run beside everything else, on what was committed before. Nothing can be changed
 * through it, so that there is nothing to begin or to commit.
 */
export function apartDialect(database: SqlDatabase): Dialect {
  const connection: DatabaseConnection = {
    async executeQuery<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
      return { rows: (await database.queryApart(sql, parameters as readonly SqlValue[])) as R[] };
    },
    async *streamQuery<R>({ sql, parameters }: CompiledQuery): AsyncIterableIterator<QueryResult<R>> {
      yield { rows: (await database.queryApart(sql, parameters as readonly SqlValue[])) as R[] };
    },
  };
  const nothing = async (): Promise<void> => {};
  return {
    ...sqliteDialect(database),
    createDriver: () => ({
      ...{ init: nothing, releaseConnection: nothing, destroy: nothing },
      ...{ beginTransaction: nothing, commitTransaction: nothing, rollbackTransaction: nothing },
      acquireConnection: async () => connection,
    }),
  };
}

class OneConnectionDriver implements Driver {
  readonly #database: SqlDatabase;
  readonly #connection: DatabaseConnection;
  readonly #waiting: (() => void)[] = [];
  #isHeld = false;

  constructor(database: SqlDatabase) {
    this.#database = database;
    this.#connection = connectionTo(database);
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<DatabaseConnection> {
    if (this.#isHeld) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#isHeld = true;
    return this.#connection;
  }

  /** Handed over directly: who comes in between would take it from who was told that it is free. */
  async releaseConnection(): Promise<void> {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#isHeld = false;
  }

  /** At once for writing: a lock that is upgraded later can fail although nobody waits too long. */
  async beginTransaction(): Promise<void> {
    await this.#run('BEGIN IMMEDIATE');
  }

  async commitTransaction(): Promise<void> {
    await this.#run('COMMIT');
  }

  /** Where SQLite did it itself, a second one would fail, and hide why there was a first. */
  async rollbackTransaction(): Promise<void> {
    if (this.#database.isInTransaction) await this.#run('ROLLBACK');
  }

  /** Whoever opened the database closes it. */
  async destroy(): Promise<void> {}

  async #run(sql: string): Promise<void> {
    await this.#connection.executeQuery({ sql, parameters: [] } as unknown as CompiledQuery);
  }
}

function connectionTo(database: SqlDatabase): DatabaseConnection {
  return {
    async executeQuery<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
      const { rows, changes, lastId } = database.query(sql, parameters as readonly SqlValue[]);
      return { rows: rows as R[], numAffectedRows: changes, insertId: lastId };
    },
    async *streamQuery<R>({ sql, parameters }: CompiledQuery): AsyncIterableIterator<QueryResult<R>> {
      yield { rows: database.query(sql, parameters as readonly SqlValue[]).rows as R[] };
    },
  };
}
