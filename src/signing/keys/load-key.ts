import { type Diagnostic, fail, ok, type Result } from '../../base/index.ts';
import type { FileSystem } from '../../host/index.ts';
import { problem } from '../problem.ts';
import { type KeyFileKind, keyFileKind, unreadable } from './key-file.ts';

/** A key's file as it lies there. */
export interface LoadedKey {
  /** Absolute. */
  readonly path: string;
  readonly kind: Exclude<KeyFileKind, 'unknown'>;
  readonly bytes: Uint8Array;
  readonly text: string;
  /** Others on the machine may read it. */
  readonly isExposed: boolean;
}

const MAX_KEY_BYTES = 2 ** 20;

/** Reads a key's file; `asked` says who named it, for the words of a failure. */
export function loadKey(fs: FileSystem, path: string, asked: string): Result<LoadedKey, Diagnostic> {
  const real = realPathIfThere(fs, path);
  const stat = real === undefined ? undefined : fs.lstat(real);
  if (!stat) {
    const hint = 'put the key there, or name another one by --key FILE or by the variable SIGNING_KEY';
    return fail(problem('signing/no-key', `there is no key, which ${asked} asks for`, { path, hint }));
  }
  if (stat.type !== 'file' || stat.sizeBytes > MAX_KEY_BYTES) return fail(unreadable(path));
  const bytes = readIfAllowed(fs, path);
  if (!bytes) {
    const hint = 'run as a user who may read it, or name another one by --key FILE';
    return fail(problem('signing/key-unreadable', 'this user may not read the key', { path, hint }));
  }
  const kind = keyFileKind(bytes);
  if (kind === 'unknown') return fail(unreadable(path));
  const text = Buffer.from(bytes).toString('latin1');
  return ok({ path, kind, bytes, text, isExposed: (stat.mode & 0o077) !== 0 });
}

function realPathIfThere(fs: FileSystem, path: string): string | undefined {
  try {
    return fs.realPath(path);
  } catch {
    return undefined;
  }
}

function readIfAllowed(fs: FileSystem, path: string): Uint8Array | undefined {
  try {
    return fs.readFile(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'EACCES' || error.code === 'EPERM'))
      return undefined;
    throw error;
  }
}
