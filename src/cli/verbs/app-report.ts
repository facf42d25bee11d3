import { changeFindings, compareApps, reportPage, reportSummary, reportText } from '../../apps/index.ts';
import type { Diagnostic } from '../../base/index.ts';
import { diagnosticsJson, refuse } from '../report/reporter.ts';
import { openSideFile } from '../side-files.ts';
import type { Verb } from '../verb.ts';
import { readApp } from './named-app.ts';

export const appReportVerb: Verb = async (context) => {
  const { reporter, positionals, flags } = context;
  const [now, before] = [await readApp(context, positionals[0]!), await readBefore(context)];
  if (!now.ok || before?.ok === false)
    return refuse(reporter, [
      ...(now.ok ? [] : now.failure),
      ...(before?.ok === false ? before.failure : []),
    ]);
  const diagnostics: Diagnostic[] = [];
  using page = openSideFile(context, 'html', diagnostics);
  if (diagnostics.length > 0) return refuse(reporter, diagnostics);
  const changes = before && compareApps(before.value, now.value);
  const findings = [...(before ? changeFindings(before.value, now.value) : []), ...now.value.findings];
  const report = { ...now.value, findings };
  page?.write(Buffer.from(reportPage(report, changes)));
  const { findings: _, ...facts } = report;
  if (reporter.isJson)
    reporter.json({
      exitCode: 0,
      ...facts,
      ...(changes ? { changes } : {}),
      diagnostics: diagnosticsJson(findings),
    });
  else reporter.result(reporter.isQuiet ? reportSummary(report) : reportText(report, changes));
  if (page) reporter.note(`written: ${flags.text('html')}`);
  reporter.diagnostics(findings);
  return 0;
};

async function readBefore(
  context: Parameters<Verb>[0],
): Promise<Awaited<ReturnType<typeof readApp>> | undefined> {
  const word = context.flags.text('against');
  return word === undefined ? undefined : readApp(context, word);
}
