import type { FileSystem } from './file-system.ts';

/** The path without links; `undefined` where nothing is, or we may not see it. */
export function resolvedPath(fs: Pick<FileSystem, 'realPath'>, path: string): string | undefined {
  try {
    return fs.realPath(path);
  } catch {
    return undefined;
  }
}
