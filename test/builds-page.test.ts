/**
 * The dashboard in Chromium, drawn from what real builds said: quick to load, for everybody, and safe whatever a build is called.
 * `UPDATE_SCREENSHOTS=1` writes docs/screenshots/builds-*.png.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import type { BuildRecord } from '../src/metrics/index.ts';
import type { TestServer } from '../src/server/testing.ts';
import { history, realRecord } from './builds-history.ts';
import {
  DESKTOP,
  fits,
  isForEverybody,
  madeWeb,
  PHONE,
  SCREENSHOTS,
  type ShownServer,
  showServer,
} from './pages-rig.ts';
import type { Browser } from './platform/web-page.ts';

const ROOT = join(import.meta.dirname, '..');
const NOW = Date.UTC(2026, 10, 27, 15, 0);
/** As it is sent. */
const FIRST_VIEW_BYTES = 200_000;
/** React alone is 220 KB of it, so that this only tells when our own part grows. */
const FIRST_VIEW_UNPACKED_BYTES = 260_000;

interface PageElement {
  readonly textContent: string | null;
  getAttribute(name: string): string | null;
}

/** What functions that run in the page use of it. */
declare const window: object;
declare const location: { readonly search: string };
declare const document: {
  readonly activeElement: PageElement | null;
  querySelector(selector: string): PageElement | null;
  querySelectorAll(selector: string): { readonly length: number };
  getElementById(id: string): PageElement | null;
};

const HOSTILE = `<img src=x onerror="window.hacked=1">"'><script>window.hacked=1</script>\u202e`;
let shown: ShownServer | undefined;
let server: TestServer;
let desktop: Browser;
let phone: Browser;

before(async () => {
  shown = await showServer({ webFolder: madeWeb(), settings: { anonymous: 'write' } });
  ({ server, desktop, phone } = shown);
  for (const record of history(NOW)) await post(record);
  await post({ ...realRecord('full'), startMs: NOW - 600_000 });
  await post({ ...realRecord('broken'), startMs: NOW - 300_000 });
});

after(() => shown?.[Symbol.asyncDispose]());

async function post(record: BuildRecord): Promise<void> {
  const empty = { components: {}, resources: {}, artifacts: {} };
  const body = JSON.stringify({ build_id: '', start_time: '2026-01-01T00:00:00Z', ...empty, record });
  const headers = { 'content-type': 'application/json' };
  const { status } = await server.fetch('/builds', { method: 'POST', headers, body });
  assert.equal(status, 201);
}

/** A page that has drawn what it asked for. */
async function open(browser: Browser, path: string): Promise<Page> {
  const page = await browser.page('about:blank');
  await page.clock.setFixedTime(NOW);
  await page.goto(`${server.url}${path}`);
  await page.waitForSelector('#app h1');
  await page.waitForFunction(() => document.querySelector('.loading') === null);
  return page;
}

const PAGES: Readonly<Record<string, string>> = {
  list: '/builds',
  slowest: '/builds?view=slowest',
  failures: '/builds?view=failures',
  trends: '/builds?view=trends',
  build: '/builds/real-full000?action=app%3Astatus%23prodRelease-r8',
  failed: '/builds/real-broken0',
};

/** What the documentation shows. */
const KEPT = new Set(
  [
    'list-desktop-light',
    'list-phone-dark',
    'build-desktop-light',
    'build-phone-dark',
    'failed-desktop-light',
  ].map((name) => `builds-${name}.png`),
).add('builds-trends-desktop-light.png');

for (const [name, path] of Object.entries(PAGES)) {
  test(`${name}: nothing keeps anybody from using it, on a desk in light and on a phone in the dark`, async () => {
    for (const [browser, screen] of [
      [desktop, DESKTOP],
      [phone, PHONE],
    ] as const) {
      const page = await open(browser, path);
      await isForEverybody(page, `${name} on ${screen.width}`);
      await fits(page, screen, name);
      const file = `builds-${name}-${screen === DESKTOP ? 'desktop-light' : 'phone-dark'}.png`;
      if (SCREENSHOTS && KEPT.has(file)) await page.screenshot({ path: join(SCREENSHOTS, file) });
      await page.close();
    }
    assert.deepEqual([...desktop.errors, ...phone.errors], []);
  });
}

test('the first view loads less than 200 KB of script, and none again', async () => {
  const page = await desktop.page('about:blank');
  await page.clock.setFixedTime(NOW);
  const sizes: number[] = [];
  page.on('requestfinished', async (request) => {
    if (request.resourceType() === 'script') sizes.push((await request.sizes()).responseBodySize);
  });
  await page.goto(`${server.url}/builds`);
  await page.waitForSelector('.builds .build');
  const total = sizes.reduce((sum, each) => sum + each, 0);
  assert.ok(total < FIRST_VIEW_BYTES, `${total} bytes`);
  const [address] = await page.$$eval('script[src]', (all) => all.map((each) => each.getAttribute('src')!));
  const script = await server.fetch(address!);
  const unpacked = (await script.arrayBuffer()).byteLength;
  assert.ok(unpacked < FIRST_VIEW_UNPACKED_BYTES, `${unpacked} bytes unpacked`);
  assert.match(script.headers.get('cache-control')!, /immutable/);
  await page.close();
});

