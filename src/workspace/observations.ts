import type { FileStat, FileSystem } from '../host/index.ts';
import { isKnownUnchanged, type KnownChanges } from './known-changes.ts';
import type { ObservedFiles } from './observed-files.ts';

/** What a load depended on, as JSON: paths are relative to the root. */
export interface Observations {
  /** Files and folders whose content was read. */
  readonly read: readonly (readonly [path: string, ...stat: StatFigures])[];
  readonly absent: readonly string[];
  readonly present: readonly string[];
}

type StatFigures = readonly [
  mtimeMs: number,
  ctimeMs: number,
  sizeBytes: number,
  inode: number,
  mode: number,
];

/**
 * `undefined` when a look cannot be repeated later by `lstat` alone: a link was followed, or a file was as new as
 * the moment when reading began, so that another edit within the same tick of the clock would not show.
 */
export function observationsOf(files: ObservedFiles, beganMs: number): Observations | undefined {
  if (files.followed.size > 0) return undefined;
  const read: (readonly [string, ...StatFigures])[] = [];
  const absent: string[] = [];
  for (const [path, stat] of files.seen) {
    if (!stat) absent.push(path);
    else if (stat.mtimeMs >= beganMs || stat.ctimeMs >= beganMs) return undefined;
    else read.push([path, ...figures(stat)]);
  }
  const there = [...files.present];
  absent.push(...there.filter(([, isThere]) => !isThere).map(([path]) => path));
  return { read, absent, present: there.filter(([, isThere]) => isThere).map(([path]) => path) };
}

export interface Look {
  readonly fs: Pick<FileSystem, 'lstat'>;
  readonly root: string;
  readonly known?: KnownChanges | undefined;
}

/** Whether all is as it was observed; what is known not to have changed is not looked at again. */
export function stillHolds(observations: Observations, { fs, root, known }: Look): boolean {
  const isKnown = (path: string): boolean => known !== undefined && isKnownUnchanged(known, path);
  const look = (path: string): FileStat | undefined => fs.lstat(path === '' ? root : `${root}/${path}`);
  try {
    for (const entry of observations.read) {
      if (isKnown(entry[0])) continue;
      const stat = look(entry[0]);
      if (!stat || !isSame(stat, entry)) return false;
    }
    return (
      observations.absent.every((path) => isKnown(path) || !look(path)) &&
      observations.present.every((path) => isKnown(path) || look(path))
    );
  } catch {
    return false;
  }
}

function figures({ mtimeMs, ctimeMs, sizeBytes, inode, mode }: FileStat): StatFigures {
  return [mtimeMs, ctimeMs, sizeBytes, inode, mode];
}

function isSame(
  stat: FileStat,
  [, mtimeMs, ctimeMs, sizeBytes, inode, mode]: Observations['read'][number],
): boolean {
  return (
    stat.mtimeMs === mtimeMs &&
    stat.ctimeMs === ctimeMs &&
    stat.sizeBytes === sizeBytes &&
    stat.inode === inode &&
    stat.mode === mode
  );
}
