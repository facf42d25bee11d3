import { exitCodeOfReport, type GateReport, reportTable } from '../../quality/index.ts';
import { outcomeJson } from '../outcome-json.ts';
import { checkGates } from '../quality/check-gates.ts';
import { reportFileProblems, writeReports } from '../quality/report-files.ts';
import { diagnosticsJson, refuse } from '../report/reporter.ts';
import type { ExitCode, Verb, VerbContext } from '../verb.ts';
import { requestOf } from './build.ts';

/** The gates of the configuration, each measured or said to be not measured, which fails as well. */
export const checkVerb: Verb = async (context) => {
  const { reporter, positionals, flags, host } = context;
  const files = flags.texts('report');
  const wrong = reportFileProblems(files);
  if (wrong.length > 0) return refuse(reporter, wrong);
  const targets = positionals.length === 0 ? ['all'] : positionals;
  const checked = await checkGates(context, requestOf(context, 'test', targets));
  const { outcome, report, diagnostics } = checked;
  if (!outcome) return refuse(reporter, diagnostics);
  if (!report) {
    if (reporter.isJson) reporter.json(outcomeJson(outcome));
    return outcome.exitCode;
  }
  writeReports(host, report, files);
  const exitCode = context.signal.aborted ? 130 : exitCodeOfReport(report);
  if (reporter.isJson) {
    const { diagnostics: told } = outcome;
    reporter.json({ exitCode, ...report, diagnostics: diagnosticsJson(told) });
  } else reporter.result(tableOf(context, report));
  return exitCode satisfies ExitCode;
};

function tableOf({ reporter }: VerbContext, report: GateReport): string {
  const { good, bad, dim, warning } = reporter.style;
  const paints = { passed: good, failed: bad, 'not-measured': bad, excepted: warning, off: dim } as const;
  return reportTable(report, {
    paint: (status, text) => paints[status](text),
    columns: reporter.columns,
  });
}
