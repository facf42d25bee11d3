import { type Checked, type Diagnostic, hasErrors } from '../../base/index.ts';
import {
  loadWants,
  type OpenedWorkspace,
  openWorkspace,
  readSources,
  sourceViews,
} from '../../build/index.ts';
import {
  type Ask,
  asksOf,
  checkLock,
  LOCK_FILE,
  type Lockfile,
  labelsOfFolders,
  packageGraph,
  type Requirements,
  readLock,
  readPackageLocks,
  type WorkspacePackages,
} from '../../dependencies/index.ts';
import type { EventSink } from '../../event/index.ts';
import type { VerbContext } from '../verb.ts';

/** What all targets of the workspace ask for, their tests and checks included. */
export interface OpenedRequirements {
  readonly opened: OpenedWorkspace;
  readonly root: string;
  readonly requirements: Requirements;
}

export async function openRequirements(
  context: VerbContext,
  sink: EventSink,
): Promise<Checked<OpenedRequirements | undefined>> {
  const { host } = context;
  const environment = { ...context, sink };
  const opened = await openWorkspace(environment);
  if (!opened.value) return { value: undefined, diagnostics: opened.diagnostics };
  const { graph, root } = opened.value;
  const sources = await readSources(environment, root);
  const before = [...opened.diagnostics, ...sources.diagnostics];
  if (hasErrors(before)) return { value: undefined, diagnostics: before };
  const { wantsOf, outsideSettings, gather, checkToolsOf } = await loadWants();
  const settings = outsideSettings(host, opened.value);
  const views = sourceViews(host, root, sources.value);
  const wants = wantsOf(graph.targets.values(), views, { settings, mode: 'test' });
  const ofChecks = checkToolsOf(wants.byLabel.values(), { mode: 'test', checks: true });
  const tools = [...new Set([...wants.tools, ...ofChecks])].sort();
  const gathered = gather(host, opened.value, { ...wants, tools });
  const diagnostics = [...opened.diagnostics, ...gathered.diagnostics];
  if (hasErrors(gathered.diagnostics)) return { value: undefined, diagnostics };
  return { value: { opened: opened.value, root, requirements: gathered.value }, diagnostics };
}

/** The same with what is locked of it. */
export interface OpenedPackages extends OpenedRequirements {
  readonly lock: Lockfile;
  readonly packages: WorkspacePackages;
  readonly asks: readonly Ask[];
}

/** A lock that is stale is read as it is, with warnings. */
export async function openPackages(context: VerbContext): Promise<Checked<OpenedPackages | undefined>> {
  const { host } = context;
  const opened = await openRequirements(context, () => {});
  if (!opened.value) return { value: undefined, diagnostics: opened.diagnostics };
  const { root, requirements } = opened.value;
  const read = readLock(host.fs, root);
  const stale = read.value ? checkLock(read.value, requirements).map(asWarning) : [];
  const missing = read.value || hasErrors(read.diagnostics) ? [] : [noLock()];
  // What the workspace is like otherwise is not asked for here.
  const diagnostics = [...read.diagnostics, ...stale, ...missing];
  if (!read.value) return { value: undefined, diagnostics };
  const labels = labelsOfFolders(requirements.targets);
  const packageLocks = readPackageLocks(host.fs, root, read.value);
  const packages = packageGraph({ lock: read.value, packageLocks, labels });
  const asks = asksOf(requirements, labels);
  return { value: { ...opened.value, lock: read.value, packages, asks }, diagnostics };
}

function asWarning(diagnostic: Diagnostic): Diagnostic {
  return { ...diagnostic, severity: 'warning' };
}

function noLock(): Diagnostic {
  return {
    code: 'dependencies/no-lock',
    severity: 'error',
    message: `there is no ${LOCK_FILE}, which says what packages the workspace has`,
    hint: 'run `mobileops deps lock` and commit the lock',
    path: LOCK_FILE,
  };
}
