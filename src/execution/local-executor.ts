import { join } from 'node:path';
import { type ActionResult, EMPTY_TREE, type Tree } from '../action/index.ts';
import { fail, ok, type Result } from '../base/index.ts';
import { type Cas, StoreFullError } from '../cas/index.ts';
import type { Clock, FileSystem } from '../host/index.ts';
import { captureFolder, captureUpper, type StagedStats, stagedStats, UnsupportedOutput } from './capture.ts';
import type { Execution, Executor, FailedExecution, ReadyAction } from './executor.ts';
import type { ExecutionFailure } from './failure.ts';
import type { Launcher, RunReply, RunRequest, SandboxMount } from './launcher.ts';
import { relocate } from './relocate.ts';
import { selectOutputs } from './select-outputs.ts';
import type { StagedTrees } from './staged-trees.ts';
import { LostBlob, stageTree } from './staging.ts';

export interface LocalExecutorOptions {
  readonly fs: FileSystem;
  readonly clock: Clock;
  readonly cas: Cas;
  readonly launcher: Launcher;
  readonly kind: 'namespaces' | 'plain';
  readonly trees: StagedTrees;
  /** The store's folder; `session`, one of this build's own, lies below it. */
  readonly store: string;
  readonly session: string;
  readonly networkFiles: readonly string[];
  /** Free space in bytes below which actions are stopped, so that the store stays usable. */
  readonly diskFloorBytes: number;
}

/** Everything one action uses on disk; gone with it. */
interface Place {
  readonly folder: string;
  readonly log: string;
  readonly mounts: readonly SandboxMount[];
  /** Overlay: the upper layer. Copy: the folder itself. */
  readonly captured: { readonly upper: string } | { readonly folder: string; readonly staged: StagedStats };
}

/** Runs actions on this machine, each in a sandbox of its own. */
export class LocalExecutor implements Executor {
  readonly #options: LocalExecutorOptions;
  #count = 0;

  constructor(options: LocalExecutorOptions) {
    this.#options = options;
  }

  async execute(action: ReadyAction, signal: AbortSignal): Promise<Result<Execution, FailedExecution>> {
    const { fs, session } = this.#options;
    const folder = join(session, `a${this.#count++}`);
    const log = join(folder, 'log');
    try {
      fs.makeDirectory(folder);
      const place = this.#place(action, folder, log);
      return await this.#run(action, place, signal);
    } catch (error) {
      return fail({ failure: failureOf(error), output: this.#output(log) });
    } finally {
      fs.remove(folder);
    }
  }

  async #run(
    action: ReadyAction,
    place: Place,
    signal: AbortSignal,
  ): Promise<Result<Execution, FailedExecution>> {
    const { clock, launcher, diskFloorBytes, fs, session } = this.#options;
    const { timeoutMs } = action.planned;
    const stop = new AbortController();
    let cause: ExecutionFailure | undefined;
    const stopFor = (failure: ExecutionFailure): void => {
      cause ??= failure;
      stop.abort();
    };
    const interrupted = (): void => stopFor({ kind: 'interrupted' });
    if (signal.aborted) interrupted();
    signal.addEventListener('abort', interrupted);
    const timer = setTimeout(
      () => stopFor({ kind: 'timeout', timeoutMs }),
      Math.min(timeoutMs, MAX_TIMER_MS),
    );
    const watch = setInterval(() => {
      if (fs.freeBytes(session) < diskFloorBytes) stopFor({ kind: 'disk-full', message: DISK_FULL });
    }, DISK_CHECK_MS);
    const started = clock.monotonicMs();
    const reply = await launcher.run(this.#request(action, place), stop.signal);
    const durationMs = clock.monotonicMs() - started;
    clearTimeout(timer);
    clearInterval(watch);
    signal.removeEventListener('abort', interrupted);
    cause ??= failureOfReply(reply);
    const output = this.#output(place.log);
    if (cause) return fail({ failure: cause, output });
    return this.#finish(action, place, { reply, durationMs, output });
  }

  #finish(
    action: ReadyAction,
    place: Place,
    run: { readonly reply: RunReply; readonly durationMs: number; readonly output: Uint8Array },
  ): Result<Execution, FailedExecution> {
    const { cas, clock } = this.#options;
    const exitCode = run.reply.exit ?? 1;
    const after = this.#capture(action, place, run.reply);
    const selected = selectOutputs(after, action.planned.outputs);
    if (!selected.ok && exitCode === 0) {
      return fail({ failure: { kind: 'missing-output', path: selected.failure }, output: run.output });
    }
    const outputTree = selected.ok ? selected.value : EMPTY_TREE;
    const result: ActionResult = {
      exitCode,
      outputRoot: cas.putTree(outputTree),
      stdout: cas.put(run.output),
      execution: {
        durationMs: Math.round(run.durationMs * 10) / 10,
        finishedAtMs: clock.now(),
        peakMemoryBytes: run.reply.rssBytes,
        cpuMs: run.reply.cpuMs,
      },
    };
    return ok({ result, outputTree });
  }

  #capture(action: ReadyAction, place: Place, reply: RunReply): Tree {
    const { fs, cas } = this.#options;
    const ignored = new Set(
      action.mounts.filter(({ at }) => at.startsWith('/w/')).map(({ at }) => at.slice(3)),
    );
    const options = { fs, cas, ignored };
    if (action.planned.outputs.length === 0) return EMPTY_TREE;
    if ('upper' in place.captured) {
      return captureUpper(options, action.work, place.captured.upper, new Set(reply.opaque));
    }
    return captureFolder(options, place.captured.folder, place.captured.staged);
  }

