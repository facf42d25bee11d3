/**
 * The documentation as a server shows it, in Chromium: found, read, searched, without a network, for everybody.
 * `UPDATE_SCREENSHOTS=1` writes docs/screenshots/docs-*.png.
 */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import { FACES } from '../src/server/index.ts';
import type { TestServer } from '../src/server/testing.ts';
import {
  DESKTOP,
  fits,
  isForEverybody,
  madeSite,
  PHONE,
  SCREENSHOTS,
  type ShownServer,
  showServer,
} from './pages-rig.ts';
import type { Browser } from './platform/web-page.ts';

const ROOT = join(import.meta.dirname, '..');

let shown: ShownServer | undefined;
let server: TestServer;
let desktop: Browser;
let phone: Browser;

before(async () => {
  shown = await showServer({ docsFolder: madeSite() });
  ({ server, desktop, phone } = shown);
});

after(() => shown?.[Symbol.asyncDispose]());

const open = (browser: Browser, path: string): Promise<Page> => browser.page(`${server.url}${path}`);

async function shoot(page: Page, name: string): Promise<void> {
  if (SCREENSHOTS) await page.screenshot({ path: join(SCREENSHOTS, `docs-${name}.png`) });
}

test('the header is that of the server, and every page of docs/ is in the navigation', async () => {
  const page = await open(desktop, '/docs');
  const header = await page
    .locator('header nav a')
    .evaluateAll((links) => links.map((link) => [link.textContent, link.getAttribute('href')]));
  assert.deepEqual(
    header,
    FACES.flatMap(({ section }) => (section ? [[section.title, section.path]] : [])),
  );
  const linked = await page
    .locator('#pages a')
    .evaluateAll((links) => links.map((link) => link.getAttribute('href')));
  const written = readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md') && name !== 'index.md' && !name.startsWith('site/'))
    .map((name) => name.replace(/\.md$/, '.html'));
  assert.deepEqual(
    written.filter((name) => !linked.includes(name)),
    [],
  );
  await isForEverybody(page);
});

for (const path of [
  '',
  'promises.html',
  'android.html',
  'reference/command-line/scan.html',
  'reference/configuration.html',
]) {
  test(`${path || 'the start'} fits a phone and a desk, for everybody`, async () => {
    for (const browser of [phone, desktop]) {
      const page = await open(browser, `/docs/${path}`);
      await fits(page, browser === phone ? PHONE : DESKTOP);
      const name = path.replace('.html', '') || 'start';
      const screen = browser === phone ? 'phone-dark' : 'desktop-light';
      if (/^\w+$/.test(name) && name !== 'android') await shoot(page, `${name}-${screen}`);
      // Hundreds of rows of one kind: what holds for the first holds for all.
      if (!path.endsWith('configuration.html')) await isForEverybody(page);
    }
  });
}

test('a word is found by keys alone, and leads to its section', async () => {
  const page = await open(desktop, '/docs/android.html');
  await page.keyboard.press('/');
  await page.keyboard.type('provenance level');
  await page.locator('#found a').first().waitFor();
  await shoot(page, 'search-desktop-light');
  await isForEverybody(page);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/docs\/signing\.html#/);
});

test('a code of a diagnostic is found', async () => {
  const page = await open(phone, '/docs/');
  await page.locator('#query').fill('scan/no-database');
  assert.match((await page.locator('#found a').first().textContent()) ?? '', /scan\/no-database/);
  await shoot(page, 'search-phone-dark');
});

test('what is looked for is text', async () => {
  const page = await open(desktop, '/docs/');
  await page.locator('#query').fill('<img src=x onerror=alert(1)> (');
  await page.locator('#found').waitFor();
  assert.equal(await page.locator('#found img').count(), 0);
});

test('the site is read without its server once it was opened', async () => {
  const page = await open(desktop, '/docs/');
  await page.evaluate('navigator.serviceWorker.ready.then(() => true)');
  await page.waitForFunction(
    'navigator.serviceWorker.controller !== null || navigator.serviceWorker.getRegistration().then((r) => r.active.state === "activated")',
  );
  await page.context().setOffline(true);
  try {
    await page.goto(`${server.url}/docs/releases.html`);
    assert.equal(await page.locator('h1').textContent(), 'Releases');
  } finally {
    await page.context().setOffline(false);
  }
});

test('nothing was said on the console', () => {
  assert.deepEqual([...desktop.errors, ...phone.errors], []);
});
