import { type Digest, InternalError } from '../base/index.ts';
import type { Clock, Env, FileSystem } from '../host/index.ts';
import type { DiskActionCache } from './disk-action-cache.ts';
import type { DiskCas } from './disk-cas.ts';

export interface DiskStoreOptions {
  readonly fs: FileSystem;
  readonly clock: Pick<Clock, 'now'>;
  readonly env: Pick<Env, 'pid' | 'random'>;
  /** The store's folder, absolute; made when it is absent. */
  readonly root: string;
}

export interface GcOptions {
  /** What the store may hold afterwards, results and blobs together. */
  readonly maxBytes: number;
  /** Trees that stay whatever their age, with all their files. */
  readonly keepRoots?: readonly Digest[];
  /** Blobs younger than this stay; an hour unless told. */
  readonly graceMs?: number;
}

export interface GcReport {
  readonly removedActions: number;
  readonly removedBlobs: number;
  readonly freedBytes: number;
  readonly keptBytes: number;
}

export interface ScrubReport {
  readonly checkedBlobs: number;
  readonly checkedActions: number;
  /** Hashes of damaged blobs and action digests of damaged results; all have been removed. */
  readonly damaged: readonly string[];
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
  stats(): StoreStats;
  /** Removes all results and blobs. */
  clear(): void;
  /** When gc removed the result of this action (milliseconds since 1970), for `why`. */
  evictedAtMs(action: Digest): number | undefined;
}

export function openDiskStore(_options: DiskStoreOptions): DiskStore {
  throw new InternalError('not yet');
}
