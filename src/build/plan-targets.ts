import type { PlannedAction, TreeExpression } from '../action/index.ts';
import { formatDigest, formatLabel, hasErrors } from '../base/index.ts';
import type { Target } from '../graph/index.ts';
import {
  type LockedPackages,
  plannedChecks,
  planTarget,
  type RuleContext,
  type SourceView,
} from '../rules/index.ts';
import { type Observations, observed } from './observations.ts';
import { type PlannedTarget, type PlanningInput, specText, unchangedTarget } from './planner.ts';

/** Plans targets in topological order; one whose observations all hold is not planned. */
export function planTargets(targets: readonly Target[], input: PlanningInput): Map<string, PlannedTarget> {
  const planned = new Map<string, PlannedTarget>();
  for (const target of targets) planned.set(formatLabel(target.label), planOne(target, planned, input));
  return planned;
}

function planOne(
  target: Target,
  before: ReadonlyMap<string, PlannedTarget>,
  input: PlanningInput,
): PlannedTarget {
  if (target.refusals && target.refusals.length > 0)
    return { kind: 'refused', target, diagnostics: target.refusals };
  const found = input.unchanged?.get(formatLabel(target.label));
  if (found) return found;
  const spec = specText(target);
  const unchanged = input.usesMemos ? unchangedTarget(target, before, { ...input, spec }) : undefined;
  if (unchanged) return unchanged;
  const by = target.needs.find(({ label }) => {
    const need = before.get(formatLabel(label));
    return need?.kind === 'refused' || need?.kind === 'blocked';
  });
  if (by) return { kind: 'blocked', target, by: by.label };
  return planByRule(target, before, input);
}

/**
 * Plans every target for what its rule says of it: none is passed over because it was planned before, or because a target
 * that it needs is refused. Not to be built.
 */
export function checkTargets(targets: readonly Target[], input: PlanningInput): Map<string, PlannedTarget> {
  const planned = new Map<string, PlannedTarget>();
  for (const target of targets) {
    const { refusals = [] } = target;
    planned.set(
      formatLabel(target.label),
      refusals.length > 0
        ? { kind: 'refused', target, diagnostics: refusals }
        : planByRule(target, planned, input),
    );
  }
  return planned;
}

function planByRule(
  target: Target,
  before: ReadonlyMap<string, PlannedTarget>,
  input: PlanningInput,
): PlannedTarget {
  const problems = input.problems(target);
  if (hasErrors(problems)) return { kind: 'refused', target, diagnostics: problems };
  const observations: Observations = { folders: {} };
  const context = contextOf(target, before, input);
  const plan = planTarget(observed(context, observations));
  const diagnostics = [...problems, ...plan.diagnostics];
  if (hasErrors(diagnostics)) return { kind: 'refused', target, diagnostics };
  const requirements = input.requirements(target);
  // They follow from its own sources, whatever its rule looked at.
  observations.folders[target.directory] = formatDigest(input.sources(target.directory).digest);
  return {
    kind: 'planned',
    target,
    plan: { ...plan, diagnostics },
    observations,
    requirements,
    spec: specText(target),
    // Not observed: nothing is remembered of them.
    ...(input.plansChecks ? { checks: plannedChecks(context) } : {}),
  };
}

function contextOf(
  target: Target,
  before: ReadonlyMap<string, PlannedTarget>,
  input: PlanningInput,
): RuleContext {
  const { configuration, settings } = input;
  return {
    target,
    spec: target.spec,
    configuration,
    settings,
    get sources(): SourceView {
      return input.sources(target.directory);
    },
    sourcesOf: (directory) => input.sources(directory),
    toolchain: (name) => input.toolchain(name),
    dependency: (label) => exportsOf(before.get(formatLabel(label))),
    specOf: (label) => before.get(formatLabel(label))?.target.spec,
    get locked(): LockedPackages {
      return input.locked(target);
    },
    runnable: input.runnable,
    ownCommand: (name, version, args) => ownCommand(input, [name, `v${version}`, ...args]),
  };
}

function exportsOf(planned: PlannedTarget | undefined): TreeExpression {
  if (planned?.kind === 'unchanged') return { kind: 'stored', root: planned.exports };
  if (planned?.kind === 'planned') return planned.plan.exports;
  return { kind: 'merge', of: [] };
}

function ownCommand(
  input: PlanningInput,
  words: readonly string[],
): Pick<PlannedAction, 'argv' | 'programs' | 'mounts'> {
  const { program, nodeFolder } = input;
  return {
    argv: ['/tools/mobileops-node/node', `/tools/mobileops/${program.toolsEntry}`, ...words],
    programs: [
      { at: '/tools/mobileops', hostPath: program.root },
      { at: '/tools/mobileops-node', hostPath: nodeFolder },
    ],
    mounts: [],
  };
}
