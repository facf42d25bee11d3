import { type Diagnostic, formatLabel, hasErrors, type Result } from '../base/index.ts';
import type { DiskStore } from '../cas/index.ts';
import { summaryOfNotes } from '../config/index.ts';
import type { ContainerRunner } from '../container/index.ts';
import {
  type LockedTarget,
  type Lockfile,
  lockedPackages,
  missingFiles,
  type PackagePlace,
  packagePlace,
  packageProblems,
  prepare,
  type TargetNeeds,
} from '../dependencies/index.ts';
import type { Target } from '../graph/index.ts';
import type { SourceView, TargetRequirements } from '../rules/index.ts';
import { checkSystemPackages, resolveToolchains, type Toolchains } from '../toolchain/index.ts';
import { cacheFolder } from './cache-folder.ts';
import { checkToolsOf, lockedCheckTools, needsOfTools } from './check-tools.ts';
import { noteFacts } from './note-facts.ts';
import type { BuildEnvironment, OpenedWorkspace } from './opened-workspace.ts';
import type { BuildRequest } from './outcome.ts';
import { noTool, type PlanningInput } from './planner.ts';
import { askRunnable, emulatorFiles, runsForItself, takenHere } from './runnable.ts';
import {
  checkedLock,
  type KnownRequirements,
  outsideSettings,
  type Wants,
  type WantsOptions,
  wantsOf,
} from './wants.ts';

export interface EquipOptions extends BuildEnvironment {
  readonly opened: OpenedWorkspace;
  readonly store: DiskStore;
  readonly sources: (directory: string) => SourceView;
  readonly targets: readonly Target[];
  /** `build` asks for nothing that only tests take. */
  readonly mode: BuildRequest['mode'];
  /** Also the linters. */
  readonly checks?: boolean | undefined;
  /** What is known already, by label. */
  readonly known: KnownRequirements;
  /** What runs commands in images here. */
  readonly containers: () => Promise<Result<ContainerRunner, Diagnostic>>;
}

/** What planning needs of the lock and the machine. */
export interface Equipment {
  readonly input: Partial<
    Pick<PlanningInput, 'toolchain' | 'toolProblems' | 'locked' | 'problems' | 'requirements' | 'runnable'>
  >;
  readonly diagnostics: readonly Diagnostic[];
  /** Host files whose stat decides how tools were resolved. */
  readonly watched: readonly string[];
}

/** Checks the lock, fetches what of it the targets need and the store lacks, and finds the tools. */
export async function equip(options: EquipOptions): Promise<Equipment> {
  const { host, opened, sources, known, mode } = options;
  const settings = outsideSettings(host, opened);
  const all = wantsOf(opened.graph.targets.values(), sources, { settings, mode, known });
  const asked: WantsOptions = { settings, mode, known: (label) => all.byLabel.get(label) };
  const wants = wantsOf(options.targets, sources, asked);
  const checked = checkedLock(host, opened, wants);
  const { system } = opened.workspace.configuration.dependencies;
  const diagnostics: Diagnostic[] = [
    ...summaryOfNotes(opened.workspace.configuration, noteFacts(host, opened)),
    ...checkSystemPackages(host, system, wants.tools),
  ];
  const { lock, problems } = checked.value;
  const refusals = new Refusals();
  for (const { diagnostic, concerns } of problems) refusals.add(wants.needs.filter(concerns), diagnostic);
  const runnable = await askRuns(options, wants, refusals);
  const taken = (need: TargetNeeds): TargetNeeds =>
    takenHere(host, need, { wanted: wants.byLabel.get(need.label)!, runnable });
  const fetched = await fetchMissing(options, refusals.others(wants.needs).map(taken), lock);
  const checkTools = lockedCheckTools(lock, checkToolsOf(all.byLabel.values(), options));
  const ofChecks =
    checkTools.usable.length > 0 ? await fetchMissing(options, [needsOfTools(checkTools.usable)], lock) : [];
  const place = await packagePlace({ host, cacheDirectory: cacheFolder(host), lock });
  if (lock && hasErrors(fetched)) {
    const { cas } = options.store;
    const others = refusals.others(wants.needs);
    const lacking = others.filter(
      (need) => missingFiles({ lock, needs: [taken(need)], place, cas }).files > 0,
    );
    for (const diagnostic of fetched) refusals.add(lacking.length > 0 ? lacking : others, diagnostic);
  }
  // All of the workspace's tools, so that what is watched does not depend on what was asked for.
  const tools = await resolveToolchains({
    host,
    cas: options.store.cas,
    cacheDirectory: cacheFolder(host),
    lock,
    names: [...all.tools, ...checkTools.usable],
  });
  await refusePackages(options, wants, refusals);
  const { architecture, architectures } = settings;
  const emulated = architectures?.filter((each) => each !== architecture) ?? [];
  const emulators = emulated.length > 0 ? emulatorFiles(emulated) : [];
  const watched = [...new Set([...tools.watched, ...emulators])].sort();
  return {
    input: {
      ...lookups(tools, wants, { lock, place, refusals, mode }),
      toolProblems: (name) => {
        const problem = checkTools.problems.get(name);
        if (problem) return [problem];
        const found = tools.problems.get(name) ?? [];
        return found.length > 0 ? [...ofChecks.filter(isError), ...found] : [];
      },
      runnable,
    },
    diagnostics: [...diagnostics, ...[...checked.diagnostics, ...fetched].filter((each) => !isError(each))],
    watched,
  };
}

