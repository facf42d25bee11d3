import type { FileSystem } from '../host/index.ts';

/** Whether a folder is there, also by a link; `undefined` where nothing is. */
export function isFolder(fs: FileSystem, path: string): boolean | undefined {
  const stat = fs.lstat(path);
  if (stat?.type !== 'symlink') return stat && stat.type === 'directory';
  try {
    return fs.lstat(fs.realPath(path))?.type === 'directory';
  } catch {
    return undefined;
  }
}
