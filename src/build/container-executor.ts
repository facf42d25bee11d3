import { join } from 'node:path';
import { type ActionResult, type FileNode, makeTree, nodeAt, type Tree } from '../action/index.ts';
import { type Diagnostic, type Digest, fail, ok, type Result } from '../base/index.ts';
import type { Cas } from '../cas/index.ts';
import {
  type ContainerFailure,
  type ContainerMount,
  type ContainerResult,
  type ContainerRunner,
  describeContainerFailure,
  ForkServer,
  openContainerRunner,
  type Pruned,
} from '../container/index.ts';
import {
  type Execution,
  type ExecutionFailure,
  type Executor,
  type FailedExecution,
  failureOfError,
  isOrderReversed,
  newSession,
  type ReadyAction,
  SOURCE_DATE_EPOCH,
  stageTree,
} from '../execution/index.ts';
import type { Host } from '../host/index.ts';
import { type Descriptor, descriptorOf, MEDIA_TYPES, NOT_BUILT, runLayerText } from '../oci/index.ts';
import { RUN_FILES } from '../rules/index.ts';
import { CHUNK_BYTES, fileBytes, layerGzipped, writeStream } from '../tools/index.ts';
import { containerPlace } from './container-place.ts';
import { type ContainerWork, readContainerWork } from './container-work.ts';
import { KeptOutput } from './kept-output.ts';
import { readSecret } from './secrets.ts';

export interface ContainerExecutorOptions {
  readonly host: Host;
  readonly cas: Cas;
  /** The store's folder. */
  readonly store: string;
  /** `container.py`. */
  readonly program: string;
  /** The workspace's name: what its cache mounts keep is not seen by others. */
  readonly workspace: string;
}

/** What runs containers on this machine; the diagnostic says what it lacks for that. */
export async function openContainers(
  host: Host,
  { store, program }: Pick<ContainerExecutorOptions, 'store' | 'program'>,
): Promise<Result<ContainerRunner, Diagnostic>> {
  const place = containerPlace(host, { store, program });
  return place.ok ? openContainerRunner(place.value) : place;
}

/**
 * Removes unpacked layers and cache mounts that were not used for so long; of those of a user only the program can, since their
 * owners are the range's. `undefined` where there are none; a text says why it could not be done.
 */
export async function pruneContainers(
  host: Host,
  place: Pick<ContainerExecutorOptions, 'store' | 'program'>,
  unusedForMs: number,
): Promise<Pruned | string | undefined> {
  if (!host.fs.lstat(join(place.store, 'containers'))) return undefined;
  const opened = await openContainers(host, place);
  if (!opened.ok) return opened.failure.message;
  const pruned = await opened.value.prune(unusedForMs);
  return pruned.ok ? pruned.value : describeContainerFailure(pruned.failure);
}

type Outcome = Result<Execution, FailedExecution>;

/**
 * Runs the RUNs of Dockerfiles: their working tree is what `containerInputs` made, and what they leave is the layer of what the
 * command changed (`RUN_FILES`).
 */
export class ContainerExecutor implements Executor {
  readonly #options: ContainerExecutorOptions;
  readonly #processes: ForkServer;
  #runner: Promise<Result<ContainerRunner, Diagnostic>> | undefined;
  #session: string | undefined;
  #count = 0;

  constructor(options: ContainerExecutorOptions) {
    this.#options = options;
    this.#processes = new ForkServer(options.host.processes, options.program);
  }

  /** Asked once: every answer takes a process. */
  runner(): Promise<Result<ContainerRunner, Diagnostic>> {
    const { host } = this.#options;
    this.#runner ??= openContainers({ ...host, processes: this.#processes }, this.#options);
    return this.#runner;
  }

