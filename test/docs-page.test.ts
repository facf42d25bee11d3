/**
 * The documentation as a server shows it, in Chromium: found, read, searched, without a network, for everybody.
 * `UPDATE_SCREENSHOTS=1` writes docs/screenshots/docs-*.png.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import { FACES } from '../src/server/index.ts';
import { startTestServer, type TestServer } from '../src/server/testing.ts';
import { Browser, type Screen } from './platform/web-page.ts';

const ROOT = join(import.meta.dirname, '..');
const SITE = join(ROOT, 'build-cache', 'docs');
const SCREENSHOTS = process.env.UPDATE_SCREENSHOTS === '1' ? join(ROOT, 'docs', 'screenshots') : undefined;
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const DESKTOP: Screen = { width: 1280, height: 900, colorScheme: 'light' };
const PHONE: Screen = { width: 360, height: 740, colorScheme: 'dark' };

declare const window: object;
declare const document: { readonly documentElement: { readonly scrollWidth: number } };

const ends: (() => unknown)[] = [];
let server: TestServer;
let desktop: Browser;
let phone: Browser;

before(async () => {
  const made = spawnSync(process.execPath, [join(ROOT, 'scripts/site.mjs'), SITE], { encoding: 'utf8' });
  assert.equal(made.status, 0, made.stderr);
  const t = { after: (end: () => unknown) => void ends.push(end) };
  server = await startTestServer(t as never, { docsFolder: SITE });
  desktop = await Browser.open(DESKTOP);
  phone = await Browser.open(PHONE);
});

after(async () => {
  await desktop?.close();
  await phone?.close();
  for (const end of ends.reverse()) await end();
});

const open = (browser: Browser, path: string): Promise<Page> => browser.page(`${server.url}${path}`);

async function shoot(page: Page, name: string): Promise<void> {
  if (SCREENSHOTS) await page.screenshot({ path: join(SCREENSHOTS, `docs-${name}.png`) });
}

async function isForEverybody(page: Page): Promise<void> {
  await page.evaluate(AXE);
  const violations = await page.evaluate(async () => {
    const { axe } = window as {
      axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
    };
    return (await axe.run()).violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
  });
  assert.deepEqual(violations, []);
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
      const width = browser === phone ? PHONE.width : DESKTOP.width;
      assert.ok(
        (await page.evaluate(() => document.documentElement.scrollWidth)) <= width,
        `${path} at ${width}`,
      );
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
