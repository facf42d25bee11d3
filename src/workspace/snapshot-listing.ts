import { dirname, resolve } from 'node:path/posix';
import type { Diagnostic } from '../base/index.ts';
import type { DirectoryEntry, FileStat, FileSystem } from '../host/index.ts';
import { trackedNames } from './git-index.ts';
import { type GitListing, type GitOptions, listWithGit } from './git-listing.ts';
import { gitFailed, nameNotUtf8, specialFile, unreadable } from './snapshot-diagnostics.ts';
import { isNeverSource, isUsualOutput, joinPath } from './snapshot-scope.ts';
import {
  isSettled,
  type Listing,
  type StatIndex,
  type StatMark,
  sameStat,
  type WatchedPath,
} from './stat-index.ts';

export interface ListingOptions extends GitOptions {
  readonly fs: FileSystem;
  readonly root: string;
}

/** The paths of all sources, and what would make them others. */
export interface SourceList extends Listing {
  /** Relative, in order of code units; may name what is gone. */
  readonly paths: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
  /** Whether the next run may rely on it. */
  readonly isLasting: boolean;
}

/** Asks git, or walks all folders where there is none. */
export async function listSources(options: ListingOptions): Promise<SourceList> {
  const lister = new Lister(options);
  lister.watchAncestors();
  await lister.list('');
  return lister.finish();
}

/** Whether nothing was touched on which the list of sources depends. */
export function isListingCurrent(options: ListingOptions, index: StatIndex): boolean {
  const { fs, root } = options;
  if (!index.listing || !isSameEnvironment(options, index.listing)) return false;
  for (const [directory, mark] of index.listing.directories) {
    const stat = lstatIfReachable(fs, joinPath(root, directory));
    if (stat?.type !== 'directory' || !sameStat(stat, mark) || !isSettled(index, stat)) return false;
  }
  return index.listing.watched.every((watched) => isSettledMark(index, watched) && isUntouched(fs, watched));
}

/** Whether git, and whose settings it reads, are those of the list. */
export function isSameEnvironment(options: ListingOptions, listing: Listing): boolean {
  return listing.environment === listingEnvironment(options);
}

function listingEnvironment({ processes, variables }: GitOptions): string {
  const { PATH = '', HOME = '', XDG_CONFIG_HOME = '' } = variables;
  return [processes.which('git', PATH) ?? '', HOME, XDG_CONFIG_HOME].join('\n');
}

/** A file of the user's on another file system has another clock, though the same machine's. */
const OTHER_CLOCK_MS = 3000;

/** Whether a later touch would show: its last one lies before all that was looked at when the mark was taken. */
export function isSettledMark(
  index: Pick<StatIndex, 'stampMs' | 'device'>,
  { by, stat: mark }: WatchedPath,
): boolean {
  if (by === 'identity' || !mark) return true;
  const limit = mark.device === index.device ? index.stampMs : index.stampMs - OTHER_CLOCK_MS;
  return mark.mtimeMs < limit && mark.ctimeMs < limit;
}

/** Whether a watched path is, in what counts of it, as it was. */
export function isUntouched(fs: FileSystem, watched: WatchedPath): boolean {
  const { path, by, stat: mark } = watched;
  const stat = lstatIfReachable(fs, path);
  if (!stat || !mark) return !stat && !mark;
  if (by === 'names') return sameStat(stat, mark) || hasNames(fs, watched);
  if (by === 'identity') return stat.inode === mark.inode && stat.device === mark.device;
  return sameStat(stat, mark);
}

/** Git writes its index anew whenever it refreshes stats. */
function hasNames(fs: FileSystem, { path, names }: WatchedPath): boolean {
  return names !== undefined && namesIn(fs, path) === names;
}

function namesIn(fs: FileSystem, path: string): string | undefined {
  try {
    return trackedNames(fs.readFile(path));
  } catch {
    return undefined;
  }
}

/** A path of the user's home may be out of reach; then it is nothing to git either. */
function lstatIfReachable(fs: FileSystem, path: string): FileStat | undefined {
  try {
    return fs.lstat(path);
  } catch {
    return undefined;
  }
}

/** What a link names; `undefined` where there is no link. */
function linkedFrom(fs: FileSystem, path: string): string | undefined {
  if (lstatIfReachable(fs, path)?.type !== 'symlink') return undefined;
  try {
    return resolve(fs.realPath(dirname(path)), fs.readLink(path));
  } catch {
    return undefined;
  }
}

class Lister {
  readonly #options: ListingOptions;
  readonly #paths = new Set<string>();
  readonly #directories = new Map<string, StatMark>();
  readonly #watched = new Map<string, WatchedPath>();
  readonly #diagnostics: Diagnostic[] = [];

  constructor(options: ListingOptions) {
    this.#options = options;
  }

