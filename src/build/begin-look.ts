import { join } from 'node:path';
import { Look } from '../look/index.ts';
import { findWorkspaceRoot } from '../workspace/index.ts';
import { cacheFolder } from './cache-folder.ts';
import type { BuildEnvironment } from './opened-workspace.ts';
import type { BuildRequest } from './outcome.ts';

/** Begins to look at what a build in `directory` depends on; `undefined` where we have to look ourselves. */
export function beginLook(
  { host, program, directory }: Pick<BuildEnvironment, 'host' | 'program' | 'directory'>,
  mode: BuildRequest['mode'],
): Look | undefined {
  const root = findWorkspaceRoot(host.fs, directory);
  const store = cacheFolder(host);
  const scratch = root === undefined ? store : join(root, 'build-cache');
  // Tests are not passed over because nothing changed: nobody would ask for the rest.
  return Look.begin(host, {
    root: mode === 'build' ? root : undefined,
    store,
    scratch,
    source: program.lister,
  });
}
