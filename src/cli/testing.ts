import { sourceProgram } from '../build/testing.ts';
import { type Host, realHost } from '../host/index.ts';
import type { Output } from './report/output.ts';
import { runCli } from './run-cli.ts';

class Text implements Output {
  readonly isTerminal = false;
  text = '';
  write(text: string): void {
    this.text += text;
  }
  columns(): number {
    return 80;
  }
  rows(): number {
    return 24;
  }
}

export interface CommandRun {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface RunInOptions {
  readonly nowMs?: number;
  /** Beside those that each run has. */
  readonly variables?: Readonly<Record<string, string>>;
}

/** A command line in this process, as if it were called in `folder` by someone whose home and cache are there; at a time if it is told. */
export async function runIn(
  folder: string,
  words: readonly string[],
  { nowMs, variables: more }: RunInOptions = {},
): Promise<CommandRun> {
  const host = realHost();
  const { PATH = '' } = host.env.variables;
  const variables = { PATH, HOME: folder, MOBILEOPS_CACHE: `${folder}/cache`, ...more };
  const env = { ...host.env, variables, workingDirectory: folder, homeDirectory: folder };
  const [stdout, stderr] = [new Text(), new Text()];
  const { signal } = new AbortController();
  const clock = nowMs === undefined ? host.clock : { ...host.clock, now: () => nowMs };
  const loadHost = async (): Promise<Host> => ({ ...host, env, clock });
  const code = await runCli({ words, loadHost, variables, program: sourceProgram, stdout, stderr, signal });
  return { code, out: stdout.text, err: stderr.text };
}
