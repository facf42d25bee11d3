import { join } from 'node:path';
import { type ActionResult, EMPTY_TREE, type Tree } from '../action/index.ts';
import { fail, ok, type Result } from '../base/index.ts';
import type { Cas } from '../cas/index.ts';
import type { Clock, FileSystem } from '../host/index.ts';
import { captureFolder, captureUpper } from './capture.ts';
import type { Execution, Executor, FailedExecution, ReadyAction } from './executor.ts';
import type { ExecutionFailure } from './failure.ts';
import { failureOfError } from './failure-of-error.ts';
import type { Launcher, RunReply, RunRequest, SandboxMount } from './launcher.ts';
import { type Placement, placeCopies, placeInNamespaces } from './placement.ts';
import { relocate } from './relocate.ts';
import { selectOutputs } from './select-outputs.ts';
import { PRIVATE_FOLDERS, type Slot } from './slot.ts';
import { Slots } from './slots.ts';
import type { StagedTrees } from './staged-trees.ts';
import { LostBlob } from './staging.ts';

export interface LocalExecutorOptions {
  readonly fs: FileSystem;
  readonly clock: Clock;
  readonly cas: Cas;
  /** Folders are made in the opposite order. */
  readonly isReversed?: boolean;
  readonly launcher: Launcher;
  readonly kind: 'namespaces' | 'plain';
  readonly trees: StagedTrees;
  /** The store's folder; `session`, one of this build's own, lies below it. */
  readonly store: string;
  readonly session: string;
  /** A folder of this build's in memory where actions work as long as its file system keeps `leaveBytes` free. */
  readonly memory: { readonly folder: string; readonly leaveBytes: number } | undefined;
  /** What an action sees of the host; the text says why it cannot be shown. */
  readonly rootOf: (action: ReadyAction) => Promise<SandboxRoot | string>;
  /** Free space in bytes below which actions are stopped, so that the store stays usable. */
  readonly diskFloorBytes: number;
}

/** A root that the launcher made. */
export interface SandboxRoot {
  readonly at: string;
  /** Shown only to actions with network. */
  readonly networkFiles: readonly string[];
}

interface Placed {
  readonly root: SandboxRoot;
  readonly slot: Slot;
  readonly placement: Placement;
  readonly inMemory: boolean;
}

type Outcome = Result<Execution, FailedExecution>;

/** Runs actions on this machine, each in a sandbox of its own. */
export class LocalExecutor implements Executor {
  readonly #options: LocalExecutorOptions;
  readonly #onDisk: Slots;
  readonly #inMemory: Slots | undefined;

  constructor(options: LocalExecutorOptions) {
    this.#options = options;
    this.#onDisk = new Slots(options.fs, options.session);
    this.#inMemory = options.memory && new Slots(options.fs, options.memory.folder);
  }

