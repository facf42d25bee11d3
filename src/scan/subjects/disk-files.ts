import { join } from 'node:path/posix';
import type { FileSystem } from '../../host/index.ts';
import type { OpenedFile, ScannedFile } from '../subject.ts';

/** Files of the disk, by paths relative to `root`; what is gone, a link or no file is left out. */
export function* diskFiles(fs: FileSystem, root: string, paths: Iterable<string>): Generator<ScannedFile> {
  for (const path of paths) {
    const place = join(root, path);
    const stat = fs.lstat(place);
    if (stat?.type === 'file')
      yield { path, sizeBytes: stat.sizeBytes, open: () => openFile(fs, place, stat.sizeBytes) };
  }
}

export function openFile(fs: FileSystem, path: string, sizeBytes: number): OpenedFile {
  const file = fs.open(path, 'r');
  return {
    sizeBytes,
    read: (offset, length) => {
      if (offset < 0 || length <= 0) return Buffer.alloc(0);
      const buffer = Buffer.allocUnsafe(Math.min(length, Math.max(0, sizeBytes - offset)));
      let filled = 0;
      while (filled < buffer.length) {
        const count = file.readAt(buffer.subarray(filled), offset + filled);
        if (count === 0) break;
        filled += count;
      }
      return buffer.subarray(0, filled);
    },
    [Symbol.dispose]: () => file[Symbol.dispose](),
  };
}