/** Whose programs RUNs can start here. Before the first one it is said that this machine cannot run any. */
async function askRuns(
  options: EquipOptions,
  wants: Wants,
  refusals: Refusals,
): Promise<ReadonlySet<string>> {
  const asked = new Set(options.targets.map(({ label }) => formatLabel(label)));
  const needs = wants.needs.filter(({ label }) => asked.has(label));
  const wanted = (need: TargetNeeds): TargetRequirements => wants.byLabel.get(need.label)!;
  const { architectures, problem } = await askRunnable(options.host, needs.map(wanted), options.containers);
  const running = needs.filter((need) => runsForItself(options.host, wanted(need)));
  if (problem) refusals.add(running, problem);
  return architectures;
}

/** The same of packages, which a program of the machine unpacks. */
async function refusePackages({ host }: EquipOptions, wants: Wants, refusals: Refusals): Promise<void> {
  const made = wants.needs.filter(({ packages }) => packages);
  if (made.length === 0) return;
  const { missingUnpacker } = await import('../debian/index.ts');
  const missing = missingUnpacker(host, '/usr/bin:/bin');
  if (missing) refusals.add(made, missing);
}

const isError = ({ severity }: Diagnostic): boolean => severity === 'error';

/** Why some targets cannot be planned: what they want is not locked as they want it, or could not be fetched. */
class Refusals {
  readonly #byLabel = new Map<string, Diagnostic[]>();

  add(needs: readonly TargetNeeds[], diagnostic: Diagnostic): void {
    if (!isError(diagnostic)) return;
    for (const { label } of needs) {
      const known = this.#byLabel.get(label);
      if (known) known.push(diagnostic);
      else this.#byLabel.set(label, [diagnostic]);
    }
  }

  of(label: string): readonly Diagnostic[] | undefined {
    return this.#byLabel.get(label);
  }

  others(needs: readonly TargetNeeds[]): readonly TargetNeeds[] {
    return needs.filter(({ label }) => !this.#byLabel.has(label));
  }
}

async function fetchMissing(
  options: EquipOptions,
  needs: readonly TargetNeeds[],
  lock: Lockfile | undefined,
): Promise<readonly Diagnostic[]> {
  const { host, sink, signal, store } = options;
  if (!lock) return [];
  const cacheDirectory = cacheFolder(host);
  const place = await packagePlace({ host, cacheDirectory, lock });
  if (missingFiles({ lock, needs, place, cas: store.cas }).files === 0) return [];
  return (await prepare({ host, cas: store.cas, cacheDirectory, lock, needs, sink, signal })).diagnostics;
}

interface LockedHere {
  readonly mode: BuildRequest['mode'];
  readonly lock: Lockfile | undefined;
  readonly place: PackagePlace;
  readonly refusals: Refusals;
}

function lookups(
  tools: Toolchains,
  wants: Wants,
  { lock, place, refusals, mode }: LockedHere,
): Equipment['input'] {
  const isBuildOnly = mode === 'build';
  const locked = (target: Target): LockedTarget => {
    const label = formatLabel(target.label);
    const { nodeFolder, images, urls, packages, otherPackages = [] } = wants.byLabel.get(label) ?? {};
    const roots = [...(packages ? [packages] : []), ...otherPackages];
    return {
      label,
      ...(isBuildOnly ? { isBuildOnly } : {}),
      ...(roots.length > 0 ? { architectures: roots.map(({ architecture }) => architecture) } : {}),
      ...(nodeFolder === undefined ? {} : { nodeFolder }),
      ...(images ? { images } : {}),
      ...(urls ? { urls } : {}),
    };
  };
  return {
    toolchain: (name) => tools.toolchains.get(name) ?? noTool(name),
    requirements: (target) => wants.byLabel.get(formatLabel(target.label))!,
    locked: (target) => lockedPackages(lock, locked(target), place),
    problems: (target) => {
      const refused = refusals.of(formatLabel(target.label));
      if (refused) return refused;
      const wanted = wants.byLabel.get(formatLabel(target.label));
      const names = [...(wanted?.tools ?? []), ...(isBuildOnly ? [] : (wanted?.testTools ?? []))];
      const ofTools = names.flatMap((name) => tools.problems.get(name) ?? []);
      return [...ofTools, ...packageProblems(lock, locked(target), place)];
    },
  };
}
