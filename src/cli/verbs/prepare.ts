import { loadClassArchives } from '../../build/index.ts';
import { type PreparedTargets, prepareTargets } from '../prepare-targets.ts';
import { diagnosticsJson, exitCodeOf } from '../report/reporter.ts';
import type { ExitCode, Verb, VerbContext } from '../verb.ts';

/** Fetches what the chosen targets need, so that a build of them, and with `--tests` their tests, need no network. */
export const prepareVerb: Verb = async (context) => {
  const { reporter, positionals, flags } = context;
  const words = positionals.length === 0 ? ['all'] : positionals;
  const done = await prepareTargets(context, { words, mode: flags.has('tests') ? 'test' : 'build' });
  const fetched = context.signal.aborted ? 130 : exitCodeOf(done.diagnostics);
  const { fetchedFiles, fetchedBytes } = done;
  const archives =
    fetched === 0 && flags.has('class-archives') ? await makeArchives(context, done) : undefined;
  const exitCode = context.signal.aborted ? 130 : archives?.notMade.length ? 3 : fetched;
  if (reporter.isJson) {
    const classArchives = archives && { made: archives.made, notMade: archives.notMade };
    reporter.json({
      ...{ exitCode, fetchedFiles, fetchedBytes, diagnostics: diagnosticsJson(done.diagnostics) },
      ...(classArchives ? { classArchives } : {}),
    });
  }
  reporter.diagnostics(done.diagnostics);
  if (exitCode === 0 && fetchedFiles === 0) reporter.note('nothing to fetch');
  for (const { tool, sizeBytes } of archives?.made ?? [])
    reporter.note(`archive of the classes of ${tool}: ${Math.ceil(sizeBytes / 2 ** 20)} MiB`);
  for (const { tool, why } of archives?.notMade ?? [])
    reporter.note(`no archive of the classes of ${tool}: ${why}`);
  return exitCode satisfies ExitCode;
};

async function makeArchives(context: VerbContext, { targets }: PreparedTargets) {
  const { makeClassArchives } = await loadClassArchives();
  return makeClassArchives(context, { lock: targets?.lock, names: targets?.tools ?? [] });
}