  /** What fetches something is taken for large. */
  async execute(action: ReadyAction, signal: AbortSignal): Promise<Outcome> {
    const root = await this.#options.rootOf(action);
    if (typeof root === 'string') {
      const message = `the sandbox cannot be opened: ${root}`;
      return fail({ failure: { kind: 'cannot-start', message }, output: new Uint8Array() });
    }
    const run = (slots: Slots | undefined) => this.#executeIn(slots, { action, root }, signal);
    const first = action.planned.network ? undefined : await run(this.#inMemory);
    return first ?? (await run(this.#onDisk))!;
  }

  /** `undefined` when it wrote too much for this place, and has to be run again elsewhere. */
  async #executeIn(
    slots: Slots | undefined,
    { action, root }: { readonly action: ReadyAction; readonly root: SandboxRoot },
    signal: AbortSignal,
  ): Promise<Outcome | undefined> {
    const inMemory = slots === this.#inMemory;
    if (!slots || (inMemory && this.#isMemoryFull())) return undefined;
    const slot = slots.take();
    let outcome: Outcome | undefined;
    try {
      outcome = await this.#run(
        action,
        { root, slot, placement: this.#place(action, slot), inMemory },
        signal,
      );
    } catch (error) {
      outcome = fail({ failure: failureOfError(error), output: this.#output(slot.log) });
    } finally {
      slots.giveBack(slot, !outcome?.ok);
    }
    return inMemory && outcome?.ok === false && outcome.failure.failure.kind === 'disk-full'
      ? undefined
      : outcome;
  }

  #isMemoryFull(): boolean {
    const { fs, memory } = this.#options;
    return memory === undefined || fs.freeBytes(memory.folder) < memory.leaveBytes;
  }

  async #run(action: ReadyAction, place: Placed, signal: AbortSignal): Promise<Outcome> {
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
      if (fs.freeBytes(session) < diskFloorBytes)
        stopFor({ kind: 'disk-full', message: `${DISK_LOW} at ${session}` });
    }, DISK_CHECK_MS);
    const started = clock.monotonicMs();
    const reply = await launcher.run(this.#request(action, place), stop.signal);
    const durationMs = clock.monotonicMs() - started;
    if (reply.isUnmarked !== true) place.slot.isMarked = true;
    clearTimeout(timer);
    clearInterval(watch);
    signal.removeEventListener('abort', interrupted);
    cause ??= failureOfReply(reply, this.#options.session);
    const output = Buffer.concat([this.#output(place.slot.log), Buffer.from(reply.unwritten ?? '')]);
    if (cause) return fail({ failure: cause, output });
    return this.#finish(action, place, { reply, durationMs, output });
  }

  #finish(
    action: ReadyAction,
    place: Placed,
    run: { readonly reply: RunReply; readonly durationMs: number; readonly output: Uint8Array },
  ): Result<Execution, FailedExecution> {
    const { cas, clock } = this.#options;
    const exitCode = run.reply.exit ?? 1;
    const after = this.#capture(action, place.placement, run.reply);
    const selected = selectOutputs(after, action.planned.outputs);
    if (!selected.ok && exitCode === 0) {
      return fail({ failure: { kind: 'missing-output', path: selected.failure }, output: run.output });
    }
    const outputTree = selected.ok ? selected.value : EMPTY_TREE;
    requireStored(cas, outputTree);
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

  #capture(action: ReadyAction, { captured }: Placement, reply: RunReply): Tree {
    const { fs, cas } = this.#options;
    const ignored = new Set(
      action.mounts.filter(({ at }) => at.startsWith('/w/')).map(({ at }) => at.slice(3)),
    );
    const options = { fs, cas, ignored };
    if (action.planned.outputs.length === 0) return EMPTY_TREE;
    if ('upper' in captured) {
      return captureUpper(options, action.work, captured.upper, new Set(reply.opaque));
    }
    return captureFolder(options, captured.folder, captured.staged);
  }

  #place(action: ReadyAction, slot: Slot): Placement {
    const place = this.#options.kind === 'namespaces' ? placeInNamespaces : placeCopies;
    return place(this.#options, action, slot);
  }

  #request(action: ReadyAction, { root, slot, placement, inMemory }: Placed): RunRequest {
    const { kind, memory } = this.#options;
    const { argv, network } = action.planned;
    const { captured, mounts } = placement;
    const at = kind === 'plain' ? slot.folder : undefined;
    const env = Object.entries(action.env).map(([name, value]) => [name, relocate(value, at)]);
    return {
      argv: argv.map((word) => relocate(word, at)),
      env: Object.fromEntries(env),
      cwd: at === undefined ? '/w' : join(at, 'w'),
      root: root.at,
      mounts,
      network,
      networkFiles: root.networkFiles,
      reused: at === undefined ? writable(mounts) : PRIVATE_FOLDERS.map(([name]) => join(at, name)),
      log: slot.log,
      ...('upper' in captured ? { upper: captured.upper } : {}),
      ...(inMemory && memory ? { memory: { at: memory.folder, leaveBytes: memory.leaveBytes } } : {}),
    };
  }

  #output(log: string): Uint8Array {
    const { fs } = this.#options;
    return fs.lstat(log) ? fs.readFile(log) : new Uint8Array();
  }
}

function writable(mounts: readonly SandboxMount[]): string[] {
  return mounts.filter((mount) => 'overlay' in mount || !mount.readOnly).map(({ at }) => at);
}

const MAX_TIMER_MS = 2 ** 31 - 1;
const DISK_CHECK_MS = 500;
const DISK_LOW = 'less space is left than the store needs to stay usable,';

/** Files that the action left as they were may not have been stored yet: the tree that names them is to be found again. */
function requireStored(cas: Cas, tree: Tree): void {
  for (const { digest } of tree.files) if (!cas.has(digest)) throw new LostBlob(digest.hash);
  for (const { tree: child } of tree.directories) requireStored(cas, child);
}

function failureOfReply(reply: RunReply, folder: string): ExecutionFailure | undefined {
  if (reply.isDiskFull === true) return { kind: 'disk-full', message: `no space left at ${folder}` };
  if (reply.error !== '') return { kind: 'cannot-start', message: reply.error };
  if (reply.isTooLarge === true) return { kind: 'disk-full', message: 'it wrote more than fits into memory' };
  if (reply.exit === null) return { kind: 'killed', signal: reply.signal };
  return undefined;
}
