import type { Digest } from '../base/index.ts';
import { parseStoredResult } from './action-result-text.ts';
import { DiskActionCache } from './disk-action-cache.ts';
import { DiskCas } from './disk-cas.ts';
import { StoreFiles, type StoreFilesOptions } from './store-files.ts';
import { collectGarbage, type GcOptions, type GcReport } from './store-gc.ts';
import { StoreUsers } from './store-users.ts';
import { type Removal, Tombstones } from './tombstones.ts';

export interface DiskStoreOptions extends StoreFilesOptions {}

export interface ScrubReport {
  readonly checkedBlobs: number;
  readonly checkedActions: number;
  /** Names of damaged blobs and hashes of actions with a damaged result, in order; all have been removed. */
  readonly damaged: readonly string[];
}

/** At most so many, and of together so many bytes. */
export interface SampleLimits {
  readonly blobs: number;
  readonly bytes: number;
}

export interface StoreStats {
  readonly blobs: number;
  readonly blobBytes: number;
  readonly actions: number;
}

/** A blob store and an action cache in one folder, with their upkeep. */
export interface DiskStore {
  readonly root: string;
  readonly cas: DiskCas;
  readonly actions: DiskActionCache;
  /** Marks the store as in use by this process, so that another process's `gc` is careful. */
  use(): Disposable;
  /** Removes least recently used results, then blobs that none of the kept ones reaches. */
  gc(options: GcOptions): GcReport;
  /** Hashes everything. */
  verify(): ScrubReport;
  /** Hashes some blobs, spread over all of them, and drops those that are damaged, as every reader does. */
  sample(limits: SampleLimits): ScrubReport;
  stats(): StoreStats;
  /** Removes all results and blobs. */
  clear(): void;
  /** When and by what the result of this action, or a blob, was removed and did not come back, for `why`. */
  removalOf(digest: Digest): Removal | undefined;
}

/** Touches nothing until something is stored. */
export function openDiskStore(options: DiskStoreOptions): DiskStore {
  const files = new StoreFiles(options);
  const tombstones = new Tombstones(files);
  const cas = new DiskCas(files, tombstones);
  const users = new StoreUsers(files);
  return {
    root: files.root,
    cas,
    actions: new DiskActionCache(files, tombstones),
    use: () => users.use(),
    gc: (gcOptions) => collectGarbage({ files, cas, users, tombstones }, gcOptions),
    verify() {
      const report = scrub(files, cas);
      tombstones.add(report.damaged, 'verify');
      return report;
    },
    sample(limits) {
      const report = scrubSome(files, cas, limits);
      tombstones.add(report.damaged, 'verify');
      return report;
    },
    stats: () => statsOf(files),
    clear() {
      const cleared = [...files.names('ac')];
      for (const area of ['cas', 'ac', 'tmp']) files.fs.remove(`${files.root}/${area}`);
      cas.forget();
      tombstones.add(cleared, 'clear');
    },
    removalOf: ({ hash }) => tombstones.of(hash),
  };
}

function scrub(files: StoreFiles, cas: DiskCas): ScrubReport {
  const damaged: string[] = [];
  const blobs = [...files.names('cas')];
  for (const name of blobs) if (!cas.scrub(name)) damaged.push(name);
  const actions = [...files.names('ac')];
  for (const hash of actions) if (!scrubAction(files, hash)) damaged.push(hash);
  return { checkedBlobs: blobs.length, checkedActions: actions.length, damaged };
}

function scrubSome(files: StoreFiles, cas: DiskCas, { blobs, bytes }: SampleLimits): ScrubReport {
  const names = [...files.names('cas')];
  const step = Math.max(1, names.length / blobs);
  const damaged: string[] = [];
  let [checkedBlobs, left] = [0, bytes];
  for (let at = 0; Math.floor(at) < names.length; at += step) {
    const name = names[Math.floor(at)]!;
    const { sizeBytes = 0 } = files.fs.lstat(files.pathOf('cas', name)) ?? {};
    if (sizeBytes > left) continue;
    left -= sizeBytes;
    checkedBlobs++;
    if (!cas.scrub(name)) damaged.push(name);
  }
  return { checkedBlobs, checkedActions: 0, damaged };
}

function scrubAction(files: StoreFiles, hash: string): boolean {
  const path = files.pathOf('ac', hash);
  const isFolder = files.fs.lstat(path)?.type === 'directory';
  const text = files.readIfThere(path);
  if (isFolder) return false;
  if (text === undefined || parseStoredResult(text)?.action.hash === hash) return true;
  files.discard(path);
  return false;
}

function statsOf(files: StoreFiles): StoreStats {
  let blobs = 0;
  let blobBytes = 0;
  let actions = 0;
  for (const name of files.names('cas')) {
    blobs++;
    blobBytes += files.fs.lstat(files.pathOf('cas', name))?.sizeBytes ?? 0;
  }
  for (const _ of files.names('ac')) actions++;
  return { blobs, blobBytes, actions };
}
