import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { zstdDecompressSync } from 'node:zlib';
import { zipOf } from '../../src/archives/testing.ts';
import type { GoModule } from '../images/peers.ts';

/** 2.6 needs a newer Go than Debian has. */
export const OSV_SCANNER: GoModule = {
  module: 'github.com/google/osv-scanner/v2',
  version: 'v2.5.0',
  packages: ['cmd/osv-scanner'],
};

/** Of which there are exports of records. */
export const EXPORTED = ['PyPI', 'npm', 'Maven', 'Go', 'crates.io'] as const;

const SNAPSHOT = join(import.meta.dirname, '..', '..', 'src', 'scan', 'snapshot');

/** The advisories that come with us, as an export: OSV records by ecosystem. */
export function exportOfSnapshot(folder: string): string {
  for (const ecosystem of EXPORTED) {
    const file = zstdDecompressSync(readFileSync(join(SNAPSHOT, `${ecosystem}.db.zst`)));
    const end = file.indexOf(10);
    const { slots } = JSON.parse(file.toString('utf8', 0, end));
    const lines = file
      .toString('utf8', end + 1 + slots * 8)
      .trim()
      .split('\n');
    const records = new Map<string, OsvRecord>();
    for (const [key, advisories] of lines.map((line) => JSON.parse(line))) {
      for (const { id, a = [], r = [], x = [] } of advisories) {
        const record: OsvRecord = records.get(id) ?? {
          id,
          modified: '2026-01-01T00:00:00Z',
          aliases: a,
          affected: [],
        };
        records.set(id, record);
        record.affected.push({
          package: { ecosystem, name: key.split('\t')[1] },
          ranges: r.map((events: [string, string][]) => ({
            type: 'ECOSYSTEM',
            events: events.map(([kind, version]) => ({ [EVENTS[kind]!]: version })),
          })),
          versions: x,
        });
      }
    }
    mkdirSync(join(folder, ecosystem), { recursive: true });
    const files = [...records].map(([id, record]) => ({
      path: `${id}.json`,
      content: JSON.stringify(record),
    }));
    writeFileSync(join(folder, ecosystem, 'all.zip'), zipOf(files));
  }
  return folder;
}

interface OsvRecord {
  readonly id: string;
  readonly modified: string;
  readonly aliases: readonly string[];
  readonly affected: object[];
}

const EVENTS: Readonly<Record<string, string>> = {
  i: 'introduced',
  f: 'fixed',
  l: 'last_affected',
  m: 'limit',
};
