import { fail, ok, type Result } from '../../base/index.ts';
import { openDiskStore } from '../../cas/index.ts';
import type { Host } from '../../host/index.ts';
import { Consequences } from '../contents/consequences.ts';
import type { BuildFacts, ReproReport, TargetReport } from '../report.ts';
import { type Builder, makeBuilders, sideOf } from './builder.ts';
import { type BuiltAction, builtActions, type ComparedActions, compareActions } from './built-actions.ts';
import { buildInChild, type ChildBuild } from './child-build.ts';
import { conditionsOf } from './conditions.ts';
import { isOrderVaried } from './file-order.ts';
import type { ReproFailure, ReproOptions } from './options.ts';
import { copyFor, provide, takeFacts } from './prepare-builder.ts';
import { reportSteps } from './report-steps.ts';
import { reportTargets } from './report-targets.ts';
import { makeShiftedClock } from './shifted-clock.ts';

/** Builds twice and says what differs, where it begins and why. */
export async function reproduce(options: ReproOptions): Promise<Result<ReproReport, ReproFailure>> {
  const { host, folder, secondFolder, sources, signal, listener } = options;
  const { processors, hidesProcessors } = processorsOf(host);
  const prefix = sources.repository?.prefix ?? '';
  const shifted = await makeShiftedClock(host, { source: options.clock.source, folder, signal });
  const clock = shifted.ok ? shifted.value : undefined;
  const builders = makeBuilders({ folder, secondFolder, prefix, processors, hidesProcessors, clock });
  const copied = await prepareBuilders(options, builders);
  if (copied !== undefined) return fail({ kind: 'copy', message: copied });
  const builds: ChildBuild[] = [];
  for (const builder of builders) {
    const [before] = builds;
    if (before) {
      takeFacts(host, builders[0].store, builder.store);
      await wait(options, before.startedAtMs + options.apartMs);
    }
    if (signal.aborted) return fail({ kind: 'interrupted' });
    const onEvent = listener.building(builder);
    const build = await buildInChild({ ...options, builder, onEvent });
    if (signal.aborted) return fail({ kind: 'interrupted' });
    if (build.exitCode !== 0 || !build.document) return fail({ kind: 'build', builder, build });
    builds.push(build);
    listener.built(builder, build.endedAtMs - build.startedAtMs);
  }
  const conditions = conditionsOf({
    builders,
    folder,
    apartMs: builds[1]!.startedAtMs - builds[0]!.startedAtMs,
    processors: processors.length,
    hidesProcessors,
    whyNoClock: shifted.ok ? whyUnseen(builds[1]!) : shifted.failure,
    isOrderVaried: {
      disk: await isOrderVaried(host, folder, secondFolder ?? folder),
      memory: await isOrderVaried(host, SHARED_MEMORY, SHARED_MEMORY),
    },
  });
  const report = await compare(options, builders, [builds[0]!, builds[1]!]);
  if (!report.ok) return report;
  return signal.aborted ? fail({ kind: 'interrupted' }) : ok({ ...report.value, conditions });
}

/** Only a private root can show its steps another clock. */
function whyUnseen({ document }: ChildBuild): string | undefined {
  const isPlain = document?.diagnostics.some(({ code }) => code === 'build/no-namespaces');
  return isPlain ? 'actions had no private root on this machine' : undefined;
}

/** Where small trees of sources are put before actions see them. */
const SHARED_MEMORY = '/dev/shm';

/** The second is copied from the first, so that both have the same whatever is saved meanwhile. */
async function prepareBuilders(
  { host, sources, provisions }: ReproOptions,
  [first, second]: readonly [Builder, Builder],
): Promise<string | undefined> {
  const failure =
    (await copyFor(host, first, sources)) ??
    (await copyFor(host, second, { ...sources, root: first.workspace }));
  if (failure !== undefined) return failure;
  for (const builder of [first, second]) provide(host, builder, provisions);
  return undefined;
}

async function wait({ host, listener, signal }: ReproOptions, untilMs: number): Promise<void> {
  const leftMs = untilMs - host.clock.now();
  if (leftMs <= 0) return;
  listener.waiting(leftMs);
  await host.clock.sleep(leftMs, signal).catch(() => {});
}

/** The processors that we may use, by their numbers. */
function processorsOf({ fs, env, processes }: Host): {
  readonly processors: readonly number[];
  readonly hidesProcessors: boolean;
} {
  const status = env.platform === 'linux' ? (fs.readTextIfExists('/proc/self/status') ?? '') : '';
  const [, list = ''] = /^Cpus_allowed_list:\s*(\S+)/m.exec(status) ?? [];
  const processors = list.split(',').flatMap((part) => {
    const [from, to = from] = part.split('-').map(Number);
    if (from === undefined || to === undefined || part === '') return [];
    return Array.from({ length: to - from + 1 }, (_, index) => from + index);
  });
  const isTold = processors.length > 0;
  const hidesProcessors = isTold && processes.which('taskset', env.variables.PATH ?? '') !== undefined;
  return {
    processors: isTold ? processors : Array.from({ length: env.cpuCount }, (_, at) => at),
    hidesProcessors,
  };
}

async function compare(
  options: ReproOptions,
  builders: readonly [Builder, Builder],
  builds: readonly [ChildBuild, ChildBuild],
): Promise<Result<Omit<ReproReport, 'conditions'>, ReproFailure>> {
  const { host, listener, isKept } = options;
  const [a, b] = builders.map(({ store: root }, index) => {
    const store = openDiskStore({ fs: host.fs, clock: host.clock, env: host.env, root });
    return { store, actions: builtActions(builds[index]!.events, store.actions) };
  });
  listener.comparing();
  const consequences = new Consequences();
  const sides = { a: sideOf(builders[0], builds[0]), b: sideOf(builders[1], builds[1]) };
  const found = await reportTargets({ host, builders, builds, sides, consequences });
  if (!found.ok) return fail({ kind: 'image', diagnostic: found.failure });
  const compared = compareActions(a!.actions, b!.actions);
  const reports = await reportSteps({
    ...options,
    builders,
    sides,
    consequences,
    compared,
    cas: { a: a!.store.cas, b: b!.store.cas },
  });
  const targets = found.value(reports);
  const isReproducible = targets.every((target) => isTargetSame(target, compared));
  return ok({
    isReproducible,
    targets,
    steps: reports.steps,
    builds: builders.map((builder, index) => factsOf(builds[index]!, isKept ? builder : undefined)),
    notes: notesOf(compared.unknown.map(({ a: one }) => one)),
  });
}

/** A target that leaves no artifact is what its steps leave. */
function isTargetSame(
  { label, isSame, artifacts }: TargetReport,
  { culprits, followers, single }: ComparedActions,
): boolean {
  if (artifacts.length > 0) return isSame;
  const differing = [...[...culprits, ...followers].map(({ a }) => a), ...single];
  return !differing.some((action) => action.label === label);
}

function factsOf({ startedAtMs, endedAtMs, events }: ChildBuild, kept: Builder | undefined): BuildFacts {
  const actions = events.filter(({ type }) => type === 'action.finished').length;
  const folder = kept && { folder: kept.workspace };
  return { startedAtMs, endedAtMs, durationMs: endedAtMs - startedAtMs, actions, ...folder };
}

function notesOf(unknown: readonly BuiltAction[]): string[] {
  return unknown.map(
    ({ label, description }) =>
      `what ${label}: ${description} leaves is never kept, so only what is made from it was compared`,
  );
}
