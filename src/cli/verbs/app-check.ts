import { appFacts } from '../../apps/index.ts';
import { hasErrors } from '../../base/index.ts';
import { diagnosticsJson, refuse } from '../report/reporter.ts';
import type { Verb } from '../verb.ts';
import { readApp } from './named-app.ts';

export const appCheckVerb: Verb = async (context) => {
  const { reporter, positionals, flags } = context;
  const opened = await readApp(context, positionals[0]!, appFacts);
  if (!opened.ok) return refuse(reporter, opened.failure);
  const { findings, file, app } = opened.value;
  const isStrict = flags.has('strict') && findings.some(({ severity }) => severity === 'warning');
  const exitCode = hasErrors(findings) || isStrict ? 1 : 0;
  if (reporter.isJson) reporter.json({ exitCode, file, app, diagnostics: diagnosticsJson(findings) });
  else if (findings.length === 0) reporter.note(`${file.name}: nothing was found`);
  reporter.diagnostics(findings);
  return exitCode;
};
