import { listTree, type Tree } from '../action/index.ts';
import { type Checked, type Diagnostic, type Digest, hasErrors, type Result } from '../base/index.ts';
import type { Cas } from '../cas/index.ts';
import type { Env, FileSystem, Processes } from '../host/index.ts';
import type { KnownChanges } from './known-changes.ts';
import { changing } from './snapshot-diagnostics.ts';
import { importSources, type SourceChanged } from './snapshot-import.ts';
import {
  type LoadedIndex,
  loadIndex,
  type Probe,
  probeClock,
  saveIndex,
  saveJournal,
} from './snapshot-index-file.ts';
import { isListingCurrent, isSameEnvironment, isSettledMark, listSources } from './snapshot-listing.ts';
import { type Scan, scanChanged, scanSources } from './snapshot-scan.ts';
import { foldersAround, SourceTrees } from './snapshot-trees.ts';
import type { Listing, SourceRecord, StatIndex, WatchedPath } from './stat-index.ts';

export interface SnapshotOptions {
  readonly fs: FileSystem;
  readonly processes: Processes;
  /** PATH, HOME and XDG_CONFIG_HOME of it, for git. */
  readonly variables: Env['variables'];
  /** The workspace's folder, absolute, without a slash at the end. */
  readonly root: string;
  /** Spares looking at what has not changed; of use only with the last run's index. */
  readonly known?: KnownChanges | undefined;
}

/** The sources of the workspace by content, at one moment. Directories are relative to the root, `''` is all. */
export interface SourceSnapshot {
  /** Of the tree below a folder; cheaper than the tree itself where nothing changed. */
  digest(directory: string): Digest;
  /** The sources below a folder; the empty tree where there are none. */
  tree(directory: string): Tree;
  /** Paths of files and links below a folder, relative to it, in order of code units. */
  paths(directory: string): readonly string[];
  /** Of the file at a path; `undefined` where there is none, or a link. */
  file(path: string): Digest | undefined;
  /** Absolute path of a source file that had this content. */
  source(digest: Digest): string | undefined;
  /**
   * Puts all directories of `tree` and those of its files that are sources and absent from `cas` into it,
   * verifying that they still have their digest. Files that are no sources are left to others.
   */
  importTree(cas: Cas, tree: Tree): Result<undefined, SourceChanged>;
  /**
   * Files outside the sources that decide which files are sources: of git, and ignore files, as they were. `undefined`
   * when a change of one of them might not show, so that the next run has to make the list anew.
   */
  readonly watched: readonly WatchedPath[] | undefined;
  /** Source paths (relative to the root) added, removed or changed since the last run; `undefined` without a last run. */
  readonly changedPaths: readonly string[] | undefined;
  /** First path segments of `changedPaths` (a file at the root counts as itself). */
  readonly changedTopFolders: readonly string[] | undefined;
  readonly counts: SnapshotCounts;
}

export interface SnapshotCounts {
  readonly files: number;
  /** Files and links that were read in this run. */
  readonly hashed: number;
  /** Whether the list of files was made anew. */
  readonly isListed: boolean;
}

/**
 * Reads the state of all sources; with error diagnostics the trees must not be used. Every source is looked at (`lstat`)
 * in every run; its content is read unless the index of the last run vouches for it. The index is a file in the
 * workspace's `build-cache/`, which may be removed at any time.
 */
export async function snapshotSources(options: SnapshotOptions): Promise<Checked<SourceSnapshot>> {
  const { fs, root } = options;
  const probe = probeClock(fs, root);
  const loaded = loadIndex(fs, root);
  const last = loaded?.index;
  const trusted = last && isFromThisClock(last, probe) ? last : undefined;
  const found = knownSources(options, trusted) ?? (await findSources(options, trusted));
  const changedPaths = last && differences(last, found.scan);
  const trees = new SourceTrees(
    found.scan,
    last && changedPaths ? { known: last.trees, changed: foldersAround(changedPaths) } : undefined,
  );
  const diagnostics = [...found.diagnostics];
  const isNews =
    found.isListed || found.scan.hashedCount > 0 || changedPaths === undefined || changedPaths.length > 0;
  if (isNews && !hasErrors(diagnostics) && !(loaded && keepChanges(options, { loaded, probe, found })))
    diagnostics.push(...save(options, probe, found, trees));
  const isSettled = found.listing?.watched.every((watched) => isSettledMark(probe, watched)) ?? false;
  const watched = isSettled ? found.listing?.watched : undefined;
  return { value: snapshotOf(options, { ...found, watched, trees, changedPaths }), diagnostics };
}

/** A clock that was set back, or another disk, makes all stamps meaningless. */
function isFromThisClock(index: StatIndex, { stampMs, device }: Probe): boolean {
  return index.device === device && index.stampMs <= stampMs;
}

interface Found {
  readonly scan: Scan;
  /** `undefined` when the next run must list again. */
  readonly listing: Listing | undefined;
  readonly isListed: boolean;
  /** Only what was known to have changed was looked at. */
  readonly isPart?: boolean;
  readonly diagnostics: readonly Diagnostic[];
}

