import { basename, resolve } from 'node:path/posix';
import { type Diagnostic, fail, formatLabel, hasErrors, ok, type Result } from '../base/index.ts';
import {
  loadWants,
  type OpenedWorkspace,
  openWorkspace,
  readSources,
  sourceChangeOf,
  sourceViews,
} from '../build/index.ts';
import { LOCK_FILE, type Lockfile, readPackageLocks } from '../dependencies/index.ts';
import { selectTargets } from '../graph/index.ts';
import {
  diskFiles,
  packageLockSubject,
  type ScanCode,
  type ScanSubject,
  type TargetPart,
  workspaceSubject,
} from '../scan/index.ts';
import { findWorkspaceRoot, listSources } from '../workspace/index.ts';
import type { VerbContext } from './verb.ts';

/** What is to be scanned, and the workspace whose exceptions hold. */
export interface OpenedSubject {
  readonly subject: ScanSubject;
  readonly workspace: OpenedWorkspace | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

type Opened = Result<OpenedSubject, readonly Diagnostic[]>;

/** What the words of the command line mean: targets, a file or a folder; without any, the workspace. */
export async function openSubject(context: VerbContext): Promise<Opened> {
  const { positionals, directory, host } = context;
  const isInside = findWorkspaceRoot(host.fs, directory) !== undefined;
  const workspace = isInside ? await openWorkspace({ ...context, sink: () => {} }) : undefined;
  if (workspace && !workspace.value) return fail(workspace.diagnostics);
  const found = { workspace: workspace?.value, diagnostics: workspace?.diagnostics ?? [] };
  const [word] = positionals;
  if (word === undefined && found.workspace) return wholeWorkspace(context, found);
  if (word === undefined) return ok({ ...found, subject: await folderOf(context, directory) });
  if (positionals.length === 1) {
    const path = resolve(host.env.workingDirectory, word);
    const type = typeOf(context, path);
    if (type === 'file' && isScannedAlone(word))
      return ok({ ...found, subject: fileOf(context, path, word) });
    if (type === 'directory' && !isTarget(found, word))
      return ok({ ...found, subject: await folderOf(context, path) });
    if (type === 'file' && !isTarget(found, word))
      return ok({ ...found, subject: fileOf(context, path, word) });
  }
  if (!found.workspace) return fail(positionals.map(noTarget));
  return wholeWorkspace(context, found);
}

type Found = Pick<OpenedSubject, 'diagnostics'> & { readonly workspace: OpenedWorkspace | undefined };

async function wholeWorkspace(context: VerbContext, { workspace, diagnostics }: Found): Promise<Opened> {
  const { host, positionals } = context;
  const opened = workspace!;
  const { root, graph } = opened;
  const only = positionals.length === 0 ? undefined : partsOf(opened, positionals);
  if (only && !only.ok) return only;
  const { fs, processes, env } = host;
  const sources = await listSources({ fs, processes, variables: env.variables, root });
  const locked = await lockOf(context, opened);
  if (hasErrors(sources.diagnostics) || !locked.ok)
    return fail([...diagnostics, ...sources.diagnostics, ...(locked.ok ? [] : locked.failure)]);
  const labels = [...graph.targets.values()].map(
    ({ label, directory }) => [directory, formatLabel(label)] as const,
  );
  const { lock, problems } = locked.value;
  const subject = workspaceSubject({
    fs,
    root,
    lock,
    problems,
    packageLocks: lock ? readPackageLocks(fs, root, lock) : new Map(),
    labels: new Map(labels),
    sources: sources.paths,
    ...(only ? { only: only.value } : {}),
  });
  return ok({ subject, workspace, diagnostics });
}

/** The lock, and why it is not the one that the sources ask for: what it names is then not what is going to be built. */
async function lockOf(
  context: VerbContext,
  opened: OpenedWorkspace,
): Promise<
  Result<
    { readonly lock: Lockfile | undefined; readonly problems: readonly Diagnostic[] },
    readonly Diagnostic[]
  >
> {
  const { host } = context;
  const sources = await readSources({ ...context, sink: () => {} }, opened.root);
  if (hasErrors(sources.diagnostics)) return fail(sources.diagnostics);
  const { wantsOf, outsideSettings, checkedLock } = await loadWants();
  try {
    const settings = outsideSettings(host, opened);
    const views = sourceViews(host, opened.root, sources.value);
    const wants = wantsOf(opened.graph.targets.values(), views, { settings, mode: 'test' });
    const { value, diagnostics } = checkedLock(host, opened, wants);
    return ok({ lock: value.lock, problems: diagnostics });
  } catch (error) {
    return fail([sourceChangeOf(error)]);
  }
}

function partsOf(
  { graph }: OpenedWorkspace,
  words: readonly string[],
): Result<readonly TargetPart[], readonly Diagnostic[]> {
  const selected = selectTargets(graph, words);
  if (hasErrors(selected.diagnostics)) return fail(selected.diagnostics);
  return ok(selected.value.map((label) => ({ label, folder: graph.targets.get(label)!.directory })));
}

function isTarget({ workspace }: Found, word: string): boolean {
  return workspace !== undefined && !hasErrors(selectTargets(workspace.graph, [word]).diagnostics);
}

/** A path that no target can be called. */
function isScannedAlone(word: string): boolean {
  return word.includes('/') || word.includes('.');
}

function typeOf({ host }: VerbContext, path: string): 'file' | 'directory' | undefined {
  const stat = host.fs.lstat(path) && host.fs.lstat(host.fs.realPath(path));
  return stat?.type === 'file' || stat?.type === 'directory' ? stat.type : undefined;
}

const PACKAGE_LOCK = /^(?:package-lock|npm-shrinkwrap)\.json$/;

function fileOf({ host }: VerbContext, path: string, name: string): ScanSubject {
  if (PACKAGE_LOCK.test(basename(path))) return packageLockSubject(host.fs, path, name);
  const files = diskFiles(host.fs, resolve(path, '..'), [basename(path)]);
  return { packages: [], files, notScanned: [], isWhole: false };
}

/** A folder without a workspace: its files, and the packages of the locks that we know. */
async function folderOf({ host }: VerbContext, root: string): Promise<ScanSubject> {
  const { fs, processes, env } = host;
  const sources = await listSources({ fs, processes, variables: env.variables, root });
  const locks = sources.paths.filter((path) => PACKAGE_LOCK.test(basename(path)));
  const subjects = locks.map((path) => packageLockSubject(fs, resolve(root, path), path));
  const others = sources.paths.filter((path) => basename(path) === LOCK_FILE);
  return {
    packages: subjects.flatMap(({ packages }) => packages),
    files: diskFiles(fs, root, sources.paths),
    notScanned: [
      ...subjects.flatMap(({ notScanned }) => notScanned),
      ...others.map((path) => ({
        subject: path,
        why: 'scan the workspace itself: mobileops -C FOLDER scan',
      })),
    ],
    problems: subjects.flatMap(({ problems = [] }) => problems),
    isWhole: false,
  };
}

function noTarget(word: string): Diagnostic {
  return {
    code: 'scan/no-target' satisfies ScanCode,
    severity: 'error',
    path: word,
    message: 'there is no such file or folder, and no workspace here that could have a target of that name',
    hint: 'give a path, or go to the workspace of the target',
    cause: 'input',
  };
}
