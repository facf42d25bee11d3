import { join } from 'node:path';
import { type Host, parseMark, tryHoldFile } from '../host/index.ts';
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

/** Where no mark can be left nothing can be built either, and that is said where it fails. */
function tryHold(host: Host, path: string): Disposable | undefined {
  try {
    return tryHoldFile(host, path);
  } catch {
    return NOTHING_HELD;
  }
}
