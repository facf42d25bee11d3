import { type Diagnostic, formatLabel, hasErrors } from '../base/index.ts';
import { configurationNotes } from '../config/index.ts';
import type { Target } from '../graph/index.ts';
import type { SourceView } from '../rules/index.ts';
import { NO_COMMIT } from './commit.ts';
import { DistOwners, refuseClashes } from './dist-owners.ts';
import { noteFacts } from './note-facts.ts';
import { sourceChanged } from './notes.ts';
import {
  type BuildEnvironment,
  type OpenedWorkspace,
  openWorkspace,
  readSources,
  SourceChanged,
  sourceViews,
} from './opened-workspace.ts';
import { checkTargets } from './plan-targets.ts';
import { noTool, type PlannedTarget } from './planner.ts';
import { BuildState } from './state.ts';
import { buildSettings } from './surroundings.ts';
import { checkedLock, outsideSettings, type Wants, wantsOf } from './wants.ts';

export interface CheckedWorkspace {
  readonly diagnostics: readonly Diagnostic[];
  /** How many there are. */
  readonly targets: number;
}

/** Everything that can be said without building or asking for tools: configuration, graph, sources, targets, lock. */
export async function checkWorkspace(environment: BuildEnvironment): Promise<CheckedWorkspace> {
  const { host } = environment;
  const opened = await openWorkspace(environment);
  if (!opened.value) return { diagnostics: opened.diagnostics, targets: 0 };
  const { graph, root, workspace } = opened.value;
  const targets = [...graph.targets.values()];
  const notes = configurationNotes(workspace.configuration, noteFacts(host, opened.value));
  const read = await readSources(environment, root);
  const diagnostics = [...notes, ...opened.diagnostics, ...read.diagnostics];
  if (hasErrors(read.diagnostics)) {
    const refusals = targets.flatMap((target) => target.refusals ?? []);
    return { diagnostics: [...diagnostics, ...refusals], targets: targets.length };
  }
  const sources = sourceViews(host, root, read.value);
  diagnostics.push(...sourceProblems(environment, { opened: opened.value, targets, sources }));
  return { diagnostics, targets: targets.length };
}

interface CheckedSources {
  readonly opened: OpenedWorkspace;
  readonly targets: readonly Target[];
  readonly sources: (directory: string) => SourceView;
}

/** Of the targets and of the lock that they want; of a source that is written to meanwhile, just that. */
function sourceProblems(environment: BuildEnvironment, checked: CheckedSources): Diagnostic[] {
  try {
    const settings = outsideSettings(environment.host, checked.opened);
    const wants = wantsOf(checked.targets, checked.sources, { settings, mode: 'test' });
    const ofTargets = targetProblems(environment, { ...checked, wants });
    return [...ofTargets, ...checkedLock(environment.host, checked.opened, wants).diagnostics];
  } catch (error) {
    if (error instanceof SourceChanged) return [sourceChanged(error.path)];
    throw error;
  }
}

/** What a build of all targets would refuse, whatever the machine has. */
function targetProblems(
  { host, program }: BuildEnvironment,
  { opened, targets, sources, wants }: CheckedSources & { readonly wants: Wants },
): Diagnostic[] {
  const settings = buildSettings(host, opened, NO_COMMIT);
  const planned = checkTargets(targets, {
    configuration: opened.workspace.configuration,
    settings,
    surroundings: '',
    program,
    nowMs: 0,
    nodeFolder: '/',
    sources,
    toolchain: noTool,
    toolProblems: () => [],
    locked: () => ({ python: { run: [], dev: [] }, node: [], images: {}, urls: {} }),
    // Which programs the machine runs is not asked here.
    runnable: new Set(settings.architectures),
    requirements: ({ label }) => wants.byLabel.get(formatLabel(label))!,
    problems: () => [],
    memos: {},
    usesMemos: false,
  });
  const owners = new DistOwners(planned, new BuildState(host.fs, opened.root), new Set(planned.keys()));
  const clashing = [...refuseClashes(planned, owners)].filter(([label, each]) => each !== planned.get(label));
  return [...new Set([...planned.values(), ...clashing.map(([, each]) => each)].flatMap(diagnosticsOf))];
}

function diagnosticsOf(planned: PlannedTarget): readonly Diagnostic[] {
  if (planned.kind === 'refused') return planned.diagnostics;
  return planned.kind === 'planned' ? planned.plan.diagnostics : [];
}
