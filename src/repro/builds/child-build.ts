import { join } from 'node:path';
import type { BuildEvent } from '../../event/index.ts';
import type { FileHandle, Host } from '../../host/index.ts';
import { type Builder, variablesOf } from './builder.ts';
import { type ClockSource, setClock } from './shifted-clock.ts';

export interface ChildBuildOptions {
  readonly host: Host;
  /** Our own program, as the child is to be started: Node and the file it begins with. */
  readonly program: readonly string[];
  readonly builder: Builder;
  readonly clock: ClockSource;
  readonly targets: readonly string[];
  readonly signal: AbortSignal;
  readonly onEvent: (event: BuildEvent) => void;
  /** Ends the build when it is true of an event: nothing after that is wanted. */
  readonly isEnough?: (event: BuildEvent) => boolean;
}

export interface ChildBuild {
  /** `undefined` when it was ended. */
  readonly exitCode: number | undefined;
  /** The build's JSON document; absent when it came to none. */
  readonly document: BuildDocument | undefined;
  readonly errors: string;
  readonly events: readonly BuildEvent[];
  readonly startedAtMs: number;
  readonly endedAtMs: number;
}

/** What we read of the document that `build --json` gives. */
export interface BuildDocument {
  readonly targets: readonly { readonly label: string; readonly status: string }[];
  readonly artifacts: readonly BuiltFile[];
  readonly diagnostics: readonly Readonly<Record<string, unknown>>[];
}

export interface BuiltFile {
  readonly label: string;
  readonly type: string;
  /** Relative to the workspace. */
  readonly path: string;
  readonly isFile: boolean;
  readonly sha256: string;
}

const LOOK_MS = 100;
const GRACE_MS = 10_000;
const MAX_ERRORS = 64 * 1024;

/** Runs our own command line as a process of its own, since rights, processors and language belong to a process. */
export async function buildInChild(options: ChildBuildOptions): Promise<ChildBuild> {
  const { host, builder, signal, isEnough } = options;
  const path = join(builder.home, 'events');
  host.fs.makeDirectory(builder.home);
  host.fs.writeFile(path, '');
  setClock(host, join(builder.store, options.clock.name), builder.clock);
  const startedAtMs = host.clock.now();
  const stdout: string[] = [];
  let errors = '';
  const child = host.processes.startLines(
    [...conditioned(host, builder), ...options.program, ...words(options, path)],
    {
      env: variablesOf(builder, host.env.variables),
      cwd: builder.workspace,
      onLine: (line) => stdout.push(line),
      onErrorLine: (line) => {
        if (errors.length < MAX_ERRORS) errors += `${line}\n`;
      },
    },
  );
  let isRunning = true;
  const exit = child.exit.finally(() => {
    isRunning = false;
  });
  const events: BuildEvent[] = [];
  using log = new EventLog(host, path, (event) => {
    events.push(event);
    options.onEvent(event);
  });
  let stoppedAtMs: number | undefined;
  while (isRunning) {
    log.read();
    const isDone = signal.aborted || (isEnough !== undefined && events.some(isEnough));
    if (isDone && stoppedAtMs === undefined) {
      stoppedAtMs = host.clock.monotonicMs();
      child.kill('SIGTERM');
    }
    if (stoppedAtMs !== undefined && host.clock.monotonicMs() - stoppedAtMs > GRACE_MS) child.kill('SIGKILL');
    await Promise.race([exit, host.clock.sleep(LOOK_MS)]).catch(() => {});
  }
  const { code } = await exit;
  log.read();
  const document = parseDocument(stdout.join('\n'));
  return { exitCode: code, document, errors, events, startedAtMs, endedAtMs: host.clock.now() };
}

function words({ builder, targets }: ChildBuildOptions, events: string): string[] {
  const flags = ['--jobs', String(builder.jobs), '--events', events, '--output', 'none', '--json'];
  return ['build', ...targets, ...flags, '-C', builder.workspace];
}

/** What stands in front of the program to give it its conditions. Without us it ends. */
function conditioned({ processes, env }: Host, { umask, processors }: Builder): string[] {
  const path = env.variables.PATH ?? '/usr/bin:/bin';
  const setpriv = processes.which('setpriv', path);
  const taskset = processors === undefined ? undefined : processes.which('taskset', path);
  return [
    ...(setpriv === undefined ? [] : [setpriv, '--pdeathsig', 'TERM']),
    ...['/bin/sh', '-c', `umask ${umask.toString(8).padStart(4, '0')} && exec "$@"`, 'sh'],
    ...(taskset === undefined ? [] : [taskset, '-c', processors!]),
  ];
}

function parseDocument(text: string): BuildDocument | undefined {
  try {
    return JSON.parse(text) as BuildDocument;
  } catch {
    return undefined;
  }
}

/** Lines of events that another process writes, as far as they are whole. */
class EventLog implements Disposable {
  readonly #file: FileHandle;
  readonly #onEvent: (event: BuildEvent) => void;
  readonly #buffer = Buffer.alloc(256 * 1024);
  #rest: Buffer = Buffer.alloc(0);

  constructor(host: Host, path: string, onEvent: (event: BuildEvent) => void) {
    this.#file = host.fs.open(path, 'r');
    this.#onEvent = onEvent;
  }

  read(): void {
    for (let count = this.#file.read(this.#buffer); count > 0; count = this.#file.read(this.#buffer)) {
      const bytes = Buffer.concat([this.#rest, this.#buffer.subarray(0, count)]);
      const end = bytes.lastIndexOf(0x0a) + 1;
      this.#rest = Buffer.from(bytes.subarray(end));
      const lines = bytes.toString('utf8', 0, end).split('\n');
      for (const line of lines) if (line !== '') this.#onEvent(JSON.parse(line) as BuildEvent);
    }
  }

  [Symbol.dispose](): void {
    this.#file[Symbol.dispose]();
  }
}
