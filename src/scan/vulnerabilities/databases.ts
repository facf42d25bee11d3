import { constants, zstdDecompressSync } from 'node:zlib';
import { type Diagnostic, fail, ok, type Result } from '../../base/index.ts';
import type { FileSystem } from '../../host/index.ts';
import type { Ecosystem } from '../../packages/index.ts';
import type { ScanCode } from '../diagnostics.ts';
import { openDatabase, type VulnerabilityDatabase } from './database-file.ts';

/** Where databases are: those that were fetched, and those that come with this version. */
export interface DatabasePlaces {
  readonly fs: Pick<FileSystem, 'lstat' | 'readFile'>;
  /** Absolute; it need not exist. */
  readonly fetched: string;
  /** Absolute. */
  readonly shipped: string;
}

export interface DamagedDatabase {
  readonly path: string;
  readonly problem: string;
}

export function damagedDiagnostic({ path, problem }: DamagedDatabase): Diagnostic {
  return {
    code: 'scan/damaged-database' satisfies ScanCode,
    severity: 'error',
    path,
    message: `the advisories cannot be read: ${problem}`,
    hint: '`mobileops scan --update` writes them anew',
    cause: 'environment',
  };
}

export function fetchedPath({ fetched }: Pick<DatabasePlaces, 'fetched'>, ecosystem: Ecosystem): string {
  return `${fetched}/${ecosystem}.db`;
}

/**
 * The better one of the two: complete before partial, then the newer one. `undefined` where there is neither; a damaged one is
 * told, and never passed over in favour of an older one.
 */
export function findDatabase(
  places: DatabasePlaces,
  ecosystem: Ecosystem,
): Result<VulnerabilityDatabase | undefined, DamagedDatabase> {
  const fetched = openAt(places.fs, fetchedPath(places, ecosystem), (bytes) => bytes);
  if (!fetched.ok) return fetched;
  const shipped = openAt(places.fs, `${places.shipped}/${ecosystem}.db.zst`, unpacked);
  if (!shipped.ok) return shipped;
  if (!fetched.value || !shipped.value) return ok(fetched.value ?? shipped.value);
  return ok(rank(shipped.value) > rank(fetched.value) ? shipped.value : fetched.value);
}

function rank({ facts }: VulnerabilityDatabase): string {
  return `${facts.coverage === 'complete' ? 1 : 0} ${facts.asOf}`;
}

function openAt(
  fs: DatabasePlaces['fs'],
  path: string,
  unpack: (bytes: Uint8Array) => Uint8Array | undefined,
): Result<VulnerabilityDatabase | undefined, DamagedDatabase> {
  if (fs.lstat(path)?.type !== 'file') return ok(undefined);
  const bytes = unpack(fs.readFile(path));
  if (!bytes) return fail({ path, problem: 'it cannot be unpacked' });
  const opened = openDatabase(bytes);
  return opened.ok ? opened : fail({ path, problem: opened.failure });
}

/** Ours are of two megabytes at most. */
const MAX_UNPACKED_BYTES = 2 ** 26;

function unpacked(bytes: Uint8Array): Uint8Array | undefined {
  try {
    return zstdDecompressSync(bytes, {
      maxOutputLength: MAX_UNPACKED_BYTES,
      params: { [constants.ZSTD_d_windowLogMax]: 27 },
    });
  } catch {
    return undefined;
  }
}
