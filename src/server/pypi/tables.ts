import type { Migration } from '../database/migrations.ts';

/** Tables of the Python package index. */
export interface PypiTables {
  readonly pypiFiles: {
    /** Normalised (PEP 503). */
    readonly project: string;
    readonly file: string;
    readonly version: string;
    readonly digest: string;
    readonly sizeBytes: number;
    readonly requiresPython: string | null;
    /** Of the wheel's METADATA (PEP 658). */
    readonly metadataDigest: string | null;
    readonly uploadedAtMs: number;
    readonly uploadedBy: string;
    /** Why it should not be chosen any more (PEP 592); empty for no reason given. */
    readonly yanked: string | null;
  };
}

export const PYPI_MIGRATIONS: readonly Migration[] = [
  {
    name: 'pypi/001-files',
    sql: `
      CREATE TABLE pypiFiles (
        project TEXT NOT NULL,
        file TEXT NOT NULL,
        version TEXT NOT NULL,
        digest TEXT NOT NULL,
        sizeBytes INTEGER NOT NULL,
        requiresPython TEXT,
        metadataDigest TEXT,
        uploadedAtMs INTEGER NOT NULL,
        uploadedBy TEXT NOT NULL,
        yanked TEXT,
        PRIMARY KEY (project, file)
      ) WITHOUT ROWID;
      CREATE INDEX pypiFilesByDigest ON pypiFiles (digest);
    `,
  },
];
