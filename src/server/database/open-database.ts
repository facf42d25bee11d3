import { Kysely } from 'kysely';
import { type Diagnostic, fail, ok, type Result } from '../../base/index.ts';
import type { FileSystem, OpenSqlDatabase, SqlDatabase } from '../../host/index.ts';
import { SqlError } from '../../host/index.ts';
import { apartDialect, sqliteDialect } from './dialect.ts';
import { groupCommit } from './group-commit.ts';
import { type Migration, migrate } from './migrations.ts';
import type { Tables } from './tables.ts';

export type Db = Kysely<Tables>;

/** The server's database, open. */
export interface Database {
  readonly db: Db;
  /** For questions that may read thousands of rows: nobody waits for them. It changes nothing, and sees what was committed. */
  readonly apart: Db;
  /** What was committed before the call is on the disk afterwards; many callers share one flush. */
  readonly flush: () => Promise<void>;
  readonly copyTo: (path: string) => Promise<void>;
  readonly close: () => void;
}

export interface DatabasePlace {
  readonly fs: FileSystem;
  readonly open: OpenSqlDatabase;
  readonly folder: string;
  readonly migrations: readonly Migration[];
  readonly nowMs: number;
}

export const DATABASE_NAME = 'server.sqlite';
export const COPIES_FOLDER = 'copies';
/** Another process, such as `serve token create`, holds its lock for milliseconds. */
const BUSY_MS = 5000;
/** As long as this file is there, so was a database: one that is gone is told and not made again. */
const FORMAT_NAME = 'format';
const FORMAT = 'mobileops server 1\n';

/** Opens the database of a data folder, or makes the first one in an empty folder. */
export function openDatabase(place: DatabasePlace): Result<Database, Diagnostic> {
  const path = `${place.folder}/${DATABASE_NAME}`;
  const wrong = missing(place, path);
  if (wrong) return fail(wrong);
  const bytesOf = (name: string): number => place.fs.lstat(name)?.sizeBytes ?? 0;
  const before = { sizeBytes: bytesOf(path), logBytes: bytesOf(`${path}-wal`) };
  let database: SqlDatabase | undefined;
  try {
    database = place.open(path, { busyTimeoutMs: BUSY_MS });
    const [check] = database.query('PRAGMA quick_check(1)', []).rows;
    if (check?.quick_check !== 'ok') throw new SqlError('damaged', String(check?.quick_check), undefined);
    if (isCutOff(database, before)) throw new SqlError('damaged', 'its last page is cut off', undefined);
    const unknown = migrate(database, place.migrations, place.nowMs);
    if (unknown.length > 0) {
      database.close();
      return fail(newer(path, unknown));
    }
  } catch (error) {
    database?.close();
    if (error instanceof SqlError) return fail(refused(place, path, error));
    throw error;
  }
  place.fs.replaceFile(`${place.folder}/${FORMAT_NAME}`, FORMAT);
  return ok(opened(database));
}

/** SQLite fills the last page up with zeros. Pages that are in the log need not be in the file, and a new one had none. */
function isCutOff(
  database: SqlDatabase,
  { sizeBytes, logBytes }: { readonly sizeBytes: number; readonly logBytes: number },
): boolean {
  if (logBytes > 0 || sizeBytes === 0) return false;
  const number = (pragma: string): number =>
    Number(Object.values(database.query(`PRAGMA ${pragma}`, []).rows[0] ?? {})[0]);
  return number('page_count') * number('page_size') !== sizeBytes;
}

function opened(database: SqlDatabase): Database {
  return {
    db: new Kysely<Tables>({ dialect: sqliteDialect(database) }),
    apart: new Kysely<Tables>({ dialect: apartDialect(database) }),
    flush: groupCommit(() => database.flush()),
    copyTo: (path) => database.copyTo(path),
    close: () => database.close(),
  };
}

/** The smallest page of SQLite. */
const SMALLEST_BYTES = 512;

/** SQLite takes an absent file, an empty one and one that was cut off within its head for a new database. */
function missing({ fs, folder }: DatabasePlace, path: string): Diagnostic | undefined {
  const format = fs.readTextIfExists(`${folder}/${FORMAT_NAME}`);
  if (format !== undefined && format !== FORMAT) {
    return {
      code: 'server/newer-data',
      severity: 'error',
      message: `this folder says of itself: ${format.trim().slice(0, 60)}`,
      hint: 'start the version of mobileops that wrote it, or a newer one',
      path: `${folder}/${FORMAT_NAME}`,
      cause: 'input',
    };
  }
  const isThere = (fs.lstat(path)?.sizeBytes ?? 0) >= SMALLEST_BYTES;
  const wasThere = format !== undefined || fs.lstat(`${folder}/blobs`) !== undefined;
  if (isThere || !wasThere) return undefined;
  return {
    code: 'server/database-damaged',
    severity: 'error',
    message: 'the database of this server is gone or cut off, though its content is there',
    hint: remedy(fs, folder),
    path,
    cause: 'environment',
  };
}

function newer(path: string, unknown: readonly string[]): Diagnostic {
  return {
    code: 'server/newer-data',
    severity: 'error',
    message: `a newer version of mobileops has changed this database (${unknown.join(', ')})`,
    hint: 'start that version, or a newer one',
    path,
    cause: 'input',
  };
}

function refused({ fs, folder }: DatabasePlace, path: string, error: SqlError): Diagnostic {
  if (error.kind === 'damaged') {
    return {
      code: 'server/database-damaged',
      severity: 'error',
      message: `the database of this server is damaged: ${error.message}`,
      hint: remedy(fs, folder),
      path,
      cause: 'environment',
    };
  }
  return {
    code: 'server/database-refused',
    severity: 'error',
    message: `the database cannot be used: ${error.message}`,
    hint: 'look at the rights, the free space and other programs that hold this file',
    path,
    cause: 'environment',
  };
}

function remedy(fs: FileSystem, folder: string): string {
  const copies = fs.lstat(`${folder}/${COPIES_FOLDER}`)
    ? fs.readDirectory(`${folder}/${COPIES_FOLDER}`).map(({ name }) => name)
    : [];
  const latest = copies.filter((name) => name.endsWith('.sqlite')).at(-1);
  const files = `${DATABASE_NAME}, ${DATABASE_NAME}-wal and ${DATABASE_NAME}-shm`;
  return latest === undefined
    ? `put back ${DATABASE_NAME} from a backup of this folder; nothing of it was changed`
    : `move ${files} away, copy ${COPIES_FOLDER}/${latest} to ${DATABASE_NAME} and start again; what came after that copy is to be pushed again`;
}
