import {
  EMPTY_TREE,
  type FileNode,
  makeTree,
  type SubTree,
  type SymlinkNode,
  type Tree,
} from '../action/index.ts';
import { type Digest, formatDigest, parseDigest } from '../base/index.ts';
import { joinPath, parentOf } from './snapshot-scope.ts';
import type { StatIndex } from './stat-index.ts';

export type SourceContent = Pick<StatIndex, 'sources' | 'links'>;

interface Folder {
  readonly names: string[];
  readonly folders: string[];
}

/**
 * The Merkle trees of the sources, made when they are asked for. Digests of folders in which nothing changed are taken
 * from the last run.
 */
export class SourceTrees {
  readonly #content: SourceContent;
  /** Digests of the last run's folders, and in which folders something changed since. */
  readonly #known: ReadonlyMap<string, string>;
  readonly #changed: ReadonlySet<string>;
  #madeFolders: ReadonlyMap<string, Folder> | undefined;
  readonly #trees = new Map<string, Tree>();

  constructor(
    content: SourceContent,
    last?: { known: ReadonlyMap<string, string>; changed: ReadonlySet<string> },
  ) {
    this.#content = content;
    this.#known = last?.known ?? new Map();
    this.#changed = last?.changed ?? new Set();
  }

  get #folders(): ReadonlyMap<string, Folder> {
    this.#madeFolders ??= foldersOf(this.#content);
    return this.#madeFolders;
  }

  digest(directory: string): Digest {
    return this.#digestOf(directory) ?? this.tree(directory).digest;
  }

  tree(directory: string): Tree {
    const made = this.#trees.get(directory);
    if (made) return made;
    const folder = this.#folders.get(directory);
    const tree = folder ? this.#make(directory, folder) : EMPTY_TREE;
    this.#trees.set(directory, tree);
    return tree;
  }

  /** Digests of all folders, for the next run. */
  digests(): ReadonlyMap<string, string> {
    if (this.#folders.has('')) this.tree('');
    return new Map([...this.#folders.keys()].map((path) => [path, formatDigest(this.tree(path).digest)]));
  }

  #make(directory: string, folder: Folder): Tree {
    const files: FileNode[] = [];
    const symlinks: SymlinkNode[] = [];
    for (const name of folder.names) {
      const path = joinPath(directory, name);
      const { kind, stat, hash } = this.#content.sources.get(path)!;
      if (kind === 'symlink') symlinks.push({ name, target: this.#content.links.get(path)! });
      else
        files.push({
          name,
          digest: { hash, sizeBytes: stat.sizeBytes },
          isExecutable: kind === 'executable',
        });
    }
    const names = folder.folders.sort();
    const directories = names.map((name): SubTree => ({ name, tree: this.tree(joinPath(directory, name)) }));
    const digest = this.#digestOf(directory);
    return digest ? { digest, files, directories, symlinks } : makeTree({ files, directories, symlinks });
  }

  #digestOf(directory: string): Digest | undefined {
    const known = this.#changed.has(directory) ? undefined : this.#known.get(directory);
    return known === undefined ? undefined : parseDigest(known);
  }
}

/** Sources are in order of code units, so the names of each folder come in order too. */
function foldersOf({ sources }: SourceContent): Map<string, Folder> {
  const folders = new Map<string, Folder>();
  const enter = (path: string): Folder => {
    let folder = folders.get(path);
    if (folder) return folder;
    folder = { names: [], folders: [] };
    folders.set(path, folder);
    if (path !== '') enter(parentOf(path)).folders.push(path.slice(path.lastIndexOf('/') + 1));
    return folder;
  };
  for (const [path, { kind }] of sources) {
    if (kind === 'absent') continue;
    const slash = path.lastIndexOf('/');
    enter(slash < 0 ? '' : path.slice(0, slash)).names.push(path.slice(slash + 1));
  }
  return folders;
}

/** The folder of each path and all above it. */
export function foldersAround(paths: Iterable<string>): Set<string> {
  const folders = new Set<string>();
  for (const path of paths) {
    for (let folder = path; folder !== ''; ) {
      folder = parentOf(folder);
      if (folders.has(folder)) break;
      folders.add(folder);
    }
  }
  return folders;
}
