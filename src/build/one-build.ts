import { join } from 'node:path';
import type { PlannedAction } from '../action/index.ts';
import { type Diagnostic, formatLabel } from '../base/index.ts';
import type { DiskStore } from '../cas/index.ts';
import { keyStorePaths, signingKeys } from '../config/index.ts';
import { emit } from '../event/index.ts';
import { schedule } from '../execution/index.ts';
import type { Target } from '../graph/index.ts';
import type { BuildSettings, LockedPackages, SourceView, TargetRequirements } from '../rules/index.ts';
import type { SourceSnapshot } from '../workspace/index.ts';
import { ActionRun } from './action-run.ts';
import { removeArtifacts } from './artifacts.ts';
import { cacheFolder } from './cache-folder.ts';
import type { ContainerExecutor } from './container-executor.ts';
import { DistOwners, refuseClashes } from './dist-owners.ts';
import { Explanations } from './explanations.ts';
import { LayeredCas } from './layered-cas.ts';
import type { MachineView } from './machine-view.ts';
import { MACHINE_CHANGED, plainNote, sourceChanged } from './notes.ts';
import {
  type BuildEnvironment,
  type OpenedWorkspace,
  sourceViews,
  stampOfTools,
} from './opened-workspace.ts';
import type { BuildOutcome, BuildRequest } from './outcome.ts';
import { allActions, expectedOf, plannedActions } from './planned-actions.ts';
import { noTool, type PlannedTarget, type PlanningInput, unchangedTargets } from './planner.ts';
import { Sandboxes } from './sandboxes.ts';
import { type Settled, settle } from './settle.ts';
import type { Watched } from './standing.ts';
import { BuildState } from './state.ts';
import { buildSettings, rememberedCommit, surroundingsOf } from './surroundings.ts';

/** Key stores of releases, which git often ignores; those for debugging are sources. */
function releaseKeys({ root, graph }: OpenedWorkspace): string[] {
  return [...graph.targets.values()].flatMap(({ spec, directory }) => {
    const android = 'android' in spec ? spec.android : undefined;
    const keys = android ? signingKeys(android).filter(({ kind }) => kind === 'release') : [];
    return android ? keyStorePaths(android, keys).map((path) => join(root, directory, path)) : [];
  });
}

interface PlannedBuild {
  readonly planned: ReadonlyMap<string, PlannedTarget>;
  readonly input: PlanningInput;
  readonly diagnostics: readonly Diagnostic[];
}

export interface Given {
  readonly opened: OpenedWorkspace;
  readonly snapshot: SourceSnapshot;
  readonly store: DiskStore;
  readonly intact: ReadonlySet<string> | undefined;
  readonly machine: MachineView;
}

/** How often a build starts over when the store turns out to have lost something. */
const MAX_ATTEMPTS = 3;

/** One build of one workspace: plans, runs, puts into `dist/`, remembers. */
export class Build {
  readonly #environment: BuildEnvironment;
  readonly #request: BuildRequest;
  readonly #given: Given;
  readonly #state: BuildState;
  readonly #sources: (directory: string) => SourceView;
  readonly #sandboxes: Sandboxes;
  readonly #cas: LayeredCas;
  readonly #changedSources = new Set<string>();
  readonly #explanations: Explanations;
  /** They need not be any target's sources. */
  readonly #releaseKeys: readonly string[];
  #toolsStamp: string | undefined;
  #containers: ContainerExecutor | undefined;

