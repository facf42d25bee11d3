import assert from 'node:assert/strict';
import { test } from 'node:test';
import { REPORT } from '../testing.ts';
import { reportText } from './report-text.ts';
import { sarifDocument } from './sarif.ts';

test('the table says what was found, by what it was compared, and what was not looked into', () => {
  assert.equal(
    reportText(REPORT),
    `critical  GHSA-1 (CVE-2026-1) 9.8
          left 1.0.0: known vulnerability
          web/package-lock.json: update to 2.0.0 or newer
unknown   secret/jwt
          a signed token (JWT): eyJh… (99 characters)
          a b/ä.txt:3:7
excepted  model/unknown-import in m.pkl until 2027-01-31: looked at \ufffd[31m

advisories for npm: 1 as of 2026-01-01, 1 day old, with gaps (some), from a mirror; accepted: no network
not scanned: a.7z: a 7z archive
2 findings: 1 critical, 1 unknown, 1 excepted; 2 packages and 3 files scanned`,
  );
});

test('the table is no wider than the terminal, but for words that are', () => {
  const wide = reportText(REPORT, 40)
    .split('\n')
    .filter((line) => line.length > 40 && / \S+ \S/.test(line.trim()));
  assert.deepEqual(wide, []);
  assert.match(reportText(REPORT, 40), /\n {10}web\/package-lock\.json: update\n {10}to 2\.0\.0 or newer\n/);
});

test('SARIF: levels, places, suppressions, and what stands against a verdict', () => {
  const { runs } = sarifDocument(REPORT, { version: '1.2.3' }) as { runs: Record<string, never>[] };
  const [run] = JSON.parse(JSON.stringify(runs));
  assert.deepEqual(
    run.tool.driver.rules.map((each: { id: string }) => each.id),
    ['GHSA-1', 'secret/jwt', 'model/unknown-import'],
  );
  assert.deepEqual(
    run.results.map((each: { level: string; suppressions?: unknown[] }) => [
      each.level,
      each.suppressions?.length ?? 0,
    ]),
    [
      ['error', 0],
      ['warning', 0],
      ['warning', 1],
    ],
  );
  assert.deepEqual(run.results[1].locations[0].physicalLocation, {
    artifactLocation: { uri: 'a%20b/%C3%A4.txt' },
    region: { startLine: 3, startColumn: 7 },
  });
  assert.equal(run.invocations[0].executionSuccessful, false);
  assert.deepEqual(
    run.invocations[0].toolExecutionNotifications.map(
      (each: { descriptor: { id: string } }) => each.descriptor.id,
    ),
    ['scan/old-database', 'scan/not-scanned'],
  );
});
