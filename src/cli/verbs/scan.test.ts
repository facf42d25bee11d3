/** What `scan` tells and how it ends. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { databaseOf, exportZip, osvRecord } from '../../scan/testing.ts';
import { type CommandRun, runIn } from '../testing.ts';

const root = mkdtempSync(join(tmpdir(), 'mobileops-scan-'));
after(() => rmSync(root, { recursive: true, force: true }));

const HIGH = { database_specific: { severity: 'HIGH' } };
const TODAY = new Date().toISOString();
const RECORDS = [
  osvRecord('GHSA-high', {
    events: [{ introduced: '0' }, { fixed: '2.0.0' }],
    aliases: ['CVE-2026-1'],
    ...HIGH,
  }),
  osvRecord('GHSA-open', { name: 'right', events: [{ introduced: '0' }], modified: TODAY }),
];

function write(path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content);
}

const lock = (packages: Record<string, string>): string =>
  JSON.stringify({
    name: 'web',
    lockfileVersion: 3,
    packages: {
      '': { name: 'web', dependencies: packages },
      ...Object.fromEntries(
        Object.entries(packages).map(([name, version]) => [
          `node_modules/${name}`,
          { version, resolved: '', integrity: '' },
        ]),
      ),
    },
  });

before(() => {
  write('npm/package-lock.json', lock({ left: '1.0.0', right: '1.0.0' }));
  write('clean/package-lock.json', lock({ left: '2.0.0' }));
  write('mirror/npm/all.zip', exportZip(RECORDS));
  write('new/npm.db', databaseOf('npm', RECORDS, { asOf: TODAY.slice(0, 10) }));
  write('old/npm.db', databaseOf('npm', RECORDS, { asOf: '2024-01-01' }));
  write('cut/npm.db', databaseOf('npm', RECORDS).subarray(0, 300));
  write('models/a.pkl', 'cos\nsystem\n.');
  write(
    'ws/build-config.yaml',
    `apiVersion: build.mobileops.io/v1
kind: BuildConfiguration
metadata: { name: w }
spec:
  version: 1.0.0
  quality:
    securityScan:
      ignore:
        - { id: model/dangerous-import, path: old.pkl, reason: never loaded, expires: 2999-01-01 }
        - { id: model/dangerous-import, path: over.pkl, reason: never loaded, expires: 2024-01-01 }
`,
  );
  for (const name of ['old', 'over']) write(`ws/${name}.pkl`, 'cos\nsystem\n.');
});

const run = (line: string): Promise<CommandRun> => runIn(root, ['scan', ...line.split(' ')]);

test('a lock with a vulnerable package ends with 1, and says what mends it', async () => {
  const { code, out } = await run('npm/package-lock.json --database new');
  assert.equal(code, 1);
  assert.match(
    out,
    /^high {6}GHSA-high \(CVE-2026-1\)\n {10}left 1\.0\.0: known vulnerability\n.*update to 2\.0\.0/m,
  );
  assert.match(out, /^unknown {3}GHSA-open\n/m);
  assert.match(out, /^advisories for npm: 2 as of .*, 0 days old, from a test$/m);
  assert.match(out, /^2 findings: 1 high, 1 unknown; 2 packages and 0 files scanned$/m);
});

const CODES: Readonly<Record<string, readonly [line: string, code: number, err?: RegExp]>> = {
  'a lock without findings': ['clean/package-lock.json --database new', 0],
  'findings below the threshold': ['npm/package-lock.json --database new --fail-on critical', 0],
  'findings of unknown severity from low on': ['npm/package-lock.json --database new --fail-on low', 1],
  'no findings, by old advisories': ['clean/package-lock.json --database old', 1, /scan\/old-database/],
  'no findings, by old advisories that are old enough': [
    'clean/package-lock.json --database old --max-age 36500',
    0,
  ],
  'no findings, by the gaps of our own': [
    'clean/package-lock.json --max-age 36500',
    1,
    /scan\/partial-database/,
  ],
  'advisories that are cut off': ['clean/package-lock.json --database cut', 3, /scan\/damaged-database/],
  'a name that means nothing': ['nowhere', 2, /scan\/no-target/],
  'a mirror without the ecosystem': ['--update --ecosystem Go --from mirror', 3, /scan\/update-failed/],
};

for (const [name, [line, code, err]] of Object.entries(CODES)) {
  test(`${name}: exit code ${code}`, async () => {
    const done = await run(line);
    assert.equal(done.code, code, done.err);
    if (err) assert.match(done.err, err);
  });
}

test('--update fetches for what is named or used, and a scan takes it', async () => {
  const named = await run('--update --ecosystem npm --from mirror');
  assert.deepEqual([named.code, named.out], [0, `npm: 2 advisories as of ${TODAY.slice(0, 10)}\n`]);
  const used = await run('npm --update --from mirror --json');
  assert.deepEqual(
    JSON.parse(used.out).updated.map(({ records }: { records: number }) => records),
    [2],
  );
  assert.match((await run('npm/package-lock.json')).out, /from .*\/mirror$/m);
});

test('JSON and SARIF hold the same, and go to a file when they are asked to', async () => {
  const json = JSON.parse((await run('npm/package-lock.json --database new --json')).out);
  assert.deepEqual([json.version, json.exitCode, json.findings.length, json.packages], [1, 1, 2, 2]);
  const done = await run('npm/package-lock.json --database new --format sarif --output scan.sarif');
  assert.match(done.out, /2 findings/);
  const sarif = JSON.parse(readFileSync(join(root, 'scan.sarif'), 'utf8'));
  assert.deepEqual(
    sarif.runs[0].results.map((each: { ruleId: string; level: string }) => [each.ruleId, each.level]),
    [
      ['GHSA-high', 'error'],
      ['GHSA-open', 'warning'],
    ],
  );
});

test('a hostile model is found by its path', async () => {
  const { code, out } = await run('models');
  assert.equal(code, 1);
  assert.match(out, /^critical {2}model\/dangerous-import\n.*os\.system.*\n {10}a\.pkl: do not load it/m);
});

test('exceptions of the workspace let through until their day', async () => {
  const { code, out, err } = await run('-C ws --database new');
  assert.equal(code, 1);
  assert.match(out, /^excepted {2}model\/dangerous-import in old\.pkl until 2999-01-01: never loaded$/m);
  assert.match(out, /^1 finding: 1 critical, 1 excepted; 0 packages and 3 files scanned$/m);
  assert.match(err, /build-config\.yaml:10:17: error\[scan\/expired-exception\]/);
});
