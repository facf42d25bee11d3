import type { Host } from '../host/index.ts';

/** One run of GNU `find`. */
export interface Find {
  /** What stands behind `find`. */
  readonly args: readonly string[];
  readonly cwd: string;
  /** The file that gets its output. */
  readonly output: string;
  /** What it could not read is left out, instead of making all of it void. */
  readonly isPartial?: boolean;
}

export const FIND = '/usr/bin/find';
const SHELL = '/bin/sh';
/** The exit code, of `find` and of our own lister, where something could not be read. */
const SOME_UNREAD = 1;
const NOT_ENDED = -1;

/** Whether there are programs to look with. */
export function canFind({ fs, env }: Pick<Host, 'fs' | 'env'>): boolean {
  return env.platform === 'linux' && fs.lstat(FIND) !== undefined && fs.lstat(SHELL) !== undefined;
}

/** What can take the place of `find`: a program and its words for all of the listings. */
export interface OwnLister {
  readonly argv: readonly string[];
  /** It did not work at all. */
  readonly onFailure: () => void;
}

/**
 * Starts all of them at once, beside our own work and each other's, and gives the output of each when it ended, in the given order;
 * `undefined` where it failed or found nothing. One shell starts them: to start a process costs us several milliseconds
 * of our only thread, a shell a tenth of that.
 */
export function startFinds(
  { fs, processes }: Pick<Host, 'fs' | 'processes'>,
  finds: readonly Find[],
  own?: OwnLister,
): Promise<Uint8Array | undefined>[] {
  const ended = finds.map(() => Promise.withResolvers<number>());
  const onLine = (line: string): void => {
    const [index, code] = line.split(' ').map(Number);
    ended[index!]?.resolve(code!);
  };
  const argv = own?.argv ?? [SHELL, '-c', scriptOf(finds)];
  const { exit } = processes.startLines(argv, { env: { LC_ALL: 'C' }, onLine });
  const onExit = (): void => ended.forEach(({ resolve }) => void resolve(NOT_ENDED));
  exit.then(onExit, onExit);
  if (own) for (const { promise } of ended) promise.then((code) => isFailure(code) && own.onFailure());
  return finds.map(async ({ output, isPartial = false }, index) => {
    try {
      const code = await ended[index]!.promise;
      if (code !== 0 && !(isPartial && code === SOME_UNREAD)) return undefined;
      const bytes = fs.readFile(output);
      return bytes.byteLength === 0 ? undefined : bytes;
    } catch {
      return undefined;
    } finally {
      fs.remove(output);
    }
  });
}

const isFailure = (code: number): boolean => code !== 0 && code !== SOME_UNREAD;

/** A line for each that has ended: its number and its exit code. */
function scriptOf(finds: readonly Find[]): string {
  const starts = finds.map(({ args, cwd, output }, index) => {
    const words = [FIND, ...args].map(quoted).join(' ');
    return `(cd ${quoted(cwd)} && exec ${words}) </dev/null >${quoted(output)} 2>/dev/null & p${index}=$!`;
  });
  const waits = finds.map((_, index) => `wait $p${index}; echo ${index} $?`);
  return ['umask 077', ...starts, ...waits].join('\n');
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
