import { dirname, join } from 'node:path';
import type { LineProcess, ProcessExit, Processes, SpawnOptions } from '../host/index.ts';

type LineOptions = Parameters<Processes['startLines']>[1];

interface Run extends Pick<LineOptions, 'onLine' | 'onErrorLine'> {
  readonly resolve: (exit: ProcessExit) => void;
  readonly reject: (error: Error) => void;
}

/** With the server, whatever way it went. */
const LOST: ProcessExit = { code: undefined, signal: 'SIGKILL' };

/**
 * Processes of which `container.py` is started by a fork of one that has started already: its own start takes longer than most
 * commands. The other end is `fork_server.py`. To be closed, or it keeps us alive.
 */
export class ForkServer implements Processes {
  readonly #processes: Processes;
  readonly #program: string;
  readonly #runs = new Map<number, Run>();
  #server: LineProcess | undefined;
  #count = 0;

  /** `program`: `container.py`, beside `fork_server.py`. */
  constructor(processes: Processes, program: string) {
    this.#processes = processes;
    this.#program = program;
  }

  run(argv: readonly string[], options: SpawnOptions): ReturnType<Processes['run']> {
    return this.#processes.run(argv, options);
  }

  startDetached(...call: Parameters<Processes['startDetached']>): void {
    this.#processes.startDetached(...call);
  }

  which(name: string, path: string): string | undefined {
    return this.#processes.which(name, path);
  }

  startLines(argv: readonly string[], options: LineOptions): LineProcess {
    if (argv.at(-1) !== this.#program) return this.#processes.startLines(argv, options);
    this.#server ??= this.#start(argv, options);
    const server = this.#server;
    const id = ++this.#count;
    const { promise: exit, ...settle } = Promise.withResolvers<ProcessExit>();
    const { onLine, onErrorLine } = options;
    this.#runs.set(id, { ...settle, onLine, ...(onErrorLine ? { onErrorLine } : {}) });
    server.send(`${id}+`);
    return {
      pid: server.pid,
      send: (line) => server.send(`${id}=${line}`),
      end: () => server.send(`${id}.`),
      kill: () => server.send(`${id}!`),
      exit,
    };
  }

  /** Ends all that still runs. */
  async close(): Promise<void> {
    this.#server?.end();
    await this.#server?.exit.catch(() => {});
  }

  /** With the words and variables of the first run, which are those of all. */
  #start(argv: readonly string[], { env }: LineOptions): LineProcess {
    const script = join(dirname(this.#program), 'fork_server.py');
    const server = this.#processes.startLines([...argv.slice(0, -1), script], {
      env,
      onLine: (line) => this.#receive(line),
      onErrorLine: (line) => this.#runs.forEach((run) => void run.onErrorLine?.(line)),
    });
    const lose = (settle: (run: Run) => void): void => {
      if (this.#server === server) this.#server = undefined;
      for (const run of this.#runs.values()) settle(run);
      this.#runs.clear();
    };
    server.exit.then(
      () => lose(({ resolve }) => resolve(LOST)),
      (error: Error) => lose(({ reject }) => reject(error)),
    );
    return server;
  }

  #receive(line: string): void {
    const length = line.search(/\D/);
    const id = Number(line.slice(0, length));
    const text = line.slice(length + 1);
    const run = this.#runs.get(id);
    if (line[length] === '=') run?.onLine(text);
    else if (line[length] === '~') run?.onErrorLine?.(text);
    else {
      this.#runs.delete(id);
      run?.resolve({ code: Number(text), signal: undefined });
    }
  }
}
