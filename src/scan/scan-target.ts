import { compareTexts, ok, type Result } from '../base/index.ts';
import { type FileScanOptions, scanFile } from './files/file-findings.ts';
import { applyExceptions } from './ignore/apply-exceptions.ts';
import type { Finding, ScanReport } from './model.ts';
import { SEVERITIES } from './severity/severity.ts';
import type { ScanSubject } from './subject.ts';
import type { DamagedDatabase } from './vulnerabilities/databases.ts';
import { type PackageScanOptions, scanPackages } from './vulnerabilities/scan-packages.ts';

export interface ScanOptions extends PackageScanOptions, FileScanOptions {
  readonly signal: AbortSignal;
}

/** Between two looks at the signal. */
const FILES_AT_ONCE = 200;

/**
 * Scans packages and files of a subject. Its findings are no failure: `ScanReport.diagnostics` says whether they can be relied on, and
 * which of them close a gate is the caller's to say. Rejects when `signal` is aborted.
 */
export async function scanTarget(
  subject: ScanSubject,
  options: ScanOptions,
): Promise<Result<ScanReport, DamagedDatabase>> {
  const packages = scanPackages(subject.packages, options);
  if (!packages.ok) return packages;
  const found: Finding[] = [...packages.value.findings, ...(subject.findings ?? [])];
  const notScanned = [...packages.value.notScanned, ...subject.notScanned];
  let files = 0;
  for (const file of subject.files) {
    if (++files % FILES_AT_ONCE === 0) await new Promise((resolve) => setImmediate(resolve));
    options.signal.throwIfAborted();
    const scanned = await scanFile(file, options);
    found.push(...scanned.findings);
    notScanned.push(...scanned.notScanned);
  }
  const { policy, nowMs } = options;
  const excepted = applyExceptions(found, policy.ignore, { nowMs, tellsUnused: subject.isWhole });
  return ok({
    version: 1,
    findings: [...excepted.findings].sort(byWeight),
    databases: packages.value.databases,
    notScanned,
    packages: packages.value.packages,
    files: files + (subject.filesSeen ?? 0),
    diagnostics: [...(subject.problems ?? []), ...packages.value.diagnostics, ...excepted.diagnostics],
  });
}

/** The worst first; then by what it is about. */
function byWeight(a: Finding, b: Finding): number {
  const severity = SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity);
  if (severity !== 0) return severity;
  const score = (b.score ?? 0) - (a.score ?? 0);
  if (score !== 0) return score;
  return (
    compareTexts(a.subject, b.subject) ||
    compareTexts(a.id, b.id) ||
    (a.place?.line ?? 0) - (b.place?.line ?? 0)
  );
}

/** Whether a finding counts at this threshold. One that nobody has judged may be anything, so it counts with the low ones. */
export function reaches(finding: Finding, threshold: Finding['severity'] | 'none'): boolean {
  if (threshold === 'none' || finding.ignored) return false;
  const rank = (severity: Finding['severity']): number =>
    severity === 'unknown' ? SEVERITIES.indexOf('low') : SEVERITIES.indexOf(severity);
  return rank(finding.severity) <= rank(threshold);
}
