import {
  type ActionDone,
  type ActionEvents,
  type BuildEvent,
  type BuildFinished,
  INTERRUPTED,
} from '../../event/index.ts';
import {
  type ActionRecord,
  type BuildRecord,
  type BuildStatus,
  type Counts,
  LIMITS,
  type ProblemRecord,
  RECORD_VERSION,
  type Resources,
  type ScoreRecord,
  type TargetRecord,
} from './build-record.ts';
import { cut, durationMs, LogBudget } from './record-texts.ts';

export interface CollectorOptions {
  readonly id: string;
  /** What the events call it unless told. */
  readonly verb?: string;
  /** Takes out of a text what nobody else may see. */
  readonly clean?: (text: string) => string;
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };
type Action = Mutable<ActionRecord>;

const UNKNOWN = 'unknown';
export const NOT_MEASURED: Resources = { cpuPercent: null, memoryPercent: null, diskPercent: null };

/** Turns the events of one build into its record, which can be asked for at any time. */
export class RecordCollector {
  readonly #options: CollectorOptions;
  readonly #actions = new Map<string, Action>();
  readonly #scores: ScoreRecord[] = [];
  readonly #logs = new LogBudget();
  #startMs: number | undefined;
  #lastMs = 0;
  #requested: readonly string[] = [];
  #jobs: number | undefined;
  #upToDate = 0;
  #verb: string | undefined;
  #workspace: string | undefined;
  readonly #leftOut = new Set<string>();
  #finished: BuildFinished | undefined;

  constructor(options: CollectorOptions) {
    this.#options = options;
  }

  get isFinished(): boolean {
    return this.#finished !== undefined;
  }

