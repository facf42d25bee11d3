import { prepareTargets } from '../prepare-targets.ts';
import { diagnosticsJson, exitCodeOf } from '../report/reporter.ts';
import type { ExitCode, Verb } from '../verb.ts';

/** Fetches what the chosen targets need, so that a build of them needs no network. */
export const prepareVerb: Verb = async (context) => {
  const { reporter, positionals } = context;
  const done = await prepareTargets(context, positionals.length === 0 ? ['all'] : positionals);
  const exitCode = context.signal.aborted ? 130 : exitCodeOf(done.diagnostics);
  const { fetchedFiles, fetchedBytes } = done;
  if (reporter.isJson) {
    reporter.json({ exitCode, fetchedFiles, fetchedBytes, diagnostics: diagnosticsJson(done.diagnostics) });
  }
  reporter.diagnostics(done.diagnostics);
  if (exitCode === 0 && fetchedFiles === 0) reporter.note('nothing to fetch');
  return exitCode satisfies ExitCode;
};
