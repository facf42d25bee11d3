import type { Clock, Env } from './clock.ts';
import type { FileSystem } from './file-system.ts';

/** What a mark needs of the world. */
export interface MarkWorld {
  readonly fs: FileSystem;
  readonly clock: Pick<Clock, 'now'>;
  readonly env: Pick<Env, 'pid'>;
}

/** A process as a file can name it. */
export interface ProcessMark {
  readonly pid: number;
  /** Clock ticks since boot at which the process started; a reused pid has another. */
  readonly start: string;
  /** The pid counts only inside this boot and pid namespace. */
  readonly realm: string;
}

/** Where nothing tells whether a process lives, a mark counts for this long. */
const UNKNOWN_LIFE_MS = 12 * 3_600_000;

/** The text of a mark of this process. */
export function ownMark({ fs, env }: MarkWorld): string {
  const mark: ProcessMark = { pid: env.pid, start: startOf(fs, 'self') ?? '', realm: realmOf(fs) };
  return JSON.stringify(mark);
}

/** Whether the file at `path` is the mark of a process that still lives; where that cannot be told, of a recent one. */
export function isMarkLive({ fs, clock }: MarkWorld, path: string): boolean {
  const stat = fs.lstat(path);
  const text = stat && fs.readTextIfExists(path);
  if (!stat || text === undefined) return false;
  return isLive({ fs, clock }, parseMark(text), { realm: realmOf(fs), markedAtMs: stat.mtimeMs });
}

/** The start of a name for a folder of this process, which is a mark from the moment that it is there. */
export function ownMarkName({ fs, env }: MarkWorld): string {
  return `${env.pid}-${startOf(fs, 'self') ?? ''}-${realmName(fs)}-`;
}

/** Whether the folder at `path`, whose name begins at `nameStart` as `ownMarkName` tells, belongs to a process that still lives. */
export function isFolderLive({ fs, clock }: MarkWorld, path: string, nameStart: number): boolean {
  const [pid, start = '', realm = ''] = path.slice(nameStart).split('-');
  const markedAtMs = fs.lstat(path)?.mtimeMs;
  const mark = { pid: Number(pid), start, realm };
  return markedAtMs !== undefined && isLive({ fs, clock }, mark, { realm: realmName(fs), markedAtMs });
}

function isLive(
  { fs, clock }: Pick<MarkWorld, 'fs' | 'clock'>,
  mark: ProcessMark | undefined,
  { realm, markedAtMs }: { readonly realm: string; readonly markedAtMs: number },
): boolean {
  if (!mark || realm === '' || mark.realm !== realm) return clock.now() - markedAtMs < UNKNOWN_LIFE_MS;
  return startOf(fs, String(mark.pid)) === mark.start;
}

export function parseMark(text: string): ProcessMark | undefined {
  try {
    const { pid, start, realm } = JSON.parse(text);
    return typeof pid === 'number' && typeof start === 'string' && typeof realm === 'string'
      ? { pid, start, realm }
      : undefined;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return undefined;
    throw error;
  }
}

/** Field 22 of `/proc/<pid>/stat`; the second field is a name in parentheses that may hold anything. */
function startOf(fs: FileSystem, pid: string): string | undefined {
  const text = readIfPossible(fs, `/proc/${pid}/stat`);
  return text?.slice(text.lastIndexOf(')') + 2).split(' ')[19];
}

/** Empty where the system has no `/proc`. */
function realmOf(fs: FileSystem): string {
  const boot = readIfPossible(fs, '/proc/sys/kernel/random/boot_id')?.trim();
  return boot === undefined ? '' : `${boot} ${namespaceOf(fs)}`;
}

/** Short, without the dash that parts the words of a name. */
function realmName(fs: FileSystem): string {
  const [boot = '', namespace = ''] = realmOf(fs).split(' ');
  return `${boot.replaceAll('-', '').slice(0, 12)}${namespace.replace(/\D/g, '')}`;
}

function namespaceOf(fs: FileSystem): string {
  try {
    return fs.readLink('/proc/self/ns/pid');
  } catch {
    return '';
  }
}

function readIfPossible(fs: FileSystem, path: string): string | undefined {
  try {
    return fs.readTextIfExists(path);
  } catch {
    return undefined;
  }
}
