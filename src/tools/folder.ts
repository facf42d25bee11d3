import { posix } from 'node:path';
import type { ToolContext } from './tool.ts';

/** Something in a folder; `path` is relative to it, with `/`. */
export type FolderEntry =
  | { readonly kind: 'directory'; readonly path: string }
  | { readonly kind: 'symlink'; readonly path: string; readonly target: string }
  | {
      readonly kind: 'file';
      readonly path: string;
      /** Where the bytes are, absolute. */
      readonly source: string;
      readonly sizeBytes: number;
      readonly isExecutable: boolean;
    };

/** All entries below `root`, sorted by the code units of their paths, so that a folder comes before what it holds. */
export function listFolder(fs: ToolContext['fs'], root: string): FolderEntry[] {
  const entries: FolderEntry[] = [];
  const pending = [''];
  for (let directory = pending.pop(); directory !== undefined; directory = pending.pop()) {
    for (const { name } of fs.readDirectory(posix.join(root, directory))) {
      const entry = entryAt(fs, root, posix.join(directory, name));
      if (!entry) continue;
      entries.push(entry);
      if (entry.kind === 'directory') pending.push(entry.path);
    }
  }
  return entries.sort(byPath);
}

/** `undefined` for what is neither file, folder nor link, or is not there. */
export function entryAt(fs: ToolContext['fs'], root: string, path: string): FolderEntry | undefined {
  const source = posix.join(root, path);
  const stat = fs.lstat(source);
  if (stat?.type === 'directory') return { kind: 'directory', path };
  if (stat?.type === 'symlink') return { kind: 'symlink', path, target: fs.readLink(source) };
  if (stat?.type !== 'file') return undefined;
  return { kind: 'file', path, source, sizeBytes: stat.sizeBytes, isExecutable: (stat.mode & 0o111) !== 0 };
}

/** Tells of paths below `root` whether a file is there. */
export function filesIn(fs: ToolContext['fs'], root: string): (path: string) => boolean {
  return (path) => fs.lstat(posix.join(root, path))?.type === 'file';
}

export function byPath(a: { readonly path: string }, b: { readonly path: string }): number {
  return a.path < b.path ? -1 : a.path > b.path ? 1 : 0;
}
