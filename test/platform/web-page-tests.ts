/** The status page in a browser: it loads, judges, installs, and works without its server. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { Page } from 'playwright-core';
import { Browser, CHROMIUM, type Screen, SiteServer } from './web-page.ts';

const SCREENSHOTS = join(import.meta.dirname, '..', '..', 'docs', 'screenshots');
const PHONE = { width: 390, height: 844 };
const DESKTOP = { width: 1280, height: 1000 };

/** How much wider the page is than its window, in pixels; run by the browser. */
const WIDER = 'document.documentElement.scrollWidth - innerWidth';

/** The page takes a sample this often. */
const TICK_MS = 900;
const STORY = [
  ['Rush hour', 12],
  ['Quiet day', 16],
  ['Memory leak', 12],
] as const;

type Check = (name: string, body: (t: TestContext) => Promise<void>) => void;

/** Serves the folder and opens it for the time of `body`; what the page complained of is an error. */
async function opened(
  t: TestContext,
  options: { folder: string; screen: Screen },
  body: (page: Page, browser: Browser, server: SiteServer) => Promise<void>,
): Promise<void> {
  if (!existsSync(CHROMIUM)) return t.skip('not run: chromium is missing');
  const server = new SiteServer(options.folder);
  const browser = await Browser.open(options.screen);
  try {
    await body(await browser.page(await server.listen()), browser, server);
    assert.deepEqual(browser.errors, []);
  } finally {
    await browser.close();
    server.close();
  }
}

const verdictOf = (page: Page): Promise<string | null> => page.locator('#verdict').textContent();

/** A busy hour, a calm one, then memory that climbs: the same picture each time. */
async function playStory(page: Page): Promise<void> {
  for (const [scenario, ticks] of STORY) {
    await page.getByRole('button', { name: scenario }).click();
    await page.clock.runFor(ticks * TICK_MS);
  }
}

export function webPageTests(check: Check, folder: string): void {
  const light: Screen = { ...PHONE, colorScheme: 'light' };

  check('the page judges, and judges otherwise when a slider is moved', (t) =>
    opened(t, { folder, screen: light }, async (page) => {
      assert.equal(await page.locator('h1').textContent(), 'MobileOps');
      const before = await verdictOf(page);
      await page.getByRole('slider', { name: /^CPU/ }).fill('100');
      await page.getByRole('slider', { name: /^Latency/ }).press('End');
      await page.locator('#verdict', { hasNotText: before ?? '' }).waitFor();
      const shares = await page.locator('.odds .figure').allTextContents();
      const sum = shares.reduce((total, text) => total + Number.parseInt(text, 10), 0);
      assert.ok(shares.length === 4 && sum > 95 && sum < 105, shares.join());
    }),
  );

  check('every scenario ends in the judgement that it is named for', (t) =>
    opened(t, { folder, screen: light }, async (page) => {
      const found = new Set<string | null>();
      for (const button of await page.locator('.scenarios button').all()) {
        await button.click();
        assert.equal(await button.getAttribute('aria-pressed'), 'true');
        await page.clock.runFor(14 * TICK_MS);
        found.add(await verdictOf(page));
      }
      assert.deepEqual([...found], ['Healthy', 'Overload', 'Memory leak', 'Fault']);
    }),
  );

  check('the page can be installed, and works again without its server', (t) =>
    opened(t, { folder, screen: light }, async (page, browser, server) => {
      const manifest = await page.locator('link[rel=manifest]').getAttribute('href');
      const answer = await page.request.get(new URL(manifest!, page.url()).href);
      assert.equal((await answer.json()).display, 'standalone');
      await page.evaluate('navigator.serviceWorker.ready.then(() => true)');
      server.close();
      await browser.goOffline();
      await page.reload({ waitUntil: 'load' });
      assert.notEqual(await verdictOf(page), '');
      assert.match((await page.locator('header [role=status]').textContent()) ?? '', /^Offline/);
    }),
  );

  for (const [size, area] of Object.entries({ phone: PHONE, desktop: DESKTOP })) {
    for (const colorScheme of ['light', 'dark'] as const) {
      check(`the page fits a ${size} in ${colorScheme} colours`, (t) =>
        opened(t, { folder, screen: { ...area, colorScheme } }, async (page) => {
          const excess = await page.evaluate<number>(WIDER);
          assert.ok(excess <= 0, `the page is ${excess} px too wide`);
          if (process.env.UPDATE_SCREENSHOTS !== '1') return;
          await playStory(page);
          mkdirSync(SCREENSHOTS, { recursive: true });
          const path = join(SCREENSHOTS, `webapp-${size}-${colorScheme}.png`);
          await page.screenshot({ path, fullPage: size === 'phone' });
        }),
      );
    }
  }
}
