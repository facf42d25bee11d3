import { findWorkspaceRoot } from '../workspace/index.ts';
import { cacheFolder } from './cache-folder.ts';
import type { BuildEnvironment } from './opened-workspace.ts';

/** Of ours, nothing is shown to an action but its inputs, wherever it lies. */
export function ownPlaces({ host, directory }: Pick<BuildEnvironment, 'host' | 'directory'>): string[] {
  const root = findWorkspaceRoot(host.fs, directory);
  return [...(root === undefined ? [] : [root]), host.env.homeDirectory, cacheFolder(host)];
}
