import { join } from 'node:path';
import type { Host } from '../host/index.ts';

/** A folder for one build below the store, named by its process so that a later build can tell whether it still lives. */
export function newSession(host: Host, store: string): string {
  const { env, fs } = host;
  const name = `${env.pid}-${startOf(host, env.pid)}-${Math.floor(env.random() * 2 ** 32).toString(16)}`;
  const path = join(store, 'sessions', name);
  fs.makeDirectory(path, 0o700);
  return path;
}

/** Where Linux keeps files in memory. */
const SHARED_MEMORY = '/dev/shm';
const OWN_NAME = 'mobileops-';
/** What a build may take of it, if as much again stays free. */
const MEMORY_BYTES = 128 * 2 ** 20;

/** A folder of this build's own in memory, `undefined` where there is none or it is nearly full. */
export function newMemoryFolder(
  host: Host,
  session: string,
): { folder: string; sizeBytes: number } | undefined {
  const { env, fs } = host;
  try {
    if (env.platform !== 'linux' || fs.freeBytes(SHARED_MEMORY) < 2 * MEMORY_BYTES) return undefined;
    const folder = join(SHARED_MEMORY, `${OWN_NAME}${session.slice(session.lastIndexOf('/') + 1)}`);
    fs.makeDirectory(folder, 0o700);
    return { folder, sizeBytes: MEMORY_BYTES };
  } catch {
    return undefined;
  }
}

/** Removes what builds left that were killed. */
export function endStaleSessions(host: Host, store: string): void {
  endStale(host, join(store, 'sessions'), '');
  if (host.env.platform === 'linux') endStale(host, SHARED_MEMORY, OWN_NAME);
}

/** Another user's are left alone. */
function endStale(host: Host, folder: string, prefix: string): void {
  const { fs, env } = host;
  if (!fs.lstat(folder)) return;
  for (const { name } of fs.readDirectory(folder)) {
    if (!name.startsWith(prefix)) continue;
    const [pid = '', start = ''] = name.slice(prefix.length).split('-');
    const path = join(folder, name);
    if (startOf(host, Number(pid)) !== start && fs.lstat(path)?.uid === env.userId) fs.remove(path);
  }
}

/** When a process was started, in the kernel's ticks; `gone` when there is none, `0` where it cannot be told. */
function startOf(host: Host, pid: number): string {
  if (host.env.platform !== 'linux') return '0';
  const stat = host.fs.readTextIfExists(`/proc/${pid}/stat`);
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? 'gone';
}
