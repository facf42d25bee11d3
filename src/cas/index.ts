/**
 * Content by digest and results by action digest: in memory, and on a disk that several processes share.
 * Every read verifies, so that a damaged blob is absent and never wrong. It knows nothing of how actions run.
 * Why writes are not flushed: docs/decisions/0001-store-durability.md.
 */
export type { ActionCache, Cas } from './cas.ts';
export { DiskActionCache } from './disk-action-cache.ts';
export { DiskCas } from './disk-cas.ts';
export {
  type DiskStore,
  type DiskStoreOptions,
  openDiskStore,
  type SampleLimits,
  type ScrubReport,
  type StoreStats,
} from './disk-store.ts';
export { MemoryActionCache } from './memory-action-cache.ts';
export { MemoryCas } from './memory-cas.ts';
export { StoreFullError } from './store-full-error.ts';
export type { GcOptions, GcReport } from './store-gc.ts';
export type { Removal } from './tombstones.ts';
