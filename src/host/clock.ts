export interface Clock {
  /** Milliseconds since 1970, for what people and files see. */
  now(): number;
  /** Monotonic milliseconds, for durations. */
  monotonicMs(): number;
  sleep(durationMs: number, signal?: AbortSignal): Promise<void>;
}

/** What the process was given: variables, place, the machine's size. */
export interface Env {
  readonly variables: Readonly<Record<string, string>>;
  readonly workingDirectory: string;
  readonly homeDirectory: string;
  readonly temporaryDirectory: string;
  readonly platform: 'linux' | 'darwin' | 'win32' | 'other';
  readonly architecture: string;
  readonly cpuCount: number;
  readonly totalMemoryBytes: number;
  readonly freeMemoryBytes: () => number;
  /** Of all processors together since the machine began: two of them tell how busy it was in between. */
  readonly processorTimes: () => { readonly busyMs: number; readonly totalMs: number };
  readonly userId: number;
  readonly pid: number;
  /** This process's Node binary. */
  readonly nodePath: string;
  /** Version of that Node. */
  readonly runtimeVersion: string;
  readonly random: () => number;
  /** From here on memory counts more than time: a build of a thousand targets then takes half of it. */
  readonly preferMemory: () => void;
}

/** All of the world that the product touches, in one value made by `main.ts`. */
export interface Host {
  readonly fs: import('./file-system.ts').FileSystem;
  readonly processes: import('./processes.ts').Processes;
  readonly clock: Clock;
  readonly env: Env;
  readonly http: import('./http.ts').Http;
  /** Absent where files are hashed by who writes them. */
  readonly digests?: import('./file-digests.ts').FileDigests;
}
