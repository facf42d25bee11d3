/**
 * Writes `src/scan/snapshot/<Ecosystem>.db.zst`, the facts of advisories that come with this version, from a folder of
 * `<Ecosystem>.lean.jsonl`: `node_modules/.bin/node scripts/generate-advisories.mjs FOLDER`. A line is `{n: name, v: [{id, a: aliases,
 * c: CVSS vector, s: word, r: ranges of [i | f | l, version], x: versions, w: withdrawn}]}`. No sentence of an advisory is in it.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { constants, zstdCompressSync } from 'node:zlib';
import { unpackAdvisory } from '../src/scan/vulnerabilities/advisory.ts';
import { AdvisoryCollection } from '../src/scan/vulnerabilities/collect-advisories.ts';
import { encodeDatabase } from '../src/scan/vulnerabilities/database-file.ts';

/** What is known of the sources; the day is when they were read, or the oldest of what was. */
const SOURCES = [
  {
    ecosystem: 'PyPI',
    source: 'pypa/advisory-database and 15 records of the GitHub Advisory Database',
    attribution:
      'pypa/advisory-database and GitHub Advisory Database, CC-BY-4.0; fields selected and repacked',
    asOf: '2024-10-10',
    coverage: 'partial',
    gaps: 'most records of the GitHub Advisory Database and all of malicious packages are not in it',
  },
  {
    ecosystem: 'npm',
    source: 'RetireJS/retire.js and 3 records of the GitHub Advisory Database',
    attribution:
      'RetireJS/retire.js, Apache-2.0; GitHub Advisory Database, CC-BY-4.0; converted, fields selected and repacked',
    asOf: '2026-08-22',
    coverage: 'partial',
    gaps: '55 packages alone are in it',
  },
  {
    ecosystem: 'Maven',
    source: '4 records of the GitHub Advisory Database',
    attribution: 'GitHub Advisory Database, CC-BY-4.0; fields selected and repacked',
    asOf: '2022-02-24',
    coverage: 'partial',
    gaps: 'one package alone is in it',
  },
  {
    ecosystem: 'Go',
    source: 'golang/vulndb',
    attribution: 'golang/vulndb, CC-BY-4.0; fields selected and repacked',
    asOf: '2026-08-21',
    coverage: 'complete',
  },
  {
    ecosystem: 'crates.io',
    source: 'rustsec/advisory-db',
    attribution: 'rustsec/advisory-db, CC0-1.0 and in part CC-BY-4.0; fields selected and repacked',
    asOf: '2026-08-21',
    coverage: 'complete',
  },
];

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('name the folder of the *.lean.jsonl files');
const target = join(import.meta.dirname, '..', 'src', 'scan', 'snapshot');
mkdirSync(target, { recursive: true });
for (const facts of SOURCES) {
  const collection = new AdvisoryCollection(facts.ecosystem, Date.now());
  const lines = readFileSync(join(folder, `${facts.ecosystem}.lean.jsonl`), 'utf8')
    .trim()
    .split('\n');
  for (const { n: name, v: advisories } of lines.map((line) => JSON.parse(line))) {
    for (const packed of advisories.filter(({ w }) => w === undefined))
      collection.addAdvisory('', name, unpackAdvisory(packed));
  }
  const bytes = encodeDatabase({ ...facts, records: collection.records }, collection.entries());
  const compressed = zstdCompressSync(bytes, { params: { [constants.ZSTD_c_compressionLevel]: 19 } });
  writeFileSync(join(target, `${facts.ecosystem}.db.zst`), compressed);
  console.log(`${facts.ecosystem}: ${collection.records} records, ${compressed.length} bytes`);
}
