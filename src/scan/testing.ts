import { zipOf } from '../archives/testing.ts';
import type { Ecosystem } from '../packages/index.ts';
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
