import type { Diagnostic } from '../../base/index.ts';
import { cacheFolder, openStore, sourceChangeOf } from '../../build/index.ts';
import { LOCK_FILE, makeLock, readLock, writeLock } from '../../dependencies/index.ts';
import type { EventSink } from '../../event/index.ts';
import { openRequirements } from '../deps/open-dependencies.ts';
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
  const opened = await openRequirements(context, sink);
  if (!opened.value) return opened.diagnostics;
  const { root, requirements } = opened.value;
  const store = openStore(host);
  using _ = store.use();
  // A lock that cannot be read is no reason not to make a new one.
  const previous = readLock(host.fs, root).value;
  const cacheDirectory = cacheFolder(host);
  const options = { host, cas: store.cas, root, cacheDirectory, requirements, previous, sink, signal };
  const made = await makeLock(options);
  if (made.value) writeLock(host.fs, root, made.value);
  return [...opened.diagnostics, ...made.diagnostics];
}
