import { resolve } from 'node:path/posix';
import { hasErrors } from '../../base/index.ts';
import type { Ecosystem } from '../../packages/index.ts';
import {
  damagedDiagnostic,
  reaches,
  reportText,
  type ScanReport,
  type Severity,
  sarifDocument,
  scanTarget,
} from '../../scan/index.ts';
import { diagnosticsJson, refuse } from '../report/reporter.ts';
import { scanPolicy } from '../scan-policy.ts';
import { openSubject } from '../scan-subject.ts';
import { databasePlaces, namedEcosystems, updateDatabases } from '../scan-update.ts';
import type { ExitCode, Verb, VerbContext } from '../verb.ts';

export const scanVerb: Verb = async (context) => {
  const { reporter, flags, signal, host } = context;
  const named = namedEcosystems(flags.texts('ecosystem'));
  if (flags.has('update') && named.length > 0) return updateDatabases(context, named);
  const opened = await openSubject(context);
  if (!opened.ok) return refuse(reporter, opened.failure);
  const { subject, workspace, diagnostics } = opened.value;
  if (flags.has('update')) return updateDatabases(context, ecosystemsOf(subject.packages));
  const configuration = workspace?.workspace.configuration;
  const settings = configuration?.quality.securityScan;
  const imagePrefix = configuration?.imagePrefix ?? 'mobileops-';
  const policy = scanPolicy(settings, flags.number('max-age'));
  const places = databasePlaces(context);
  const scanned = await scanTarget(subject, { places, policy, imagePrefix, nowMs: host.clock.now(), signal });
  if (!scanned.ok) return refuse(reporter, [...diagnostics, damagedDiagnostic(scanned.failure)]);
  const threshold = (flags.text('fail-on') ??
    (settings?.allowHighSeverity ? 'critical' : 'high')) as Severity;
  const report = { ...scanned.value, diagnostics: [...diagnostics, ...scanned.value.diagnostics] };
  return tell(context, report, threshold);
};

function ecosystemsOf(packages: readonly { readonly ecosystem: Ecosystem }[]): readonly Ecosystem[] {
  return [...new Set(packages.map(({ ecosystem }) => ecosystem))].sort();
}

function tell(context: VerbContext, report: ScanReport, threshold: Severity | 'none'): ExitCode {
  const { reporter, flags, host, program } = context;
  const isOver = report.findings.some((each) => reaches(each, threshold));
  const exitCode = isOver || hasErrors(report.diagnostics) ? 1 : 0;
  const document = { exitCode, ...report, diagnostics: diagnosticsJson(report.diagnostics) };
  const form = flags.text('format') ?? (reporter.isJson ? 'json' : 'table');
  const json = (): string => `${JSON.stringify(document, undefined, 2)}\n`;
  const sarif = (): string => `${JSON.stringify(sarifDocument(report, program), undefined, 2)}\n`;
  const text = form === 'sarif' ? sarif() : form === 'json' ? json() : `${reportText(report)}\n`;
  const output = flags.text('output');
  if (output !== undefined) host.fs.replaceFile(resolve(host.env.workingDirectory, output), text);
  if (reporter.isJson) reporter.json(document);
  else if (output === undefined) reporter.result(text);
  else if (!reporter.isQuiet) reporter.result(reportText(report));
  reporter.diagnostics(report.diagnostics);
  return exitCode;
}
