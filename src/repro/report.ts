import type { Conditions } from './builds/conditions.ts';
import type { Experiment } from './builds/experiments.ts';
import type { Difference, Place } from './model.ts';

/** What came of building twice; the form that documents have, version 1. */
export interface ReproReport {
  /** Whether all artifacts are the same, and what targets leave that have none. */
  readonly isReproducible: boolean;
  readonly targets: readonly TargetReport[];
  /** Where it begins: steps whose outputs differ though their inputs do not, or whose inputs differ for no such step. */
  readonly steps: readonly StepReport[];
  readonly conditions: Conditions;
  readonly builds: readonly BuildFacts[];
  /** What could not be found out. */
  readonly notes: readonly string[];
}

export interface BuildFacts {
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  readonly durationMs: number;
  readonly actions: number;
  /** Where its workspace is left; absent unless it is kept. */
  readonly folder?: string;
}

export interface TargetReport {
  readonly label: string;
  readonly isSame: boolean;
  readonly artifacts: readonly ArtifactReport[];
}

export interface ArtifactReport {
  /** Relative to the workspace. */
  readonly path: string;
  readonly type: string;
  readonly isSame: boolean;
  /** SHA-256 of the file, or of the folder's tree. */
  readonly a?: string;
  readonly b?: string;
  /** Of an app, a digest of what its signatures are about. */
  readonly underSignature?: { readonly a: string; readonly b: string };
  readonly differences: readonly ProvenDifference[];
  /** Differences that are not told apart. */
  readonly leftOut: number;
}

export interface ProvenDifference extends Difference {
  /** What running the step again has shown of it. */
  readonly proof?: string;
}

export interface StepReport {
  readonly label: string;
  readonly id: string;
  readonly description: string;
  readonly inputs: 'equal' | 'different';
  /** What of its output differs. */
  readonly places: readonly Place[];
  /** The same, explained. */
  readonly differences: readonly ProvenDifference[];
  /** Differences that are not told apart. */
  readonly leftOut: number;
  /** Of a step whose inputs differed: what of them, beside what other steps left. */
  readonly changes: readonly string[];
  readonly durationMs: number;
  readonly experiments: readonly Experiment[];
}
