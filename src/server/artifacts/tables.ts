import type { Migration } from '../database/migrations.ts';

/** Tables of the artifact repository. */
export interface ArtifactTables {
  /** A row stays when its file is removed: the name never comes back with another content. */
  readonly artifactFiles: {
    readonly name: string;
    readonly version: string;
    readonly file: string;
    readonly digest: string;
    readonly sizeBytes: number;
    readonly uploadedAtMs: number;
    readonly uploadedBy: string;
    readonly removedAtMs: number | null;
  };
  readonly artifactChannels: {
    readonly name: string;
    readonly channel: string;
    readonly version: string;
    readonly changedAtMs: number;
    readonly changedBy: string;
  };
}

export const ARTIFACT_MIGRATIONS: readonly Migration[] = [
  {
    name: 'artifacts/001-files',
    sql: `
      CREATE TABLE artifactFiles (
        name TEXT NOT NULL,
        version TEXT NOT NULL,
        file TEXT NOT NULL,
        digest TEXT NOT NULL,
        sizeBytes INTEGER NOT NULL,
        uploadedAtMs INTEGER NOT NULL,
        uploadedBy TEXT NOT NULL,
        removedAtMs INTEGER,
        PRIMARY KEY (name, version, file)
      ) WITHOUT ROWID;
      CREATE INDEX artifactFilesByDigest ON artifactFiles (digest);
      CREATE INDEX artifactFilesByTime ON artifactFiles (uploadedAtMs);
      CREATE TABLE artifactChannels (
        name TEXT NOT NULL,
        channel TEXT NOT NULL,
        version TEXT NOT NULL,
        changedAtMs INTEGER NOT NULL,
        changedBy TEXT NOT NULL,
        PRIMARY KEY (name, channel)
      ) WITHOUT ROWID;
    `,
  },
];
