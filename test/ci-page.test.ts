/** The page of CI runs in Chromium: for everybody, on a desktop and a phone. `UPDATE_SCREENSHOTS=1` writes docs/screenshots/ci*.png. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import type { CiRun } from '../src/ci/index.ts';
import { recordOfRun } from '../src/cli/ci/send-run.ts';
import { startTestServer } from '../src/server/testing.ts';
import { DESKTOP, fits, isForEverybody, madeWeb, PHONE, SCREENSHOTS } from './pages-rig.ts';
import { Browser, type Screen } from './platform/web-page.ts';

const SCREENS: Readonly<Record<string, Screen>> = { ci: DESKTOP, 'ci-phone': PHONE };
const LOG = 'FAIL tests/network.test.js\n  expected 200, got 503\n';
const at = (startMs: number, durationMs: number) => ({ startMs, durationMs, exitCode: 0, log: 'a.log' });
const PASSED = [
  { name: 'script-syntax', status: 'passed', command: 'bash -n scripts/a.sh', ...at(0, 60) },
  { name: 'build', status: 'passed', command: 'mobileops build all', ...at(60, 61_000) },
] as const;
const RUN = {
  ...{ version: 1 as const, exitCode: 0, buildVersion: '1.0.0', commit: '0123456789abcdef', branch: 'main' },
  ...{ startedAt: '2026-03-01T10:00:00.000Z', durationMs: 95_000 },
} as const;
const RUNS: readonly CiRun[] = [
  { ...RUN, buildId: '20260301100000-0123456789ab', steps: PASSED },
  {
    ...{ ...RUN, exitCode: 1, buildId: '20260301110000-0123456789ab', startedAt: '2026-03-01T11:00:00.000Z' },
    steps: [
      ...PASSED,
      {
        ...{ name: 'check', status: 'failed', ...at(61_060, 9000), exitCode: 1 },
        command: 'mobileops check --report build-cache/ci/gates.json --report build-cache/ci/gates.html',
      },
      { name: 'publish', status: 'not-run', command: 'mobileops publish', why: 'check failed' },
    ],
  },
];

test('runs are shown with their steps, to everybody', async (t) => {
  const server = await startTestServer(t, { webFolder: madeWeb(), settings: { anonymous: 'read' } });
  for (const [number, run] of RUNS.entries()) {
    const around = { id: `run-0000${number}`, workspace: 'platform', clean: String, logOf: () => LOG };
    const { status } = await server.fetch('/builds', {
      ...{ method: 'POST', headers: { 'content-type': 'application/json' } },
      body: JSON.stringify({
        ...{ build_id: run.buildId, start_time: run.startedAt, components: {}, resources: {}, artifacts: {} },
        record: recordOfRun(run, around),
      }),
    });
    assert.equal(status, 201);
  }
  for (const [name, screen] of Object.entries(SCREENS)) {
    const browser = await Browser.open(screen);
    t.after(() => browser.close());
    const page = await browser.page(`${server.url}/ci`);
    assert.deepEqual(await page.locator('article h2').allInnerTexts(), [
      'failed\nplatform 1.0.0',
      'passed\nplatform 1.0.0',
    ]);
    await page.locator('summary').click();
    assert.match((await page.locator('.log').textContent()) ?? '', /expected 200, got 503/);
    if (SCREENSHOTS) await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`), fullPage: true });
    await fits(page, screen);
    await isForEverybody(page);
    assert.deepEqual(browser.errors, []);
  }
});
