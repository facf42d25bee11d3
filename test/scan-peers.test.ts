/** That scans agree with programs that others trust: with what was recorded of them, and in the long suites with them. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { zstdDecompressSync } from 'node:zlib';
import { installGoPrograms } from '../bench/images/peers.ts';
import { findProgram } from '../bench/images/tool-environment.ts';
import { bytesSource } from '../src/archives/index.ts';
import { zipOf } from '../src/archives/testing.ts';
import { realHost } from '../src/host/index.ts';
import { verdictOfImport } from '../src/scan/models/pickle-globals.ts';
import { scanModel } from '../src/scan/models/scan-model.ts';
import { isLong } from './long.ts';
import { EXPORTED, osvScannerSays, randomOf, randomPurls, type Sample, weSay } from './osv-peer.ts';

const SNAPSHOT = join(import.meta.dirname, '..', 'src', 'scan', 'snapshot');
const GOLDEN = join(import.meta.dirname, 'golden', 'scan', 'osv-scanner.json');
const OSV_SCANNER = {
  module: 'github.com/google/osv-scanner/v2',
  version: 'v2.5.0',
  packages: ['cmd/osv-scanner'],
};
const shipped = { fs: realHost().fs, fetched: '/nowhere', shipped: SNAPSHOT };
const folder = mkdtempSync(join(tmpdir(), 'mobileops-scan-peers-'));
after(() => rmSync(folder, { recursive: true, force: true }));

/** The advisories that come with us, as an export: OSV records by ecosystem. */
function exportOfSnapshot(): string {
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

const RECORDED_MODELS: Readonly<Record<string, { readonly base64: string }>> = JSON.parse(
  readFileSync(join(import.meta.dirname, 'fixtures', 'scan', 'models.json'), 'utf8'),
);

test('the findings of 300 packages are those that osv-scanner gave', () => {
  const recorded: readonly Sample[] = JSON.parse(readFileSync(GOLDEN, 'utf8'));
  assert.equal(recorded.length, 300);
  assert.ok(recorded.filter(({ groups }) => groups.length > 0).length > 100);
  assert.deepEqual(
    weSay(
      shipped,
      recorded.map(({ purl }) => purl),
    ),
    recorded,
  );
});

const PICKLESCAN = 'picklescan==1.0.5';
/** Its own table, and what it finds in files. A number of RFC 9562 runs nothing, though all of `uuid` is on its list. */
const ASK_PICKLESCAN = `
import json, sys
from picklescan import scanner
listed = [[m, n if n != '*' else 'anything'] for m, names in scanner._unsafe_globals.items() for n in ([names] if isinstance(names, str) else sorted(names))]
files = {}
for path in sys.argv[1:]:
    try:
        found = scanner.scan_file_path(path).globals
    except Exception: # It gives up at the arrays that joblib writes in between.
        found = []
    files[path] = [[g.module, g.name] for g in found if g.safety == scanner.SafetyLevel.Dangerous and g.name != 'UUID']
print(json.dumps({'listed': listed, 'files': files}))
`;

if (isLong) {
  test('what picklescan calls dangerous is not safe to us', { timeout: 300_000 }, (t) => {
    const venv = join(folder, 'venv');
    const python = join(venv, 'bin', 'python');
    const isThere = [
      ['python3', ['-m', 'venv', venv]],
      [python, ['-m', 'pip', 'install', '-q', PICKLESCAN]],
    ].every(([program, words]) => spawnSync(program as string, words as string[]).status === 0);
    if (!isThere) return t.skip('picklescan is missing');
    const models = Object.entries(RECORDED_MODELS).map(([name, { base64 }], index) => {
      const path = join(folder, `${index}.${name.startsWith('torch') || name === 'npz' ? 'pt' : 'pkl'}`);
      writeFileSync(path, Buffer.from(base64, 'base64'));
      return path;
    });
    const done = spawnSync(python, ['-c', ASK_PICKLESCAN, ...models], { encoding: 'utf8' });
    assert.equal(done.status, 0, done.stderr);
    const { listed, files } = JSON.parse(done.stdout);
    assert.ok(listed.length > 50);
    assert.deepEqual(
      listed.filter(([module, name]: [string, string]) => verdictOfImport(module, name) === 'safe'),
      [],
    );
    const found = models.filter((path) => files[path].length > 0);
    assert.ok(found.length > 10);
    for (const path of found) {
      const notes = scanModel(bytesSource(readFileSync(path)), { isSurelyPickle: true });
      for (const [module, name] of files[path])
        assert.ok(
          notes.some(({ kind, what }) => kind === 'dangerous' && what === `${module}.${name}`),
          path,
        );
    }
  });
}

if (isLong || process.env.UPDATE_GOLDEN === '1') {
  test('the findings of 3000 random packages are those of osv-scanner', { timeout: 900_000 }, (t) => {
    const program = findProgram('osv-scanner', [installGoPrograms([OSV_SCANNER])]);
    if (program === undefined) return t.skip('osv-scanner is missing');
    const zips = exportOfSnapshot();
    const seed = Number(process.env.MOBILEOPS_SEED ?? 1);
    const purls = randomPurls(zips, 3000, randomOf(seed));
    const theirs = osvScannerSays(program, zips, purls);
    if (process.env.UPDATE_GOLDEN === '1')
      writeFileSync(
        GOLDEN,
        `[\n${theirs
          .filter((_, index) => index % 10 === 0)
          .map((each) => JSON.stringify(each))
          .join(',\n')}\n]\n`,
      );
    const ours = weSay(shipped, purls);
    const different = purls.flatMap((purl, index) => {
      const [they, we] = [theirs[index]!, ours[index]!].map(({ groups }) => JSON.stringify(groups));
      return they === we ? [] : [`${purl}: osv-scanner ${they}, we ${we}`];
    });
    assert.deepEqual(different, []);
  });
}
