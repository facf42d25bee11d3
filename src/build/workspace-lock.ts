import { join } from 'node:path';
import { type Host, isMarkLive, ownMark, parseMark } from '../host/index.ts';
import { findWorkspaceRoot } from '../workspace/index.ts';
import type { BuildEnvironment } from './opened-workspace.ts';

export interface HoldOptions extends Pick<BuildEnvironment, 'host' | 'signal' | 'directory'> {
  /** Told once, when there is another to wait for. */
  readonly onWait: (message: string) => void;
}

const LOOK_MS = 50;
const NOTHING_HELD: Disposable = { [Symbol.dispose]: () => {} };

/**
 * Keeps other builds of the workspace waiting until disposed of: two of them would put different states of the sources
 * into one `dist/`. The mark of a process that is gone holds nobody. `undefined` when interrupted while waiting.
 */
export async function holdWorkspace(options: HoldOptions): Promise<Disposable | undefined> {
  const { host, onWait, signal, directory } = options;
  const root = findWorkspaceRoot(host.fs, directory);
  if (root === undefined) return NOTHING_HELD;
  const path = join(root, 'build-cache', 'lock');
  let isTold = false;
  while (!signal.aborted) {
    const held = tryHold(host, path);
    if (held) return held;
    if (!isTold) onWait(waitingFor(host, path));
    isTold = true;
    await host.clock.sleep(LOOK_MS, signal).catch(() => {});
  }
  return undefined;
}

function waitingFor({ fs }: Host, path: string): string {
  const holder = parseMark(fs.readTextIfExists(path) ?? '');
  const who = holder ? ` (process ${holder.pid})` : '';
  return `waiting for another build of this workspace${who}; if there is none, remove ${path}`;
}

function tryHold(host: Host, path: string): Disposable | undefined {
  const { fs } = host;
  const text = ownMark(host);
  try {
    fs.makeDirectory(path.slice(0, path.lastIndexOf('/')));
    fs.createFile(path, text);
  } catch (error) {
    // Where no mark can be left nothing can be built either, and that is said where it fails.
    if (!hasCode(error, 'EEXIST')) return NOTHING_HELD;
    if (!isMarkLive(host, path)) removeStale(host, path);
    return undefined;
  }
  return {
    [Symbol.dispose]: () => {
      if (fs.readTextIfExists(path) === text) fs.remove(path);
    },
  };
}

/** Moved aside first: of two who find it stale at once, the second must not remove what the first has put there since. */
function removeStale({ fs, env, clock }: Host, path: string): void {
  const aside = `${path}.${env.pid}`;
  try {
    fs.rename(path, aside);
    if (isMarkLive({ fs, env, clock }, aside)) fs.link(aside, path);
  } catch (error) {
    if (!hasCode(error, 'ENOENT', 'EEXIST')) throw error;
  } finally {
    fs.remove(aside);
  }
}

function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}
