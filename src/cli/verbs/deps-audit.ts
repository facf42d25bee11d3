import { hasErrors } from '../../base/index.ts';
import { type WhyPackage, whyPackage } from '../../dependencies/index.ts';
import { damagedDiagnostic, reaches, reportText, type Severity } from '../../scan/index.ts';
import { audit } from '../deps/mending.ts';
import { type OpenedPackages, openPackages } from '../deps/open-dependencies.ts';
import { packagesSubject } from '../deps/packages-subject.ts';
import { diagnosticsJson, refuse } from '../report/reporter.ts';
import type { Verb } from '../verb.ts';

/** Compares the locked packages with advisories, and says of each that is hit by which way it came. */
export const depsAuditVerb: Verb = async (context) => {
  const { reporter, flags } = context;
  const opened = await openPackages(context);
  if (!opened.value) return refuse(reporter, opened.diagnostics);
  const settings = opened.value.opened.workspace.configuration.quality.securityScan;
  const subject = packagesSubject(opened.value.packages, opened.diagnostics);
  const audited = await audit(context, opened.value, subject);
  if (!audited.ok) return refuse(reporter, [damagedDiagnostic(audited.failure)]);
  const { report, hit } = audited.value;
  const threshold = (flags.text('fail-on') ?? (settings.allowHighSeverity ? 'critical' : 'high')) as
    | Severity
    | 'none';
  const isOver = report.findings.some((each) => reaches(each, threshold));
  const exitCode = isOver || hasErrors(report.diagnostics) ? 1 : 0;
  const { packages, asks } = opened.value;
  const ways = hit.map((each) => whyPackage(packages, asks, each));
  if (reporter.isJson) {
    const chains = Object.fromEntries(
      ways.map(({ package: { purl }, chains: all }) => [purl, all.map(({ root, path }) => [root, ...path])]),
    );
    reporter.json({ exitCode, ...report, chains, diagnostics: diagnosticsJson(report.diagnostics) });
  } else reporter.result([...waysText(ways, opened.value), reportText(report, reporter.columns)].join('\n'));
  reporter.diagnostics(report.diagnostics);
  return exitCode;
};

function waysText(ways: readonly WhyPackage[], { packages }: OpenedPackages): string[] {
  const names = new Map(packages.packages.map((each) => [each.purl, `${each.name} ${each.version}`]));
  const lines = ways.flatMap(({ package: { name, version }, chains, unclear }) => [
    `${name} ${version}`,
    ...chains.map(
      ({ root, path }) => `  ${[root, ...path.map((purl) => names.get(purl) ?? purl)].join(' > ')}`,
    ),
    ...unclear.map(({ subject, why }) => `  ${subject}: ${why}`),
  ]);
  return lines.length === 0 ? [] : [...lines, ''];
}
