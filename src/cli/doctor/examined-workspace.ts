import { type Diagnostic, diagnosticToJson } from '../../base/index.ts';
import {
  cacheFolder,
  Explanations,
  loadCheck,
  loadWants,
  type OpenedWorkspace,
  openStore,
  openWorkspace,
  readSources,
  sourceChangeOf,
  sourceViews,
} from '../../build/index.ts';
import { type Lockfile, missingFiles, packagePlace } from '../../dependencies/index.ts';
import type { ExaminedWorkspace, FailedStep, NeededTool } from '../../doctor/index.ts';
import { checkSystemPackages, resolveToolchains } from '../../toolchain/index.ts';
import { findWorkspaceRoot } from '../../workspace/index.ts';
import { variableProblems } from '../variables.ts';
import type { VerbContext } from '../verb.ts';

type Declared = NonNullable<ExaminedWorkspace['declared']>;

/** The workspace as everyone who builds it sees it; `undefined` where there is none. */
export async function examinedWorkspace(context: VerbContext): Promise<ExaminedWorkspace | undefined> {
  const { host, directory } = context;
  const root = findWorkspaceRoot(host.fs, directory);
  if (root === undefined) return undefined;
  const environment = { ...context, sink: () => {} };
  const { checkWorkspace } = await loadCheck();
  const checked = await checkWorkspace(environment);
  const ofVariables = variableProblems(host.env.variables);
  const opened = await openWorkspace(environment);
  if (!opened.value) return { root, diagnostics: [...ofVariables, ...checked.diagnostics] };
  const { declared, ofLock } = await declaredBy(context, opened.value);
  const known = new Set(ofLock.map(textOf));
  const diagnostics = [...ofVariables, ...checked.diagnostics.filter((each) => !known.has(textOf(each)))];
  return { root, diagnostics, declared };
}

function textOf(diagnostic: Diagnostic): string {
  return JSON.stringify(diagnosticToJson(diagnostic));
}

interface KnownTargets {
  readonly declared: Declared;
  readonly ofLock: readonly Diagnostic[];
}

async function declaredBy(context: VerbContext, opened: OpenedWorkspace): Promise<KnownTargets> {
  const { host } = context;
  const { root, graph, workspace } = opened;
  const { configuration } = workspace;
  const targets = [...graph.targets.values()];
  const common = { configuration, targets, failures: failuresOf(context, opened) };
  const { system } = configuration.dependencies;
  const sources = await readSources({ ...context, sink: () => {} }, root);
  const blind = { declared: { ...common, tools: [], system: checkSystemPackages(host, system) }, ofLock: [] };
  if (sources.diagnostics.some(({ severity }) => severity === 'error')) return blind;
  try {
    const { wantsOf, outsideSettings, checkedLock } = await loadWants();
    const settings = outsideSettings(host, opened);
    const wants = wantsOf(targets, sourceViews(host, root, sources.value), { settings, mode: 'test' });
    const { value, diagnostics: ofLock } = checkedLock(host, opened, wants);
    const tools = await toolsOf(context, value.lock, wants);
    const lock = {
      problems: ofLock,
      missingFiles: value.lock ? await missingOf(context, value.lock, wants) : 0,
      origins: originsOf(value.lock),
    };
    const declared = { ...common, tools, system: checkSystemPackages(host, system, wants.tools), lock };
    return { declared, ofLock };
  } catch (error) {
    sourceChangeOf(error);
    return blind;
  }
}

type Wants = ReturnType<Awaited<ReturnType<typeof loadWants>>['wantsOf']>;

/** What is told by the state of the lock. */
const OF_THE_LOCK = new Set(['toolchain/not-locked', 'toolchain/not-prepared']);

async function toolsOf(
  { host }: VerbContext,
  lock: Lockfile | undefined,
  wants: Wants,
): Promise<readonly NeededTool[]> {
  const { cas } = openStore(host);
  const names = wants.tools;
  const resolved = await resolveToolchains({ host, cas, cacheDirectory: cacheFolder(host), lock, names });
  return names.flatMap((name) => {
    const found = resolved.problems.get(name) ?? [];
    const problems = found.filter(({ code }) => !OF_THE_LOCK.has(code));
    if (found.length > 0 && problems.length === 0) return [];
    const { version = '', files = {} } = resolved.toolchains.get(name) ?? {};
    const isLocked = lock?.tools[name] !== undefined;
    const place = isLocked ? undefined : (files.home ?? files[name]);
    const neededBy = wants.needs.filter(({ tools, testTools = [] }) =>
      [...tools, ...testTools].includes(name),
    );
    return [
      {
        ...{ name, version, isLocked, problems, neededBy: neededBy.map(({ label }) => label) },
        ...(place === undefined ? {} : { place }),
      },
    ];
  });
}

async function missingOf(context: VerbContext, lock: Lockfile, wants: Wants): Promise<number> {
  const { host } = context;
  const { needsTakenHere } = await loadWants();
  const needs = await needsTakenHere(context, wants.needs, wants.byLabel);
  const place = await packagePlace({ host, cacheDirectory: cacheFolder(host), lock });
  return missingFiles({ lock, needs, place, cas: openStore(host).cas }).files;
}

/** Of the addresses that a lock holds. */
function originsOf(lock: Lockfile | undefined): readonly string[] {
  const urls = Object.values(lock?.urls ?? {}).flatMap(({ from }) => from.url ?? []);
  return [...new Set(urls.filter((url) => URL.canParse(url)).map((url) => new URL(url).origin))].sort();
}

/** Steps of targets that are declared, whose last run was bad. */
function failuresOf({ host }: VerbContext, { root, graph }: OpenedWorkspace): readonly FailedStep[] {
  const explanations = new Explanations(host.fs, root);
  return [...graph.targets.keys()].flatMap((label) =>
    explanations
      .of(label)
      .actions.filter(({ status }) => status === 'failed')
      .map(({ id, time, reasons }) => ({ label, id, time, reasons })),
  );
}
