import {
  type ActionResult,
  encodeAction,
  evaluate,
  type PlannedAction,
  type Tree,
  type TreeExpression,
} from '../action/index.ts';
import { type Digest, formatLabel, InternalError } from '../base/index.ts';
import type { ActionCache, Removal } from '../cas/index.ts';
import type { NetworkRecord } from '../container/index.ts';
import { type ActionDone, type EventSink, emit } from '../event/index.ts';
import {
  actionEnvironment,
  describeFailure,
  type EnvironmentSettings,
  type Executor,
  type FailedExecution,
  type Job,
  type ReadyAction,
} from '../execution/index.ts';
import type { containerInputs } from './container-inputs.ts';
import { expectedDuration } from './expected-duration.ts';
import type { Explanations } from './explanations.ts';
import { needsOf } from './expression-actions.ts';
import { inputRoot } from './input-root.ts';
import { LargeInputs } from './large-inputs.ts';
import type { LayeredCas } from './layered-cas.ts';
import type { Held } from './reasons.ts';
import { shownOutput } from './shown-output.ts';

/** What all actions of one run share. */
export interface RunOptions {
  readonly cas: LayeredCas;
  readonly actions: ActionCache;
  /** Opened when the first action has to run; the one for what runs in an image is another. */
  readonly executor: (kind: 'sandbox' | 'container') => Promise<Executor>;
  /** Of actions in images alone, so it need not be there for others. */
  readonly containerInputs: typeof containerInputs | undefined;
  /** What an action sees beside its inputs, for its key. */
  readonly salt: (action: PlannedAction) => string;
  /** More of the host is shown to actions with network. */
  readonly networkSalt: () => string;
  readonly environment: EnvironmentSettings;
  /** What our own commands run on: their bytes may depend on it (its zlib), so it is in their keys. */
  readonly runtime: string;
  readonly sink: EventSink;
  readonly now: () => number;
  readonly signal: AbortSignal;
  readonly explanations: Explanations;
  /** Milliseconds since 1970. */
  readonly wallTime: () => number;
  /** How a result or a blob went from the store, and when. */
  readonly removalOf: (digest: Digest) => Removal | undefined;
  /** How long actions took before, by id. */
  readonly durations: Readonly<Record<string, number>>;
}

/** How an action came out. */
export interface ActionOutcome {
  readonly planned: PlannedAction;
  readonly status: 'cached' | 'ran' | 'failed' | 'skipped';
  readonly key: string;
  readonly durationMs: number;
  readonly failure?: FailedExecution['failure'] | { readonly kind: 'exit'; readonly exitCode: number };
  readonly output: Tree | undefined;
}

/** Of the machine it sees the kernel alone. */
const CONTAINER_SALT = 'mobileops container 3';

/** Planned actions as jobs: the action cache is a look before each run, results stay at hand for those behind. */
export class ActionRun {
  readonly outcomes = new Map<string, ActionOutcome>();
  readonly #options: RunOptions;
  readonly #ready = new Map<string, ReadyAction>();
  readonly #byKey = new Map<string, Promise<boolean>>();
  readonly #kept: Digest[] = [];
  readonly #large: LargeInputs;
  /** Why an action was not found in the store, by its key. */
  readonly #absences = new Map<string, { readonly held: Held; readonly removal: Removal | undefined }>();

  constructor(options: RunOptions) {
    this.#options = options;
    this.#large = new LargeInputs(options.cas);
  }

