import { accessSync, constants, existsSync, mkdirSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

/** Nothing of the caller's but its PATH: home, caches and temporary files of a tool lie in its own folder. */
export function toolEnvironment(
  scratch: string,
  more: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const home = join(scratch, 'home');
  const temporary = join(scratch, 'tmp');
  for (const folder of [home, temporary]) mkdirSync(folder, { recursive: true });
  const path = [dirname(process.execPath), ...searchPath()].join(delimiter);
  return { PATH: path, HOME: home, TMPDIR: temporary, LANG: 'C.UTF-8', ...more };
}

/** Where a program is; those in `folders` come first. */
export function findProgram(name: string, folders: readonly string[] = []): string | undefined {
  return [...folders, ...searchPath()].map((folder) => join(folder, name)).find(isExecutable);
}

function searchPath(): string[] {
  const path = (process.env.PATH ?? '/usr/bin:/bin').split(delimiter);
  // Servers of Debian's packages are where a user's PATH does not lead.
  return [...new Set([...path, '/usr/local/sbin', '/usr/sbin', '/sbin'])].filter((folder) => folder !== '');
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return existsSync(path);
  } catch {
    return false;
  }
}
