import { join } from 'node:path';
import { fail, ok, type Result } from '../../base/index.ts';
import type { Host } from '../../host/index.ts';

/** A clock that a builder's steps see in place of the machine's. */
export interface ShiftedClock {
  /** Compiled `clock.c`, absolute. */
  readonly library: string;
  /** How far it is ahead. */
  readonly shiftMs: number;
}

export interface ClockSource {
  /** Absolute path of `clock.c`. */
  readonly source: string;
  /** What the sandbox looks for in a store: it takes the library of this name to be its steps' clock. */
  readonly name: string;
}

/** Another year, month, day of the month and of the week, hour, minute and second; far less than keys and certificates last. */
const SHIFT_SECONDS = ((400 * 24 + 5) * 60 + 7) * 60 + 13;
const COMPILE_TIMEOUT_MS = 60_000;
/** Between asking for the time and being told. */
const SLACK_SECONDS = 600;

/** Compiles the clock below a folder and tries it on a program of the machine; a failure says why there is none. */
export async function makeShiftedClock(
  host: Host,
  {
    source,
    folder,
    signal,
  }: { readonly source: string; readonly folder: string; readonly signal: AbortSignal },
): Promise<Result<ShiftedClock, string>> {
  const { fs, processes, env, clock } = host;
  if (env.platform !== 'linux') return fail('it can be done on Linux alone');
  const { PATH = '/usr/bin:/bin' } = env.variables;
  const compiler = processes.which('cc', PATH);
  if (compiler === undefined) return fail('no C compiler (cc) was found');
  const library = join(folder, 'clock.so');
  fs.makeDirectory(folder);
  const options = { env: { PATH, LC_ALL: 'C' }, signal, timeoutMs: COMPILE_TIMEOUT_MS };
  const argv = ['-O2', '-shared', '-fPIC', `-DSHIFT_SECONDS=${SHIFT_SECONDS}L`, '-o', library, source];
  try {
    const { code, stderr } = await processes.run([compiler, ...argv], options);
    if (code !== 0) return fail(`cc refused it: ${Buffer.from(stderr).toString().trim().split('\n')[0]}`);
    const tried = { ...options, env: { ...options.env, LD_PRELOAD: library } };
    const told = await processes.run(['/bin/date', '+%s'], tried);
    const seconds = Number(Buffer.from(told.stdout).toString().trim());
    const aheadSeconds = seconds - clock.now() / 1000;
    if (told.code !== 0 || Math.abs(aheadSeconds - SHIFT_SECONDS) > SLACK_SECONDS)
      return fail("this machine's programs do not take it from a preloaded library");
    return ok({ library, shiftMs: SHIFT_SECONDS * 1000 });
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error));
  }
}

/** Has the builds from a store see a clock, or the machine's again. */
export function setClock({ fs }: Pick<Host, 'fs'>, place: string, clock: ShiftedClock | undefined): void {
  if (clock) fs.copyFile(clock.library, place, 0o755);
  else fs.remove(place);
}
