import { hasErrors } from '../../base/index.ts';
import { licenceReport, licencesJson, licencesText } from '../deps/licence-report.ts';
import { openPackages } from '../deps/open-dependencies.ts';
import { builtImages, workspaceLicences } from '../deps/workspace-licences.ts';
import { diagnosticsJson, refuse } from '../report/reporter.ts';
import type { Verb } from '../verb.ts';

/** Lists what the packages of the workspace and of its images declare as their licence; 1 where one is refused. */
export const depsLicensesVerb: Verb = async (context) => {
  const { reporter, flags } = context;
  const opened = await openPackages(context);
  if (!opened.value) return refuse(reporter, opened.diagnostics);
  const allow = flags.texts('allow');
  const policy = { deny: flags.texts('deny'), ...(allow.length === 0 ? {} : { allow }) };
  const found = await workspaceLicences(context, opened.value, {
    isWanted: ({ scopes }) => flags.has('all') || scopes.includes('run'),
    places: builtImages(context, opened.value),
  });
  const report = licenceReport(found, policy);
  const diagnostics = [...opened.diagnostics, ...report.diagnostics];
  const exitCode = hasErrors(diagnostics) ? 1 : 0;
  if (reporter.isJson)
    reporter.json({ exitCode, ...licencesJson(report), diagnostics: diagnosticsJson(diagnostics) });
  else reporter.result(licencesText(report));
  reporter.diagnostics(diagnostics);
  return exitCode;
};