  /** All jobs are made before the first is probed. */
  job(planned: PlannedAction): Job {
    this.#large.add(planned);
    return {
      id: planned.id,
      needs: needsOf(planned),
      cpus: planned.resources.cpus,
      memoryBytes: planned.resources.memoryBytes,
      expectedMs: expectedDuration(planned, this.#options.durations),
      probe: () => this.#probe(planned),
      run: () => this.#runOnce(planned),
      skip: (because) => this.#skip(planned, because),
    };
  }

  /** Takes back what this run left to later ones. */
  forgetResults(): void {
    for (const key of this.#kept) this.#options.actions.remove(key);
    this.#kept.length = 0;
  }

  /** The tree of an expression over what has run; the failure's text otherwise. */
  evaluate(expression: TreeExpression): Tree | string {
    const result = evaluate(expression, {
      output: (id) => this.#outputOf(id),
      stored: (root) => this.#options.cas.getTree(root),
      literal: (content) => this.#options.cas.literal(content),
    });
    if (result.ok) return result.value;
    return result.failure.kind === 'nothing-at-path'
      ? `nothing is at ${result.failure.path}`
      : `the store has lost tree ${result.failure.root.hash.slice(0, 12)}`;
  }

  /** Asked only once the action has succeeded: anything else would give a key that lies. */
  #outputOf(id: string): Tree {
    const outcome = this.outcomes.get(id);
    if (outcome?.output && outcome.status !== 'failed') return outcome.output;
    throw new InternalError(`the output of ${id} was asked for before it succeeded`);
  }

  #probe(planned: PlannedAction): boolean {
    const ready = this.#prepare(planned);
    if (typeof ready === 'string') return false;
    this.#ready.set(planned.id, ready);
    if (planned.isCacheable && this.#fromCache(planned, ready)) return true;
    this.#large.expect(planned.id);
    const { id, mnemonic, description } = planned;
    const label = labelOf(planned);
    emit(this.#options.sink, 'action.ready', { id, label, mnemonic, description, needs: needsOf(planned) });
    return false;
  }

  #fromCache(planned: PlannedAction, ready: ReadyAction): boolean {
    const { cas, actions, sink } = this.#options;
    const key = ready.encoded.digest;
    const result = actions.get(key);
    const output = result && cas.getTree(result.outputRoot);
    const missing = output ? (cas.missingFile(output) ?? this.#lostOf(result)) : (result?.outputRoot ?? key);
    if (!result || !output || missing) return this.#isAbsent(key, missing ?? key);
    this.#finish(planned, { status: 'cached', ready, output, durationMs: 0 }, result);
    emit(sink, 'action.cached', this.#done(planned, { key: ready.encoded.digest, result }));
    return true;
  }

  #lostOf(result: ActionResult | undefined): Digest | undefined {
    const { auxiliary } = result ?? {};
    return auxiliary && !this.#options.cas.has(auxiliary) ? auxiliary : undefined;
  }

  /** Asked now: once the result is there again, nobody knows. */
  #isAbsent(key: Digest, missing: Digest): false {
    const removal = this.#options.removalOf(missing) ?? this.#options.removalOf(key);
    this.#absences.set(key.hash, { held: missing === key ? 'nothing' : 'incomplete', removal });
    return false;
  }

  #prepare(planned: PlannedAction): ReadyAction | string {
    const { networkSalt, environment } = this.#options;
    const work = this.#workOf(planned);
    if (typeof work === 'string') return work;
    const mounts: ReadyAction['mounts'][number][] = [];
    for (const { at, tree, access } of planned.mounts) {
      const value = this.evaluate(tree);
      if (typeof value === 'string') return `${at}: ${value}`;
      mounts.push({ at, tree: value, access });
    }
    const isContainer = planned.container === true;
    const env = isContainer ? planned.env : actionEnvironment(environment, planned.env);
    const encoded = encodeAction({
      command: { argv: planned.argv, env, outputPaths: planned.outputs, workingDirectory: 'w' },
      inputRoot: inputRoot(work, mounts).digest,
      timeoutMs: planned.timeoutMs,
      isCacheable: planned.isCacheable,
      salt: [
        ...(planned.programs ? [this.#options.runtime] : []),
        this.#saltOf(planned),
        planned.network ? (isContainer ? 'recorded network' : `network ${networkSalt()}`) : 'closed',
        planned.staging,
        ...mounts.map(accessText),
      ].join(' '),
      platform: {},
    });
    return { planned, work, mounts, env, encoded };
  }

  #saltOf(planned: PlannedAction): string {
    return planned.container ? CONTAINER_SALT : this.#options.salt(planned);
  }

  #workOf(planned: PlannedAction): Tree | string {
    const { cas, containerInputs } = this.#options;
    const work = this.evaluate(planned.work);
    if (typeof work === 'string' || !planned.container) return work;
    if (!containerInputs) throw new InternalError(`nothing tells what ${planned.id} sees`);
    const seen = containerInputs(work, {
      read: (digest) => textOf(cas.get(digest)),
      literal: (content) => cas.literal(content),
    });
    return seen.ok ? seen.value : seen.failure;
  }

