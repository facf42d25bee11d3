import { inspectionDiagnostic, sizeReport, sizeSummary, sizeText } from '../../inspection/index.ts';
import { diagnosticsJson, refuse } from '../report/reporter.ts';
import type { Verb } from '../verb.ts';
import { openNamedImages } from './named-image.ts';

export const imageSizeVerb: Verb = async (context) => {
  const { reporter, positionals } = context;
  const opened = await openNamedImages(context, positionals);
  if (!opened.ok) return refuse(reporter, opened.failure);
  const measured = await sizeReport(opened.value[0]!);
  if (!measured.ok) return refuse(reporter, [inspectionDiagnostic(measured.failure)]);
  const { diagnostics, ...report } = measured.value;
  if (reporter.isJson) reporter.json({ exitCode: 0, ...report, diagnostics: diagnosticsJson(diagnostics) });
  else reporter.result(reporter.isQuiet ? sizeSummary(measured.value) : sizeText(measured.value));
  reporter.diagnostics(diagnostics);
  return 0;
};
