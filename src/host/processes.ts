export interface SpawnOptions {
  readonly cwd?: string;
  /** The whole environment of the child; nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
  readonly stdin?: string | Uint8Array | 'inherit' | 'pipe';
  /** `pipe` unless told; `inherit` hands over our own terminal; a path gets standard output, so that nobody has to read along. */
  readonly output?: 'pipe' | 'inherit' | { readonly path: string };
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
  /** The child gets our own standard streams, too, as descriptors 3 to 5. */
  readonly hasOurStreams?: boolean;
}

export interface ProcessExit {
  readonly code: number | undefined;
  readonly signal: string | undefined;
}

export interface ProcessOutput extends ProcessExit {
  readonly stdout: Uint8Array;
  readonly stderr: Uint8Array;
}

/** A child that we speak to line by line. */
export interface LineProcess {
  readonly pid: number;
  send(line: string): void;
  /** No more lines will be sent. */
  end(): void;
  kill(signal: 'SIGTERM' | 'SIGKILL'): void;
  readonly exit: Promise<ProcessExit>;
}

/** Programs of the host. A program that cannot be started rejects with the platform's error (`ENOENT`). */
export interface Processes {
  /** Runs to the end and gives all output; ends the child's group on abort or timeout. */
  run(argv: readonly string[], options: SpawnOptions): Promise<ProcessOutput>;
  /** Starts a child whose output lines (UTF-8, without line end) go to `onLine`. */
  startLines(
    argv: readonly string[],
    options: SpawnOptions & {
      readonly onLine: (line: string) => void;
      readonly onErrorLine?: (line: string) => void;
    },
  ): LineProcess;
  /** Starts a child that nobody waits for, that goes on when we end, and that has no streams. One that cannot start is not told of. */
  startDetached(argv: readonly string[], options: Pick<SpawnOptions, 'cwd' | 'env'>): void;
  /** The path of an executable `name` in `path` (a PATH value), links not followed. */
  which(name: string, path: string): string | undefined;
}