  #place(action: ReadyAction, folder: string, log: string): Place {
    const overlays = this.#options.kind === 'namespaces';
    const copiesWork = !overlays || action.planned.staging === 'copy';
    const mounts: SandboxMount[] = [];
    const captured = copiesWork ? this.#copyWork(action, folder) : { upper: join(folder, 'work', 'upper') };
    mounts.push(
      copiesWork
        ? { at: '/w', from: join(folder, 'w'), readOnly: false }
        : { at: '/w', overlay: this.#layers(folder, 'work', action.work) },
    );
    action.mounts.forEach((mount, index) => {
      if (!overlays) this.#copyMount(mount, folder);
      else if (mount.access === 'read-only') mounts.push(this.#readOnly(mount.at, mount.tree));
      else mounts.push({ at: mount.at, overlay: this.#layers(folder, `s${index}`, mount.tree) });
    });
    for (const { at, hostPath } of action.planned.programs ?? []) {
      if (overlays) mounts.push({ at, from: hostPath, readOnly: true });
      else this.#linkProgram(folder, at, hostPath);
    }
    for (const [name, at] of [
      ['tmp', '/tmp'],
      ['home', '/home'],
      ['shm', '/dev/shm'],
    ] as const) {
      this.#options.fs.makeDirectory(join(folder, name), 0o700);
      if (overlays) mounts.push({ at, from: join(folder, name), readOnly: false });
    }
    return { folder, log, mounts, captured };
  }

  #copyWork(action: ReadyAction, folder: string): Place['captured'] {
    const path = join(folder, 'w');
    stageTree(this.#options, action.work, path, 'copy');
    return { folder: path, staged: stagedStats(this.#options.fs, action.work, path) };
  }

  #layers(
    folder: string,
    name: string,
    tree: Tree,
  ): { in: string; lower: string; upper: string; work: string } {
    const { fs, store, trees } = this.#options;
    const own = join(folder, name);
    fs.makeDirectory(join(own, 'upper'), 0o755);
    fs.makeDirectory(join(own, 'work'), 0o755);
    const lower = trees.path(tree);
    const from = (path: string): string => path.slice(store.length + 1);
    return { in: store, lower: from(lower), upper: from(join(own, 'upper')), work: from(join(own, 'work')) };
  }

  #readOnly(at: string, tree: Tree): SandboxMount {
    return { at, from: this.#options.trees.path(tree), readOnly: true };
  }

  /** Without namespaces every tree is a copy at its own place below the action's folder. */
  #copyMount(mount: ReadyAction['mounts'][number], folder: string): void {
    const path = join(folder, mount.at);
    this.#options.fs.makeDirectory(parentOf(path));
    if (this.#options.fs.lstat(path)?.type === 'directory') this.#options.fs.remove(path);
    stageTree(this.#options, mount.tree, path, 'copy');
  }

  #linkProgram(folder: string, at: string, hostPath: string): void {
    this.#options.fs.makeDirectory(parentOf(join(folder, at)));
    this.#options.fs.symlink(hostPath, join(folder, at));
  }

  #request(action: ReadyAction, place: Place): RunRequest {
    const { kind, networkFiles } = this.#options;
    const { argv, network } = action.planned;
    const at = kind === 'plain' ? place.folder : undefined;
    const env = Object.fromEntries(
      Object.entries(action.env).map(([name, value]) => [name, relocate(value, at)]),
    );
    return {
      argv: argv.map((word) => relocate(word, at)),
      env,
      cwd: at === undefined ? '/w' : join(at, 'w'),
      mounts: place.mounts,
      network,
      networkFiles,
      log: place.log,
      ...(kind === 'namespaces' && 'upper' in place.captured ? { upper: place.captured.upper } : {}),
    };
  }

  #output(log: string): Uint8Array {
    const { fs } = this.#options;
    return fs.lstat(log) ? fs.readFile(log) : new Uint8Array();
  }
}

const MAX_TIMER_MS = 2 ** 31 - 1;
const DISK_CHECK_MS = 500;
const DISK_FULL = 'less is free than the store needs to stay usable';

function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/'));
}

function failureOfReply(reply: RunReply): ExecutionFailure | undefined {
  if (reply.error !== '') return { kind: 'cannot-start', message: reply.error };
  if (reply.exit === null) return { kind: 'killed', signal: reply.signal };
  return undefined;
}

function failureOf(error: unknown): ExecutionFailure {
  if (error instanceof LostBlob) return { kind: 'lost-input', hash: error.hash };
  if (error instanceof UnsupportedOutput)
    return { kind: 'unsupported-output', path: error.path, message: error.message };
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (error instanceof StoreFullError || code === 'ENOSPC' || code === 'EDQUOT') {
    return { kind: 'disk-full', message: error instanceof Error ? error.message : String(error) };
  }
  throw error;
}
