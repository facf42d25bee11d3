import { sourceChangeOf } from '../../build/index.ts';
import { LOCK_FILE } from '../../dependencies/index.ts';
import { relock } from '../deps/relock.ts';
import { diagnosticsJson, exitCodeOf } from '../report/reporter.ts';
import { showPreparation } from '../show-preparation.ts';
import type { Verb } from '../verb.ts';

/** Resolves what all targets ask for and writes the lock; the old one stays when something cannot be resolved. */
export const depsLockVerb: Verb = async (context) => {
  const { reporter, signal } = context;
  const shown = showPreparation(context);
  const { diagnostics } = await relock(context, { sink: shown.sink })
    .catch((error: unknown) => ({ diagnostics: [sourceChangeOf(error)] }))
    .finally(shown.close);
  const exitCode = signal.aborted ? 130 : exitCodeOf(diagnostics);
  if (reporter.isJson) reporter.json({ exitCode, diagnostics: diagnosticsJson(diagnostics) });
  reporter.diagnostics(diagnostics);
  if (exitCode === 0) reporter.note(`wrote ${LOCK_FILE}`);
  return exitCode;
};
