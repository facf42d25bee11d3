import { type Diagnostic, fail, ok, type Result } from '../../base/index.ts';
import type { FileSystem } from '../../host/index.ts';
import { problem } from '../problem.ts';
import { type KeyFileKind, keyFileKind, unreadable } from './key-file.ts';
import { isRefusal, keyPlace } from './key-place.ts';

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
const AS_ANOTHER = 'run as a user who may read it, or name another one by --key FILE';

/** Reads a key's file; `asked` says who named it, for the words of a failure. */
export function loadKey(fs: FileSystem, path: string, asked: string): Result<LoadedKey, Diagnostic> {
  const place = keyPlace(fs, path);
  if (place.kind === 'absent') {
    const hint = 'put the key there, or name another one by --key FILE or by the variable SIGNING_KEY';
    return fail(problem('signing/no-key', `there is no key, which ${asked} asks for`, { path, hint }));
  }
  if (place.kind === 'closed') {
    const message = `this user may not look into the folder of the key, which ${asked} asks for`;
    return fail(problem('signing/key-unreadable', message, { path, hint: AS_ANOTHER }));
  }
  const { stat } = place;
  if (stat.type !== 'file' || stat.sizeBytes > MAX_KEY_BYTES) return fail(unreadable(path));
  const bytes = readIfAllowed(fs, path);
  if (!bytes)
    return fail(
      problem('signing/key-unreadable', 'this user may not read the key', { path, hint: AS_ANOTHER }),
    );
  const kind = keyFileKind(bytes);
  if (kind === 'unknown') return fail(unreadable(path));
  const text = Buffer.from(bytes).toString('latin1');
  return ok({ path, kind, bytes, text, isExposed: (stat.mode & 0o077) !== 0 });
}

function readIfAllowed(fs: FileSystem, path: string): Uint8Array | undefined {
  try {
    return fs.readFile(path);
  } catch (error) {
    if (isRefusal(error)) return undefined;
    throw error;
  }
}
