import { basename, resolve } from 'node:path/posix';
import { type Diagnostic, fail, formatLabel, hasErrors, ok, parseLabel, type Result } from '../base/index.ts';
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
  fileSubject,
  folderSubject,
  loadAppSubjects,
  loadImageSubjects,
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
  if (word === undefined)
    return found.workspace
      ? wholeWorkspace(context, found)
      : opened(found, await folderOf(context, directory));
  const named = positionals.length === 1 ? await oneThing(context, found, word) : undefined;
  if (named) return named.ok ? opened(found, named.value) : named;
  if (!found.workspace) return fail(positionals.map(noTarget));
  return wholeWorkspace(context, found);
}

function opened(found: Found, subject: ScanSubject): Opened {
  return ok({ ...found, subject });
}

type OneSubject = Result<ScanSubject, readonly Diagnostic[]>;

/** An image, an app, a file or a folder; `undefined` where the word can mean a target alone. */
async function oneThing(context: VerbContext, found: Found, word: string): Promise<OneSubject | undefined> {
  const label = parseLabel(word);
  if (label?.kind === 'image') return imageOf(context, word);
  if (label?.kind === 'app') return builtApp(context, found, word);
  if (label) return undefined;
  const { host, signal } = context;
  const path = resolve(host.env.workingDirectory, word);
  const type = typeOf(context, path);
  if (type === undefined || (isTarget(found, word) && !isPath(word))) return undefined;
  if (type === 'directory' && host.fs.lstat(`${path}/oci-layout`)) return imageOf(context, word);
  if (type === 'directory') return ok(await folderOf(context, path));
  if (APP.test(word)) return appOf(context, word);
  if (PACKAGE_LOCK.test(basename(path))) return ok(packageLockSubject(host.fs, path, word));
  return ok(fileSubject({ fs: host.fs, signal }, path));
}

const APP = /\.(?:apk|aab|ipa)$/i;

async function imageOf(context: VerbContext, word: string): Promise<OneSubject> {
  const { openNamedImages } = await import('./verbs/named-image.ts');
  const images = await openNamedImages(context, [word]);
  if (!images.ok) return images;
  const [{ imageSubject }, { inspectionDiagnostic }] = await Promise.all([
    loadImageSubjects(),
    import('../inspection/index.ts'),
  ]);
  const subject = await imageSubject(images.value[0]!);
  return subject.ok ? subject : fail([inspectionDiagnostic(subject.failure)]);
}

async function appOf(context: VerbContext, word: string): Promise<OneSubject> {
  const [{ appSubject }, { readApp }] = await Promise.all([
    loadAppSubjects(),
    import('./verbs/named-app.ts'),
  ]);
  return readApp(context, word, appSubject);
}

type Found = Pick<OpenedSubject, 'diagnostics'> & { readonly workspace: OpenedWorkspace | undefined };

async function wholeWorkspace(context: VerbContext, { workspace, diagnostics }: Found): Promise<Opened> {
  const { host, positionals } = context;
  const current = workspace!;
  const { root, graph } = current;
  const only = positionals.length === 0 ? undefined : partsOf(current, positionals);
  if (only && !only.ok) return only;
  const { fs, processes, env } = host;
  const sources = await listSources({ fs, processes, variables: env.variables, root });
  const locked = await lockOf(context, current);
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

/** No target is called so. */
function isPath(word: string): boolean {
  return word.includes('/') || word.includes('.');
}

function typeOf({ host }: VerbContext, path: string): 'file' | 'directory' | undefined {
  const stat = host.fs.lstat(path) && host.fs.lstat(host.fs.realPath(path));
  return stat?.type === 'file' || stat?.type === 'directory' ? stat.type : undefined;
}

const PACKAGE_LOCK = /^(?:package-lock|npm-shrinkwrap)\.json$/;

/** A built app, and what the lock says of one of the workspace: shrunk code does not tell its libraries. */
async function builtApp(context: VerbContext, found: Found, word: string): Promise<OneSubject> {
  const built = await appOf(context, word);
  if (!built.ok || !isTarget(found, word)) return built;
  const declared = await wholeWorkspace({ ...context, positionals: [word] }, found);
  if (!declared.ok) return declared;
  const { packages, problems = [] } = declared.value.subject;
  const known = new Set(built.value.packages.map(({ purl }) => purl));
  const more = packages.filter(({ purl }) => !known.has(purl));
  return ok({ ...built.value, packages: [...built.value.packages, ...more], problems });
}

/** A folder, with a workspace in it or without. */
async function folderOf({ host, signal }: VerbContext, root: string): Promise<ScanSubject> {
  const { fs, processes, env } = host;
  const sources = await listSources({ fs, processes, variables: env.variables, root });
  const subject = await folderSubject({ fs, signal }, root, sources.paths);
  const locks = sources.paths.filter((path) => basename(path) === LOCK_FILE);
  const why = 'the lock of a workspace: mobileops scan -C FOLDER scans it';
  return {
    ...subject,
    notScanned: [...subject.notScanned, ...locks.map((path) => ({ subject: path, why }))],
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
