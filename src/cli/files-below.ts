import { join } from 'node:path/posix';
import type { FileSystem } from '../host/index.ts';

/** Paths from `root` of all that lies below a folder of it, links as they are; none where there is no such folder. */
export function filesBelow(fs: FileSystem, root: string, folder: string): string[] {
  return entriesOf(fs, join(root, folder)).flatMap(({ name, type }) => {
    const path = join(folder, name);
    return type === 'directory' ? filesBelow(fs, root, path) : [path];
  });
}

export function entriesOf(fs: FileSystem, path: string): ReturnType<FileSystem['readDirectory']> {
  return fs.lstat(path)?.type === 'directory' ? fs.readDirectory(path) : [];
}
