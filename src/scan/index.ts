/**
 * Looks for what must not ship: packages with known vulnerabilities, by records of the OSV format, offline, with severities computed
 * from CVSS vectors; secrets by formats that say what they are; models that run something when they are loaded; what a Dockerfile
 * or an Android manifest opens to everyone. Nothing is green for want of knowledge: no advisories, old ones or ones with gaps are errors of their own,
 * and what was not looked into is in the report. Nothing is run and nothing is changed; which gate a finding closes, `quality` says.
 *
 * Specifications: OSV schema 1.7, CVSS 2, 3.0, 3.1 and 4.0.
 */
export { type ScanCode, scanDiagnostics } from './diagnostics.ts';
export { applyExceptions, type ExceptionOptions } from './ignore/apply-exceptions.ts';
export type { DatabaseReport, Finding, FindingKind, FindingPlace, NotScanned, ScanReport } from './model.ts';
export { isModelName, modelFindings } from './models/model-findings.ts';
export {
  type AcceptedDatabase,
  DEFAULT_MAX_AGE_DAYS,
  DEFAULT_POLICY,
  type IgnoreEntry,
  type ScanPolicy,
} from './policy.ts';
export { basisLines, reportText } from './report/report-text.ts';
export { sarifDocument } from './report/sarif.ts';
export { reaches, type ScanOptions, scanTarget } from './scan-target.ts';
export { hideSecrets } from './secrets/hide-secrets.ts';
export { cvssScore, SEVERITIES, type Severity, severityOfScore } from './severity/severity.ts';
export type { OpenedFile, ScannedFile, ScanSubject } from './subject.ts';
export { fileSubject, folderSubject } from './subjects/catalogue-subject.ts';
export { diskFiles } from './subjects/disk-files.ts';
export { packageLockSubject, type TargetPart, workspaceSubject } from './subjects/workspace-subject.ts';
export type { DatabaseFacts } from './vulnerabilities/database-file.ts';
export {
  type DamagedDatabase,
  type DatabasePlaces,
  damagedDiagnostic,
  fetchedPath,
} from './vulnerabilities/databases.ts';
export { EXPORT_ADDRESS, EXPORT_VARIABLE } from './vulnerabilities/export-address.ts';
export {
  addressExport,
  type ExportFailure,
  type ExportSource,
  folderExport,
} from './vulnerabilities/export-source.ts';
export { mendingVersion } from './vulnerabilities/mending-version.ts';
export { type PackageScan, type PackageScanOptions, scanPackages } from './vulnerabilities/scan-packages.ts';
export { type UpdateFailure, updateDatabase } from './vulnerabilities/update-database.ts';
export { updateDiagnostic } from './vulnerabilities/update-diagnostic.ts';

/** What looks into images; loaded late, as a lock alone needs none of it. */
export function loadImageSubjects(): Promise<typeof import('./subjects/image-subject.ts')> {
  return import('./subjects/image-subject.ts');
}

/** What looks into apps; loaded late, too. */
export function loadAppSubjects(): Promise<typeof import('./subjects/app-subject.ts')> {
  return import('./subjects/app-subject.ts');
}
