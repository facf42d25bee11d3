/** The page of CI runs in Chromium: for everybody, on a desktop and a phone. `UPDATE_SCREENSHOTS=1` writes docs/screenshots/ci*.png. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { test } from 'node:test';
import type { CiRun } from '../src/ci/index.ts';
import { recordOfRun } from '../src/cli/ci/send-run.ts';
import { startTestServer } from '../src/server/testing.ts';
import { Browser, type Screen } from './platform/web-page.ts';

const ROOT = join(import.meta.dirname, '..');
const WEB = join(ROOT, 'build-cache', 'web');
const SCREENSHOTS = process.env.UPDATE_SCREENSHOTS === '1' ? join(ROOT, 'docs', 'screenshots') : undefined;
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const SCREENS: Readonly<Record<string, Screen>> = {
  ci: { width: 1280, height: 900, colorScheme: 'light' },
  'ci-phone': { width: 360, height: 740, colorScheme: 'dark' },
};

declare const window: object;
declare const document: { readonly documentElement: { readonly scrollWidth: number } };

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
  const made = spawnSync(process.execPath, [join(ROOT, 'scripts/web.mjs'), WEB], { encoding: 'utf8' });
  assert.equal(made.status, 0, made.stderr);
  const server = await startTestServer(t, { webFolder: WEB, settings: { anonymous: 'read' } });
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
    assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= screen.width);
    await page.evaluate(AXE);
    const violations = await page.evaluate(async () => {
      const { axe } = window as { axe: { run(): Promise<{ violations: { id: string }[] }> } };
      return (await axe.run()).violations.map(({ id }) => id);
    });
    assert.deepEqual(violations, []);
    assert.deepEqual(browser.errors, []);
  }
});
