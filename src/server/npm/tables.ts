import type { Migration } from '../database/migrations.ts';

/** Tables of the npm registry. */
export interface NpmTables {
  readonly npmVersions: {
    /** `name` or `@scope/name`. */
    readonly package: string;
    readonly version: string;
    /** Of the tarball. */
    readonly digest: string;
    readonly sizeBytes: number;
    /** The published `package.json` with `dist`, without the address of the tarball; JSON. */
    readonly manifest: string;
    readonly deprecated: string | null;
    readonly publishedAtMs: number;
    readonly publishedBy: string;
  };
  readonly npmTags: { readonly package: string; readonly tag: string; readonly version: string };
}

export const NPM_MIGRATIONS: readonly Migration[] = [
  {
    name: 'npm/001-packages',
    sql: `
      CREATE TABLE npmVersions (
        package TEXT NOT NULL,
        version TEXT NOT NULL,
        digest TEXT NOT NULL,
        sizeBytes INTEGER NOT NULL,
        manifest TEXT NOT NULL,
        deprecated TEXT,
        publishedAtMs INTEGER NOT NULL,
        publishedBy TEXT NOT NULL,
        PRIMARY KEY (package, version)
      ) WITHOUT ROWID;
      CREATE INDEX npmVersionsByDigest ON npmVersions (digest);
      CREATE TABLE npmTags (
        package TEXT NOT NULL,
        tag TEXT NOT NULL,
        version TEXT NOT NULL,
        PRIMARY KEY (package, tag)
      ) WITHOUT ROWID;
    `,
  },
];
