import type { LineProcess, Processes } from '../host/index.ts';

/** One layer pair for an overlay; all three paths are relative to `in`. */
export interface OverlayLayers {
  readonly in: string;
  readonly lower: string;
  readonly upper: string;
  readonly work: string;
}

export type SandboxMount =
  | { readonly at: string; readonly from: string; readonly readOnly: boolean }
  | { readonly at: string; readonly overlay: OverlayLayers };

/** What `launcher.py` is told to run; paths are the host's, except `at`, `cwd` and those in `argv` and `env`. */
export interface RunRequest {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** `RootRequest.at` of what it sees of the host, where that is not all. */
  readonly root: string;
  readonly mounts: readonly SandboxMount[];
  readonly network: boolean;
  readonly networkFiles: readonly string[];
  /** Where its output goes. */
  readonly log: string;
  /** Folders, where the action sees them, that the next one gets. */
  readonly reused: readonly string[];
  /** The upper layer to look through for opaque folders. */
  readonly upper?: string;
  /** Where what it writes is in memory: it is ended when the file system of `at` has less free than that. */
  readonly memory?: { readonly at: string; readonly leaveBytes: number };
}

export interface RunReply {
  /** `null` when a signal ended it, or when it never ran (`error`). */
  readonly exit: number | null;
  readonly signal: number;
  readonly error: string;
  readonly cpuMs: number;
  readonly rssBytes: number;
  readonly opaque: readonly string[];
  readonly outputBytes: number;
  /** Nothing was left on the folders in `reused` that would stay when they are emptied. */
  readonly isUnmarked?: boolean;
  /** It wrote more than may be kept in memory and was ended for that. */
  readonly isTooLarge?: boolean;
  /** There was no space for what it wrote or for its output. */
  readonly isDiskFull?: boolean;
  /** The end of its output where that could not be kept in the log. */
  readonly unwritten?: string;
}

export interface RootRequest {
  readonly at: string;
  /** A folder in memory, to be tried. */
  readonly memory?: string;
  readonly folders: readonly string[];
  readonly links: Readonly<Record<string, string>>;
  readonly files: Readonly<Record<string, string>>;
  readonly binds: readonly string[];
  /** Files of the host that are shown at another path. */
  readonly placed: Readonly<Record<string, string>>;
  readonly empty: readonly string[];
}

interface Ready {
  readonly error?: string;
  readonly memory?: boolean;
}

const LOST: RunReply = {
  exit: null,
  signal: 9,
  error: '',
  cpuMs: 0,
  rssBytes: 0,
  opaque: [],
  outputBytes: 0,
};

/** The process that starts actions: see `launcher.py`. It ends with us, whatever way we end. */
export class Launcher {
  readonly #child: LineProcess;
  readonly #waiting = new Map<number, (reply: RunReply) => void>();
  /** Who waits for a root, in the order of asking. */
  readonly #asking: ((message: Ready) => void)[] = [];
  #lost: string | undefined;
  #nextId = 1;

  private constructor(processes: Processes, argv: readonly string[]) {
    this.#child = processes.startLines(argv, {
      env: { LC_ALL: 'C.UTF-8', PATH: '/usr/bin:/bin' },
      onLine: (line) => this.#receive(line),
    });
    this.#child.exit.then(
      () => this.#lose('the sandbox ended'),
      (error: Error) => this.#lose(error.message),
    );
  }

  /** Whether actions can work in the folder in memory. */
  memoryServes = false;

  /** Whether it works is said by the first root. */
  static start(
    processes: Processes,
    options: { readonly python: string; readonly script: string; readonly kind: 'namespaces' | 'plain' },
  ): Launcher {
    const { python, script, kind } = options;
    return new Launcher(processes, [python, '-I', '-S', '-B', script, kind]);
  }

  /** Makes a root; the text says why this machine does not allow it. */
  async addRoot(root: RootRequest): Promise<string | undefined> {
    if (this.#lost !== undefined) return this.#lost;
    const answer = new Promise<Ready>((resolve) => this.#asking.push(resolve));
    this.#child.send(JSON.stringify({ op: 'root', ...root }));
    const { error, memory } = await answer;
    if (root.memory !== undefined) this.memoryServes = memory === true;
    return error;
  }

  /** Runs one action; on abort it is asked to end, and made to three seconds later. */
  run(request: RunRequest, signal: AbortSignal): Promise<RunReply> {
    const id = this.#nextId++;
    const reply = new Promise<RunReply>((resolve) => this.#waiting.set(id, resolve));
    this.#child.send(JSON.stringify({ op: 'run', id, ...request }));
    let hard: NodeJS.Timeout | undefined;
    const stop = (): void => {
      this.#child.send(JSON.stringify({ op: 'kill', id, signal: 'TERM' }));
      hard = setTimeout(() => this.#child.send(JSON.stringify({ op: 'kill', id, signal: 'KILL' })), GRACE_MS);
    };
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop);
    return reply.finally(() => {
      clearTimeout(hard);
      signal.removeEventListener('abort', stop);
    });
  }

  async close(): Promise<void> {
    this.#child.end();
    await this.#child.exit.catch(() => {});
  }

  #receive(line: string): void {
    const message = JSON.parse(line) as { id?: number } & Ready & RunReply;
    if (message.id === undefined) this.#asking.shift()?.(message);
    else {
      this.#waiting.get(message.id)?.(message);
      this.#waiting.delete(message.id);
    }
  }

  #lose(error: string): void {
    this.#lost = error;
    for (const settle of this.#asking.splice(0)) settle({ error });
    for (const settle of this.#waiting.values()) settle({ ...LOST, error });
    this.#waiting.clear();
  }
}

const GRACE_MS = 3000;
