/** How often what is done; 0 is never. */
export interface MaintenanceSettings {
  readonly collectEveryMs: number;
  /** How long a blob stays that nothing names, and an upload that nobody goes on with. */
  readonly graceMs: number;
  /** How long a manifest stays that has no tag and that no other one needs; 0 is for good. */
  readonly unnamedMs: number;
  readonly scrubEveryMs: number;
  readonly copyEveryMs: number;
  readonly trimEveryMs: number;
  /** What stays of the audit log. */
  readonly audit: TrimLimits;
}

export interface TrimLimits {
  /** How long an entry stays; 0 is for good. */
  readonly keptMs: number;
  /** How many entries stay; 0 is all. */
  readonly entries: number;
}

/** What garbage collection may take. */
export interface CollectOptions {
  /** What was used since then stays, whoever names it. */
  readonly unusedSinceMs: number;
  /** Manifests and the like that nobody named stay for good unless this tells since when they had to be named. */
  readonly unnamedSinceMs: number | undefined;
  readonly signal: AbortSignal;
}
