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
