import { join } from 'node:path';
import type { Diagnostic } from '../base/index.ts';
import type { FileStat, Host } from '../host/index.ts';
import { cacheFolder } from './cache-folder.ts';

/** Folders of the store from which results are believed. */
const FOLDERS = ['', 'ac', 'cas', 'toolchains', 'trees'];
const ROOT_USER = 0;
const WRITABLE_BY_ALL = 0o002;

/**
 * A warning where another user may write to the store: checksums in it find damage, but a stranger can write them too.
 * What a group may write is left to who shares it.
 */
export function storeWarnings(host: Host): Diagnostic[] {
  const { fs } = host;
  const folder = cacheFolder(host);
  if (fs.lstat(folder) === undefined) return [];
  const root = fs.realPath(folder);
  for (const name of FOLDERS) {
    const path = join(root, name);
    const stat = fs.lstat(path);
    const problem = stat && problemOf(stat, host.env.userId);
    if (problem !== undefined) return [sharedStore(path, problem)];
  }
  return [];
}

function problemOf({ uid, mode }: FileStat, userId: number): string | undefined {
  if (uid !== userId && uid !== ROOT_USER) return 'belongs to another user';
  return (mode & WRITABLE_BY_ALL) === 0 ? undefined : 'can be written to by every user';
}

function sharedStore(path: string, problem: string): Diagnostic {
  return {
    code: 'build/shared-store',
    severity: 'warning',
    message: `this folder of the store ${problem}, who could put wrong results there`,
    hint: problem.startsWith('can')
      ? `take that right away (chmod -R o-w ${path}) and empty it (mobileops cache clear), or name a folder of your own with MOBILEOPS_CACHE`
      : 'name a folder of your own with MOBILEOPS_CACHE',
    path,
    cause: 'environment',
  };
}
