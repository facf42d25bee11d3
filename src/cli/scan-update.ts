import { resolve } from 'node:path/posix';
import type { Diagnostic } from '../base/index.ts';
import { cacheFolder } from '../build/index.ts';
import { ECOSYSTEMS, type Ecosystem } from '../packages/index.ts';
import {
  addressExport,
  type DatabaseFacts,
  type DatabasePlaces,
  EXPORT_ADDRESS,
  EXPORT_VARIABLE,
  type ExportSource,
  fetchedPath,
  folderExport,
  updateDatabase,
  updateDiagnostic,
} from '../scan/index.ts';
import { diagnosticsJson, exitCodeOf } from './report/reporter.ts';
import type { ExitCode, VerbContext } from './verb.ts';

/** Where the databases of this user are, or of `--database`. */
export function databasePlaces({ host, program, flags }: VerbContext): DatabasePlaces {
  const given = flags.text('database');
  const fetched =
    given === undefined ? `${cacheFolder(host)}/osv` : resolve(host.env.workingDirectory, given);
  return { fs: host.fs, fetched, shipped: program.advisories };
}

/** Fetches the advisories of ecosystems; one that fails does not stop the others. */
export async function updateDatabases(
  context: VerbContext,
  ecosystems: readonly Ecosystem[],
): Promise<ExitCode> {
  const { reporter, host, signal } = context;
  const places = databasePlaces(context);
  const source = exportSource(context);
  const updated: DatabaseFacts[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const ecosystem of ecosystems) {
    reporter.note(`fetching the advisories for ${ecosystem} from ${source.name}`);
    const { fs, clock } = host;
    const made = await updateDatabase(
      { fs, clock, source, signal },
      ecosystem,
      fetchedPath(places, ecosystem),
    );
    if (signal.aborted) return 130;
    if (made.ok) {
      updated.push(made.value);
      const { records, asOf } = made.value;
      const noun = records === 1 ? 'advisory' : 'advisories';
      if (!reporter.isJson) reporter.result(`${ecosystem}: ${records} ${noun} as of ${asOf}`);
    } else diagnostics.push(updateDiagnostic(made.failure, ecosystem));
  }
  const exitCode = exitCodeOf(diagnostics);
  if (reporter.isJson) reporter.json({ exitCode, updated, diagnostics: diagnosticsJson(diagnostics) });
  reporter.diagnostics(diagnostics);
  return exitCode;
}

function exportSource({ host, flags }: VerbContext): ExportSource {
  const from = flags.text('from') ?? (host.env.variables[EXPORT_VARIABLE] || EXPORT_ADDRESS);
  const address = /^https?:\/\//i.test(from) ? URL.parse(from) : null;
  if (address) return addressExport(host.http, address);
  return folderExport(host.fs, resolve(host.env.workingDirectory, from));
}

export function namedEcosystems(names: readonly string[]): readonly Ecosystem[] {
  return ECOSYSTEMS.filter((each) => names.some((name) => name.toLowerCase() === each.toLowerCase()));
}
