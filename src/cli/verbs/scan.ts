import { resolve } from 'node:path/posix';
import { hasErrors, ok } from '../../base/index.ts';
import { reaches, reportText, type ScanReport, type Severity, sarifDocument } from '../../scan/index.ts';
import { diagnosticsJson, refuse } from '../report/reporter.ts';
import { namedPackages, scanNamed } from '../scan-report.ts';
import { namedEcosystems, updateDatabases } from '../scan-update.ts';
import type { ExitCode, Verb, VerbContext } from '../verb.ts';

export const scanVerb: Verb = async (context) => {
  const { reporter, flags } = context;
  if (flags.has('update')) {
    const named = namedEcosystems(flags.texts('ecosystem'));
    const used = named.length > 0 ? ok(named) : await namedPackages(context);
    return used.ok ? updateDatabases(context, used.value) : refuse(reporter, used.failure);
  }
  const scanned = await scanNamed(context);
  if (!scanned.ok) return refuse(reporter, scanned.failure);
  const { report, threshold } = scanned.value;
  return tell(context, report, (flags.text('fail-on') ?? threshold) as Severity);
};

function tell(context: VerbContext, report: ScanReport, threshold: Severity | 'none'): ExitCode {
  const { reporter, flags, host, program } = context;
  const isOver = report.findings.some((each) => reaches(each, threshold));
  const exitCode = isOver || hasErrors(report.diagnostics) ? 1 : 0;
  const document = { exitCode, ...report, diagnostics: diagnosticsJson(report.diagnostics) };
  const form = flags.text('format') ?? (reporter.isJson ? 'json' : 'table');
  const json = (): string => `${JSON.stringify(document, undefined, 2)}\n`;
  const sarif = (): string => `${JSON.stringify(sarifDocument(report, program), undefined, 2)}\n`;
  const output = flags.text('output');
  // A file has no width.
  const columns = output === undefined ? reporter.columns : undefined;
  const text = form === 'sarif' ? sarif() : form === 'json' ? json() : `${reportText(report, columns)}\n`;
  if (output !== undefined) host.fs.replaceFile(resolve(host.env.workingDirectory, output), text);
  if (reporter.isJson) reporter.json(document);
  else if (output === undefined) reporter.result(text);
  else if (!reporter.isQuiet) reporter.result(reportText(report, reporter.columns));
  reporter.diagnostics(report.diagnostics);
  return exitCode;
}
