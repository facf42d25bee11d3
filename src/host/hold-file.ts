import { isMarkLive, type MarkWorld, ownMark } from './process-mark.ts';

/**
 * Holds what a file stands for until disposed of, by a mark of this process in it; `undefined` where another process that
 * lives holds it. The mark of one that is gone is removed, and the next call may succeed. Other errors of the disk are thrown.
 */
export function tryHoldFile(world: MarkWorld, path: string): Disposable | undefined {
  const { fs } = world;
  const text = ownMark(world);
  try {
    fs.makeDirectory(path.slice(0, path.lastIndexOf('/')));
    fs.createFile(path, text);
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
    if (!isMarkLive(world, path)) removeStale(world, path);
    return undefined;
  }
  return {
    [Symbol.dispose]: () => {
      if (fs.readTextIfExists(path) === text) fs.remove(path);
    },
  };
}

/** Moved aside first: of two who find it stale at once, the second must not remove what the first has put there since. */
function removeStale(world: MarkWorld, path: string): void {
  const { fs, env } = world;
  const aside = `${path}.${env.pid}`;
  try {
    fs.rename(path, aside);
    if (isMarkLive(world, aside)) fs.link(aside, path);
  } catch (error) {
    if (!hasCode(error, 'ENOENT', 'EEXIST')) throw error;
  } finally {
    fs.remove(aside);
  }
}

function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}
