import type { ListenerOptions, MakeListener } from './listener.ts';
import type { OpenSqlDatabase } from './sql-database.ts';
import type { StreamFiles } from './stream-files.ts';

export type { ListenerOptions, MakeListener, OpenSqlDatabase, StreamFiles };

/** What this process takes of the machine, now. */
export interface ProcessUsage {
  readonly residentBytes: number;
  readonly heapBytes: number;
  /** Of user and system since the start. */
  readonly cpuSeconds: number;
  readonly startedAtMs: number;
}

/** What of the world a server needs beside `Host`; made when one is started, since nobody else needs it. */
export interface ServerWorld {
  readonly files: StreamFiles;
  readonly openSqlDatabase: OpenSqlDatabase;
  readonly makeListener: MakeListener;
  readonly usage: () => ProcessUsage;
}
