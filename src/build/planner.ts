import { type Diagnostic, type Digest, formatLabel, type Label, parseDigest } from '../base/index.ts';
import type { BuildConfiguration } from '../config/index.ts';
import type { Target } from '../graph/index.ts';
import type {
  BuildSettings,
  LockedPackages,
  PlannedChecks,
  RulePlan,
  SourceView,
  TargetRequirements,
  Toolchain,
  ToolName,
} from '../rules/index.ts';
import { type MemoKeyParts, memoKey, type Observations, stampDigest } from './observations.ts';
import { textWithoutPlaces } from './place-free.ts';
import type { Program } from './program.ts';
import type { TargetMemo } from './state.ts';

/** All that planning sees beside the targets themselves. */
export interface PlanningInput {
  readonly configuration: BuildConfiguration;
  readonly settings: BuildSettings;
  /** Digest of everything that is the same for all targets, without the stamp. */
  readonly surroundings: string;
  /** What actions see of the machine, as their keys say it; absent as long as nobody has looked. */
  readonly machine?: string | undefined;
  /** By which certificates are valid. */
  readonly nowMs: number;
  readonly program: Program;
  /** The running Node's folder, absolute. */
  readonly nodeFolder: string;
  sources(directory: string): SourceView;
  toolchain(name: ToolName): Toolchain;
  /** Why a tool is not there. */
  toolProblems(name: ToolName): readonly Diagnostic[];
  locked(target: Target): LockedPackages;
  /** Architectures whose programs this machine runs in images, of those that targets ask for. */
  readonly runnable: ReadonlySet<string>;
  requirements(target: Target): TargetRequirements;
  problems(target: Target): readonly Diagnostic[];
  readonly memos: Readonly<Record<string, TargetMemo>>;
  /** False plans every target anew: after a loss in the store, and for tests. */
  readonly usesMemos: boolean;
  /** Plans what `check` asks of targets, too. */
  readonly plansChecks?: boolean | undefined;
  /** Targets that were found unchanged already, in these surroundings. */
  readonly unchanged?: ReadonlyMap<string, UnchangedTarget> | undefined;
}

/** A target that needs nothing. */
export interface UnchangedTarget {
  readonly kind: 'unchanged';
  readonly target: Target;
  readonly memo: TargetMemo;
  readonly exports: Digest;
}

/** A target that needs nothing, or what is to be done for it. */
export type PlannedTarget =
  | UnchangedTarget
  | {
      readonly kind: 'planned';
      readonly target: Target;
      readonly plan: RulePlan;
      readonly observations: Observations;
      readonly requirements: TargetRequirements;
      /** What is declared, as text, for the memo's key. */
      readonly spec: string;
      /** Beside its tests, where they were asked for. */
      readonly checks?: PlannedChecks;
    }
  /** Its own input is wrong or one of its tools is missing. */
  | { readonly kind: 'refused'; readonly target: Target; readonly diagnostics: readonly Diagnostic[] }
  /** A target that it needs is refused. */
  | { readonly kind: 'blocked'; readonly target: Target; readonly by: Label };

/** The targets that need not be planned, by label. */
export function unchangedTargets(
  targets: readonly Target[],
  input: PlanningInput,
): Map<string, UnchangedTarget> {
  const planned = new Map<string, UnchangedTarget>();
  for (const target of targets) {
    const unchanged = unchangedTarget(target, planned, { ...input, spec: specText(target) });
    if (unchanged) planned.set(formatLabel(target.label), unchanged);
  }
  return planned;
}

/** The target as it was left, if everything it was planned from still holds. */
export function unchangedTarget(
  target: Target,
  before: ReadonlyMap<string, PlannedTarget>,
  input: PlanningInput & { readonly spec: string },
): UnchangedTarget | undefined {
  if (target.refusals && target.refusals.length > 0) return undefined;
  const memo = input.memos[formatLabel(target.label)];
  if (memo?.seesMachine && input.machine === undefined) return undefined;
  if (!memo || !holds(memo.observations, input)) return undefined;
  if (memo.artifacts.some(({ validUntilMs }) => validUntilMs !== undefined && validUntilMs <= input.nowMs))
    return undefined;
  const needs: (readonly [Label, Digest])[] = [];
  for (const { label } of target.needs) {
    const need = before.get(formatLabel(label));
    if (need?.kind !== 'unchanged') return undefined;
    needs.push([label, need.exports]);
  }
  const exports = parseDigest(memo.exports);
  if (!exports || memo.key !== keyOf(input, { spec: input.spec, needs, seesMachine: memo.seesMachine }))
    return undefined;
  return { kind: 'unchanged', target, memo, exports };
}

function holds(observations: Observations, input: PlanningInput): boolean {
  if (observations.stamp !== undefined && observations.stamp !== stampDigest(input.settings.stamp))
    return false;
  return Object.entries(observations.folders).every(([directory, digest]) => {
    const { hash, sizeBytes } = input.sources(directory).digest;
    return digest === `${hash}/${sizeBytes}`;
  });
}

export function keyOf(
  { surroundings, machine }: Pick<PlanningInput, 'surroundings' | 'machine'>,
  { spec, needs, seesMachine }: Pick<MemoKeyParts, 'spec' | 'needs'> & Pick<TargetMemo, 'seesMachine'>,
): string {
  return memoKey({ surroundings, machine: seesMachine ? machine : undefined, spec, needs });
}

/** What is declared, without where: a moved line changes nothing. */
export function specText(target: Target): string {
  return textWithoutPlaces([target.directory, target.spec]);
}

/** Stands for a tool that is missing or was not asked for. */
export function noTool(name: ToolName): Toolchain {
  return { name, version: '', mounts: [], path: [], env: {}, files: {} };
}