  /** Two targets may ask for the very same action under different names: it runs once. */
  async #runOnce(planned: PlannedAction): Promise<boolean> {
    const ready = this.#ready.get(planned.id) ?? this.#prepare(planned);
    if (typeof ready === 'string') return this.#cannotPrepare(planned, ready);
    const key = ready.encoded.digest.hash;
    const running = planned.isCacheable ? this.#byKey.get(key) : undefined;
    if (running) {
      await running;
      if (this.#fromCache(planned, ready)) return true;
    }
    const run = this.#execute(planned, ready);
    this.#byKey.set(key, run);
    return run;
  }

  async #execute(planned: PlannedAction, ready: ReadyAction): Promise<boolean> {
    const { sink, signal, cas, actions } = this.#options;
    const { id, mnemonic, description } = planned;
    emit(sink, 'action.started', { id, label: labelOf(planned), mnemonic, description });
    const started = this.#options.now();
    const executor = await this.#options.executor(planned.container === true ? 'container' : 'sandbox');
    if (!planned.container) await this.#large.ready(ready.mounts.map(({ tree }) => tree));
    const outcome = await executor.execute(ready, signal);
    const key = ready.encoded.digest;
    const durationMs = this.#options.now() - started;
    if (!outcome.ok) {
      const { failure, output } = outcome.failure;
      this.#finish(planned, { status: 'failed', ready, output: undefined, durationMs, failure });
      emit(
        sink,
        'action.finished',
        this.#done(planned, { key, durationMs, output, failure: describeFailure(failure) }),
      );
      return false;
    }
    const { result, outputTree } = outcome.value;
    const succeeded = result.exitCode === 0;
    if (succeeded && planned.isCacheable) {
      actions.put(key, result);
      this.#kept.push(key);
    }
    const failure = succeeded ? {} : { failure: { kind: 'exit', exitCode: result.exitCode } as const };
    const status = succeeded ? 'ran' : 'failed';
    this.#finish(planned, { status, ready, output: outputTree, durationMs, ...failure }, result);
    const output = cas.get(result.stdout);
    const text = succeeded ? {} : { failure: `ended with exit code ${result.exitCode}` };
    emit(
      sink,
      'action.finished',
      this.#done(planned, { key, result, durationMs, ...(output ? { output } : {}), ...text }),
    );
    return succeeded;
  }

  #cannotPrepare(planned: PlannedAction, message: string): boolean {
    const failure = { kind: 'cannot-start', message } as const;
    this.outcomes.set(planned.id, {
      planned,
      status: 'failed',
      key: '',
      durationMs: 0,
      failure,
      output: undefined,
    });
    this.#explainWithout(planned, 'failed', message);
    emit(this.#options.sink, 'action.finished', this.#done(planned, { failure: message }));
    return false;
  }

  #skip(planned: PlannedAction, because: string | undefined): void {
    this.outcomes.set(planned.id, { planned, status: 'skipped', key: '', durationMs: 0, output: undefined });
    this.#explainWithout(planned, 'skipped', this.#whySkipped(because));
    emit(this.#options.sink, 'action.skipped', {
      id: planned.id,
      label: labelOf(planned),
      because: because ?? '',
    });
  }

  #whySkipped(because: string | undefined): string {
    const isInterrupted =
      because === undefined
        ? this.#options.signal.aborted
        : this.outcomes.get(because)?.failure?.kind === 'interrupted';
    if (because !== undefined)
      return `it needs ${because}, which ${isInterrupted ? 'was interrupted' : 'failed'}`;
    return isInterrupted ? 'the build was interrupted' : 'the build stopped at its first failure (see -k)';
  }

  #finish(
    planned: PlannedAction,
    outcome: Omit<ActionOutcome, 'planned' | 'key'> & { readonly ready: ReadyAction },
    result?: ActionResult,
  ): void {
    const { ready, ...rest } = outcome;
    this.#ready.delete(planned.id);
    this.#explain(planned, outcome, result);
    this.outcomes.set(planned.id, { planned, key: ready.encoded.digest.hash, ...rest });
  }

  #explain(
    planned: PlannedAction,
    {
      ready,
      status,
      durationMs,
      failure,
    }: Pick<ActionOutcome, 'status' | 'durationMs' | 'failure'> & { readonly ready: ReadyAction },
    result: ActionResult | undefined,
  ): void {
    const { explanations, wallTime, runtime, cas } = this.#options;
    const salt = this.#saltOf(planned);
    if (status === 'skipped') return;
    const network = networkRecordOf(cas, result);
    const about = {
      ...{ id: planned.id, label: labelOf(planned), time: wallTime(), durationMs },
      ...(network ? { network } : {}),
    };
    const absence = this.#absences.get(ready.encoded.digest.hash) ?? { held: 'nothing', removal: undefined };
    explanations.add(
      { ...about, status: failure?.kind === 'interrupted' ? 'interrupted' : status },
      { ready, salt, runtime, ...absence },
    );
  }

  #explainWithout(planned: PlannedAction, status: 'failed' | 'skipped', reason: string): void {
    const about = { id: planned.id, label: labelOf(planned), time: this.#options.wallTime(), durationMs: 0 };
    this.#options.explanations.addWithout({ ...about, status }, reason);
  }

  #done(
    planned: PlannedAction,
    run: { key?: Digest; result?: ActionResult; durationMs?: number; output?: Uint8Array; failure?: string },
  ): ActionDone {
    const { id, mnemonic, description } = planned;
    const output = run.output ?? (run.result && this.#options.cas.get(run.result.stdout));
    return {
      id,
      label: labelOf(planned),
      mnemonic,
      description,
      action: run.key,
      exitCode: run.result?.exitCode ?? 1,
      durationMs: run.durationMs ?? run.result?.execution.durationMs ?? 0,
      output: output ? shownOutput(planned, output) : '',
      stdout: run.result?.stdout,
      cpuMs: run.result?.execution.cpuMs ?? 0,
      peakMemoryBytes: run.result?.execution.peakMemoryBytes ?? 0,
      ...(run.failure === undefined ? {} : { failure: run.failure }),
    };
  }
}

/** Where an action in an image had the machine's network. */
function networkRecordOf(cas: LayeredCas, result: ActionResult | undefined): NetworkRecord | undefined {
  const bytes = result?.auxiliary && cas.get(result.auxiliary);
  const text = textOf(bytes);
  return text === undefined ? undefined : (JSON.parse(text) as NetworkRecord);
}

function textOf(bytes: Uint8Array | undefined): string | undefined {
  return bytes && Buffer.from(bytes).toString();
}

function labelOf(planned: PlannedAction): string {
  return planned.owner ? formatLabel(planned.owner) : 'environment';
}

/** Whether writes into a mount succeed is visible to the action too. */
function accessText({ at, access }: ReadyAction['mounts'][number]): string {
  return `${at}=${access}`;
}