  handle({ time, type, payload }: BuildEvent): void {
    this.#startMs ??= time;
    const atMs = durationMs(time - this.#startMs);
    this.#lastMs = Math.max(this.#lastMs, atMs);
    switch (type) {
      case 'build.started':
        this.#begin(payload as ActionEvents['build.started']);
        break;
      case 'build.planned':
        this.#plan(payload as ActionEvents['build.planned']);
        break;
      case 'action.ready':
        this.#ready(payload as ActionEvents['action.ready'], atMs);
        break;
      case 'action.started':
        this.#started(payload as ActionEvents['action.started'], atMs);
        break;
      case 'action.cached':
        this.#cached(payload as ActionDone, atMs);
        break;
      case 'action.finished':
        this.#ended(payload as ActionDone, atMs);
        break;
      case 'action.skipped':
        this.#skipped(payload as ActionEvents['action.skipped']);
        break;
      case 'gate.measured':
        if (this.#scores.length < LIMITS.scores) this.#scores.push(payload as ScoreRecord);
        break;
      case 'build.finished':
        this.#finished = payload as BuildFinished;
        break;
    }
  }

  /** What is known by now; `resources` are the machine's, measured by who asks. */
  record(resources: Resources = NOT_MEASURED): BuildRecord {
    const finished = this.#finished;
    const { id, verb = this.#verb ?? 'build' } = this.#options;
    const { workspace, buildId, version, commit, branch } = finished?.identity ?? {};
    const actions = [...this.#actions.values()].map((each) => ({ ...each }));
    return {
      version: RECORD_VERSION,
      id,
      source: 'mobileops',
      verb: cut(verb, LIMITS.name),
      status: statusOf(finished),
      startMs: Math.round(this.#startMs ?? 0),
      ...(finished
        ? { durationMs: durationMs(finished.durationMs), exitCode: finished.exitCode }
        : { durationMs: this.#lastMs }),
      workspace: cut(workspace ?? this.#workspace ?? UNKNOWN, LIMITS.name),
      buildId: cut(buildId ?? UNKNOWN, LIMITS.name),
      release: cut(version ?? UNKNOWN, LIMITS.name),
      commit: cut(commit ?? UNKNOWN, LIMITS.name),
      branch: cut(branch ?? UNKNOWN, LIMITS.name),
      requested: this.#requested,
      ...(this.#jobs === undefined ? {} : { jobs: Math.round(this.#jobs) }),
      resources,
      counts: this.#counts(),
      targets: finished ? targetsOf(finished) : runningTargets(actions),
      actions,
      ...(this.#leftOut.size === 0 ? {} : { actionsLeftOut: this.#leftOut.size }),
      artifacts: artifactsOf(finished),
      scores: [...this.#scores],
      problems: this.#problems(),
    };
  }

  #begin({ verb, targets, jobs }: ActionEvents['build.started']): void {
    this.#requested = targets.slice(0, LIMITS.targets).map((each) => cut(each, LIMITS.name));
    this.#jobs = jobs;
    this.#verb = verb;
  }

  #plan({ upToDate, workspace }: ActionEvents['build.planned']): void {
    this.#upToDate = upToDate;
    this.#workspace = workspace;
  }

  #ready({ needs, ...about }: ActionEvents['action.ready'], readyMs: number): void {
    const action = this.#action(about);
    action.status = 'waiting';
    action.readyMs = readyMs;
    const shown = needs.slice(0, LIMITS.needs).map((each) => cut(each, LIMITS.name));
    if (shown.length > 0) action.needs = shown;
  }

  #started(about: ActionEvents['action.started'], startMs: number): void {
    const action = this.#action(about);
    action.status = 'running';
    action.startMs = startMs;
  }

  #cached(done: ActionDone, endMs: number): void {
    const action = this.#action(done);
    action.status = 'cached';
    action.endMs = endMs;
    action.savedMs = durationMs(done.durationMs);
    if (done.action) action.key = done.action.hash;
  }

  #ended(done: ActionDone, endMs: number): void {
    const action = this.#action(done);
    const { failure } = done;
    action.status = failure === undefined ? 'ran' : failure === INTERRUPTED ? 'interrupted' : 'failed';
    action.endMs = endMs;
    action.startMs ??= endMs;
    action.cpuMs = durationMs(done.cpuMs);
    action.peakMemoryBytes = Math.max(0, Math.round(done.peakMemoryBytes));
    if (done.action) action.key = done.action.hash;
    if (failure === undefined) return;
    action.failure = cut(this.#clean(failure), LIMITS.text);
    const log = this.#logs.take(this.#clean(done.output));
    if (log !== '') action.log = log;
  }

  #skipped({ id, label, because }: ActionEvents['action.skipped']): void {
    const action = this.#action({ id, label, mnemonic: '', description: '' });
    action.status = 'skipped';
    if (because !== '') action.failure = cut(because, LIMITS.text);
  }

  /** One that starts over is told of anew. */
  #action(about: Pick<ActionDone, 'id' | 'label' | 'mnemonic' | 'description'>): Action {
    const known = this.#actions.get(about.id);
    if (known) return known;
    const made: Action = {
      id: cut(about.id, LIMITS.name),
      label: cut(about.label, LIMITS.name),
      mnemonic: cut(about.mnemonic, LIMITS.name),
      description: cut(about.description, LIMITS.text),
      status: 'waiting',
    };
    if (this.#actions.size < LIMITS.actions) this.#actions.set(about.id, made);
    else this.#leftOut.add(about.id);
    return made;
  }

  #counts(): Counts {
    const done = this.#finished?.targets.filter(({ status }) => status === 'up-to-date').length;
    const counts = { ran: 0, cached: 0, failed: 0, skipped: 0, upToDate: done ?? this.#upToDate };
    for (const { status } of this.#actions.values()) {
      if (status === 'interrupted') counts.failed++;
      else if (status !== 'waiting' && status !== 'running') counts[status]++;
    }
    return counts;
  }

  #problems(): ProblemRecord[] {
    const all = this.#finished?.diagnostics ?? [];
    return all.slice(0, LIMITS.problems).map(({ code, severity, message, hint, path, line }) => ({
      code: cut(code, LIMITS.name),
      severity,
      message: cut(this.#clean(message), LIMITS.text),
      ...(hint === undefined ? {} : { hint: cut(this.#clean(hint), LIMITS.text) }),
      ...(path === undefined ? {} : { path: cut(path, LIMITS.text) }),
      ...(line === undefined ? {} : { line }),
    }));
  }

  #clean(text: string): string {
    return this.#options.clean?.(text) ?? text;
  }
}

function statusOf(finished: BuildFinished | undefined): BuildStatus {
  if (!finished) return 'running';
  const { exitCode } = finished;
  if (exitCode === 0) return 'success';
  if (exitCode === 130) return 'interrupted';
  return exitCode === 1 ? 'failed' : refusedUnlessBegun(finished);
}

/** A tool that is missing fails its targets; the rest was built. */
function refusedUnlessBegun({ targets }: BuildFinished): BuildStatus {
  return targets.length === 0 ? 'refused' : 'failed';
}

const TARGET_STATUSES: readonly TargetRecord['status'][] = ['built', 'up-to-date', 'failed', 'skipped'];

function targetsOf({ targets }: BuildFinished): TargetRecord[] {
  return targets.slice(0, LIMITS.targets).map(({ label, status, durationMs: tookMs }) => ({
    label: cut(label, LIMITS.name),
    status: TARGET_STATUSES.find((each) => each === status) ?? 'building',
    durationMs: durationMs(tookMs),
  }));
}

function runningTargets(actions: readonly ActionRecord[]): TargetRecord[] {
  const labels = [...new Set(actions.map(({ label }) => label))].slice(0, LIMITS.targets);
  return labels.map((label) => ({ label, status: 'building', durationMs: 0 }));
}

function artifactsOf(finished: BuildFinished | undefined): BuildRecord['artifacts'] {
  return (finished?.artifacts ?? []).slice(0, LIMITS.artifacts).map(({ path, label, sizeBytes, sha256 }) => ({
    path: cut(path, LIMITS.text),
    label: cut(label, LIMITS.name),
    sizeBytes,
    sha256,
  }));
}
