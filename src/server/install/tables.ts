import type { Migration } from '../database/migrations.ts';

/** Tables of the install page. */
export interface InstallTables {
  /** What a package of an app says of itself, read once from its content. */
  readonly installApps: {
    readonly digest: string;
    /** `AppCard` as JSON; `null` where it could not be read. */
    readonly card: string | null;
    readonly problem: string | null;
  };
  /** Web apps, which are installed from where they are served. */
  readonly installLinks: {
    readonly name: string;
    readonly title: string;
    readonly url: string;
    readonly version: string;
    readonly changedAtMs: number;
    readonly changedBy: string;
  };
}

export const INSTALL_MIGRATIONS: readonly Migration[] = [
  {
    name: 'install/001-apps',
    sql: `
      CREATE TABLE installApps (
        digest TEXT NOT NULL PRIMARY KEY,
        card TEXT,
        problem TEXT
      ) WITHOUT ROWID;
      CREATE TABLE installLinks (
        name TEXT NOT NULL PRIMARY KEY,
        title TEXT NOT NULL,
        url TEXT NOT NULL,
        version TEXT NOT NULL,
        changedAtMs INTEGER NOT NULL,
        changedBy TEXT NOT NULL
      ) WITHOUT ROWID;
    `,
  },
];
