import { prepareTargets } from '../prepare-targets.ts';
import { diagnosticsJson, exitCodeOf } from '../report/reporter.ts';
import type { ExitCode, Verb } from '../verb.ts';

/** Fetches what the chosen targets need, so that a build of them, and with `--tests` their tests, need no network. */
export const prepareVerb: Verb = async (context) => {
  const { reporter, positionals, flags } = context;
  const words = positionals.length === 0 ? ['all'] : positionals;
  const done = await prepareTargets(context, { words, mode: flags.has('tests') ? 'test' : 'build' });
  const exitCode = context.signal.aborted ? 130 : exitCodeOf(done.diagnostics);
  const { fetchedFiles, fetchedBytes } = done;
  if (reporter.isJson) {
    reporter.json({ exitCode, fetchedFiles, fetchedBytes, diagnostics: diagnosticsJson(done.diagnostics) });
  }
  reporter.diagnostics(done.diagnostics);
  if (exitCode === 0 && fetchedFiles === 0) reporter.note('nothing to fetch');
  return exitCode satisfies ExitCode;
};