test('whatever a build is called is text', async () => {
  const actions = [
    {
      ...realRecord('broken').actions[0]!,
      id: HOSTILE,
      label: HOSTILE,
      description: HOSTILE,
      status: 'failed' as const,
      failure: HOSTILE,
      log: HOSTILE,
    },
  ];
  const names = {
    workspace: HOSTILE,
    branch: HOSTILE,
    release: HOSTILE,
    commit: HOSTILE,
    buildId: HOSTILE,
    verb: HOSTILE,
  };
  const problems = [
    { code: HOSTILE, severity: 'error' as const, message: HOSTILE, hint: HOSTILE, path: HOSTILE },
  ];
  const artifacts = [{ path: HOSTILE, label: HOSTILE, sizeBytes: 1, sha256: HOSTILE }];
  const scores = [
    { gate: HOSTILE, measured: 1, threshold: 2, unit: HOSTILE, passed: false, evidence: HOSTILE },
  ];
  const record = { ...realRecord('broken', 'hostile-0001'), ...names, actions, problems, artifacts, scores };
  await post({ ...record, startMs: NOW - 1000 });
  await post({ ...record, id: 'hostile-0002', startMs: NOW - 2000, verb: 'release', status: 'success' });
  const filter = `workspace=${encodeURIComponent(HOSTILE)}`;
  const paths = [
    '/builds/hostile-0001',
    ...['builds', 'slowest', 'failures', 'trends'].map((view) => `/builds?view=${view}&${filter}`),
  ];
  for (const path of paths) {
    const page = await open(desktop, path);
    assert.ok((await page.textContent('#app'))!.includes('onerror'), path);
    assert.equal(await page.evaluate(() => 'hacked' in window), false, path);
    assert.equal(await page.locator('#app img, #app script').count(), 0);
    await page.close();
  }
  assert.deepEqual(desktop.errors, []);
});

test('the chart is one stop for the keyboard, and its arrows choose a day', async () => {
  const page = await open(desktop, '/builds?workspace=mobileops-platform');
  const chart = page.getByRole('slider');
  await chart.focus();
  const last = await chart.getAttribute('aria-valuetext');
  assert.match(last!, /^Fri 27 November: \d+ builds/);
  await page.keyboard.press('ArrowLeft');
  const text = await chart.getAttribute('aria-valuetext');
  assert.match(text!, /^Thu 26 November: \d+ builds/);
  await page.keyboard.press('Enter');
  await page.waitForSelector('text=Builds from Nov 26');
  const count = Number(/: (\d+) builds/.exec(text!)![1]);
  await page.waitForFunction((expected) => document.querySelectorAll('.build').length === expected, count);
  assert.match(page.url(), /from=\d+/);
  await page.keyboard.press('Escape');
  await page.waitForSelector('text=Latest builds');
  await page.close();
});

test('the timeline is walked, zoomed and left by keys', async () => {
  const page = await open(desktop, '/builds/real-full000');
  const timeline = page.getByRole('listbox');
  await timeline.focus();
  const active = (): Promise<string | null> =>
    page.evaluate(() => {
      const id = document.querySelector('[role=listbox]')!.getAttribute('aria-activedescendant');
      return id === null ? null : document.getElementById(id)!.getAttribute('aria-label');
    });
  assert.equal(await active(), null);
  await page.keyboard.press('ArrowRight');
  const first = await active();
  assert.match(first!, /^app:status .*, Ran, /);
  assert.equal(await page.locator('.details h2').textContent(), first!.split(',')[0]);
  await page.keyboard.press('ArrowRight');
  assert.notEqual(await active(), first);
  await page.keyboard.press('ArrowDown');
  assert.match((await active())!, /^component:telemetry-schema /);
  const widthOf = async (): Promise<number> =>
    (await page.locator('.bar-group.selected .bar').boundingBox())!.width;
  await page.keyboard.press('Home');
  const before = await widthOf();
  for (let times = 0; times < 6; times++) await page.keyboard.press('+');
  assert.ok((await widthOf()) > before * 2);
  await page.keyboard.press('0');
  assert.ok(Math.abs((await widthOf()) - before) < 1);
  await page.keyboard.press('Escape');
  assert.equal(await page.locator('.details').count(), 0);
  await page.keyboard.press('Shift+Tab');
  assert.equal(await page.evaluate(() => document.activeElement?.textContent), 'Whole build');
  await page.close();
});

test('links lead to a build and back, and the address says what is shown', async () => {
  const page = await open(desktop, '/builds?view=failures&workspace=mobileops-platform');
  await page.getByRole('link', { name: 'component:network compile' }).first().click();
  await page.waitForSelector('.timeline');
  assert.match(page.url(), /\/builds\/real-broken0\?action=component%3Anetwork%23compile$/);
  assert.match((await page.textContent('.details .log'))!, /error TS2322/);
  await page.goBack();
  await page.waitForSelector('.failure');
  await page.getByLabel('Branch').selectOption('topic/offline-maps');
  await page.waitForFunction(() => location.search.includes('branch=topic'));
  await page.goto(`${server.url}/builds/not-there-0`);
  await page.waitForSelector('text=The server knows no such build.');
  // The browser itself tells of the 404.
  desktop.errors.length = 0;
  await page.close();
});

test('a build that runs is drawn as it goes, without loading the page anew', async () => {
  const lines = readFileSync(join(ROOT, 'test/fixtures/builds/full.jsonl'), 'utf8').trim().split('\n');
  const tell = (from: number, to: number) =>
    server.fetch('/api/v1/builds/live-0000001/events', {
      ...{ method: 'POST', body: lines.slice(from, to).join('\n') },
      headers: { 'content-type': 'application/x-ndjson' },
    });
  assert.equal((await tell(0, 80)).status, 202);
  const page = await open(desktop, '/builds/live-0000001');
  assert.match((await page.textContent('header.card'))!, /Running/);
  const some = await page.getByRole('option').count();
  await page.evaluate(() => Object.assign(window, { same: true }));
  await tell(80, lines.length);
  await page.waitForSelector('header.card .mark.good');
  assert.ok((await page.getByRole('option').count()) > some);
  assert.equal(await page.evaluate(() => 'same' in window), true);
  await page.close();
});
