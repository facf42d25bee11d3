import { join } from 'node:path/posix';
import type { Host } from '../host/index.ts';
import { type Find, startFinds } from './finds.ts';

/** What `find` told of many files: a line for each. */
export interface Listing {
  readonly bytes: Uint8Array;
  /** Something was changed so shortly before that a further change might not show. */
  readonly isRacy: boolean;
}

/** The shown part of the machine. */
export interface MachineTrees {
  readonly trees: readonly string[];
  readonly hidden: readonly string[];
  /** Folders of which only the folder itself counts. */
  readonly large: readonly string[];
}

/** More than a tick of the clock that stamps files. */
export const TICK_MS = 10;

/** Stands before the line of the next file. */
const RACY = '\\001';
export const RACY_BYTE = 1;

/** A path, a zero byte, and all that `lstat` tells; of a folder only its mode, since its entries are all there. */
const FOLDER = '%p\\0d %m\\n';
const OTHER = '%p\\0%y %i %s %T@ %C@ %m %l\\n';
const PRUNED = '%p\\0pruned\\n';
/** What changes with any change of a file or of a folder's names. */
const CHANGE = '%i %C@\\n';

/** Everything that can be a source. */
export function findSources(clock: string): readonly string[] {
  const git = ['-name', '.git', '-prune', '-printf', PRUNED, '-o'];
  const pruned = ['-name node_modules', '-name .venv', '-path ./build-cache', '-path ./dist'];
  const prune = ['(', ...pruned.join(' -o ').split(' '), ')', '-prune', '-o'];
  // A folder is young when something in it went away, which has no line of its own.
  const racy = ['(', '-newer', clock, '-o', '-cnewer', clock, ')', '-printf', RACY, '-o', '-true'];
  const file = ['-type', 'f', '-printf', OTHER, '(', ...racy, ')', '-o'];
  const rest = ['(', '-type', 'd', '-printf', FOLDER, '-o', '-printf', OTHER, ')', '(', ...racy, ')'];
  return ['.', ...file, ...git, ...prune, ...rest];
}

/** Everything in `dist/`. */
export const FIND_RESULTS: readonly string[] = [
  ...['-H', 'dist', '-type', 'd', '-printf', FOLDER],
  ...['-o', '-printf', OTHER],
];

/** Every file that an action can see of the machine. */
export function findMachine({ trees, hidden, large }: MachineTrees, clock: string): readonly string[] {
  // Folders alone are tested: of all tests, those of a path cost most.
  const pruned = [
    ...hidden.flatMap((each) => ['-path', plain(each), '-prune', '-o']),
    ...large.flatMap((each) => ['-path', plain(each), '-prune', '-printf', CHANGE, '-o']),
  ];
  const print = ['-printf', CHANGE, '(', '-cnewer', clock, '-printf', RACY, '-o', '-true', ')'];
  return [...trees, '!', '-type', 'd', ...print, '-o', ...pruned, ...print];
}

/** `-path` takes a pattern. */
function plain(path: string): string {
  return path.replace(/[[\]*?\\]/g, '\\$&');
}

/** What is to be listed. */
export interface Wanted {
  readonly name: 'sources' | 'results' | 'machine';
  readonly cwd: string;
  readonly args: (clock: string) => readonly string[];
  /** What our own lister is told beside the name. */
  readonly words: readonly string[];
  /** The folder in which our own lister remembers names. */
  readonly memory: string;
  readonly isPartial?: boolean;
}

export interface ListingPlaces {
  /** Gets the output while it is made. */
  readonly scratch: string;
  /** Our own lister, where it has been compiled. */
  readonly lister: string | undefined;
}

/** Several looks of one process may go on at once. */
let begun = 0;

/** Begins to list all at once, beside our own work. `undefined` where something could not be listed. */
export function startListings(
  host: Host,
  { scratch, lister }: ListingPlaces,
  wanted: readonly Wanted[],
): Promise<Listing | undefined>[] {
  const clock = newClock(host, scratch);
  const finds = wanted.map(({ name, cwd, args, isPartial }): Find => {
    const output = join(scratch, `look-${name}.${host.env.pid}-${begun++}.tmp`);
    return { args: args(clock), cwd, output, ...(isPartial ? { isPartial } : {}) };
  });
  const memo = ({ name, memory }: Wanted): string => join(memory, `look-${name}-${host.env.userId}.names`);
  const jobs = wanted.flatMap((each, index) => {
    const { cwd, output } = finds[index]!;
    return [each.name, cwd, output, clock, memo(each), String(each.words.length), ...each.words];
  });
  const onFailure = (): void => {
    for (const path of [lister!, ...wanted.map(memo)]) host.fs.remove(path);
  };
  const own = lister === undefined ? undefined : { argv: [lister, ...jobs], onFailure };
  return startFinds(host, finds, own).map(async (found) => {
    const bytes = await found;
    return bytes && { bytes, isRacy: bytes.includes(RACY_BYTE) };
  });
}

/** A file a tick older than now: what is newer is too young. Others who look at the same time may use it as well. */
function newClock({ fs }: Host, scratch: string): string {
  const clock = join(scratch, 'look.clock');
  fs.replaceFile(clock, '');
  fs.setTimes(clock, fs.lstat(clock)!.mtimeMs - TICK_MS);
  return clock;
}
