import { type Checked, formatLabel } from '../base/index.ts';
import { type OpenedWorkspace, openWorkspace } from '../build/index.ts';
import {
  LOCK_FILE,
  type NotKnown,
  packageGraph,
  readLock,
  readPackageLocks,
  type WorkspacePackages,
} from '../dependencies/index.ts';
import type { VerbContext } from './verb.ts';

export interface PackagesOfWorkspace {
  readonly opened: OpenedWorkspace;
  readonly packages: WorkspacePackages;
}

/** The workspace with every package that its locks hold, by the labels of its targets. Nothing is resolved or built. */
export async function openPackages(context: VerbContext): Promise<Checked<PackagesOfWorkspace | undefined>> {
  const opened = await openWorkspace({ ...context, sink: () => {} });
  if (!opened.value) return { value: undefined, diagnostics: opened.diagnostics };
  const { root, graph } = opened.value;
  const { fs } = context.host;
  const lock = readLock(fs, root);
  if (lock.diagnostics.length > 0) return { value: undefined, diagnostics: lock.diagnostics };
  if (!lock.value) return { value: { opened: opened.value, packages: NO_LOCK }, diagnostics: [] };
  const labels = new Map(
    [...graph.targets.values()]
      .filter(({ directory }) => directory !== '')
      .map(({ directory, label }) => [directory, formatLabel(label)]),
  );
  const packages = packageGraph({
    lock: lock.value,
    packageLocks: readPackageLocks(fs, root, lock.value),
    labels,
  });
  return { value: { opened: opened.value, packages }, diagnostics: [] };
}

const NOT_THERE: NotKnown = {
  subject: LOCK_FILE,
  why: 'it is not there, so no packages are known: `mobileops deps lock` makes it',
  lacks: 'packages',
  packages: [],
};

const NO_LOCK: WorkspacePackages = { packages: [], edges: [], roots: [], notKnown: [NOT_THERE] };
