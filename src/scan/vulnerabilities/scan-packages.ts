import { compareTexts, type Diagnostic, fail, ok, type Result } from '../../base/index.ts';
import type { Ecosystem, Package } from '../../packages/index.ts';
import type { DatabaseReport, Finding, NotScanned } from '../model.ts';
import type { ScanPolicy } from '../policy.ts';
import { databaseVerdict, missingDatabase } from './database-verdict.ts';
import { type DamagedDatabase, type DatabasePlaces, findDatabase } from './databases.ts';
import { packageFindings } from './package-findings.ts';

export interface PackageScan {
  readonly findings: readonly Finding[];
  readonly databases: readonly DatabaseReport[];
  readonly notScanned: readonly NotScanned[];
  /** How many were compared. */
  readonly packages: number;
  readonly diagnostics: readonly Diagnostic[];
}

export interface PackageScanOptions {
  readonly places: DatabasePlaces;
  readonly policy: ScanPolicy;
  readonly nowMs: number;
}

/** Compares packages with the advisories of their ecosystems; no database is opened that no package needs. */
export function scanPackages(
  packages: readonly Package[],
  { places, policy, nowMs }: PackageScanOptions,
): Result<PackageScan, DamagedDatabase> {
  const scan = {
    findings: [] as Finding[],
    databases: [] as DatabaseReport[],
    notScanned: [] as NotScanned[],
    packages: 0,
    diagnostics: [] as Diagnostic[],
  };
  for (const [ecosystem, items] of byEcosystem(packages)) {
    const database = findDatabase(places, ecosystem);
    if (!database.ok) return fail(database.failure);
    if (!database.value) {
      const missing = missingDatabase(ecosystem, items.length, policy);
      if ('diagnostic' in missing) scan.diagnostics.push(missing.diagnostic);
      const why = `there are no advisories for ${ecosystem}`;
      const accepted = 'accepted' in missing ? `, which is accepted: ${missing.accepted.reason}` : '';
      scan.notScanned.push({ subject: `packages of ${ecosystem} (${items.length})`, why: why + accepted });
      continue;
    }
    const verdict = databaseVerdict(database.value.facts, policy, nowMs);
    scan.databases.push(verdict.report);
    scan.diagnostics.push(...verdict.diagnostics);
    scan.packages += items.length;
    for (const item of items) scan.findings.push(...packageFindings(item, database.value));
  }
  return ok(scan);
}

function byEcosystem(packages: readonly Package[]): readonly (readonly [Ecosystem, readonly Package[]])[] {
  const found = Map.groupBy(packages, ({ ecosystem }) => ecosystem);
  return [...found].sort(([a], [b]) => compareTexts(a, b));
}
