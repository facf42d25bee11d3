import type { PackageName } from '../../packages/index.ts';
import type { Lockfile, Requirements } from '../model.ts';
import type { RaisedAsk } from '../updates/raise-asks.ts';

/** A version for a package that only other packages ask for. */
export interface WantedVersion extends PackageName {
  readonly version: string;
  /** Those that are locked and not wanted. */
  readonly from: readonly string[];
  /** Why, in a few words that can stand in a comment: `GHSA-35jh-r3h4-6jhm`. */
  readonly reason: string;
}

/** How one file of the workspace raises a package that it does not ask for. */
export interface Override {
  readonly wanted: WantedVersion;
  /** What it holds for: a label, or a node folder. */
  readonly subject: string;
  /** Relative to the workspace. */
  readonly path: string;
  /** As a person writes it: `"overrides": {"qs": "6.7.3"}`. */
  readonly line: string;
  /** Absent where it is left to a person. */
  readonly edit?: RaisedAsk;
  /** Why it is. */
  readonly whyNot?: string;
}

export interface OverrideOptions {
  readonly requirements: Requirements;
  readonly lock: Lockfile;
  readonly canWrite: (path: string) => boolean;
}
