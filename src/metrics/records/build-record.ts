/** The version of the record's JSON. One that is not known is refused, never guessed at. */
export const RECORD_VERSION = 1;

/**
 * `refused`: the input was wrong or something was missing, so that nothing was built. `lost`: it began, and was heard of no
 * more.
 */
export const BUILD_STATUSES = ['running', 'success', 'failed', 'refused', 'interrupted', 'lost'] as const;
export type BuildStatus = (typeof BUILD_STATUSES)[number];

export const ACTION_STATUSES = [
  'waiting',
  'running',
  'ran',
  'cached',
  'failed',
  'skipped',
  'interrupted',
] as const;
export type ActionStatus = (typeof ACTION_STATUSES)[number];

/**
 * Of records that are runs of a pipeline: its steps are their actions, and what a step builds is a record of its own with the same
 * `buildId`. They count as no builds, and are listed where this verb is asked for.
 */
export const PIPELINE_VERB = 'ci';

/** One run of a build, as it is sent, stored and shown. Times of actions are milliseconds from `startMs`. */
export interface BuildRecord {
  readonly version: typeof RECORD_VERSION;
  /** Of this run, chosen by whoever built: two runs of the same commit share `buildId`, never this. */
  readonly id: string;
  /** Who told of it: our own builds, or the document's script, which knows of components alone. */
  readonly source: 'mobileops' | 'document';
  readonly verb: string;
  readonly status: BuildStatus;
  /** Milliseconds since 1970. */
  readonly startMs: number;
  /** Absent while it runs. */
  readonly durationMs?: number;
  readonly exitCode?: number;
  readonly workspace: string;
  readonly buildId: string;
  /** What it calls itself: `1.0.0`. */
  readonly release: string;
  readonly commit: string;
  readonly branch: string;
  /** As they were asked for. */
  readonly requested: readonly string[];
  readonly jobs?: number;
  readonly resources: Resources;
  readonly counts: Counts;
  readonly targets: readonly TargetRecord[];
  readonly actions: readonly ActionRecord[];
  /** How many more actions there were than a record holds. */
  readonly actionsLeftOut?: number;
  readonly artifacts: readonly ArtifactRecord[];
  readonly scores: readonly ScoreRecord[];
  readonly problems: readonly ProblemRecord[];
}

/** In percent; `null` where it was not measured. */
export interface Resources {
  readonly cpuPercent: number | null;
  readonly memoryPercent: number | null;
  readonly diskPercent: number | null;
}

/** Actions by how they came out, and targets for which nothing was to be done. */
export interface Counts {
  readonly ran: number;
  readonly cached: number;
  readonly failed: number;
  readonly skipped: number;
  readonly upToDate: number;
}

export interface TargetRecord {
  readonly label: string;
  readonly status: 'built' | 'up-to-date' | 'failed' | 'skipped' | 'building';
  readonly durationMs: number;
}

export interface ActionRecord {
  readonly id: string;
  readonly label: string;
  readonly mnemonic: string;
  readonly description: string;
  readonly status: ActionStatus;
  /** From when on it waited for processors and memory alone. */
  readonly readyMs?: number;
  readonly startMs?: number;
  readonly endMs?: number;
  readonly cpuMs?: number;
  readonly peakMemoryBytes?: number;
  /** Of one from the cache: what it took when it ran. */
  readonly savedMs?: number;
  /** Digest of the action, its cache key. */
  readonly key?: string;
  readonly needs?: readonly string[];
  /** Why it failed, or whose failure kept it from running. */
  readonly failure?: string;
  /** The end of what a failed one said. */
  readonly log?: string;
}

export interface ArtifactRecord {
  /** Relative to the workspace. */
  readonly path: string;
  readonly label: string;
  readonly sizeBytes: number;
  readonly sha256: string;
}

/** What a gate measured. `null`: not measured, which fails, or without a threshold. */
export interface ScoreRecord {
  readonly gate: string;
  readonly measured: number | null;
  readonly threshold: number | null;
  readonly unit: string;
  readonly passed: boolean;
  readonly evidence?: string;
}

export interface ProblemRecord {
  readonly code: string;
  readonly severity: 'error' | 'warning' | 'note';
  readonly message: string;
  readonly hint?: string;
  readonly path?: string;
  readonly line?: number;
}

/** Bounds of a record, kept by who makes one and checked by who takes one. */
export const LIMITS = {
  actions: 20_000,
  targets: 5_000,
  artifacts: 5_000,
  scores: 100,
  problems: 500,
  needs: 500,
  /** Characters of an action's log. */
  log: 16_384,
  /** Characters of all logs of a record. */
  allLogs: 512 * 1024,
  text: 2_000,
  /** Longer than any build takes. */
  durationMs: 1e10,
  /** Characters of an id or a name. */
  name: 400,
} as const;
