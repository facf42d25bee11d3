import { readFileSync } from 'node:fs';

const END_MS = 15_000;
const POLL_MS = 50;

/**
 * Asks a process to end, then makes it, and waits for that without giving up the thread: an exit handler cannot await.
 * Who registers such a handler prepends it, so that what was begun last ends first.
 */
export function endProcess(pid: number): void {
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    try {
      process.kill(pid, signal);
    } catch {
      return;
    }
    for (let waitedMs = 0; waitedMs < END_MS && isRunning(pid); waitedMs += POLL_MS)
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, POLL_MS);
    if (!isRunning(pid)) return;
  }
}

/** A child that ended stays as a zombie until Node's loop gets to it. */
function isRunning(pid: number): boolean {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return !text.slice(text.lastIndexOf(')')).startsWith(') Z');
  } catch {
    return false;
  }
}
