import { formatDurationMs } from '../base/index.ts';
import type { Clock } from '../host/index.ts';
import { type Adb, shellWord } from './adb.ts';
import type { AttachedDevice } from './device-list.ts';
import { InstrumentationReader, type InstrumentationRun } from './instrumentation.ts';

/** An app and its tests, as files of this machine. */
export interface TestedApp {
  readonly app: string;
  readonly apk: string;
  readonly appId: string;
  readonly testId: string;
  readonly runner: string;
  readonly arguments: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
}

export interface DeviceWorld {
  readonly adb: Adb;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

export type OnDevice =
  | {
      readonly kind: 'ran';
      readonly run: InstrumentationRun;
      readonly durationMs: number;
      readonly left: boolean;
    }
  /** The device did not take an APK; nothing ran. */
  | NotInstalled;

interface NotInstalled {
  readonly kind: 'not-installed';
  /** Which of the two. */
  readonly what: string;
  readonly why: string;
}

const INSTALL_MS = 600_000;
const CLEAN_MS = 60_000;

/**
 * Installs the app and its tests, runs them, and takes the tests off again, also after an interruption. The app stays, as it was built.
 */
export async function runOnDevice(
  world: DeviceWorld,
  { serial }: Pick<AttachedDevice, 'serial'>,
  tested: TestedApp,
): Promise<OnDevice> {
  const { adb, clock, signal } = world;
  const on = (...words: readonly string[]): readonly string[] => ['-s', serial, ...words];
  const refused = await installed(adb, on, { ...tested, signal });
  if (refused) {
    // Of what was broken off nobody knows how far it came.
    if (refused.what === tested.apk) await uninstalled(adb, on, tested);
    return refused;
  }
  const startMs = clock.monotonicMs();
  const reader = new InstrumentationReader();
  const why = await adb.lines(on('shell', ...instrument(tested)), {
    timeoutMs: tested.timeoutMs,
    signal,
    onLine: (line) => reader.line(line, clock.monotonicMs()),
  });
  const durationMs = clock.monotonicMs() - startMs;
  const isStopped = durationMs >= tested.timeoutMs || signal.aborted;
  if (isStopped) await adb.run(on('shell', 'am', 'force-stop', tested.appId), { timeoutMs: CLEAN_MS });
  const left = !(await uninstalled(adb, on, tested));
  const run = reader.finish(clock.monotonicMs());
  return {
    kind: 'ran',
    run: withEnd(run, endOf({ why, isStopped, signal, limitMs: tested.timeoutMs })),
    durationMs,
    left,
  };
}

type Words = (...words: readonly string[]) => readonly string[];

async function installed(
  adb: Adb,
  on: Words,
  { app, apk, signal }: TestedApp & { readonly signal: AbortSignal },
): Promise<NotInstalled | undefined> {
  for (const what of [app, apk]) {
    const result = await adb.run(on('install', '-r', '-t', what), { timeoutMs: INSTALL_MS, signal });
    // Old ones end with 0 whatever the device says.
    if (result.ok && /^Success\b/m.test(result.value)) continue;
    const said = result.ok ? result.value.trim() : result.failure;
    const why = /Failure \[([^\]]+)\]/.exec(said)?.[1] ?? (said === '' ? 'it said nothing' : said);
    return { kind: 'not-installed', what, why };
  }
  return undefined;
}

/** adb gives all words to the device's shell as one line. */
function instrument({ testId, runner, arguments: given }: TestedApp): string[] {
  const values = Object.entries(given).flatMap(([name, value]) => ['-e', shellWord(name), shellWord(value)]);
  return ['am', 'instrument', '-w', '-r', ...values, shellWord(`${testId}/${runner}`)];
}

async function uninstalled(adb: Adb, on: Words, { testId }: TestedApp): Promise<boolean> {
  const result = await adb.run(on('uninstall', testId), { timeoutMs: CLEAN_MS });
  return result.ok && /^Success\b/m.test(result.value);
}

interface End {
  readonly why: string | undefined;
  readonly isStopped: boolean;
  readonly signal: AbortSignal;
  readonly limitMs: number;
}

function endOf({ why, isStopped, signal, limitMs }: End): string | undefined {
  if (signal.aborted) return 'it was interrupted';
  if (isStopped) return `it took longer than ${formatDurationMs(limitMs)} and was stopped`;
  return why;
}

/** What the device said of its end tells more than adb's. */
function withEnd(run: InstrumentationRun, end: string | undefined): InstrumentationRun {
  if (end === undefined) return run;
  const isVague = run.problem === undefined || run.problem.startsWith('what the device said');
  return isVague || /^it (was|took)/.test(end) ? { ...run, problem: end } : run;
}
