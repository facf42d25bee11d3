import { compileGlob, globProblem } from '../../action/index.ts';
import type { Diagnostic } from '../../base/index.ts';
import { packageOfPurl, parsePackageUrl } from '../../packages/index.ts';
import type { ScanCode } from '../diagnostics.ts';
import type { Finding } from '../model.ts';
import type { IgnoreEntry } from '../policy.ts';

export interface ExceptionOptions {
  readonly nowMs: number;
  /** Not where a part alone was scanned, to which most entries do not apply. */
  readonly tellsUnused: boolean;
}

/** Marks what the entries let through. One that is over lets nothing through, and is an error. */
export function applyExceptions(
  findings: readonly Finding[],
  entries: readonly IgnoreEntry[],
  { nowMs, tellsUnused }: ExceptionOptions,
): { readonly findings: readonly Finding[]; readonly diagnostics: readonly Diagnostic[] } {
  const today = new Date(nowMs).toISOString().slice(0, 10);
  const isOver = ({ expires }: IgnoreEntry): boolean => expires < today;
  const used = new Set<IgnoreEntry>();
  const current = entries
    .filter((entry) => !isOver(entry))
    .map((entry) => ({ entry, covers: coverOf(entry) }));
  const marked = findings.map((finding) => {
    const found = current.filter(({ covers }) => covers(finding)).map(({ entry }) => entry);
    for (const entry of found) used.add(entry);
    const [first] = found;
    return first ? { ...finding, ignored: { reason: first.reason, expires: first.expires } } : finding;
  });
  const unused = entries.filter((entry) => !isOver(entry) && !used.has(entry));
  return {
    findings: marked,
    diagnostics: [
      ...entries.filter(isOver).map(overDiagnostic),
      ...(tellsUnused ? unused.map(unusedDiagnostic) : []),
    ],
  };
}

function coverOf({ id, package: item, path }: IgnoreEntry): (finding: Finding) => boolean {
  const isPath = path === undefined ? () => true : pathTest(path);
  const isItem = item === undefined ? () => true : packageTest(item);
  return (finding) =>
    (finding.id === id || finding.aliases.includes(id)) &&
    isItem(finding.subject) &&
    isPath(finding.place?.path);
}

function pathTest(pattern: string): (path: string | undefined) => boolean {
  const glob = globProblem(pattern) === undefined ? compileGlob([pattern]) : undefined;
  return (path) => path !== undefined && (path === pattern || glob?.matches(path) === true);
}

function packageTest(wanted: string): (subject: string) => boolean {
  return (subject) => {
    if (subject === wanted) return true;
    const url = parsePackageUrl(subject);
    const item = url && packageOfPurl(url);
    return item !== undefined && (wanted === item.name || wanted === `${item.name}@${item.version}`);
  };
}

function overDiagnostic({ id, expires, reason, span }: IgnoreEntry): Diagnostic {
  return {
    code: 'scan/expired-exception' satisfies ScanCode,
    severity: 'error',
    message: `the exception for ${id} ended on ${expires}; its reason was: ${reason}`,
    hint: 'mend the finding, or give the exception a new day and a reason that holds',
    span,
  };
}

function unusedDiagnostic({ id, span }: IgnoreEntry): Diagnostic {
  return {
    code: 'scan/unused-exception' satisfies ScanCode,
    severity: 'warning',
    message: `nothing that was found is let through by the exception for ${id}`,
    hint: 'take it out, or look whether `package` and `path` are right',
    span,
  };
}
