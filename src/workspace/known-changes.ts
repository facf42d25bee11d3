import { INDEX } from './snapshot-index-file.ts';
import { isNeverSource } from './snapshot-scope.ts';

/**
 * What someone else has found out by looking at every file of the workspace that can be a source: since a moment
 * before the last load and snapshot, nothing was added, removed or made another kind of thing, and no other file than
 * these was changed. Paths are relative to the root.
 */
export interface KnownChanges {
  readonly files: ReadonlySet<string>;
}

/** Whether `path`, relative to the root, is among what was looked at and is as it was. */
export function isKnownUnchanged({ files }: KnownChanges, path: string): boolean {
  return !files.has(path) && !path.startsWith('/') && !path.includes('..') && !isNeverSource(path);
}

/**
 * Files, relative to the root, in which loads and snapshots remember what they found. Changes are known only since these
 * were written; a change of a file's content alone leaves the index of sources as it is.
 */
export const WORKSPACE_MEMORIES: readonly string[] = ['build-cache/workspace.json', INDEX];
