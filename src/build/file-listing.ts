import { join } from 'node:path';
import { sha256 } from '../base/index.ts';
import type { Host } from '../host/index.ts';

/**
 * Names and stats of many files as one text, made by GNU `find` beside our own work: it looks at every file with `lstat`
 * in a fraction of the time that we would need. A line is a path, a zero byte, and all that `lstat` tells; of a folder
 * only its mode, since its entries are all there.
 */
export interface FileListing {
  readonly bytes: Uint8Array;
  readonly digest: string;
  /** Something was changed so shortly before that a further change might not show. */
  readonly isRacy: boolean;
}

export const FIND = '/usr/bin/find';

const FOLDER = '%p\\0d %m\\n';
const OTHER = '%p\\0%y %i %s %T@ %C@ %m %l\\n';
const PRUNED = '%p\\0pruned\\n';
const RACY = '\\001';
const RACY_BYTE = 1;
/** More than a tick of the clock that stamps files. */
const TICK_MS = 10;

/** Everything that can be a source. */
export async function listSources(host: Host, root: string): Promise<FileListing | undefined> {
  const { fs } = host;
  if (!fs.lstat(join(root, 'build-cache'))) {
    fs.makeDirectory(join(root, 'build-cache'));
    // The workspace's own folder is to be older than the listing.
    await host.clock.sleep(2 * TICK_MS);
  }
  const clock = join(root, 'build-cache', 'standing.clock');
  fs.replaceFile(clock, '');
  fs.setTimes(clock, fs.lstat(clock)!.mtimeMs - TICK_MS);
  const git = ['-name', '.git', '-prune', '-printf', PRUNED, '-o'];
  const pruned = ['-name node_modules', '-name .venv', '-path ./build-cache', '-path ./dist'];
  const prune = ['(', ...pruned.join(' -o ').split(' '), ')', '-prune', '-o'];
  // A folder is young when something in it went away, which has no line of its own.
  const racy = ['(', '-newer', clock, '-o', '-cnewer', clock, ')', '-printf', RACY, '-o', '-true'];
  const file = ['-type', 'f', '-printf', OTHER, '(', ...racy, ')', '-o'];
  const rest = ['(', '-type', 'd', '-printf', FOLDER, '-o', '-printf', OTHER, ')', '(', ...racy, ')'];
  return list(host, root, ['.', ...file, ...git, ...prune, ...rest]);
}

/** Everything in `dist/`. */
export function listResults(host: Host, root: string): Promise<FileListing | undefined> {
  return list(host, root, ['-H', 'dist', '-type', 'd', '-printf', FOLDER, '-o', '-printf', OTHER]);
}

/** Whether a folder of `dist/` is a link: what lies behind it is not listed. */
export function leadsElsewhere({ bytes }: FileListing): boolean {
  return /^dist\/[^/\0]+\0l /m.test(
    Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1'),
  );
}

/** Into a file, so that the listing goes on while we are busy. */
async function list(
  { fs, processes, env }: Host,
  root: string,
  args: readonly string[],
): Promise<FileListing | undefined> {
  const what = args.includes('dist') ? 'results' : 'sources';
  const path = join(root, 'build-cache', `standing-${what}.${env.pid}.tmp`);
  try {
    const options = { cwd: root, env: { LC_ALL: 'C' }, output: { path } };
    const { code } = await processes.run([FIND, ...args], options);
    const bytes = fs.readFile(path);
    if (code !== 0 || bytes.byteLength === 0) return undefined;
    return { bytes, digest: sha256(bytes), isRacy: bytes.includes(RACY_BYTE) };
  } catch {
    return undefined;
  } finally {
    fs.remove(path);
  }
}

/** More files are as well looked at one by one. */
const MAX_CHANGED = 2000;
const PREFIX = './';

/**
 * Paths, relative to the root, of the workspace's files that differ between two listings of sources. `undefined` where
 * there is another difference: a name that came or went, another kind or mode, a folder, a file that
 * decides what git ignores.
 */
export function changedFiles(before: Uint8Array, after: Uint8Array): ReadonlySet<string> | undefined {
  const [old, now] = differingLines(unmarked(before), unmarked(after)).map(linesOf);
  if (!old || !now || old.size !== now.size || now.size > MAX_CHANGED) return undefined;
  const changed = new Set<string>();
  for (const [path, stat] of now) {
    const was = old.get(path);
    if (was === stat) continue;
    if (was === undefined || shapeOf(was) !== shapeOf(stat)) return undefined;
    if (!path.startsWith(PREFIX) || path.includes('/.git')) return undefined;
    changed.add(path.slice(PREFIX.length));
  }
  return changed;
}

/** Kind and mode of a file or link; a folder has no other line than its own. */
function shapeOf(stat: string): string {
  const words = stat.split(' ');
  return words[0] === 'f' || words[0] === 'l' ? `${words[0]} ${words[5]}` : stat;
}

function linesOf(text: string): Map<string, string> | undefined {
  const lines = new Map<string, string>();
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const zero = line.indexOf('\0');
    // The rest of a name with a line break, or a name twice: not for this way.
    if (zero < 0 || lines.has(line.slice(0, zero))) return undefined;
    lines.set(line.slice(0, zero), line.slice(zero + 1));
  }
  return lines;
}

/** Both texts without the whole lines with which they begin and end alike. */
function differingLines(a: Buffer, b: Buffer): [string, string] {
  const start = lineStart(a, commonLength(a, b));
  const tail = Math.min(a.length, b.length) - start;
  let same = 0;
  while (same < tail && a[a.length - 1 - same] === b[b.length - 1 - same]) same++;
  const end = (text: Buffer): number => lineEnd(text, text.length - same);
  return [a.toString('utf8', start, end(a)), b.toString('utf8', start, end(b))];
}

const STEP_BYTES = 4096;

function commonLength(a: Buffer, b: Buffer): number {
  const length = Math.min(a.length, b.length);
  let at = 0;
  while (at < length) {
    const end = Math.min(at + STEP_BYTES, length);
    if (a.compare(b, at, end, at, end) !== 0) break;
    at = end;
  }
  while (at < length && a[at] === b[at]) at++;
  return at;
}

function lineStart(text: Buffer, at: number): number {
  return at === 0 ? 0 : text.lastIndexOf('\n', at - 1) + 1;
}

function lineEnd(text: Buffer, at: number): number {
  const end = text.indexOf('\n', Math.max(0, at - 1));
  return end < 0 ? text.length : end + 1;
}

/** A mark of a young file stands before the next line. */
function unmarked(bytes: Uint8Array): Buffer {
  return bytes.includes(RACY_BYTE)
    ? Buffer.from(bytes.filter((byte) => byte !== RACY_BYTE))
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
