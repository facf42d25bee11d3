import { zipOf } from '../archives/testing.ts';
import type { Ecosystem } from '../packages/index.ts';
import type { ScanReport } from './model.ts';
import { AdvisoryCollection } from './vulnerabilities/collect-advisories.ts';
import { type DatabaseFacts, encodeDatabase } from './vulnerabilities/database-file.ts';
import { readOsvRecord } from './vulnerabilities/osv-record.ts';

/** An OSV record of one package, with what a test says of it. */
export function osvRecord(id: string, changes: OsvChanges = {}): Record<string, unknown> {
  const { ecosystem = 'npm', name = 'left', events, versions, modified, ...rest } = changes;
  return {
    id,
    modified: modified ?? '2026-01-02T03:04:05Z',
    affected: [
      {
        package: { ecosystem, name },
        ranges: events === undefined ? [] : [{ type: 'ECOSYSTEM', events }],
        ...(versions === undefined ? {} : { versions }),
      },
    ],
    ...rest,
  };
}

export interface OsvChanges extends Readonly<Record<string, unknown>> {
  readonly ecosystem?: string;
  readonly name?: string;
  readonly events?: readonly Readonly<Record<string, string>>[];
  readonly versions?: readonly string[];
  readonly modified?: string;
}

export function exportZip(records: readonly Readonly<Record<string, unknown>>[]): Buffer {
  return zipOf(records.map((each) => ({ path: `${each.id}.json`, content: JSON.stringify(each) })));
}

/** The file of a database with these records. */
export function databaseOf(
  ecosystem: Ecosystem,
  records: readonly unknown[],
  changes: Partial<DatabaseFacts> = {},
): Buffer {
  const collection = new AdvisoryCollection(ecosystem, Date.parse('2030-01-01'));
  for (const each of records) collection.add(readOsvRecord(each)!);
  const facts: DatabaseFacts = {
    ecosystem,
    source: 'a test',
    asOf: '2026-01-02',
    coverage: 'complete',
    records: collection.records,
    ...changes,
  };
  return encodeDatabase(facts, collection.entries());
}

/** One of each: found, found with a place, let through; a database with gaps, an error. */
export const REPORT: ScanReport = {
  version: 1,
  findings: [
    {
      id: 'GHSA-1',
      aliases: ['CVE-2026-1'],
      kind: 'vulnerability',
      severity: 'critical',
      score: 9.8,
      title: 'left 1.0.0: known vulnerability',
      subject: 'pkg:npm/left@1.0.0',
      place: { path: 'web/package-lock.json' },
      remedy: 'update to 2.0.0 or newer',
    },
    {
      id: 'secret/jwt',
      aliases: [],
      kind: 'secret',
      severity: 'unknown',
      title: 'a signed token (JWT): eyJh… (99 characters)',
      subject: 'a b/ä.txt',
      place: { path: 'a b/ä.txt', line: 3, column: 7 },
    },
    {
      id: 'model/unknown-import',
      aliases: [],
      kind: 'model',
      severity: 'medium',
      title: 'loading it imports a.b',
      subject: 'm.pkl',
      ignored: { reason: 'looked at \u001b[31m', expires: '2027-01-31' },
    },
  ],
  databases: [
    {
      ecosystem: 'npm',
      source: 'a mirror',
      asOf: '2026-01-01',
      records: 1,
      ageDays: 1,
      coverage: 'partial',
      gaps: 'some',
      accepted: 'no network',
    },
  ],
  notScanned: [{ subject: 'a.7z', why: 'a 7z archive' }],
  packages: 2,
  files: 3,
  diagnostics: [
    {
      code: 'scan/old-database',
      severity: 'error',
      message: 'old',
      span: { file: { path: 'build-config.yaml', text: 'a: b' }, start: 3, end: 4 },
    },
  ],
};
