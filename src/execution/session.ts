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

/** Removes what builds left that were killed. */
export function endStaleSessions(host: Host, store: string): void {
  const folder = join(store, 'sessions');
  if (!host.fs.lstat(folder)) return;
  for (const { name } of host.fs.readDirectory(folder)) {
    const [pid = '', start = ''] = name.split('-');
    if (startOf(host, Number(pid)) !== start) host.fs.remove(join(folder, name));
  }
}

/** When a process was started, in the kernel's ticks; `gone` when there is none, `0` where it cannot be told. */
function startOf(host: Host, pid: number): string {
  if (host.env.platform !== 'linux') return '0';
  const stat = host.fs.readTextIfExists(`/proc/${pid}/stat`);
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? 'gone';
}
