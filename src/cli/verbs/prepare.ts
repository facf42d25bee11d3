import { type Diagnostic, hasErrors } from '../../base/index.ts';
import {
  cacheFolder,
  loadWants,
  openStore,
  openWorkspace,
  readSources,
  sourceChangeOf,
  sourceViews,
} from '../../build/index.ts';
import { missingFiles, packagePlace, packageProblems, prepare } from '../../dependencies/index.ts';
import type { EventSink } from '../../event/index.ts';
import { closure, selectTargets } from '../../graph/index.ts';
import { diagnosticsJson, exitCodeOf } from '../report/reporter.ts';
import { showPreparation } from '../show-preparation.ts';
import type { ExitCode, Verb, VerbContext } from '../verb.ts';

/** Fetches what the chosen targets need, so that a build of them needs no network. */
export const prepareVerb: Verb = async (context) => {
  const { reporter } = context;
  const shown = showPreparation(context);
  const done = await run(context, shown.sink).catch(changed).finally(shown.close);
  const exitCode = context.signal.aborted ? 130 : exitCodeOf(done.diagnostics);
  const { fetchedFiles, fetchedBytes } = done;
  if (reporter.isJson) {
    reporter.json({ exitCode, fetchedFiles, fetchedBytes, diagnostics: diagnosticsJson(done.diagnostics) });
  }
  reporter.diagnostics(done.diagnostics);
  if (exitCode === 0 && fetchedFiles === 0) reporter.note('nothing to fetch');
  return exitCode satisfies ExitCode;
};

interface Done {
  readonly fetchedFiles: number;
  readonly fetchedBytes: number;
  readonly diagnostics: readonly Diagnostic[];
}

function stop(diagnostics: readonly Diagnostic[]): Done {
  return { fetchedFiles: 0, fetchedBytes: 0, diagnostics };
}

function changed(error: unknown): Done {
  return stop([sourceChangeOf(error)]);
}

async function run(context: VerbContext, sink: EventSink): Promise<Done> {
  const { host, signal, positionals } = context;
  const environment = { ...context, sink };
  const opened = await openWorkspace(environment);
  if (!opened.value) return stop(opened.diagnostics);
  const { graph, root } = opened.value;
  const selected = selectTargets(graph, positionals.length === 0 ? ['all'] : positionals);
  const sources = await readSources(environment, root);
  const before = [...opened.diagnostics, ...selected.diagnostics, ...sources.diagnostics];
  if (hasErrors(before)) return stop(before);
  const { wantsOf, outsideSettings, checkedLock } = await loadWants();
  const settings = outsideSettings(host, opened.value);
  const wants = wantsOf(graph.targets.values(), sourceViews(host, root, sources.value), { settings });
  const checked = checkedLock(host, opened.value, wants);
  const { lock } = checked.value;
  const diagnostics = [...before, ...checked.diagnostics];
  if (!lock || hasErrors(diagnostics)) return stop(diagnostics);
  const chosen = new Set(closure(graph, selected.value));
  const needs = wants.needs.filter(({ label }) => chosen.has(label));
  const store = openStore(host);
  using _ = store.use();
  const cacheDirectory = cacheFolder(host);
  const place = await packagePlace({ host, cacheDirectory, lock });
  diagnostics.push(...needs.flatMap((each) => packageProblems(lock, each, place)));
  if (missingFiles({ lock, needs, place, cas: store.cas }).files === 0) return stop(diagnostics);
  const prepared = await prepare({ host, cas: store.cas, cacheDirectory, lock, needs, sink, signal });
  return { ...prepared, diagnostics: [...diagnostics, ...prepared.diagnostics] };
}
