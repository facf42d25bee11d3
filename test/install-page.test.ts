/**
 * The install page in Chromium: complete, for everybody, and safe whatever an app calls itself. `UPDATE_SCREENSHOTS=1` writes
 * docs/screenshots/install-*.png.
 */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import { apkOf, resourceTableOf, type WrittenApp } from '../src/apps/testing.ts';
import type { TestServer } from '../src/server/testing.ts';
import {
  fits,
  isForEverybody,
  madeWeb,
  PHONE,
  SCREENSHOTS,
  type ShownServer,
  showServer,
} from './pages-rig.ts';
import type { Browser } from './platform/web-page.ts';

const HOSTILE = `<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>`;

declare const window: object;

let shown: ShownServer | undefined;
let server: TestServer;
let desktop: Browser;
let phone: Browser;

function labelled(label: string, { application, ...more }: WrittenApp = {}): Buffer {
  return apkOf({
    ...more,
    application: { 'android:label': { resource: 0x7f020000 }, ...application },
    entries: [
      {
        ...{ name: 'resources.arsc', isStored: true, alignBytes: 4 },
        content: resourceTableOf([{ type: 2, entry: 0, value: label }]),
      },
    ],
  });
}

before(async () => {
  shown = await showServer({ webFolder: madeWeb(), settings: { anonymous: 'read' } });
  ({ server, desktop, phone } = shown);
  await put('shop', '1.0.0', 'shop.apk', labelled('Old shop'));
  await put('shop', '1.1.0', 'shop.apk', labelled('Shop'));
  await put(
    'shop',
    '1.1.0',
    'shop-debug.apk',
    labelled('Shop (dev)', { application: { 'android:debuggable': true } }),
  );
  await put('shop', '1.2.0-rc.1', 'shop.apk', labelled('Next shop'));
  await put('evil', '1', 'evil.apk', labelled(HOSTILE));
  await put('broken', '1', 'broken.apk', Buffer.from('no zip'));
  await put('notes', '1', 'notes.txt', Buffer.from('no app'));
  await point('shop', 'beta', '1.2.0-rc.1');
  await point('shop', 'stable', '1.1.0');
  const link = { title: 'Field notes', url: 'https://notes.example.com/', version: '3.0.0' };
  await send('PUT', '/api/install/web-apps/notes', JSON.stringify(link));
});

after(() => shown?.[Symbol.asyncDispose]());

async function send(method: string, path: string, body: string | Buffer): Promise<void> {
  const headers = typeof body === 'string' ? { 'content-type': 'application/json' } : {};
  const { status } = await server.fetch(path, { method, body: body as string, headers });
  assert.ok(status < 300, `${method} ${path}: ${status}`);
}

const put = (name: string, version: string, file: string, bytes: Buffer): Promise<void> =>
  send('PUT', `/artifacts/${name}/${version}/${file}`, bytes);
const point = (name: string, channel: string, version: string): Promise<void> =>
  send('PUT', `/channels/${name}/${channel}`, JSON.stringify({ version }));

async function open(browser: Browser, path: string): Promise<Page> {
  return browser.page(`${server.url}${path}`);
}

/** As people see it. */
// biome-ignore lint/performance/useDomNodeTextContent: what is hidden must not count
const textOf = (page: Page): Promise<string> => page.locator('body').innerText();

test('it offers the newest of the first channel, read from the packages themselves', async () => {
  const page = await open(desktop, '/install');
  const text = await textOf(page);
  assert.match(text, /shop 1\.1\.0 stable/);
  assert.match(text, /Shop\s+Android\s+not signed/);
  assert.match(text, /1\.2\.3 \(7\) · [\d.]+ kB · Android 5\.0 \(API 21\)/);
  assert.doesNotMatch(text, /Old shop|Next shop|notes\.txt/);
  assert.match(text, /Shop \(dev\)\s+Android\s+for developers/);
  assert.match(text, /Not offered: .*zip/);
  assert.match(text, /Field notes\s+web app/);
  const href = await page.getAttribute('article a.button', 'href');
  assert.ok(href?.startsWith(server.url));
  assert.equal(await page.locator('svg.qr').count(), 4);
  if (SCREENSHOTS) await page.screenshot({ path: join(SCREENSHOTS, 'install.png'), fullPage: true });
  await isForEverybody(page);
});

test('what an app calls itself is text', async () => {
  const page = await open(desktop, '/install/evil');
  assert.ok((await textOf(page)).includes(HOSTILE));
  assert.equal(await page.evaluate(() => 'hacked' in window), false);
});

test('an app has a page of its own, with every channel and version', async () => {
  const page = await open(phone, '/install/shop');
  const text = await textOf(page);
  assert.ok(text.indexOf('Shop') < text.indexOf('Next shop'), 'stable comes first');
  assert.match(text, /1\.0\.0\s+shop\.apk/);
  await fits(page, PHONE);
  if (SCREENSHOTS) await page.screenshot({ path: join(SCREENSHOTS, 'install-phone.png'), fullPage: true });
  await isForEverybody(page);
});

test('what the code leads to is the package', async () => {
  const page = await open(phone, '/install');
  await fits(page, PHONE);
  const href = await page.getAttribute('article a.button', 'href');
  const answer = await fetch(href!);
  assert.equal(answer.status, 200);
  assert.equal(answer.headers.get('content-type'), 'application/vnd.android.package-archive');
});

test('nothing was said on the console', () => {
  assert.deepEqual([...desktop.errors, ...phone.errors], []);
});
