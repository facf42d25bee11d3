import type { Diagnostic } from '../../base/index.ts';
import type { BuildEvent } from '../../event/index.ts';
import type { Host } from '../../host/index.ts';
import type { Builder } from './builder.ts';
import type { BuiltAction } from './built-actions.ts';
import type { ChildBuild } from './child-build.ts';
import type { ConditionName } from './experiments.ts';
import type { InputRecord } from './input-changes.ts';
import type { Provisions, Sources } from './prepare-builder.ts';
import type { ClockSource } from './shifted-clock.ts';

/** What is told while it goes on. */
export interface ReproListener {
  /** A build begins; what it tells follows. */
  readonly building: (builder: Builder) => (event: BuildEvent) => void;
  readonly built: (builder: Builder, durationMs: number) => void;
  readonly waiting: (durationMs: number) => void;
  readonly comparing: () => void;
  readonly runningAgain: (action: BuiltAction, condition: ConditionName) => void;
}

export interface ReproOptions {
  readonly host: Host;
  readonly program: readonly string[];
  /** A folder of this run's own; what is below it is the caller's to remove. */
  readonly folder: string;
  /** Another for the second build. */
  readonly secondFolder: string | undefined;
  readonly targets: readonly string[];
  readonly sources: Sources;
  readonly provisions: Provisions;
  /** The least time between the two beginnings. */
  readonly apartMs: number;
  readonly isKept: boolean;
  /** What may be used for running steps again. */
  readonly budgetMs: number;
  readonly listener: ReproListener;
  /** What the last build of a workspace wrote down of an action's key. */
  readonly recordOf: (workspace: string, label: string, id: string) => InputRecord | undefined;
  readonly clock: ClockSource;
  readonly signal: AbortSignal;
}

/** Why there is nothing to compare. */
export type ReproFailure =
  | { readonly kind: 'copy'; readonly message: string }
  | { readonly kind: 'build'; readonly builder: Builder; readonly build: ChildBuild }
  | { readonly kind: 'image'; readonly diagnostic: Diagnostic }
  | { readonly kind: 'interrupted' };
