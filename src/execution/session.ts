import { join } from 'node:path';
import { type Host, isFolderLive, ownMarkName } from '../host/index.ts';

/** A folder for one build below the store, named by its process so that a later build can tell whether it still lives. */
export function newSession(host: Host, store: string): string {
  const { env, fs } = host;
  const name = `${ownMarkName(host)}${Math.floor(env.random() * 2 ** 32).toString(16)}`;
  const path = join(store, 'sessions', name);
  fs.makeDirectory(path, 0o700);
  return path;
}

/** Where Linux keeps files in memory. */
const SHARED_MEMORY = '/dev/shm';
const OWN_NAME = 'mobileops-';
/** What a build may take of it for trees of sources, if as much again stays free. */
const STAGED_BYTES = 128 * 2 ** 20;
/** The same where memory is plenty. */
const MANY_STAGED_BYTES = 512 * 2 ** 20;
const PLENTY_BYTES = 6 * 2 ** 30;
/** What the actions of a build may have there at once. */
const WRITTEN_BYTES = 2 ** 30;
/** An action that writes more than its part is stopped before it sees that memory ends: so much more is kept free. */
const RESERVE = 3;
const LEAST_WRITTEN_BYTES = 256 * 2 ** 20;

/** A folder of one build in memory. */
export interface MemoryFolder {
  readonly folder: string;
  readonly stagedBytes: number;
  /** What its file system has free, at the least, while actions write there; absent where they must not. */
  readonly leaveBytes?: number;
}

/** `undefined` where there is no memory for files or it is nearly full. */
export function newMemoryFolder(host: Host, session: string): MemoryFolder | undefined {
  const { env, fs } = host;
  try {
    if (env.platform !== 'linux') return undefined;
    const freeBytes = fs.freeBytes(SHARED_MEMORY);
    if (freeBytes < 2 * STAGED_BYTES) return undefined;
    const folder = join(SHARED_MEMORY, `${OWN_NAME}${session.slice(session.lastIndexOf('/') + 1)}`);
    fs.makeDirectory(folder, 0o700);
    const isPlenty = Math.min(freeBytes, env.freeMemoryBytes()) >= PLENTY_BYTES;
    const stagedBytes = isPlenty ? MANY_STAGED_BYTES : STAGED_BYTES;
    const forActions = Math.min(freeBytes, env.freeMemoryBytes()) - stagedBytes;
    const writtenBytes = Math.min(WRITTEN_BYTES, Math.floor(forActions / (RESERVE + 1)));
    const leaveBytes = freeBytes - stagedBytes - writtenBytes;
    return {
      folder,
      stagedBytes,
      ...(writtenBytes < LEAST_WRITTEN_BYTES ? {} : { leaveBytes }),
    };
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
    const path = join(folder, name);
    if (!name.startsWith(prefix) || isFolderLive(host, path, path.length - name.length + prefix.length))
      continue;
    if (fs.lstat(path)?.uid === env.userId) fs.remove(path);
  }
}

/** Whether no other build can be using what lies in the store; of another user's sessions any counts, since `/proc` may hide its process. */
export function isAlone(host: Host, store: string, session: string): boolean {
  const { fs, env } = host;
  const folder = join(store, 'sessions');
  const others = fs.readDirectory(folder).map(({ name }) => join(folder, name));
  return others
    .filter((path) => path !== session)
    .every((path) => fs.lstat(path)?.uid === env.userId && !isFolderLive(host, path, folder.length + 1));
}
