/** Examples of docs/scan.md are what the program says. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { renderDiagnostic } from '../src/base/index.ts';
import { runIn } from '../src/cli/testing.ts';
import { loadParser } from '../src/config/index.ts';
import { scanDiagnostics } from '../src/scan/index.ts';
import { databaseOf, exportZip, osvRecord } from '../src/scan/testing.ts';

const TEXT = readFileSync(join(import.meta.dirname, '..', 'docs', 'scan.md'), 'utf8');
const NOW = Date.parse('2026-11-27T12:00:00Z');
const folder = mkdtempSync(join(tmpdir(), 'mobileops-scan-doc-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const events = [{ introduced: '0' }, { fixed: '4.17.21' }];
const modified = '2026-11-20T08:00:00Z';
const lodash = (id: string, alias: string, severity: string): Record<string, unknown> =>
  osvRecord(id, { name: 'lodash', events, modified, aliases: [alias], database_specific: { severity } });
const RECORDS = [
  lodash('GHSA-35jh-r3h4-6jhm', 'CVE-2021-23337', 'HIGH'),
  lodash('GHSA-29mw-wpgm-hmr9', 'CVE-2020-28500', 'MODERATE'),
];

function write(path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), content);
}

write(
  'advisories/npm.db',
  databaseOf('npm', RECORDS, { asOf: '2026-11-20', source: 'the mirror of the team' }),
);
write('mirror/npm/all.zip', exportZip(RECORDS));
write(
  'web/package-lock.json',
  JSON.stringify({
    lockfileVersion: 3,
    packages: { '': { dependencies: { lodash: '4.17.20' } }, 'node_modules/lodash': { version: '4.17.20' } },
  }),
);

const examples = [...TEXT.matchAll(/\$ mobileops (.*)\n([\s\S]*?)```/g)];

test('there are examples', () => assert.equal(examples.length, 2));

for (const [, words = '', expected] of examples) {
  test(`mobileops ${words} prints what the page shows`, async () => {
    const { out } = await runIn(folder, words.split(' '), { nowMs: NOW });
    assert.equal(out, expected);
  });
}

test('the configuration of the page is one', async () => {
  const [, text = ''] = /```yaml\n([\s\S]*?)```/.exec(TEXT) ?? [];
  const { parseBuildConfiguration } = await loadParser();
  const { value, diagnostics } = parseBuildConfiguration({ path: 'build-config.yaml', text });
  assert.deepEqual(
    diagnostics.map((each) => renderDiagnostic(each)),
    [],
  );
  const { accept, ignore } = value!.quality.securityScan;
  assert.deepEqual([accept.length, ignore.length], [2, 1]);
});

test('codes of the page are codes', () => {
  const codes = [...TEXT.matchAll(/`(scan\/[a-z-]+)`/g)].map(([, code]) => code!);
  assert.ok(codes.length >= 5);
  for (const code of codes) assert.ok(code in scanDiagnostics, code);
});
