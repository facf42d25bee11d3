import { dirname } from 'node:path';
import type { FileSystem } from '../../host/index.ts';

export interface SourceCopyOptions {
  readonly fs: FileSystem;
  readonly from: string;
  readonly to: string;
  /** Relative paths of files and links. */
  readonly paths: readonly string[];
  readonly umask: number;
  readonly order: 'sorted' | 'reversed';
}

const ALL_RIGHTS = 0o777;
const FILE_RIGHTS = 0o666;

/** Copies sources as somebody with that umask would check them out. Gives the paths that were gone. */
export function copySources({ fs, from, to, paths, umask, order }: SourceCopyOptions): string[] {
  const gone: string[] = [];
  const sorted = [...paths].sort();
  for (const path of order === 'sorted' ? sorted : sorted.reverse()) {
    const source = `${from}/${path}`;
    const target = `${to}/${path}`;
    const stat = fs.lstat(source);
    fs.makeDirectory(dirname(target), ALL_RIGHTS & ~umask);
    if (stat?.type === 'symlink') fs.symlink(fs.readLink(source), target);
    else if (stat?.type === 'file') {
      const rights = (stat.mode & 0o100) === 0 ? FILE_RIGHTS : ALL_RIGHTS;
      fs.copyFile(source, target, rights & ~umask);
    } else gone.push(path);
  }
  return gone;
}
