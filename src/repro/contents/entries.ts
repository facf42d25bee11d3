import { join } from 'node:path';
import type { Tree } from '../../action/index.ts';
import type { Cas } from '../../cas/index.ts';
import type { FileStat, FileSystem } from '../../host/index.ts';
import type { Entries, Entry } from './compare-entries.ts';

/** A file, or a folder with all below it, on the disk; `''` is the thing itself, where it is a file or a link. */
export function diskEntries(fs: FileSystem, path: string): Entries {
  const entries = new Map<string, Entry>();
  const visit = (relative: string): void => {
    const full = relative === '' ? path : join(path, relative);
    const stat = fs.lstat(full);
    if (stat?.type === 'directory') {
      if (relative !== '') entries.set(relative, diskEntry(fs, full, stat));
      for (const { name } of fs.readDirectory(full)) visit(relative === '' ? name : `${relative}/${name}`);
    } else if (stat?.type === 'file' || stat?.type === 'symlink')
      entries.set(relative, diskEntry(fs, full, stat));
  };
  visit('');
  return entries;
}

function diskEntry(fs: FileSystem, path: string, stat: FileStat): Entry {
  const kind = stat.type === 'directory' || stat.type === 'symlink' ? stat.type : 'file';
  return {
    kind,
    isExecutable: kind === 'file' && (stat.mode & 0o100) !== 0,
    target: kind === 'symlink' ? fs.readLink(path) : '',
    digest: undefined,
    sizeBytes: stat.sizeBytes,
    read: () => (fs.lstat(path)?.type === 'file' ? Buffer.from(fs.readFile(path)) : undefined),
  };
}

/** The files, links and folders of a tree in a store. */
export function treeEntries(cas: Cas, tree: Tree): Entries {
  const entries = new Map<string, Entry>();
  const common = { isExecutable: false, target: '', digest: undefined, sizeBytes: 0, read: () => undefined };
  const visit = (at: Tree, prefix: string): void => {
    for (const { name, digest, isExecutable } of at.files) {
      const read = (): Buffer | undefined => {
        const bytes = cas.get(digest);
        return bytes && Buffer.from(bytes);
      };
      const { hash, sizeBytes } = digest;
      entries.set(prefix + name, { ...common, kind: 'file', isExecutable, digest: hash, sizeBytes, read });
    }
    for (const { name, target } of at.symlinks)
      entries.set(prefix + name, { ...common, kind: 'symlink', target });
    for (const { name, tree: child } of at.directories) {
      entries.set(prefix + name, { ...common, kind: 'directory' });
      visit(child, `${prefix}${name}/`);
    }
  };
  visit(tree, '');
  return entries;
}
