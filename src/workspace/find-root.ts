import { dirname } from 'node:path/posix';
import type { FileSystem } from '../host/index.ts';

export const CONFIGURATION_FILE = 'build-config.yaml';

/** The nearest folder, from `directory` upwards, that holds a `build-config.yaml`. */
export function findWorkspaceRoot(fs: Pick<FileSystem, 'lstat'>, directory: string): string | undefined {
  for (let at = directory; ; at = dirname(at)) {
    if (fs.lstat(at === '/' ? `/${CONFIGURATION_FILE}` : `${at}/${CONFIGURATION_FILE}`)) return at;
    if (at === dirname(at)) return undefined;
  }
}
