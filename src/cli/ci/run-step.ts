import { join } from 'node:path/posix';
import { cleanText, formatDurationMs } from '../../base/index.ts';
import type { CiStep, CiStepOutcome } from '../../ci/index.ts';
import type { VerbContext } from '../verb.ts';

/** Where logs and the summary of the last run lie, relative to the workspace. */
export const CI_FOLDER = 'build-cache/ci';
const END_TIMEOUT_MS = 10_000;
/** What timers of Node take. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export interface StepRun {
  readonly root: string;
  readonly variables: Readonly<Record<string, string>>;
  /** In the pipeline, from 1. */
  readonly number: number;
  /** When the pipeline began, by the monotonic clock. */
  readonly started: number;
  /** How long it may take. */
  readonly limitMs: number;
  /** Takes secrets out of what is shown and kept. */
  readonly clean: (text: string) => string;
}

/** Runs a step as a process of its own, shows what it writes and keeps that as its log, both without secrets. */
export async function runStep(context: VerbContext, step: CiStep, run: StepRun): Promise<CiStepOutcome> {
  const { host, reporter } = context;
  const { fs, clock } = host;
  const log = `${CI_FOLDER}/${String(run.number).padStart(2, '0')}-${step.name}.log`;
  const path = join(run.root, log);
  fs.writeFile(path, '', 0o600);
  const begun = clock.monotonicMs();
  const onLine = (line: string): void => {
    const shown = run.clean(line);
    fs.appendFile(path, `${shown}\n`);
    reporter.progress.write(`${cleanText(shown, false)}\n`);
  };
  const { code, endedBy } = await runToEnd(context, argvOf(context, step), { ...run, onLine });
  const exitCode = code ?? 1;
  const why =
    endedBy === 'signal'
      ? 'the pipeline was interrupted'
      : endedBy === 'limit'
        ? `it was ended after ${formatDurationMs(run.limitMs)}`
        : undefined;
  return {
    name: step.name,
    status: statusOf(exitCode, endedBy),
    command: commandText(step),
    exitCode,
    startMs: Math.round(begun - run.started),
    durationMs: Math.round(clock.monotonicMs() - begun),
    log,
    ...(why === undefined ? {} : { why }),
  };
}

type EndedBy = 'signal' | 'limit' | undefined;

function statusOf(exitCode: number, endedBy: EndedBy): 'passed' | 'failed' | 'interrupted' {
  if (endedBy === 'signal') return 'interrupted';
  return exitCode === 0 && endedBy === undefined ? 'passed' : 'failed';
}

function argvOf({ host, reporter, program }: VerbContext, { run }: CiStep): readonly string[] {
  if ('command' in run) return ['bash', '-c', run.command];
  return [host.env.nodePath, program.entry, ...run.words, ...(reporter.isQuiet ? ['--quiet'] : [])];
}

type Child = Pick<StepRun, 'root' | 'variables' | 'limitMs'> & { readonly onLine: (line: string) => void };

/** Its whole process group is asked to end when we are, or when its time is over, and made to some seconds later. */
async function runToEnd(
  { host: { clock, processes }, signal }: VerbContext,
  argv: readonly string[],
  { root, variables, limitMs, onLine }: Child,
): Promise<{ readonly code: number | undefined; readonly endedBy: EndedBy }> {
  let endedBy: EndedBy;
  const over = new AbortController();
  const child = processes.startLines(argv, { cwd: root, env: variables, onLine, onErrorLine: onLine });
  child.end();
  const stop = async (by: EndedBy): Promise<void> => {
    endedBy ??= by;
    child.kill('SIGTERM');
    await clock.sleep(END_TIMEOUT_MS, over.signal).catch(() => {});
    child.kill('SIGKILL');
  };
  const onAbort = (): void => void stop('signal');
  if (signal.aborted) onAbort();
  signal.addEventListener('abort', onAbort);
  void clock.sleep(Math.min(limitMs, LONGEST_TIMER_MS), over.signal).then(
    () => stop('limit'),
    () => {},
  );
  try {
    const { code } = await child.exit;
    return { code, endedBy };
  } finally {
    over.abort();
    signal.removeEventListener('abort', onAbort);
  }
}

export function commandText({ run }: Pick<CiStep, 'run'>): string {
  return 'command' in run ? (run.shownAs ?? run.command) : `mobileops ${run.words.join(' ')}`;
}
