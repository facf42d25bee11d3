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
import { LOCK_FILE, makeLock, readLock, writeLock } from '../../dependencies/index.ts';
import type { EventSink } from '../../event/index.ts';
import { diagnosticsJson, exitCodeOf } from '../report/reporter.ts';
import { showPreparation } from '../show-preparation.ts';
import type { Verb, VerbContext } from '../verb.ts';

/** Resolves what all targets ask for and writes the lock; the old one stays when something cannot be resolved. */
export const depsLockVerb: Verb = async (context) => {
  const { reporter, signal } = context;
  const shown = showPreparation(context);
  const diagnostics = await run(context, shown.sink)
    .catch((error: unknown) => [sourceChangeOf(error)])
    .finally(shown.close);
  const exitCode = signal.aborted ? 130 : exitCodeOf(diagnostics);
  if (reporter.isJson) reporter.json({ exitCode, diagnostics: diagnosticsJson(diagnostics) });
  reporter.diagnostics(diagnostics);
  if (exitCode === 0) reporter.note(`wrote ${LOCK_FILE}`);
  return exitCode;
};

async function run(context: VerbContext, sink: EventSink): Promise<readonly Diagnostic[]> {
  const { host, signal } = context;
  const environment = { ...context, sink };
  const opened = await openWorkspace(environment);
  if (!opened.value) return opened.diagnostics;
  const { graph, root } = opened.value;
  const sources = await readSources(environment, root);
  if (hasErrors(sources.diagnostics)) return [...opened.diagnostics, ...sources.diagnostics];
  const { wantsOf, outsideSettings, gather, checkToolsOf } = await loadWants();
  const settings = outsideSettings(host, opened.value);
  const views = sourceViews(host, root, sources.value);
  const wants = wantsOf(graph.targets.values(), views, { settings, mode: 'test' });
  const ofChecks = checkToolsOf(wants.byLabel.values(), { mode: 'test', checks: true });
  const tools = [...new Set([...wants.tools, ...ofChecks])].sort();
  const gathered = gather(host, opened.value, { ...wants, tools });
  if (hasErrors(gathered.diagnostics)) return [...opened.diagnostics, ...gathered.diagnostics];
  const store = openStore(host);
  using _ = store.use();
  // A lock that cannot be read is no reason not to make a new one.
  const previous = readLock(host.fs, root).value;
  const cacheDirectory = cacheFolder(host);
  const requirements = gathered.value;
  const made = await makeLock({
    host,
    cas: store.cas,
    root,
    cacheDirectory,
    requirements,
    previous,
    sink,
    signal,
  });
  if (made.value) writeLock(host.fs, root, made.value);
  return [...opened.diagnostics, ...gathered.diagnostics, ...made.diagnostics];
}
