/**
 * The workspace on the disk: finds its root, reads its configuration, discovers its targets. It resolves no
 * needs (`graph` does) and decides nothing about how a target is built.
 */
export { type CachedLoadOptions, loadWorkspaceCached } from './cached-workspace.ts';
export { workspaceDiagnostics } from './diagnostics.ts';
export { CONFIGURATION_FILE, findWorkspaceRoot } from './find-root.ts';
export { isKnownUnchanged, type KnownChanges, WORKSPACE_MEMORIES } from './known-changes.ts';
export { loadWorkspace } from './load-workspace.ts';
export {
  type SnapshotCounts,
  type SnapshotOptions,
  type SourceSnapshot,
  snapshotSources,
} from './snapshot.ts';
export { snapshotDiagnostics } from './snapshot-diagnostics.ts';
export type { SourceChanged } from './snapshot-import.ts';
export { isUntouched, listSources } from './snapshot-listing.ts';
export type { WatchedPath } from './stat-index.ts';
export type { LoadedWorkspace, LoadOptions, Workspace } from './workspace.ts';
