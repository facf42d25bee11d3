import { counted, type Diagnostic } from '../../base/index.ts';
import { type Finding, type FindingKind, reaches, type ScanReport } from '../../scan/index.ts';
import type { Evidence, GateLine } from '../model.ts';

const KINDS: readonly (readonly [FindingKind, string])[] = [
  ['vulnerability', 'vulnerabilities'],
  ['secret', 'secrets'],
  ['model', 'models'],
  ['dockerfile', 'Dockerfiles'],
  ['android', 'Android manifests'],
];
const SHOWN_FINDINGS = 10;

/** A line for each kind of finding. What stands against a verdict on vulnerabilities leaves them unmeasured. */
export function securityLines(report: ScanReport, allowHighSeverity: boolean): GateLine[] {
  const level = allowHighSeverity ? 'critical' : 'high';
  const words = `${level} severity${allowHighSeverity ? '' : ' or above'}`;
  return KINDS.map(([kind, name]): GateLine => {
    const found = report.findings.filter((finding) => finding.kind === kind);
    const red = found.filter((finding) => reaches(finding, level));
    const ignored = found.filter((finding) => finding.ignored).length;
    const others = found.length - red.length - ignored;
    const counts = [
      `${red.length} of ${words}`,
      ...(others > 0 ? [`${others} below`] : []),
      ...(ignored > 0 ? [`${ignored} ignored`] : []),
    ];
    const head = {
      ...{ gate: 'securityScan' as const, subject: name, threshold: `none of ${words}` },
      evidence: evidenceOf(kind, report),
    };
    const measured = `${counts.join(', ')} in ${scope(kind, report)}`;
    const details = detailsOf(red);
    const doubts = kind === 'vulnerability' ? doubtsOf(report.diagnostics) : undefined;
    if (red.length > 0)
      return {
        ...head,
        status: 'failed',
        measured,
        value: red.length,
        details: [...details, ...(doubts?.details ?? [])],
      };
    return doubts
      ? { ...head, status: 'not-measured', ...doubts }
      : { ...head, status: 'passed', measured, value: 0, details };
  });
}

function scope(kind: FindingKind, { packages, files }: ScanReport): string {
  return kind === 'vulnerability' ? counted(packages, 'package') : counted(files, 'file');
}

function evidenceOf(kind: FindingKind, { databases }: ScanReport): Evidence[] {
  if (kind !== 'vulnerability') return [{ tool: 'mobileops scan' }];
  return databases.map(({ ecosystem, source, asOf, ageDays, coverage }) => ({
    tool: `OSV ${ecosystem}`,
    version: `as of ${asOf}, ${counted(ageDays, 'day')} old${coverage === 'complete' ? '' : ', with gaps'}`,
    file: source,
  }));
}

const NO_ADVISORIES = /^scan\/(no|old|partial)-database$/;

/** Why that nothing was found means nothing. */
function doubtsOf(
  diagnostics: readonly Diagnostic[],
): Pick<GateLine, 'why' | 'details' | 'isMissing'> | undefined {
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  if (errors.length === 0) return undefined;
  const isMissing = errors.every(({ code, cause }) => cause === 'environment' || NO_ADVISORIES.test(code));
  const hints = new Set(errors.flatMap(({ hint }) => hint ?? []));
  return {
    why: `${counted(errors.length, 'reason')} against a verdict, such as: ${errors[0]!.message}`,
    details: [...errors.map(({ code, message }) => `${message} [${code}]`), ...hints],
    ...(isMissing ? { isMissing } : {}),
  };
}

function detailsOf(findings: readonly Finding[]): string[] {
  const lines = findings.slice(0, SHOWN_FINDINGS).map(({ id, severity, title, subject, place, remedy }) => {
    const at = place && `${place.path}${place.line === undefined ? '' : `:${place.line}`}`;
    const where = at === undefined ? subject : place?.path === subject ? at : `${subject} (${at})`;
    return `${severity} ${id} in ${where}: ${title}${remedy === undefined ? '' : `; ${remedy}`}`;
  });
  const rest = findings.length - lines.length;
  return rest > 0 ? [...lines, `and ${counted(rest, 'more finding')}`] : lines;
}
