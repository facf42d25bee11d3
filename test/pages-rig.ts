/** The server's pages in Chromium, for tests: made from source, shown on two screens, judged by axe. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { startTestServer, type TestServer, type TestServerOptions } from '../src/server/testing.ts';
import { Browser, type Screen } from './platform/web-page.ts';

const ROOT = join(import.meta.dirname, '..');
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Where pictures for the documentation go, when they are asked for. */
export const SCREENSHOTS =
  process.env.UPDATE_SCREENSHOTS === '1' ? join(ROOT, 'docs', 'screenshots') : undefined;
export const DESKTOP: Screen = { width: 1280, height: 900, colorScheme: 'light' };
export const PHONE: Screen = { width: 360, height: 740, colorScheme: 'dark' };

/** The folder of the scripts and styles of `web/`, made where it is not of these sources. */
export const madeWeb = (): string => made('web.mjs', 'web');
/** The same of the documentation. */
export const madeSite = (): string => made('site.mjs', 'docs');

function made(script: string, name: string): string {
  const folder = join(ROOT, 'build-cache', name);
  const { status, stderr } = spawnSync(process.execPath, [join(ROOT, 'scripts', script), folder], {
    encoding: 'utf8',
  });
  assert.equal(status, 0, stderr);
  return folder;
}

export interface ShownServer extends AsyncDisposable {
  readonly server: TestServer;
  readonly desktop: Browser;
  readonly phone: Browser;
}

/** A server, and a browser of each screen; all of it ends with what is given. */
export async function showServer(options: TestServerOptions): Promise<ShownServer> {
  await using ends = new AsyncDisposableStack();
  const server = await startTestServer({ after: (end) => ends.defer(end as () => void) }, options);
  const open = async (screen: Screen): Promise<Browser> =>
    ends.adopt(await Browser.open(screen), (browser) => browser.close());
  const desktop = await open(DESKTOP);
  const phone = await open(PHONE);
  const kept = ends.move();
  return { server, desktop, phone, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}

/** What functions that run in the page use of it. */
declare const window: object;
declare const document: { readonly documentElement: { readonly scrollWidth: number } };

/** Nothing that axe knows keeps anybody from using the page. */
export async function isForEverybody(page: Page, about?: string): Promise<void> {
  await page.evaluate(AXE);
  const violations = await page.evaluate(async () => {
    const { axe } = window as {
      axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
    };
    return (await axe.run()).violations.map(
      ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120))}`,
    );
  });
  assert.deepEqual(violations, [], about);
}

const LEAST_MARGIN = 8;

/** Nothing of the page lies beside the screen, or at its edge. */
export async function fits(page: Page, screen: Screen, about = page.url()): Promise<void> {
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  assert.ok(width <= screen.width, `${about} is ${width} wide on ${screen.width}`);
  const brand = await page.locator('.brand').boundingBox();
  assert.ok(brand && brand.y >= LEAST_MARGIN, `${about}: the name is ${brand?.y} from the edge`);
}
