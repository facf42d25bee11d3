import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname } from 'node:path';
import { endProcess } from '../end-process.ts';

export interface DaemonOptions {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly log: string;
  /** Whether it answers already. */
  readonly isReady: () => Promise<boolean>;
  /** Files with ids of processes that it starts and that may outlive it. */
  readonly pidFiles?: readonly string[];
}

const READY_MS = 60_000;
const POLL_MS = 50;

/** A server that ends with us: by `stop`, and where that does not happen, when our process exits. */
export class Daemon {
  readonly #child: ChildProcess;
  readonly #options: DaemonOptions;
  readonly #atExit = (): void => this.#end();

  private constructor(options: DaemonOptions) {
    mkdirSync(dirname(options.log), { recursive: true });
    const log = openSync(options.log, 'w');
    const [program, ...args] = options.argv;
    this.#options = options;
    this.#child = spawn(program!, args, { env: options.env, stdio: ['ignore', log, log] });
    // A program that cannot be started is told by `start`.
    this.#child.on('error', () => undefined);
    closeSync(log);
    process.prependOnceListener('exit', this.#atExit);
  }

  static async start(options: DaemonOptions): Promise<Daemon> {
    const daemon = new Daemon(options);
    const until = Date.now() + READY_MS;
    while (!(await options.isReady().catch(() => false))) {
      const { exitCode, pid } = daemon.#child;
      if (exitCode !== null || pid === undefined || Date.now() > until) {
        daemon.stop();
        const said = readFileSync(options.log, 'utf8').slice(-2000);
        throw new Error(`${options.argv[0]} does not start: ${said.trim().split('\n').at(-1)}\n${said}`);
      }
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
    return daemon;
  }

  get pid(): number {
    return this.#child.pid!;
  }

  stop(): void {
    process.off('exit', this.#atExit);
    this.#end();
  }

  #end(): void {
    const others = (this.#options.pidFiles ?? []).flatMap(pidIn);
    const { pid } = this.#child;
    for (const each of pid === undefined ? others : [pid, ...others]) endProcess(each);
  }
}

/** Of a process that still is the one of the file, by the folder among its words: ids are given anew. */
function pidIn(file: string): number[] {
  try {
    const pid = Number(readFileSync(file, 'utf8').trim());
    const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    return pid > 1 && words.includes(dirname(file)) ? [pid] : [];
  } catch {
    return [];
  }
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
