import { posix } from 'node:path';
import { type Checked, type Diagnostic, sha256 } from '../base/index.ts';
import type { FileSystem } from '../host/index.ts';
import { lockfileProblem } from './lockfile-shape.ts';
import type { Lockfile } from './model.ts';

/** Name of the lock at the workspace root. */
export const LOCK_FILE = 'mobileops.lock';

const LOCK_VERSION = 3;
/** The oldest that is read. */
const OLDEST_VERSION = 2;

/** A lock of a large workspace has a few MB. */
const MAX_LOCK_BYTES = 64 * 2 ** 20;

/** Reads `mobileops.lock` of the workspace; `undefined` without diagnostics when there is none. */
export function readLock(fs: FileSystem, root: string): Checked<Lockfile | undefined> {
  const path = posix.join(root, LOCK_FILE);
  try {
    const stat = fs.lstat(path);
    if (!stat) return { value: undefined, diagnostics: [] };
    if (stat.type !== 'file') return refused('it is not a file');
    if (stat.sizeBytes > MAX_LOCK_BYTES) return refused('it is over 64 MiB');
    return parseLock(fs.readText(path));
  } catch (error) {
    return refused(`it cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Writes the lock, the same lock always as the same bytes; the file is left alone when it has them already. */
export function writeLock(fs: FileSystem, root: string, lock: Lockfile): boolean {
  const path = posix.join(root, LOCK_FILE);
  const text = serializeLock(lock);
  if (fs.lstat(path)?.type === 'file' && fs.readText(path) === text) return false;
  fs.replaceFile(path, text);
  return true;
}

/** Sorted keys, one space, and a checksum over all the rest, so that a merge or an edit by hand is found. */
export function serializeLock(lock: Lockfile): string {
  const { version, ...rest } = sorted(lock);
  const text = `${JSON.stringify({ version, checksum: '', ...rest }, undefined, 1)}\n`;
  return text.replace(CHECKSUM, `$1${sha256(text)}$3`);
}

/** Trust boundary: gives a lock only when the text is exactly what `deps lock` could have written. */
export function parseLock(text: string): Checked<Lockfile | undefined> {
  if (/^(<{7}|={7}|>{7})/m.test(text))
    return refused(
      'it holds the marks of an unresolved merge',
      'resolve the merge in the files that name dependencies, then run `mobileops deps lock`',
    );
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return refused(`it is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  const version = field(value, 'version');
  if (typeof version === 'number' && version > LOCK_VERSION)
    return refused(
      `it is of version ${version}, this mobileops reads version ${LOCK_VERSION}`,
      'use the mobileops that wrote it, or a newer one',
    );
  if (typeof version === 'number' && version < OLDEST_VERSION)
    return refused(
      `it is of version ${version}, which held packages for one platform and one Python only`,
      'run `mobileops deps lock` and commit the lock',
    );
  const problem = lockfileProblem(value);
  if (problem !== undefined) return refused(problem);
  const { checksum, ...lock } = value as Lockfile & { checksum: string };
  if (checksum !== checksumOf(text))
    return refused('its content does not have the checksum that it states: it was merged or edited by hand');
  return { value: lock, diagnostics: [] };
}

const CHECKSUM = /^( "checksum": ")([0-9a-f]*)(",?)$/m;

/** Of the text with an empty checksum; the line ends that git may have changed do not count. */
function checksumOf(text: string): string {
  return sha256(text.replaceAll('\r\n', '\n').replace(CHECKSUM, '$1$3'));
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

/** Objects with sorted keys and no undefined members; lists keep their order. */
function sorted(value: object): Record<string, unknown> {
  const entries = Object.entries(value).filter(([, each]) => each !== undefined);
  return Object.fromEntries(
    entries
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, each]: [string, unknown]) => [key, sortedValue(each)]),
  );
}

function sortedValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortedValue);
  return typeof value === 'object' && value !== null ? sorted(value) : value;
}

function refused(
  reason: string,
  hint = 'restore the file, or run `mobileops deps lock`',
): Checked<Lockfile | undefined> {
  const diagnostic: Diagnostic = {
    code: 'dependencies/bad-lock',
    severity: 'error',
    message: `the lock cannot be used: ${reason}`,
    hint,
    path: LOCK_FILE,
  };
  return { value: undefined, diagnostics: [diagnostic] };
}
