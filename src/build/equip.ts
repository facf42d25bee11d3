import { type Diagnostic, formatLabel, hasErrors } from '../base/index.ts';
import type { DiskStore } from '../cas/index.ts';
import { summaryOfNotes } from '../config/index.ts';
import {
  type LockedTarget,
  type Lockfile,
  lockedPackages,
  missingFiles,
  type PackagePlace,
  packagePlace,
  packageProblems,
  prepare,
} from '../dependencies/index.ts';
import type { Target } from '../graph/index.ts';
import type { SourceView } from '../rules/index.ts';
import { checkSystemPackages, resolveToolchains, type Toolchains } from '../toolchain/index.ts';
import { noteFacts } from './note-facts.ts';
import { type BuildEnvironment, cacheFolder, type OpenedWorkspace } from './opened-workspace.ts';
import { noTool, type PlanningInput } from './planner.ts';
import { checkedLock, type KnownRequirements, type Wants, wantsOf } from './wants.ts';

export interface EquipOptions extends BuildEnvironment {
  readonly opened: OpenedWorkspace;
  readonly store: DiskStore;
  readonly sources: (directory: string) => SourceView;
  readonly targets: readonly Target[];
  /** What is known already, by label. */
  readonly known: KnownRequirements;
}

/** What planning needs of the lock and the machine. */
export interface Equipment {
  readonly input: Partial<Pick<PlanningInput, 'toolchain' | 'locked' | 'problems' | 'requirements'>>;
  /** Why nothing can be planned. */
  readonly refused?: readonly Diagnostic[];
  readonly diagnostics: readonly Diagnostic[];
  /** Host files whose stat decides how tools were resolved. */
  readonly watched?: readonly string[];
}

/** Checks the lock, fetches what of it the targets need and the store lacks, and finds the tools. */
export async function equip(options: EquipOptions): Promise<Equipment> {
  const { host, opened, sources, known } = options;
  const wants = wantsOf(options.targets, sources, known);
  const checked = checkedLock(host, opened, wants);
  const { system } = opened.workspace.configuration.dependencies;
  const diagnostics: Diagnostic[] = [
    ...summaryOfNotes(opened.workspace.configuration, noteFacts(host, opened)),
    ...checkSystemPackages(host, system, wants.tools),
  ];
  if (hasErrors(checked.diagnostics)) return { input: {}, refused: checked.diagnostics, diagnostics };
  const { lock } = checked.value;
  const fetched = await fetchMissing(options, wants, lock);
  if (hasErrors(fetched)) return { input: {}, refused: fetched, diagnostics };
  const place = await packagePlace({ host, cacheDirectory: cacheFolder(host), lock });
  // All of the workspace's tools, so that what is watched does not depend on what was asked for.
  const tools = await resolveToolchains({
    host,
    cas: options.store.cas,
    cacheDirectory: cacheFolder(host),
    lock,
    names: wantsOf(opened.graph.targets.values(), sources, known).tools,
  });
  const watched = [...new Set(tools.watched)].sort();
  return {
    input: lookups(tools, wants, { lock, place }),
    diagnostics: [...diagnostics, ...checked.diagnostics, ...fetched],
    watched,
  };
}

async function fetchMissing(
  options: EquipOptions,
  wants: Wants,
  lock: Lockfile | undefined,
): Promise<readonly Diagnostic[]> {
  const { host, sink, signal, store } = options;
  const { needs } = wants;
  if (!lock) return [];
  const cacheDirectory = cacheFolder(host);
  const place = await packagePlace({ host, cacheDirectory, lock });
  if (missingFiles({ lock, needs, place, cas: store.cas }).files === 0) return [];
  return (await prepare({ host, cas: store.cas, cacheDirectory, lock, needs, sink, signal })).diagnostics;
}

interface LockedHere {
  readonly lock: Lockfile | undefined;
  readonly place: PackagePlace;
}

function lookups(tools: Toolchains, wants: Wants, { lock, place }: LockedHere): Equipment['input'] {
  const locked = (target: Target): LockedTarget => {
    const label = formatLabel(target.label);
    const nodeFolder = wants.byLabel.get(label)?.nodeFolder;
    return nodeFolder === undefined ? { label } : { label, nodeFolder };
  };
  return {
    toolchain: (name) => tools.toolchains.get(name) ?? noTool(name),
    requirements: (target) => wants.byLabel.get(formatLabel(target.label))!,
    locked: (target) => lockedPackages(lock, locked(target), place),
    problems: (target) => {
      const names = wants.byLabel.get(formatLabel(target.label))?.tools ?? [];
      const ofTools = names.flatMap((name) => tools.problems.get(name) ?? []);
      return [...ofTools, ...packageProblems(lock, locked(target), place)];
    },
  };
}
