/** That scans agree with programs that others trust: with what was recorded of them, and in the long suites with them. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import { installGoPrograms } from '../bench/images/peers.ts';
import { findProgram } from '../bench/images/tool-environment.ts';
import { exportOfSnapshot, OSV_SCANNER } from '../bench/supply-chain/advisories.ts';
import { bytesSource } from '../src/archives/index.ts';
import { realHost } from '../src/host/index.ts';
import { sarifDocument } from '../src/scan/index.ts';
import { verdictOfImport } from '../src/scan/models/pickle-globals.ts';
import { scanModel } from '../src/scan/models/scan-model.ts';
import { REPORT } from '../src/scan/testing.ts';
import { isLong } from './long.ts';
import { osvScannerSays, randomOf, randomPurls, type Sample, weSay } from './osv-peer.ts';

const SNAPSHOT = join(import.meta.dirname, '..', 'src', 'scan', 'snapshot');
const GOLDEN = join(import.meta.dirname, 'golden', 'scan', 'osv-scanner.json');
const shipped = { fs: realHost().fs, fetched: '/nowhere', shipped: SNAPSHOT };
const folder = mkdtempSync(join(tmpdir(), 'mobileops-scan-peers-'));
after(() => rmSync(folder, { recursive: true, force: true }));

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
    const zips = exportOfSnapshot(folder);
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

/** Its licence lets it be read and not be carried along, so it is fetched where its owners have it. */
const SARIF_SCHEMA = process.env.MOBILEOPS_SARIF_SCHEMA;

if (isLong || SARIF_SCHEMA !== undefined) {
  test('what we write as SARIF is valid by the schema of OASIS', async (t) => {
    const document = sarifDocument(REPORT, { version: '1.2.3' }) as { readonly $schema: string };
    const schema =
      SARIF_SCHEMA === undefined ? await fetchedText(document.$schema) : readFileSync(SARIF_SCHEMA, 'utf8');
    if (schema === undefined) return t.skip('the schema of SARIF is missing');
    const ajv = new Ajv({ strict: false, allErrors: true, validateSchema: false, unicodeRegExp: false });
    formats.default(ajv);
    const { $schema: _, id: __, ...rest } = JSON.parse(schema);
    const validate = ajv.compile(rest);
    validate(JSON.parse(JSON.stringify(document)));
    assert.deepEqual(validate.errors ?? [], []);
  });
}

async function fetchedText(address: string): Promise<string | undefined> {
  const answer = await fetch(address).catch(() => undefined);
  return answer?.ok ? answer.text() : undefined;
}
