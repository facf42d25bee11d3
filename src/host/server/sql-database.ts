/** What SQLite holds in a column. */
export type SqlValue = null | number | bigint | string | Uint8Array;

export interface SqlResult {
  /** Empty for a statement that gives none. */
  readonly rows: Record<string, SqlValue>[];
  readonly changes: bigint;
  readonly lastId: bigint;
}

/**
 * One SQLite database in a file, shared with other processes through its write-ahead log. Statements are prepared once.
 * Methods throw `SqlError`; a lock that another process holds is waited for up to the busy timeout.
 */
export interface SqlDatabase {
  query(sql: string, parameters: readonly SqlValue[]): SqlResult;
  /**
   * A question that may take long, answered by a thread of its own from what was committed when it begins, so that nobody
   * else waits; one after the other. It can change nothing.
   */
  queryApart(sql: string, parameters: readonly SqlValue[]): Promise<readonly Record<string, SqlValue>[]>;
  /** Several statements without parameters. */
  execute(sql: string): void;
  /** Not any more after some errors, a full disk among them: SQLite itself then takes back what was begun. */
  readonly isInTransaction: boolean;
  /** Brings the write-ahead log to the disk, so that what was committed before the call outlives a power cut. */
  flush(): Promise<void>;
  /** A whole copy in another file, made while the database is in use. */
  copyTo(path: string): Promise<void>;
  close(): void;
}

/** What SQLite said: `busy`, `full` and `damaged` have their own remedies. */
export class SqlError extends Error {
  override readonly name = 'SqlError';
  readonly kind: 'busy' | 'full' | 'damaged' | 'constraint' | 'cannot-open' | 'other';

  constructor(kind: SqlError['kind'], message: string, cause: unknown) {
    super(message, { cause });
    this.kind = kind;
  }
}

export interface OpenSqlOptions {
  readonly busyTimeoutMs: number;
}

/** Opens the file, or makes it: whether it must be there is for the caller to look. */
export type OpenSqlDatabase = (path: string, options: OpenSqlOptions) => SqlDatabase;