  constructor(environment: BuildEnvironment, request: BuildRequest, given: Given) {
    const { host } = environment;
    this.#environment = environment;
    this.#request = request;
    this.#given = given;
    this.#releaseKeys = releaseKeys(given.opened);
    this.#state = new BuildState(host.fs, given.opened.root);
    this.#explanations = new Explanations(host.fs, given.opened.root);
    this.#sources = sourceViews(host, given.opened.root, given.snapshot);
    this.#cas = new LayeredCas(given.store.cas, {
      source: (digest) => given.snapshot.source(digest),
      read: (path) => (host.fs.lstat(path)?.type === 'file' ? host.fs.readFile(path) : undefined),
      changed: (path) => this.#changedSources.add(path),
    });
    this.#sandboxes = new Sandboxes({ ...environment, cas: this.#cas, machine: given.machine });
  }

  async run(targets: readonly Target[]): Promise<Omit<BuildOutcome, 'durationMs'>> {
    const { host } = this.#environment;
    const { opened } = this.#given;
    const commit = await rememberedCommit(host, opened.root, this.#state);
    const settings = buildSettings(host, opened, commit);
    const { registry, stamp } = settings;
    const { imagePrefix, name: workspace } = opened.workspace.configuration;
    const identity = { workspace, ...stamp, branch: commit.branch, registry, imagePrefix };
    const memos = targets.flatMap(({ label }) => this.#state.targets[formatLabel(label)] ?? []);
    try {
      await this.#sandboxes.begin();
      if (memos.some(({ seesMachine }) => seesMachine)) await this.#sandboxes.seeMachine();
      for (let attempt = 1; ; attempt++) {
        const settled = await this.#attempt(targets, { settings, usesMemos: attempt === 1 });
        if (!settled.isLost || attempt === MAX_ATTEMPTS || this.#environment.signal.aborted) {
          const note = plainNote(this.#sandboxes.others ?? { kind: 'namespaces' });
          return { ...this.#outcome(settled, note), identity };
        }
        emit(this.#environment.sink, 'log', { level: 'warning', message: LOST });
      }
    } finally {
      this.#state.save();
      this.#explanations.save();
      await this.#sandboxes.close();
      await this.#containers?.close();
    }
  }

  async #attempt(
    targets: readonly Target[],
    how: { readonly settings: BuildSettings; readonly usesMemos: boolean },
  ): Promise<Settled> {
    const { sink } = this.#environment;
    const usesMemos = how.usesMemos && this.#request.mode === 'build';
    const plan = await this.#plan(targets, { ...how, usesMemos });
    const { input, diagnostics } = plan;
    const owners = new DistOwners(
      plan.planned,
      this.#state,
      new Set(this.#given.opened.graph.targets.keys()),
    );
    const planned = owners.clashes.length > 0 ? refuseClashes(plan.planned, owners) : plan.planned;
    this.#removeForgotten(owners);
    const actions = plannedActions(planned, this.#request);
    const upToDate = [...planned.values()].filter(({ kind }) => kind === 'unchanged').length;
    emit(sink, 'build.planned', {
      actions: actions.length,
      targets: planned.size,
      upToDate,
      workspace: this.#given.opened.workspace.configuration.name,
      expectedMs: expectedOf(actions, this.#state.durations),
    });
    if (actions.length > MANY_ACTIONS) this.#environment.host.env.preferMemory();
    const run = await this.#actionRun(actions, how.settings);
    if (actions.length > 0)
      await schedule(
        actions.map((action) => run.job(action)),
        this.#limits(),
      );
    const { opened, store, intact } = this.#given;
    const options = {
      cas: this.#cas,
      actions: store.actions,
      root: opened.root,
      request: this.#request,
      state: this.#state,
      explanations: this.#explanations,
      intact,
    };
    const hasRun = [...run.outcomes.values()].some(({ status }) => status === 'ran' || status === 'failed');
    const isSame = hasRun ? this.#sandboxes.isSame() : true;
    const seesMachine = (action: PlannedAction): boolean => this.#sandboxes.seesMachine(action);
    const given = { planned, run, input, diagnostics, owners, seesMachine };
    const settled = await settle({ ...this.#environment, ...options }, given);
    return (await isSame) ? settled : this.#withoutResults(settled, run);
  }

  /** What ran saw another machine than the one that its keys name. */
  #withoutResults(settled: Settled, run: ActionRun): Settled {
    run.forgetResults();
    for (const { label, status } of settled.targets) {
      const memo = this.#state.targets[label];
      if (status === 'built' && memo) this.#state.rememberTarget(label, { ...memo, key: '' });
    }
    return { ...settled, diagnostics: [...settled.diagnostics, MACHINE_CHANGED] };
  }

  /** What targets left that the workspace no longer has. */
  #removeForgotten(owners: DistOwners): void {
    const { opened } = this.#given;
    const place = { fs: this.#environment.host.fs, cas: this.#cas, root: opened.root };
    for (const [label, { artifacts }] of Object.entries(this.#state.targets)) {
      if (opened.graph.targets.has(label)) continue;
      removeArtifacts(
        place,
        artifacts.map(({ path }) => path).filter((path) => !owners.isAnothers(path, label)),
      );
      this.#state.forgetTarget(label);
    }
  }

  /** What needs no planning is found out first: then neither lock nor tools are looked at. */
  async #plan(
    targets: readonly Target[],
    how: { readonly settings: BuildSettings; readonly usesMemos: boolean },
  ): Promise<PlannedBuild> {
    const input = this.#planningInput(how.settings, how.usesMemos);
    const unchanged = how.usesMemos ? unchangedTargets(targets, input) : undefined;
    if (unchanged?.size === targets.length) return { planned: unchanged, input, diagnostics: [] };
    this.#sandboxes.openAhead();
    const [{ equip }, { planTargets }] = await Promise.all([
      import('./equip.ts'),
      import('./plan-targets.ts'),
    ]);
    const known = (label: string): TargetRequirements | undefined => unchanged?.get(label)?.memo.requirements;
    const containers = async () => (await this.#openContainers()).runner();
    const given = { ...this.#environment, ...this.#given, sources: this.#sources };
    const { mode, checks } = this.#request;
    const equipped = await equip({ ...given, targets, mode, checks, known, containers });
    this.#state.rememberFact('watched', equipped.watched.join('\n'));
    const surroundings = this.#surroundings(how.settings);
    const isSame = surroundings === input.surroundings;
    const full = { ...input, ...equipped.input, surroundings, unchanged: isSame ? unchanged : undefined };
    const planned = planTargets(targets, full);
    const { diagnostics } = equipped;
    const actions = allActions(planned);
    if (!actions.some((action) => this.#sandboxes.seesMachine(action)))
      return { planned, input: full, diagnostics };
    const { salt: machine } = await this.#sandboxes.seeMachine();
    return { planned, input: { ...full, machine }, diagnostics };
  }

  #planningInput(settings: BuildSettings, usesMemos: boolean): PlanningInput {
    const { host, program } = this.#environment;
    return {
      configuration: this.#given.opened.workspace.configuration,
      settings,
      surroundings: this.#surroundings(settings),
      machine: this.#sandboxes.others?.salt,
      nowMs: host.clock.now(),
      program,
      nodeFolder: host.env.nodePath.slice(0, host.env.nodePath.lastIndexOf('/')),
      sources: this.#sources,
      toolchain: noTool,
      toolProblems: () => [],
      locked: () => NO_PACKAGES,
      runnable: new Set([settings.architecture]),
      requirements: () => NO_REQUIREMENTS,
      problems: () => [],
      memos: this.#state.targets,
      usesMemos,
      plansChecks: this.#request.checks,
    };
  }

  /** Host files that decide how tools are resolved, as they were when it was planned. */
  tools(): Omit<Watched, 'sources'> {
    const toolsStamp = this.#toolsStamp ?? stampOfTools(this.#environment.host, this.#watched());
    const ends = Object.values(this.#state.targets).flatMap(({ artifacts }) =>
      artifacts.flatMap(({ validUntilMs = [] }) => validUntilMs),
    );
    return { tools: this.#watched(), toolsStamp, ...(ends.length > 0 ? { until: Math.min(...ends) } : {}) };
  }

  #watched(): readonly string[] {
    const tools = (this.#state.facts.watched ?? '').split('\n').filter((path) => path !== '');
    return [...tools, ...this.#sandboxes.runtimeFiles, ...this.#releaseKeys];
  }

  /** Whether the same state would again need no action: not where one of them is never cached. */
  isRepeatable(targets: readonly Target[]): boolean {
    return targets.every(({ label }) => (this.#state.targets[formatLabel(label)]?.key ?? '') !== '');
  }

  #surroundings(settings: BuildSettings): string {
    const { host, program } = this.#environment;
    this.#toolsStamp = stampOfTools(host, this.#watched());
    return surroundingsOf({
      host,
      program,
      settings,
      tools: this.#toolsStamp,
      opened: this.#given.opened,
      timeoutMs: this.#request.timeoutMs,
    });
  }

  async #actionRun(actions: readonly PlannedAction[], settings: BuildSettings): Promise<ActionRun> {
    const { host, sink, signal } = this.#environment;
    // With all that is known of images, which a build without any need not load.
    const inputs = actions.some(({ container }) => container) ? import('./container-inputs.ts') : undefined;
    return new ActionRun({
      containerInputs: (await inputs)?.containerInputs,
      cas: this.#cas,
      actions: this.#given.store.actions,
      salt: (action) => this.#sandboxes.saltOf(action),
      networkSalt: () => this.#sandboxes.others?.root.networkFingerprint ?? '',
      environment: { timezone: settings.timezone, locale: settings.locale },
      runtime: `node ${host.env.runtimeVersion}`,
      sink,
      signal,
      now: () => host.clock.monotonicMs(),
      explanations: this.#explanations,
      wallTime: () => host.clock.now(),
      removalOf: (digest) => this.#given.store.removalOf(digest),
      durations: this.#state.durations,
      executor: async (kind) =>
        kind === 'container' ? this.#openContainers() : (await this.#sandboxes.open()).executor,
    });
  }

  async #openContainers(): Promise<ContainerExecutor> {
    const { ContainerExecutor } = await import('./container-executor.ts');
    const { host, program } = this.#environment;
    this.#containers ??= new ContainerExecutor({
      host,
      cas: this.#cas,
      store: cacheFolder(host),
      program: program.containers,
      workspace: this.#given.opened.workspace.configuration.name,
    });
    return this.#containers;
  }

  #limits(): Parameters<typeof schedule>[1] {
    const { host, signal } = this.#environment;
    const { jobs, keepGoing } = this.#request;
    return {
      cpus: jobs ?? host.env.cpuCount,
      memoryBytes: host.env.totalMemoryBytes * MEMORY_SHARE,
      keepGoing,
      signal,
    };
  }

  #outcome(settled: Settled, note: readonly Diagnostic[]): Omit<BuildOutcome, 'durationMs'> {
    const changed = [...this.#changedSources].map(sourceChanged);
    const diagnostics = [...settled.diagnostics, ...changed, ...(settled.counts.ran > 0 ? note : [])];
    const { targets, artifacts, tests, deviceTests, checks, counts } = settled;
    const exitCode = this.#environment.signal.aborted
      ? 130
      : settled.exitCode === 0 && changed.length > 0
        ? 1
        : settled.exitCode;
    const more = { ...(deviceTests ? { deviceTests } : {}), ...(checks ? { checks } : {}) };
    return { exitCode, diagnostics, targets, artifacts, tests, ...more, counts };
  }
}

const MANY_ACTIONS = 200;
const LOST = 'the store had lost or damaged something; it is made again';
/** The rest is for the system and for us. */
const MEMORY_SHARE = 0.85;

const NO_REQUIREMENTS: TargetRequirements = { tools: [], python: false };
const NO_PACKAGES: LockedPackages = { python: { run: [], dev: [] }, node: [], images: {}, urls: {} };
