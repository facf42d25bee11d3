import { Worker } from 'node:worker_threads';
import type { SqlValue } from './sql-database.ts';

/** What the thread does: in a text, so that the bundle has no file for it. Messages: `[id, sql, parameters]`. */
const SCRIPT = `
const { parentPort, workerData } = require('node:worker_threads');
const { DatabaseSync } = require('node:sqlite');
const MOST_STATEMENTS = 100;
const statements = new Map();
let database;
function prepared(sql) {
  database ??= new DatabaseSync(workerData.path, { readOnly: true, timeout: workerData.busyTimeoutMs });
  if (statements.size >= MOST_STATEMENTS) statements.clear();
  const statement = statements.get(sql) ?? database.prepare(sql);
  statements.set(sql, statement);
  return statement;
}
parentPort.on('message', ([id, sql, parameters]) => {
  try {
    const rows = prepared(sql).all(...parameters).map((row) => ({ ...row }));
    parentPort.postMessage([id, { rows }]);
  } catch (error) {
    parentPort.postMessage([id, { code: error.errcode ?? 1, message: error.message }]);
  }
});
`;

export type ReaderAnswer =
  | { readonly rows: readonly Record<string, SqlValue>[] }
  | { readonly rows?: undefined; readonly code: number; readonly message: string };

/** What SQLite calls an error of no other kind. */
const SQLITE_ERROR = 1;

/** A connection that only reads, in a thread that is started by the first question and keeps no process alive by itself. */
export class SqlReader {
  readonly #options: { readonly path: string; readonly busyTimeoutMs: number };
  readonly #waiting = new Map<number, (answer: ReaderAnswer) => void>();
  #thread: Worker | undefined;
  #count = 0;

  constructor(path: string, busyTimeoutMs: number) {
    this.#options = { path, busyTimeoutMs };
  }

  query(sql: string, parameters: readonly SqlValue[]): Promise<ReaderAnswer> {
    this.#thread ??= this.#start();
    const thread = this.#thread;
    const id = this.#count++;
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      thread.ref();
      thread.postMessage([id, sql, parameters]);
    });
  }

  /** Who still waits is told so. */
  close(): void {
    void this.#thread?.terminate();
    this.#end('the database was closed');
  }

  #start(): Worker {
    const started = new Worker(SCRIPT, { eval: true, workerData: this.#options });
    started.on('message', ([id, answer]: [number, ReaderAnswer]) => {
      this.#waiting.get(id)?.(answer);
      this.#waiting.delete(id);
      if (this.#waiting.size === 0) started.unref();
    });
    started.on('error', (error) => {
      if (this.#thread === started) this.#end(error.message);
    });
    return started;
  }

  #end(message: string): void {
    this.#thread = undefined;
    for (const answer of this.#waiting.values()) answer({ code: SQLITE_ERROR, message });
    this.#waiting.clear();
  }
}
