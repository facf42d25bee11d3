import { join } from 'node:path/posix';
import { cleanText } from '../../base/index.ts';
import type { CiStep, CiStepOutcome } from '../../ci/index.ts';
import type { VerbContext } from '../verb.ts';

/** Where logs and the summary of the last run lie, relative to the workspace. */
export const CI_FOLDER = 'build-cache/ci';
const END_TIMEOUT_MS = 10_000;

export interface StepRun {
  readonly root: string;
  readonly variables: Readonly<Record<string, string>>;
  /** In the pipeline, from 1. */
  readonly number: number;
}

/** Runs a step as a process of its own, shows what it writes and keeps that as its log. */
export async function runStep(context: VerbContext, step: CiStep, run: StepRun): Promise<CiStepOutcome> {
  const { host, reporter, program, signal } = context;
  const { fs, clock, processes, env } = host;
  const command = commandText(step);
  const log = `${CI_FOLDER}/${String(run.number).padStart(2, '0')}-${step.name}.log`;
  const path = join(run.root, log);
  fs.writeFile(path, '', 0o600);
  const started = clock.monotonicMs();
  const onLine = (line: string): void => {
    fs.appendFile(path, `${line}\n`);
    reporter.progress.write(`${cleanText(line, false)}\n`);
  };
  const argv =
    'command' in step.run
      ? ['bash', '-c', step.run.command]
      : [env.nodePath, program.entry, ...step.run.words, ...(reporter.isQuiet ? ['--quiet'] : [])];
  const child = processes.startLines(argv, {
    cwd: run.root,
    env: run.variables,
    onLine,
    onErrorLine: onLine,
  });
  child.end();
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await clock.sleep(END_TIMEOUT_MS).catch(() => {});
    child.kill('SIGKILL');
  };
  const onAbort = (): void => void stop();
  signal.addEventListener('abort', onAbort);
  try {
    const { code } = await child.exit;
    const exitCode = code ?? 1;
    const status = exitCode === 0 ? 'passed' : 'failed';
    return {
      name: step.name,
      status,
      command,
      exitCode,
      durationMs: Math.round(clock.monotonicMs() - started),
      log,
    };
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

export function commandText({ run }: Pick<CiStep, 'run'>): string {
  return 'command' in run ? run.command : `mobileops ${run.words.join(' ')}`;
}
