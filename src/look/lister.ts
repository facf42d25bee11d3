import { join } from 'node:path/posix';
import type { FileSystem, Host } from '../host/index.ts';

/** Our own lister: a program in C that the user's machine compiles, since it is to be small, trusted and for every processor. */
export interface ListerPlaces {
  /** Its source, absolute. */
  readonly source: string;
  /** The user's store, in which the program lies. */
  readonly store: string;
}

const PREFIX = 'lister-';
const COMPILE_TIMEOUT_MS = 60_000;

/** The compiled program, if this version of it is there. */
export function findLister(fs: FileSystem, places: ListerPlaces): string | undefined {
  const path = programPath(fs, places);
  const stat = path === undefined ? undefined : fs.lstat(path);
  return stat?.type === 'file' && (stat.mode & 0o100) !== 0 ? path : undefined;
}

/**
 * Compiles the program for later runs; where there is no C compiler, or it fails, `find` goes on to do the work. A
 * failure is remembered until the source changes.
 */
export async function makeLister(host: Host, places: ListerPlaces, signal: AbortSignal): Promise<void> {
  const { fs, processes, env } = host;
  const path = programPath(fs, places);
  const { PATH = '/usr/bin:/bin' } = env.variables;
  const compiler = env.platform === 'linux' ? processes.which('cc', PATH) : undefined;
  if (path === undefined || compiler === undefined || fs.lstat(path)) return;
  const temporary = `${path}.${env.pid}.tmp`;
  try {
    fs.makeDirectory(places.store);
    const argv = [compiler, '-O2', '-o', temporary, places.source];
    const options = { env: { PATH, LC_ALL: 'C' }, signal, timeoutMs: COMPILE_TIMEOUT_MS };
    const { code } = await processes.run(argv, options);
    if (signal.aborted) return;
    if (code !== 0) fs.writeFile(temporary, '', 0o600);
    removeOthers(fs, places.store);
    fs.rename(temporary, path);
  } catch {
    // It only would have been faster.
  } finally {
    fs.remove(temporary);
  }
}

function removeOthers(fs: FileSystem, store: string): void {
  const old = fs.readDirectory(store).filter(({ name }) => name.startsWith(PREFIX) && !name.endsWith('.tmp'));
  for (const { name } of old) fs.remove(join(store, name));
}

/** Another source has another size or time, and so another program. */
function programPath(fs: FileSystem, { source, store }: ListerPlaces): string | undefined {
  const stat = fs.lstat(source);
  return stat && join(store, `${PREFIX}${stat.sizeBytes}-${Math.trunc(stat.mtimeMs)}`);
}
