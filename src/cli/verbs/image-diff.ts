import { diffImages, diffSummary, diffText, inspectionDiagnostic } from '../../inspection/index.ts';
import { diagnosticsJson, refuse } from '../report/reporter.ts';
import type { Verb } from '../verb.ts';
import { openNamedImages } from './named-image.ts';

export const imageDiffVerb: Verb = async (context) => {
  const { reporter, flags, positionals } = context;
  const opened = await openNamedImages(context, positionals);
  if (!opened.ok) return refuse(reporter, opened.failure);
  const [a, b] = opened.value;
  const compared = await diffImages(a!, b!, { withMembers: flags.has('layers') });
  if (!compared.ok) return refuse(reporter, [inspectionDiagnostic(compared.failure)]);
  const { diagnostics, ...diff } = compared.value;
  const exitCode = diff.isSame ? 0 : 1;
  if (reporter.isJson) reporter.json({ exitCode, ...diff, diagnostics: diagnosticsJson(diagnostics) });
  else reporter.result(reporter.isQuiet ? diffSummary(compared.value) : diffText(compared.value));
  reporter.diagnostics(diagnostics);
  return exitCode;
};
