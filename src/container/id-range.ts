import type { FileSystem } from '../host/index.ts';

/** How many ids an image may use beside root's. */
export const ID_COUNT = 65_536;

/** The first uid and gid of the machine that an image's uid 1 and gid 1 are; 65536 follow. Its root is the user. */
export interface IdRange {
  readonly uidStart: number;
  readonly gidStart: number;
}

interface SubordinateIds {
  readonly owner: string;
  readonly start: number;
  readonly count: number;
}

/** Lines of subuid(5) and subgid(5); others are of no meaning to newuidmap either. */
export function parseSubordinateIds(text: string): SubordinateIds[] {
  return text.split('\n').flatMap((line) => {
    const [, owner, start, count] = /^([^:#\s]+):(\d{1,10}):(\d{1,10})\s*$/.exec(line) ?? [];
    return owner === undefined ? [] : [{ owner, start: Number(start), count: Number(count) }];
  });
}

export interface SubordinateFiles {
  readonly uids: readonly SubordinateIds[];
  readonly gids: readonly SubordinateIds[];
}

export function readSubordinateFiles(fs: FileSystem): SubordinateFiles {
  const read = (path: string): SubordinateIds[] => parseSubordinateIds(fs.readTextIfExists(path) ?? '');
  return { uids: read('/etc/subuid'), gids: read('/etc/subgid') };
}

/** The range that is granted to one of `owners` (name, uid), or `undefined`. */
export function grantedRange(files: SubordinateFiles, owners: readonly string[]): IdRange | undefined {
  const startIn = (lines: readonly SubordinateIds[]): number | undefined =>
    lines.find(({ owner, count }) => owners.includes(owner) && count >= ID_COUNT)?.start;
  const uidStart = startIn(files.uids);
  const gidStart = startIn(files.gids);
  return uidStart === undefined || gidStart === undefined ? undefined : { uidStart, gidStart };
}

/** The first start, in steps of a range, that nobody has been granted yet. */
export function freeStart(files: SubordinateFiles): number {
  const ends = [...files.uids, ...files.gids].map(({ start, count }) => start + count);
  const last = Math.max(100_000, ...ends);
  return 100_000 + Math.ceil((last - 100_000) / ID_COUNT) * ID_COUNT;
}

/** The user's name as /etc/passwd has it. */
export function userName(fs: FileSystem, userId: number): string | undefined {
  const lines = (fs.readTextIfExists('/etc/passwd') ?? '').split('\n');
  return lines.map((line) => line.split(':')).find((fields) => fields[2] === String(userId))?.[0];
}
