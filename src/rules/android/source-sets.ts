import type { TreeExpression } from '../../action/index.ts';
import type { RuleContext } from '../rule.ts';

/** A folder of sources with Gradle's sub-folders: `src/main`, `src/debug`, or the app's own folder. */
export interface SourceSet {
  readonly name: string;
  /** Relative to the target's folder; empty for the folder itself. */
  readonly folder: string;
}

type Sources = Pick<RuleContext, 'sources' | 'target'>;

export const MANIFEST = 'AndroidManifest.xml';

/** Gradle's layout where there is a `src/main`, else the flat one. */
export function mainSet({ sources }: Pick<Sources, 'sources'>): SourceSet {
  const isGradle = sources.paths.some((path) => path.startsWith('src/main/'));
  return { name: 'main', folder: isGradle ? 'src/main' : '' };
}

/** Relative to the target's folder. */
export function within({ folder }: SourceSet, path: string): string {
  return folder === '' ? path : `${folder}/${path}`;
}

/** Files of the set below one of its folders, relative to the target's folder, sorted. */
export function filesBelow({ sources }: Sources, set: SourceSet, folder: string): string[] {
  const prefix = `${within(set, folder)}/`;
  return sources.paths.filter((path) => path.startsWith(prefix));
}

/** The same path as the workspace names it, by which compilers then name it. */
export function inWorkspace({ target }: Pick<Sources, 'target'>, path: string): string {
  return target.directory === '' ? path : `${target.directory}/${path}`;
}

/** Sources that match, each at its place in the workspace. */
export function sourcesAt({ sources, target }: Sources, include: readonly string[]): TreeExpression {
  const kept: TreeExpression = { kind: 'filter', of: { kind: 'tree', tree: sources.tree }, include };
  return target.directory === '' ? kept : { kind: 'under', of: kept, path: target.directory };
}

/** The content of a folder of the set, from its top. */
export function folderOf({ sources }: Sources, set: SourceSet, folder: string): TreeExpression {
  return {
    kind: 'at',
    of: { kind: 'tree', tree: sources.tree },
    path: within(set, folder),
    optional: true,
  };
}
