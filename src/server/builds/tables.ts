import type { BuildStatus } from '../../metrics/index.ts';
import type { Migration } from '../database/migrations.ts';

/** Tables of the records of builds. */
export interface BuildsTables {
  /** What lists, charts and filters read. */
  readonly builds: {
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
    /** JSON of the summary. */
    readonly summary: string;
    /** JSON of a trend's point. */
    readonly point: string;
  };
  /** The whole of each build, so that lists do not read over it. */
  readonly buildRecords: {
    readonly id: string;
    /** JSON, by gzip. */
    readonly record: Uint8Array;
  };
  /** What ran or failed. */
  readonly buildActions: {
    readonly build: string;
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
        id TEXT NOT NULL PRIMARY KEY,
        startMs INTEGER NOT NULL,
        status TEXT NOT NULL,
        durationMs INTEGER,
        workspace TEXT NOT NULL,
        branch TEXT NOT NULL,
        verb TEXT NOT NULL,
        "release" TEXT NOT NULL,
        ran INTEGER NOT NULL,
        cached INTEGER NOT NULL,
        searchText TEXT NOT NULL,
        summary TEXT NOT NULL,
        point TEXT NOT NULL
      ) WITHOUT ROWID;
      CREATE INDEX buildsByTime ON builds (startMs, id);
      CREATE INDEX buildsByWorkspace ON builds (workspace, startMs, id);
      CREATE TABLE buildRecords (
        id TEXT NOT NULL PRIMARY KEY REFERENCES builds (id) ON DELETE CASCADE,
        record BLOB NOT NULL
      );
      CREATE TABLE buildActions (
        build TEXT NOT NULL,
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
];
