import { dirname } from 'node:path/posix';
import type { Diagnostic } from '../../base/index.ts';
import {
  type Lockfile,
  packageGraph,
  packageLockGraph,
  type WorkspacePackages,
} from '../../dependencies/index.ts';
import type { FileSystem } from '../../host/index.ts';
import type { Package } from '../../packages/index.ts';
import type { ScanCode } from '../diagnostics.ts';
import type { NotScanned } from '../model.ts';
import type { ScanSubject } from '../subject.ts';
import { diskFiles } from './disk-files.ts';

export interface WorkspaceSubjectOptions {
  readonly fs: FileSystem;
  /** Absolute. */
  readonly root: string;
  /** Absent where the workspace needs none. */
  readonly lock?: Lockfile | undefined;
  readonly packageLocks: ReadonlyMap<string, string>;
  /** Labels of targets by their folder. */
  readonly labels: ReadonlyMap<string, string>;
  /** What stands against the lock. */
  readonly problems: readonly Diagnostic[];
  /** Paths of all sources, relative to the root. */
  readonly sources: readonly string[];
  /** Only what these targets use and hold; everything unless told. */
  readonly only?: readonly TargetPart[];
}

export interface TargetPart {
  readonly label: string;
  /** Relative to the root; `''` is all of it. */
  readonly folder: string;
}

/** What the locks of a workspace name, and its sources. */
export function workspaceSubject(options: WorkspaceSubjectOptions): ScanSubject {
  const { fs, root, lock, packageLocks, labels, sources, problems, only } = options;
  const graph = lock && packageGraph({ lock, packageLocks, labels });
  const isMeant = only ? (path: string) => only.some((part) => isBelow(path, part.folder)) : () => true;
  return {
    packages: graph ? (only ? packagesOf(graph, only) : graph.packages) : [],
    files: diskFiles(fs, root, sources.filter(isMeant)),
    notScanned: notScannedOf(graph, only),
    problems,
    isWhole: only === undefined,
  };
}

/** The packages of one `package-lock.json`; one that cannot be read is a problem. */
export function packageLockSubject(fs: FileSystem, path: string, name: string): ScanSubject {
  const { packages, notKnown } = packageLockGraph({
    label: name,
    folder: dirname(name).replace(/^\.$/, ''),
    text: fs.readText(path),
  });
  const problems = notKnown.map(({ why }) => unreadable(name, why));
  return { packages, files: [], notScanned: [], problems, isWhole: false };
}

function unreadable(path: string, why: string): Diagnostic {
  return {
    code: 'scan/unreadable' satisfies ScanCode,
    severity: 'error',
    path,
    message: `its packages are not scanned: ${why}`,
    hint: 'make the lock anew with npm 7 or newer',
  };
}

function isBelow(path: string, folder: string): boolean {
  return folder === '' || path.startsWith(`${folder}/`);
}

/** All that is reached from the roots of the targets. */
function packagesOf(
  { packages, edges, roots }: WorkspacePackages,
  only: readonly TargetPart[],
): readonly Package[] {
  const wanted = new Set(only.map(({ label }) => label));
  const reached = new Set(roots.flatMap((each) => (wanted.has(each.label) ? each.packages : [])));
  const next = Map.groupBy(edges, ({ from }) => from);
  for (const purl of reached) for (const { to } of next.get(purl) ?? []) reached.add(to);
  return packages.filter(({ purl }) => reached.has(purl));
}

/** Who wants what does not matter here; that packages are not known at all does. */
function notScannedOf(
  graph: WorkspacePackages | undefined,
  only: readonly TargetPart[] | undefined,
): readonly NotScanned[] {
  if (!graph)
    return [{ subject: 'packages', why: 'there is no mobileops.lock: `mobileops deps lock` writes it' }];
  const labels = only && new Set(only.map(({ label }) => label));
  return graph.notKnown
    .filter(({ subject, lacks }) => lacks === 'packages' && (labels?.has(subject) ?? true))
    .map(({ subject, why }) => ({ subject, why }));
}
