import { hasErrors } from '../../base/index.ts';
import { type WhyPackage, whyPackage } from '../../dependencies/index.ts';
import {
  damagedDiagnostic,
  type Finding,
  reaches,
  reportText,
  type Severity,
  scanTarget,
} from '../../scan/index.ts';
import { type OpenedPackages, openPackages } from '../deps/open-dependencies.ts';
import { packagesSubject } from '../deps/packages-subject.ts';
import { diagnosticsJson, refuse } from '../report/reporter.ts';
import { scanPolicy } from '../scan-policy.ts';
import { databasePlaces } from '../scan-update.ts';
import type { Verb } from '../verb.ts';

/** Compares the locked packages with advisories, and says of each that is hit by which way it came. */
export const depsAuditVerb: Verb = async (context) => {
  const { reporter, flags, host, signal } = context;
  const opened = await openPackages(context);
  if (!opened.value) return refuse(reporter, opened.diagnostics);
  const configuration = opened.value.opened.workspace.configuration;
  const settings = configuration.quality.securityScan;
  const scanned = await scanTarget(packagesSubject(opened.value.packages, opened.diagnostics), {
    places: databasePlaces(context),
    policy: scanPolicy(settings, flags.number('max-age')),
    imagePrefix: configuration.imagePrefix,
    nowMs: host.clock.now(),
    signal,
  });
  if (!scanned.ok) return refuse(reporter, [damagedDiagnostic(scanned.failure)]);
  const report = scanned.value;
  const threshold = (flags.text('fail-on') ?? (settings.allowHighSeverity ? 'critical' : 'high')) as
    | Severity
    | 'none';
  const isOver = report.findings.some((each) => reaches(each, threshold));
  const exitCode = isOver || hasErrors(report.diagnostics) ? 1 : 0;
  const ways = waysTo(report.findings, opened.value);
  if (reporter.isJson) {
    const chains = Object.fromEntries(
      ways.map(({ package: { purl }, chains: all }) => [purl, all.map(({ root, path }) => [root, ...path])]),
    );
    reporter.json({ exitCode, ...report, chains, diagnostics: diagnosticsJson(report.diagnostics) });
  } else reporter.result([...waysText(ways, opened.value), reportText(report)].join('\n'));
  reporter.diagnostics(report.diagnostics);
  return exitCode;
};

function waysTo(findings: readonly Finding[], { packages, asks }: OpenedPackages): readonly WhyPackage[] {
  const hit = new Set(findings.filter(({ ignored }) => !ignored).map(({ subject }) => subject));
  return packages.packages
    .filter(({ purl }) => hit.has(purl))
    .map((each) => whyPackage(packages, asks, each));
}

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