  finish(): SourceList {
    const paths = [...this.#paths].sort();
    const watched = [...this.#watched.values()];
    const diagnostics = this.#diagnostics;
    const environment = listingEnvironment(this.#options);
    const isLasting = diagnostics.length === 0;
    return { paths, directories: this.#directories, watched, environment, diagnostics, isLasting };
  }

  /** A repository that is made or removed around the workspace changes what is listed. */
  watchAncestors(): void {
    const { root } = this.#options;
    for (let end = root.length; end > 0; end = root.lastIndexOf('/', end - 1)) {
      this.#watchRepository(root.slice(0, end));
    }
  }

  async list(directory: string): Promise<void> {
    const { fs, root } = this.#options;
    const listing = await listWithGit(this.#options, joinPath(root, directory));
    if (!listing.ok) {
      const { failure } = listing;
      if (failure.kind === 'failed') this.#diagnostics.push(gitFailed(directory, failure.output));
      else for (const path of failure.inputs ?? []) this.#watch(path, 'content');
      this.#walk(directory, { isStop: () => false, isPlain: true });
      return;
    }
    const repositories = new Set(listing.value.repositories.map((path) => joinPath(directory, path)));
    for (const path of listing.value.paths.map((each) => joinPath(directory, each))) {
      if (isNeverSource(path)) continue;
      if (fs.lstat(joinPath(root, path))?.type === 'directory') repositories.add(path);
      else this.#paths.add(path);
    }
    this.#takeGit(directory, listing.value, repositories);
    for (const path of repositories) await this.#listInner(path);
  }

  /** A submodule, a repository of its own, or a tracked file that became a folder. */
  async #listInner(path: string): Promise<void> {
    const { fs, root } = this.#options;
    if (isNeverSource(path)) return;
    this.#watchRepository(joinPath(root, path));
    if (fs.lstat(joinPath(root, `${path}/.git`))) await this.list(path);
    else this.#walk(path, { isStop: () => false, isPlain: true });
  }

  #takeGit(directory: string, listing: GitListing, repositories: ReadonlySet<string>): void {
    const bad = listing.badNames
      .map((path) => joinPath(directory, path))
      .filter((path) => !isNeverSource(path));
    this.#diagnostics.push(...bad.map(nameNotUtf8));
    for (const path of listing.inputs) this.#watch(path, 'content');
    this.#watch(listing.index, 'names');
    const ignored = new Set(listing.ignoredFolders.map((path) => joinPath(directory, path)));
    this.#walk(directory, { isStop: (path) => ignored.has(path) || repositories.has(path), isPlain: false });
  }

  /** Git works in its own folder all the time, which says nothing; a `.git` file names a folder. */
  #watchRepository(folder: string): void {
    const path = `${folder}/.git`;
    const isFile = this.#options.fs.lstat(path)?.type === 'file';
    this.#watch(path, isFile ? 'content' : 'identity');
  }

  /** Where it is a link, also what it points to, and so on. */
  #watch(path: string, by: WatchedPath['by']): void {
    const { fs } = this.#options;
    for (let at: string | undefined = path; at !== undefined; at = linkedFrom(fs, at)) {
      if (this.#watched.has(at)) return;
      // Before its stat: one that is replaced in between shows as new then.
      const names = by === 'names' ? namesIn(fs, at) : undefined;
      this.#watched.set(at, { path: at, by, stat: lstatIfReachable(fs, at), names });
    }
  }

  /** Notes every folder that may get a source; where git does not list (`isPlain`), its files are the sources. */
  #walk(directory: string, scope: { isStop: (path: string) => boolean; isPlain: boolean }): void {
    const { fs, root } = this.#options;
    const absolute = joinPath(root, directory);
    const stat = fs.lstat(absolute);
    if (stat?.type !== 'directory') return;
    this.#directories.set(directory, stat);
    for (const entry of this.#entries(directory)) {
      const path = joinPath(directory, entry.name);
      if (isNeverSource(path)) continue;
      if (entry.type === 'directory') {
        if (!scope.isStop(path) && !(scope.isPlain && isUsualOutput(entry.name))) this.#walk(path, scope);
      } else if (scope.isPlain) this.#takeEntry(path, entry);
      else if (entry.name === '.gitignore') this.#watch(joinPath(root, path), 'content');
    }
  }

  #takeEntry(path: string, { name, type }: DirectoryEntry): void {
    const { fs, root } = this.#options;
    if (name.includes('\ufffd') && !fs.lstat(joinPath(root, path))) this.#diagnostics.push(nameNotUtf8(path));
    else if (type === 'file' || (type === 'symlink' && !isUsualOutput(name))) this.#paths.add(path);
    else if (type !== 'symlink') this.#diagnostics.push(specialFile(path));
  }

  #entries(directory: string): readonly DirectoryEntry[] {
    try {
      return this.#options.fs.readDirectory(joinPath(this.#options.root, directory));
    } catch (error) {
      this.#diagnostics.push(unreadable(directory, error));
      return [];
    }
  }
}
