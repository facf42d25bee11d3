import { fail } from '../base/index.ts';
import type { Clock, Env } from './clock.ts';
import type { Http } from './http.ts';
import type { LineProcess, ProcessExit, Processes, ProcessOutput, SpawnOptions } from './processes.ts';

/** Fakes of the world for tests: a disk in memory with faults, a clock that stands, scripted programs. */
export { knowHost } from './known-host.ts';
export { MemoryFileSystem, type MemoryFileSystemOptions } from './memory-file-system.ts';
export { CrashError, type Fault, type FileOperation } from './memory-nodes.ts';

/** A clock that moves when it is told, or by sleeping. */
export class FakeClock implements Clock {
  #nowMs: number;
  #monotonicMs = 0;

  constructor(nowMs = 1_700_000_000_000) {
    this.#nowMs = nowMs;
  }

  now(): number {
    return this.#nowMs;
  }

  monotonicMs(): number {
    return this.#monotonicMs;
  }

  advance(durationMs: number): void {
    this.#nowMs += durationMs;
    this.#monotonicMs += durationMs;
  }

  /** As when someone sets the machine's clock; durations are not touched. */
  set(nowMs: number): void {
    this.#nowMs = nowMs;
  }

  /** Returns at once, later. */
  async sleep(durationMs: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    this.advance(durationMs);
  }
}

/** A small Linux machine; `random` counts, so that names are the same in each run. */
export function fakeEnv(changes: Partial<Env> = {}): Env {
  let count = 0;
  return {
    variables: { PATH: '/usr/bin:/bin', HOME: '/home/tester' },
    workingDirectory: '/work',
    homeDirectory: '/home/tester',
    temporaryDirectory: '/tmp',
    platform: 'linux',
    architecture: 'x64',
    cpuCount: 2,
    totalMemoryBytes: 4 * 2 ** 30,
    freeMemoryBytes: () => 2 * 2 ** 30,
    processorTimes: () => ({ busyMs: 0, totalMs: 0 }),
    userId: 1000,
    pid: 4242,
    nodePath: '/usr/bin/node',
    runtimeVersion: 'v24.0.0',
    random: () => (count++ % 1000) / 1000,
    preferMemory: () => {},
    ...changes,
  };
}

export interface FakeRun {
  /** 0 unless told. */
  readonly code?: number;
  readonly signal?: string;
  readonly stdout?: string | Uint8Array;
  readonly stderr?: string | Uint8Array;
}

export interface FakeCall {
  readonly argv: readonly string[];
  readonly options: SpawnOptions;
}

export interface FakeProcessesOptions {
  /** What a program does; `undefined` means that there is no such program (`ENOENT`). */
  readonly run?: (call: FakeCall) => FakeRun | undefined | Promise<FakeRun | undefined>;
  /** Lines that a line process answers to a line; it ends when `end` or `kill` is called. */
  readonly answer?: (call: FakeCall, line: string) => readonly string[];
  /** Programs by name. */
  readonly programs?: Readonly<Record<string, string>>;
}

/** Programs that do what a test says; all calls are kept. */
export class FakeProcesses implements Processes {
  readonly calls: FakeCall[] = [];
  readonly #options: FakeProcessesOptions;

  constructor(options: FakeProcessesOptions = {}) {
    this.#options = options;
  }

  async run(argv: readonly string[], options: SpawnOptions): Promise<ProcessOutput> {
    const call = { argv, options };
    this.calls.push(call);
    options.signal?.throwIfAborted();
    const run = await this.#options.run?.(call);
    if (!run) throw Object.assign(new Error(`spawn ${argv[0]} ENOENT`), { code: 'ENOENT' });
    const { code, signal, stdout = '', stderr = '' } = run;
    const exitCode = signal === undefined ? (code ?? 0) : undefined;
    return { code: exitCode, signal, stdout: Buffer.from(stdout), stderr: Buffer.from(stderr) };
  }

  startLines(
    argv: readonly string[],
    options: SpawnOptions & { readonly onLine: (line: string) => void },
  ): LineProcess {
    const call = { argv, options };
    this.calls.push(call);
    const { promise, resolve } = Promise.withResolvers<ProcessExit>();
    return {
      pid: 1000 + this.calls.length,
      send: (line) => {
        for (const answer of this.#options.answer?.(call, line) ?? []) options.onLine(answer);
      },
      end: () => resolve({ code: 0, signal: undefined }),
      kill: (signal) => resolve({ code: undefined, signal }),
      exit: promise,
    };
  }

  startDetached(argv: readonly string[], options: SpawnOptions): void {
    this.calls.push({ argv, options });
  }

  which(name: string, _path: string): string | undefined {
    return this.#options.programs?.[name];
  }
}

/** A machine without a network. */
export const noHttp: Http = {
  exchange: async () => fail({ kind: 'connection', code: 'ENETUNREACH', isReused: false }),
};
