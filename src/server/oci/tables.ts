import type { Migration } from '../database/migrations.ts';

/** Tables of the registry. A repository is there as long as it has a blob, a manifest or a tag. */
export interface OciTables {
  /** Which blobs a repository has: a blob that another one has is not there before it is mounted. */
  readonly ociBlobs: {
    readonly repository: string;
    readonly digest: string;
    readonly sizeBytes: number;
    /** When a client last sent it or asked for it, to within minutes. */
    readonly usedAtMs: number;
  };
  readonly ociManifests: {
    readonly repository: string;
    readonly digest: string;
    readonly mediaType: string;
    readonly artifactType: string | null;
    readonly subject: string | null;
    /** JSON. */
    readonly annotations: string | null;
    readonly content: Uint8Array;
    readonly pushedAtMs: number;
  };
  /** What manifests name: blobs, and other manifests. */
  readonly ociReferences: {
    readonly repository: string;
    readonly manifest: string;
    readonly digest: string;
    readonly kind: 'blob' | 'manifest';
  };
  readonly ociTags: {
    readonly repository: string;
    readonly tag: string;
    readonly digest: string;
    readonly changedAtMs: number;
  };
  readonly ociUploads: {
    readonly id: string;
    readonly repository: string;
    readonly startedAtMs: number;
  };
}

export const OCI_MIGRATIONS: readonly Migration[] = [
  {
    name: 'oci/001-registry',
    sql: `
      CREATE TABLE ociBlobs (
        repository TEXT NOT NULL,
        digest TEXT NOT NULL,
        sizeBytes INTEGER NOT NULL,
        usedAtMs INTEGER NOT NULL,
        PRIMARY KEY (repository, digest)
      ) WITHOUT ROWID;
      CREATE INDEX ociBlobsByDigest ON ociBlobs (digest);
      CREATE TABLE ociManifests (
        repository TEXT NOT NULL,
        digest TEXT NOT NULL,
        mediaType TEXT NOT NULL,
        artifactType TEXT,
        subject TEXT,
        annotations TEXT,
        content BLOB NOT NULL,
        pushedAtMs INTEGER NOT NULL,
        UNIQUE (repository, digest)
      );
      CREATE INDEX ociManifestsBySubject ON ociManifests (repository, subject) WHERE subject IS NOT NULL;
      CREATE TABLE ociReferences (
        repository TEXT NOT NULL,
        manifest TEXT NOT NULL,
        digest TEXT NOT NULL,
        kind TEXT NOT NULL CHECK (kind IN ('blob', 'manifest')),
        PRIMARY KEY (repository, manifest, digest)
      ) WITHOUT ROWID;
      CREATE INDEX ociReferencesByDigest ON ociReferences (repository, digest);
      CREATE TABLE ociTags (
        repository TEXT NOT NULL,
        tag TEXT NOT NULL,
        digest TEXT NOT NULL,
        changedAtMs INTEGER NOT NULL,
        PRIMARY KEY (repository, tag)
      ) WITHOUT ROWID;
      CREATE INDEX ociTagsByDigest ON ociTags (repository, digest);
      CREATE TABLE ociUploads (
        id TEXT NOT NULL PRIMARY KEY,
        repository TEXT NOT NULL,
        startedAtMs INTEGER NOT NULL
      ) WITHOUT ROWID;
    `,
  },
];
