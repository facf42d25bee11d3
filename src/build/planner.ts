import type { PlannedAction, TreeExpression } from '../action/index.ts';
import {
  type Diagnostic,
  type Digest,
  formatLabel,
  hasErrors,
  type Label,
  parseDigest,
} from '../base/index.ts';
import type { BuildConfiguration } from '../config/index.ts';
import type { Target } from '../graph/index.ts';
import {
  type BuildSettings,
  type LockedPackages,
  planTarget,
  type RuleContext,
  type RulePlan,
  type SourceView,
  type Toolchain,
  type ToolName,
} from '../rules/index.ts';
import { type MemoKeyParts, memoKey, type Observations, observed, stampDigest } from './observations.ts';
import type { Program } from './program.ts';
import type { TargetMemo } from './state.ts';

/** All that planning sees beside the targets themselves. */
export interface PlanningInput {
  readonly configuration: BuildConfiguration;
  readonly settings: BuildSettings;
  /** Digest of everything that is the same for all targets, without the stamp. */
  readonly surroundings: string;
  readonly program: Program;
  /** The running Node's folder, absolute. */
  readonly nodeFolder: string;
  sources(directory: string): SourceView;
  toolchain(name: ToolName): Toolchain;
  locked(target: Target): LockedPackages;
  problems(target: Target): readonly Diagnostic[];
  readonly memos: Readonly<Record<string, TargetMemo>>;
  /** False plans every target anew: after a loss in the store, and for tests. */
  readonly usesMemos: boolean;
}

/** A target that needs nothing, or what is to be done for it. */
export type PlannedTarget =
  | {
      readonly kind: 'unchanged';
      readonly target: Target;
      readonly memo: TargetMemo;
      readonly exports: Digest;
    }
  | {
      readonly kind: 'planned';
      readonly target: Target;
      readonly plan: RulePlan;
      readonly observations: Observations;
      /** What is declared, as text, for the memo's key. */
      readonly spec: string;
    }
  /** Its own input is wrong or one of its tools is missing. */
  | { readonly kind: 'refused'; readonly target: Target; readonly diagnostics: readonly Diagnostic[] }
  /** A target that it needs is refused. */
  | { readonly kind: 'blocked'; readonly target: Target; readonly by: Label };

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
  const spec = specText(target);
  const unchanged = input.usesMemos ? unchangedTarget(target, before, { ...input, spec }) : undefined;
  if (unchanged) return unchanged;
  const by = target.needs.find(({ label }) => {
    const need = before.get(formatLabel(label));
    return need?.kind === 'refused' || need?.kind === 'blocked';
  });
  if (by) return { kind: 'blocked', target, by: by.label };
  const problems = input.problems(target);
  if (hasErrors(problems)) return { kind: 'refused', target, diagnostics: problems };
  const observations: Observations = { folders: {} };
  const plan = planTarget(observed(contextOf(target, before, input), observations));
  const diagnostics = [...problems, ...plan.diagnostics];
  if (hasErrors(diagnostics)) return { kind: 'refused', target, diagnostics };
  return { kind: 'planned', target, plan: { ...plan, diagnostics }, observations, spec };
}

function unchangedTarget(
  target: Target,
  before: ReadonlyMap<string, PlannedTarget>,
  input: PlanningInput & { readonly spec: string },
): PlannedTarget | undefined {
  const memo = input.memos[formatLabel(target.label)];
  if (!memo || !holds(memo.observations, input)) return undefined;
  const needs: (readonly [Label, Digest])[] = [];
  for (const { label } of target.needs) {
    const need = before.get(formatLabel(label));
    if (need?.kind !== 'unchanged') return undefined;
    needs.push([label, need.exports]);
  }
  const exports = parseDigest(memo.exports);
  if (!exports || memo.key !== keyOf(input, input.spec, needs)) return undefined;
  return { kind: 'unchanged', target, memo, exports };
}

function holds(observations: Observations, input: PlanningInput): boolean {
  if (observations.stamp !== undefined && observations.stamp !== stampDigest(input.settings.stamp))
    return false;
  return Object.entries(observations.folders).every(([directory, digest]) => {
    const { hash, sizeBytes } = input.sources(directory).tree.digest;
    return digest === `${hash}/${sizeBytes}`;
  });
}

export function keyOf(
  input: Pick<PlanningInput, 'surroundings'>,
  spec: string,
  needs: MemoKeyParts['needs'],
): string {
  return memoKey({ surroundings: input.surroundings, spec, needs });
}

/** What is declared, without where: a moved line changes nothing. */
function specText(target: Target): string {
  return JSON.stringify([target.directory, target.spec], (key, value) =>
    key === 'span' ? undefined : value,
  );
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
    get locked(): LockedPackages {
      return input.locked(target);
    },
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