/** Where the list of sources stands and is known to, only what changed is looked at. */
function knownSources(options: SnapshotOptions, trusted: StatIndex | undefined): Found | undefined {
  const { fs, root, known } = options;
  if (!known || !trusted?.listing || !isSameEnvironment(options, trusted.listing)) return undefined;
  const scan = scanChanged({ fs, root, trusted }, known.files);
  if (scan.newFolders.length > 0) return undefined;
  return { scan, listing: trusted.listing, isListed: false, isPart: true, diagnostics: scan.diagnostics };
}

async function findSources(options: SnapshotOptions, trusted: StatIndex | undefined): Promise<Found> {
  const { fs, root } = options;
  if (trusted?.listing && isListingCurrent(options, trusted)) {
    const scan = scanSources({ fs, root, paths: trusted.sources.keys(), trusted });
    if (scan.newFolders.length === 0)
      return { scan, listing: trusted.listing, isListed: false, diagnostics: scan.diagnostics };
  }
  const list = await listSources(options);
  const scan = scanSources({ fs, root, paths: list.paths, trusted });
  const diagnostics = [...list.diagnostics, ...scan.diagnostics, ...scan.newFolders.map(changing)];
  return { scan, listing: list.isLasting ? list : undefined, isListed: true, diagnostics };
}

/** A few changes are written beside the index. Files that were read without change count: their stat is another. */
function keepChanges(
  { fs, root, known }: SnapshotOptions,
  given: { loaded: LoadedIndex; probe: Probe; found: Found },
): boolean {
  const { loaded, probe, found } = given;
  if (!found.isPart) return false;
  const { sources, links } = found.scan;
  const changed = new Map(loaded.journal?.sources);
  for (const path of known?.files ?? []) {
    const record = sources.get(path);
    if (record) changed.set(path, { record, target: links.get(path) });
  }
  return saveJournal(fs, root, { base: loaded.base, stampMs: probe.stampMs, sources: changed });
}

function save(
  options: SnapshotOptions,
  probe: Probe,
  { scan, listing }: Found,
  trees: SourceTrees,
): Diagnostic[] {
  const { sources, links } = scan;
  return saveIndex(options.fs, options.root, { ...probe, listing, sources, links, trees: trees.digests() });
}

/** Paths whose content, kind or existence differs. */
function differences(last: StatIndex, scan: Scan): string[] {
  const changed: string[] = [];
  for (const [path, record] of scan.sources) {
    const before = last.sources.get(path);
    if (before === record) continue;
    if (!isSameContent(before, record) || last.links.get(path) !== scan.links.get(path)) changed.push(path);
  }
  for (const [path, { kind }] of last.sources) {
    if (kind !== 'absent' && !scan.sources.has(path)) changed.push(path);
  }
  return changed.sort();
}

function isSameContent(before: SourceRecord | undefined, now: SourceRecord): boolean {
  if (!before || before.kind === 'absent') return now.kind === 'absent';
  return before.kind === now.kind && before.hash === now.hash && before.stat.sizeBytes === now.stat.sizeBytes;
}

interface SnapshotParts extends Found {
  readonly trees: SourceTrees;
  readonly watched: readonly WatchedPath[] | undefined;
  readonly changedPaths: readonly string[] | undefined;
}

function snapshotOf({ fs, root }: SnapshotOptions, parts: SnapshotParts): SourceSnapshot {
  const { scan, trees, changedPaths, isListed } = parts;
  let made: readonly (readonly [string, SourceRecord])[] | undefined;
  const present = (): readonly (readonly [string, SourceRecord])[] => {
    made ??= [...scan.sources].filter(([, { kind }]) => kind !== 'absent');
    return made;
  };
  let files = 0;
  for (const { kind } of scan.sources.values()) if (kind !== 'absent') files++;
  let byHash: ReadonlyMap<string, string> | undefined;
  const source = (digest: Digest): string | undefined => {
    byHash ??= new Map(
      present().flatMap(([path, { kind, hash }]) => (kind === 'symlink' ? [] : [[hash, path]])),
    );
    const path = byHash.get(digest.hash);
    const isThis = path !== undefined && scan.sources.get(path)?.stat.sizeBytes === digest.sizeBytes;
    return isThis ? `${root}/${path}` : undefined;
  };
  const file = (path: string): Digest | undefined => {
    const record = scan.sources.get(path);
    if (!record || record.kind === 'absent' || record.kind === 'symlink') return undefined;
    return { hash: record.hash, sizeBytes: record.stat.sizeBytes };
  };
  const changedTopFolders = changedPaths && [...new Set(changedPaths.map((path) => path.split('/')[0]!))];
  return {
    digest: (directory) => trees.digest(directory),
    tree: (directory) => trees.tree(directory),
    paths: (directory) => listTree(trees.tree(directory)).map(({ path }) => path),
    file,
    source,
    importTree: (cas, tree) => importSources({ fs, root, cas, source }, tree),
    watched: parts.watched,
    changedPaths,
    changedTopFolders,
    counts: { files, hashed: scan.hashedCount, isListed },
  };
}
