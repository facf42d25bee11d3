import { basename, dirname, join } from 'node:path';
import { sha256 } from '../base/index.ts';
import { type FileSystem, resolvedPath } from '../host/index.ts';
import { readChecked, writeChecked } from './checked-memo.ts';
import { digestOfFile, stampOf } from './package-database.ts';
import { linksBesideUsr, type VisibleRoot } from './visible-root.ts';

/** Where a program's loader may be named, whatever folder it lies in. */
const LOADER_FOLDERS = ['/lib', '/lib64', '/usr/lib', '/usr/lib64'];

/**
 * All that Node needs of the host to start: the shared libraries that this process, the same program, has loaded, and their
 * loader, with the links by which they are found. `undefined` where that cannot be told.
 */
export function runtimeRoot(fs: FileSystem, memoPath: string): VisibleRoot | undefined {
  const libraries = loadedLibraries(fs);
  if (libraries.length === 0) return undefined;
  const stamp = libraries.map((path) => `${path} ${stampOf(fs.lstat(path))}`).join('\n');
  const known = readChecked<Memo>(fs, memoPath);
  if (known?.stamp === stamp) return known.root;
  const links = { ...linksBesideUsr(fs), ...linksTo(fs, libraries) };
  const parts = [
    'runtime 1',
    ...libraries.map((path) => `${path} ${digestOfFile(fs, path)}`),
    ...Object.entries(links).map(([path, target]) => `${path} -> ${target}`),
  ];
  const root: VisibleRoot = {
    fingerprint: sha256(parts.join('\n')),
    binds: libraries,
    empty: [],
    links,
    networkFiles: [],
    networkFingerprint: '',
  };
  writeChecked(fs, memoPath, { stamp, root } satisfies Memo);
  return root;
}

/** Real paths, each once, sorted. What Node loads later, as an addon does, is not among them. */
function loadedLibraries(fs: FileSystem): string[] {
  const maps = fs.readTextIfExists('/proc/self/maps') ?? '';
  const paths = maps.split('\n').flatMap((line) => /^\S+ r-x\S* .*? (\/.*)$/.exec(line)?.[1] ?? []);
  return [...new Set(paths)].filter((path) => /\.so(\.|$)/.test(basename(path))).sort();
}

/** `libstdc++.so.6` beside `libstdc++.so.6.0.30`, and the loader's name in the folder that programs say. */
function linksTo(fs: FileSystem, libraries: readonly string[]): Record<string, string> {
  const folders = LOADER_FOLDERS.flatMap((path) => resolvedPath(fs, path) ?? []);
  const links: Record<string, string> = {};
  for (const library of libraries) {
    const names = namesOf(basename(library));
    for (const folder of new Set([dirname(library), ...folders])) {
      for (const name of names) {
        const path = join(folder, name);
        if (path !== library && resolvedPath(fs, path) === library) links[path] = library;
      }
    }
  }
  return links;
}

/** A name and what it is called with fewer parts of its version. */
function namesOf(name: string): string[] {
  const parts = name.slice(name.indexOf('.so') + 1).split('.');
  const stem = name.slice(0, name.indexOf('.so'));
  return parts.map((_, index) => [stem, ...parts.slice(0, index + 1)].join('.'));
}

interface Memo {
  readonly stamp: string;
  readonly root: VisibleRoot;
}
