import type { Checked } from '../base/index.ts';
import type { BuildConfiguration, loadParser, Variables } from '../config/index.ts';
import type { TargetDeclaration } from '../graph/index.ts';
import type { FileSystem } from '../host/index.ts';
import type { ObservedFiles } from './observed-files.ts';

/** What the files of a workspace declare. Plain data, but for the spans, whose texts may be read late. */
export interface Workspace {
  /** Absolute. */
  readonly root: string;
  readonly configuration: BuildConfiguration;
  /** In order of kinds (scripts, component, image, app) and folders. */
  readonly targets: readonly TargetDeclaration[];
}

export interface LoadOptions {
  readonly fs: FileSystem;
  /** Absolute, without a slash at the end. */
  readonly root: string;
  /** For `${NAME}`; BUILD_VERSION is the configuration's version unless it is among them. */
  readonly variables: Variables;
}

/** The workspace when it can be used; problems of any of its files otherwise. */
export type LoadedWorkspace = Checked<Workspace | undefined>;

/** What discovery of one kind of target is given. */
export interface Discovery {
  readonly files: ObservedFiles;
  readonly parser: Awaited<ReturnType<typeof loadParser>>;
  readonly variables: Variables;
  readonly usedVariables: Set<string>;
  readonly imagePrefix: string;
}
