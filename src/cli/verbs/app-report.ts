import { reportSummary, reportText } from '../../apps/index.ts';
import { diagnosticsJson, refuse } from '../report/reporter.ts';
import type { Verb } from '../verb.ts';
import { readApp } from './named-app.ts';

export const appReportVerb: Verb = async (context) => {
  const { reporter, positionals } = context;
  const opened = await readApp(context, positionals[0]!);
  if (!opened.ok) return refuse(reporter, opened.failure);
  const { findings, ...report } = opened.value;
  if (reporter.isJson) reporter.json({ exitCode: 0, ...report, diagnostics: diagnosticsJson(findings) });
  else reporter.result(reporter.isQuiet ? reportSummary(opened.value) : reportText(opened.value));
  reporter.diagnostics(findings);
  return 0;
};
