import type { Diagnostic } from '../../base/index.ts';
import type { ScanCode } from '../diagnostics.ts';
import type { DatabaseReport } from '../model.ts';
import type { AcceptedDatabase, ScanPolicy } from '../policy.ts';
import type { DatabaseFacts } from './database-file.ts';

/** Whether what a database does not know stands against a verdict. */
export interface DatabaseVerdict {
  readonly report: DatabaseReport;
  readonly diagnostics: readonly Diagnostic[];
}

const DAY_MS = 86_400_000;

export function databaseVerdict(facts: DatabaseFacts, policy: ScanPolicy, nowMs: number): DatabaseVerdict {
  const ageDays = Math.max(0, Math.floor((nowMs - Date.parse(facts.asOf)) / DAY_MS));
  const accepted = policy.accept.find(({ ecosystem }) => ecosystem === facts.ecosystem);
  const isOld = ageDays > policy.maxAgeDays;
  const isPartial = facts.coverage === 'partial';
  const isAgeTaken = accepted !== undefined && ageDays <= accepted.maxAgeDays;
  const isGapTaken = accepted !== undefined && accepted.coverage !== 'complete';
  const { records, source, asOf, coverage, ecosystem, gaps, attribution } = facts;
  const isAccepted = (isOld && isAgeTaken) || (isPartial && isGapTaken);
  const report: DatabaseReport = {
    ecosystem,
    source,
    asOf,
    records,
    ageDays,
    coverage,
    ...(gaps === undefined ? {} : { gaps }),
    ...(attribution === undefined ? {} : { attribution }),
    ...(isAccepted ? { accepted: accepted!.reason } : {}),
  };
  const diagnostics = [
    ...(isOld && !isAgeTaken ? [oldDatabase(report, accepted, policy)] : []),
    ...(isPartial && !isGapTaken ? [partialDatabase(report)] : []),
  ];
  return { report, diagnostics };
}

/** None is there at all; `undefined` where the policy takes that. */
export function missingDatabase(
  ecosystem: string,
  count: number,
  policy: ScanPolicy,
): { readonly accepted: AcceptedDatabase } | { readonly diagnostic: Diagnostic } {
  const accepted = policy.accept.find((each) => each.ecosystem === ecosystem && each.coverage === 'none');
  if (accepted) return { accepted };
  return {
    diagnostic: problem('scan/no-database', {
      message: `there are no advisories for ${ecosystem}, so its packages (${count}) are not scanned`,
      hint: updateHint(ecosystem),
    }),
  };
}

export function updateHint(ecosystem: string): string {
  return `\`mobileops scan --update --ecosystem ${ecosystem}\` fetches them, from a mirror with \`--from\``;
}

function oldDatabase(
  { ecosystem, asOf, ageDays }: DatabaseReport,
  accepted: AcceptedDatabase | undefined,
  { maxAgeDays }: ScanPolicy,
): Diagnostic {
  const allowed = accepted?.maxAgeDays ?? maxAgeDays;
  return problem('scan/old-database', {
    message: `the advisories for ${ecosystem} are of ${asOf}: ${ageDays} days old, and ${allowed} are allowed`,
    hint: updateHint(ecosystem),
    ...(accepted ? { span: accepted.span } : {}),
  });
}

function partialDatabase({ ecosystem, gaps, source }: DatabaseReport): Diagnostic {
  return problem('scan/partial-database', {
    message: `the advisories for ${ecosystem} (${source}) have gaps: ${gaps ?? 'which ones is not said'}`,
    hint: updateHint(ecosystem),
  });
}

function problem(code: ScanCode, rest: Pick<Diagnostic, 'message' | 'hint' | 'span'>): Diagnostic {
  return { code, severity: 'error', ...rest };
}
