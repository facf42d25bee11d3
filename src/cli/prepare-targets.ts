import { type Diagnostic, type Digest, hasErrors } from '../base/index.ts';
import {
  type BuildRequest,
  cacheFolder,
  loadWants,
  type OpenedWorkspace,
  openStore,
  openWorkspace,
  readSources,
  sourceChangeOf,
  sourceViews,
} from '../build/index.ts';
import {
  type Lockfile,
  lockedDigests,
  missingFiles,
  packagePlace,
  packageProblems,
  prepare,
} from '../dependencies/index.ts';
import type { EventSink } from '../event/index.ts';
import { closure, selectTargets } from '../graph/index.ts';
import type { ToolName } from '../rules/index.ts';
import type { SourceSnapshot } from '../workspace/index.ts';
import { showPreparation } from './show-preparation.ts';
import type { VerbContext } from './verb.ts';

/** What came of fetching what targets need. */
export interface PreparedTargets {
  readonly fetchedFiles: number;
  readonly fetchedBytes: number;
  readonly diagnostics: readonly Diagnostic[];
  /** Absent where it is not known what they need. */
  readonly targets?: ReadyTargets;
}

/** Targets of a workspace whose locked files are in the store, as far as no diagnostic says otherwise. */
export interface ReadyTargets {
  readonly opened: OpenedWorkspace;
  readonly sources: SourceSnapshot;
  /** As they were asked for. */
  readonly selected: readonly string[];
  /** With all that they need. */
  readonly chosen: readonly string[];
  /** Content that the lock names for them. */
  readonly locked: readonly Digest[];
  /** What builds them, and the lock that has it. */
  readonly tools: readonly ToolName[];
  readonly lock?: Lockfile;
}

export interface Asked {
  /** Words of the command line. */
  readonly words: readonly string[];
  /** `build` leaves out what only tests take. */
  readonly mode: BuildRequest['mode'];
}

/** Fetches what the lock names for targets and the store lacks, and shows how that goes on. */
export async function prepareTargets(context: VerbContext, asked: Asked): Promise<PreparedTargets> {
  const shown = showPreparation(context);
  try {
    return await fetchFor(context, asked, shown.sink);
  } catch (error) {
    return stop([sourceChangeOf(error)]);
  } finally {
    shown.close();
  }
}

async function fetchFor(
  context: VerbContext,
  { words, mode }: Asked,
  sink: EventSink,
): Promise<PreparedTargets> {
  const { host, signal } = context;
  const environment = { ...context, sink };
  const opened = await openWorkspace(environment);
  if (!opened.value) return stop(opened.diagnostics);
  const { graph, root } = opened.value;
  const selected = selectTargets(graph, words);
  const sources = await readSources(environment, root);
  const before = [...opened.diagnostics, ...selected.diagnostics, ...sources.diagnostics];
  if (hasErrors(before)) return stop(before);
  const { wantsOf, outsideSettings, checkedLock, needsTakenHere, ...load } = await loadWants();
  const settings = outsideSettings(host, opened.value);
  const views = sourceViews(host, root, sources.value);
  const wants = wantsOf(graph.targets.values(), views, { settings, mode });
  const checked = checkedLock(host, opened.value, wants);
  const { lock } = checked.value;
  const diagnostics = [...before, ...checked.diagnostics];
  const chosen = closure(graph, selected.value);
  const known = { opened: opened.value, sources: sources.value, selected: selected.value, chosen };
  if (!lock || hasErrors(diagnostics))
    return { ...stop(diagnostics), targets: { ...known, locked: [], tools: [] } };
  const labels = new Set(chosen);
  const asked = wants.needs.filter(({ label }) => labels.has(label));
  const requirements = chosen.flatMap((label) => wants.byLabel.get(label) ?? []);
  const ofChecks = load.lockedCheckTools(lock, load.checkToolsOf(requirements, { mode, checks: true }));
  const ofTargets = await needsTakenHere(context, asked, wants.byLabel);
  const needs = [...ofTargets, load.needsOfTools(ofChecks.usable)];
  const store = openStore(host);
  using _ = store.use();
  const cacheDirectory = cacheFolder(host);
  const place = await packagePlace({ host, cacheDirectory, lock });
  diagnostics.push(...needs.flatMap((each) => packageProblems(lock, each, place)));
  const isMissing = missingFiles({ lock, needs, place, cas: store.cas }).files > 0;
  const prepared = isMissing
    ? await prepare({ host, cas: store.cas, cacheDirectory, lock, needs, sink, signal })
    : stop([]);
  const locked = lockedDigests({ lock, needs, place });
  return {
    ...prepared,
    diagnostics: [...diagnostics, ...prepared.diagnostics],
    targets: { ...known, locked, tools: [...new Set(requirements.flatMap(({ tools }) => tools))], lock },
  };
}

function stop(diagnostics: readonly Diagnostic[]): PreparedTargets {
  return { fetchedFiles: 0, fetchedBytes: 0, diagnostics };
}