  async execute(action: ReadyAction, signal: AbortSignal): Promise<Outcome> {
    const { fs } = this.#options.host;
    const output = new KeptOutput();
    const folder = join(this.#folder(), String(this.#count++));
    try {
      return await this.#run(action, { folder, output, signal });
    } catch (error) {
      return fail({ failure: failureOfError(error), output: output.bytes() });
    } finally {
      fs.remove(folder);
    }
  }

  async close(): Promise<void> {
    await this.#processes.close();
    if (this.#session !== undefined) this.#options.host.fs.remove(this.#session);
  }

  #folder(): string {
    this.#session ??= newSession(this.#options.host, this.#options.store);
    return this.#session;
  }

  async #run(
    action: ReadyAction,
    { folder, output, signal }: { folder: string; output: KeptOutput; signal: AbortSignal },
  ): Promise<Outcome> {
    const { host, cas, workspace: cacheScope } = this.#options;
    const stop = (message: string): Outcome =>
      fail({ failure: { kind: 'cannot-start', message }, output: output.bytes() });
    const runner = await this.runner();
    if (!runner.ok) return stop(textOf(runner.failure));
    const work = join(folder, 'work');
    stageTree({ fs: host.fs, cas, isReversed: isOrderReversed(host.env) }, action.work, work, 'link');
    // Only now, since what was staged is in the store.
    const notBuilt = nodeAt(action.work, NOT_BUILT);
    if (notBuilt?.kind === 'file') return this.#done(makeTree({ files: [notBuilt.node] }), NOTHING_RUN);
    const secret = (id: string): ReturnType<typeof readSecret> => readSecret(host, id);
    const { cacheLocks } = action.planned;
    const read = readContainerWork({ fs: host.fs, folder: work, secret, cacheScope, cacheLocks });
    if (!read.ok) return stop(read.failure);
    const started = host.clock.monotonicMs();
    const result = await runner.value.run({
      ...this.#command(read.value, folder),
      network: action.planned.network ? 'host' : 'none',
      hostname: HOSTNAME,
      timeoutMs: action.planned.timeoutMs,
      sourceDateEpoch: SOURCE_DATE_EPOCH,
      signal,
      onOutput: (bytes) => output.add(bytes),
      out: join(folder, 'layer.tar'),
    });
    if (!result.ok) return fail({ failure: failureOfRun(result.failure), output: output.bytes() });
    const durationMs = host.clock.monotonicMs() - started;
    return this.#finish(result.value, { folder, output: output.bytes(), durationMs });
  }

  /** A here-document that is a script is shown to this RUN as a file. */
  #command(work: ContainerWork, folder: string) {
    const { layers, mounts, argv, env, workingDirectory, user, file } = work;
    const script: ContainerMount[] = [];
    if (file) {
      const source = join(folder, 'script');
      this.#options.host.fs.writeFile(source, file.content, 0o755);
      script.push({ type: 'bind', source, target: file.path });
    }
    return { layers, argv, env, workingDirectory, user, mounts: [...mounts, ...script] };
  }

  #done(outputTree: Tree, run: FinishedRun): Outcome {
    const { cas, host } = this.#options;
    const { network } = run;
    const result: ActionResult = {
      exitCode: run.exitCode,
      outputRoot: cas.putTree(outputTree),
      stdout: cas.put(run.output),
      ...(network ? { auxiliary: cas.put(JSON.stringify(network)) } : {}),
      execution: {
        durationMs: Math.round(run.durationMs * 10) / 10,
        finishedAtMs: host.clock.now(),
        peakMemoryBytes: 0,
        cpuMs: 0,
      },
    };
    return ok({ result, outputTree });
  }

  async #finish(
    { exitCode, layer, scrubbed, network }: ContainerResult,
    run: { readonly folder: string; readonly output: Uint8Array; readonly durationMs: number },
  ): Promise<Outcome> {
    const { cas } = this.#options;
    const compressed = layer && (await this.#compress(layer.path, join(run.folder, RUN_FILES.blob)));
    const document = compressed && { ...compressed, diffId: layer.diffId, blob: RUN_FILES.blob };
    const files = [
      file(RUN_FILES.layer, cas.put(runLayerText(document))),
      file(RUN_FILES.scrubbed, cas.put(scrubbed.map((path) => `${path}\n`).join(''))),
      ...(compressed ? [file(RUN_FILES.blob, cas.putFile(join(run.folder, RUN_FILES.blob)))] : []),
    ];
    const { output, durationMs } = run;
    return this.#done(makeTree({ files }), { exitCode, network, output, durationMs });
  }

  async #compress(tar: string, blob: string): Promise<{ readonly descriptor: Descriptor }> {
    const { fs } = this.#options.host;
    const digest = await writeStream(fs, blob, layerGzipped(fileBytes(fs, tar, new Uint8Array(CHUNK_BYTES))));
    fs.remove(tar);
    return { descriptor: descriptorOf(digest, MEDIA_TYPES.layer) };
  }
}

interface FinishedRun extends Pick<ContainerResult, 'exitCode'> {
  readonly network?: ContainerResult['network'];
  readonly output: Uint8Array;
  readonly durationMs: number;
}

/** What stands on something that is not built is not built either. */
const NOTHING_RUN: FinishedRun = { exitCode: 0, output: new Uint8Array(0), durationMs: 0 };

const HOSTNAME = 'mobileops';

function file(name: string, digest: Digest): FileNode {
  return { name, digest, isExecutable: false };
}

function textOf({ message, hint }: Diagnostic): string {
  return hint === undefined ? message : `${message}\n  help: ${hint}`;
}

function failureOfRun(failure: ContainerFailure): ExecutionFailure {
  switch (failure.kind) {
    case 'timeout':
    case 'disk-full':
    case 'interrupted':
      return failure;
    default:
      return { kind: 'cannot-start', message: describeContainerFailure(failure) };
  }
}
