import type { Generated } from 'kysely';
import type { BuildStatus } from '../../metrics/index.ts';
import type { Migration } from '../database/migrations.ts';

/** Tables of the records of builds. */
export interface BuildsTables {
  /** What is filtered and counted by: narrow, so that a question to thousands of builds reads little. */
  readonly builds: {
    readonly number: Generated<number>;
    readonly id: string;
    readonly startMs: number;
    readonly status: BuildStatus;
    readonly durationMs: number | null;
    readonly workspace: string;
    readonly branch: string;
    readonly verb: string;
    readonly release: string;
    readonly ran: number;
    readonly cached: number;
    /** In small letters: what a text of a filter is looked for in. */
    readonly searchText: string;
  };
  /** What is told of a build that was found. */
  readonly buildRecords: {
    readonly build: number;
    /** JSON of the summary. */
    readonly summary: string;
    /** JSON of a trend's point. */
    readonly point: string;
    /** JSON, by gzip. */
    readonly record: Uint8Array;
  };
  /** What ran or failed. */
  readonly buildActions: {
    readonly build: number;
    /** Its place within the build. */
    readonly place: number;
    readonly action: string;
    readonly label: string;
    readonly description: string;
    readonly status: 'ran' | 'failed';
    readonly tookMs: number | null;
    readonly failure: string;
    readonly log: string;
  };
  /** One row: counts of all that ever ended, which stay when records go. */
  readonly buildTotals: {
    readonly id: 1;
    readonly success: number;
    readonly failed: number;
    readonly refused: number;
    readonly interrupted: number;
    readonly lost: number;
    readonly actionsRan: number;
    readonly actionsCached: number;
    readonly actionsFailed: number;
    readonly durationMs: number;
  };
}

export const BUILDS_MIGRATIONS: readonly Migration[] = [
  {
    name: 'builds/001-records',
    sql: `
      CREATE TABLE builds (
        number INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        startMs INTEGER NOT NULL,
        status TEXT NOT NULL,
        durationMs INTEGER,
        workspace TEXT NOT NULL,
        branch TEXT NOT NULL,
        verb TEXT NOT NULL,
        "release" TEXT NOT NULL,
        ran INTEGER NOT NULL,
        cached INTEGER NOT NULL,
        searchText TEXT NOT NULL
      );
      CREATE INDEX buildsByTime ON builds (startMs, id);
      CREATE INDEX buildsByWorkspace ON builds (workspace, startMs, id);
      CREATE TABLE buildRecords (
        build INTEGER PRIMARY KEY REFERENCES builds (number) ON DELETE CASCADE,
        summary TEXT NOT NULL,
        point TEXT NOT NULL,
        record BLOB NOT NULL
      );
      CREATE TABLE buildActions (
        build INTEGER NOT NULL,
        place INTEGER NOT NULL,
        action TEXT NOT NULL,
        label TEXT NOT NULL,
        description TEXT NOT NULL,
        status TEXT NOT NULL CHECK (status IN ('ran', 'failed')),
        tookMs INTEGER,
        failure TEXT NOT NULL,
        log TEXT NOT NULL,
        PRIMARY KEY (build, place)
      ) WITHOUT ROWID;
      CREATE INDEX buildActionsThatFailed ON buildActions (build) WHERE status = 'failed';
      CREATE TABLE buildTotals (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        success INTEGER NOT NULL,
        failed INTEGER NOT NULL,
        refused INTEGER NOT NULL,
        interrupted INTEGER NOT NULL,
        lost INTEGER NOT NULL,
        actionsRan INTEGER NOT NULL,
        actionsCached INTEGER NOT NULL,
        actionsFailed INTEGER NOT NULL,
        durationMs INTEGER NOT NULL
      );
      INSERT INTO buildTotals VALUES (1, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    `,
  },
  {
    name: 'builds/002-slow-actions',
    sql: `
      CREATE INDEX buildActionsThatRan ON buildActions (action, build, tookMs) WHERE status = 'ran' AND tookMs IS NOT NULL;
    `,
  },
];
