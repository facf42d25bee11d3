import type { Tree } from '../action/index.ts';
import { type Checked, type Digest, InternalError, type Result } from '../base/index.ts';
import type { Cas } from '../cas/index.ts';
import type { Env, FileSystem, Processes } from '../host/index.ts';

export interface SnapshotOptions {
  readonly fs: FileSystem;
  readonly processes: Processes;
  /** PATH, HOME and XDG_CONFIG_HOME of it, for git. */
  readonly variables: Env['variables'];
  /** The workspace's folder, absolute. */
  readonly root: string;
}

/** A source no longer has the content that the snapshot saw. */
export interface SourceChanged {
  readonly kind: 'changed-during-build';
  /** Relative to the workspace. */
  readonly paths: readonly string[];
}

/** The sources of the workspace by content, at one moment. Directories are relative to the root, `''` is all. */
export interface SourceSnapshot {
  /** The sources below a folder; the empty tree where there are none. */
  tree(directory: string): Tree;
  /** Paths of files and links below a folder, relative to it, in order of code units. */
  paths(directory: string): readonly string[];
  /** Absolute path of a source file that had this content. */
  source(digest: Digest): string | undefined;
  /**
   * Puts all directories of `tree` and those of its files that are sources and absent from `cas` into it,
   * verifying that they still have their digest. Files that are no sources are left to others.
   */
  importTree(cas: Cas, tree: Tree): Result<undefined, SourceChanged>;
  /** Source paths (relative to the root) added, removed or changed since the last run; `undefined` without a last run. */
  readonly changedPaths: readonly string[] | undefined;
  /** First path segments of `changedPaths` (a file at the root counts as itself). */
  readonly changedTopFolders: readonly string[] | undefined;
  readonly counts: {
    readonly files: number;
    readonly directories: number;
    /** Files whose content was read in this run. */
    readonly hashed: number;
    /** Whether the list of files was made anew. */
    readonly isListed: boolean;
  };
}

/** Reads the state of all sources; with error diagnostics the trees must not be used. */
export function snapshotSources(_options: SnapshotOptions): Promise<Checked<SourceSnapshot>> {
  throw new InternalError('not yet');
}
