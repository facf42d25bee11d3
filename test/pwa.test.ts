/** What our commands make of a site, in Chromium: it installs, starts without its server, and goes from version to version. */
import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Page } from 'playwright-core';
import { realHost, realListenOnLoopback } from '../src/host/index.ts';
import { MemoryFileSystem } from '../src/host/testing.ts';
import { COMMANDS } from '../src/tools/commands.ts';
import { CHROMIUM_PLACES } from '../src/tools/site/browser.ts';
import { webCheck } from '../src/tools/site/web-check.ts';
import { Browser, CHROMIUM, SiteServer } from './platform/web-page.ts';

const SCREEN = { width: 390, height: 844, colorScheme: 'light' } as const;
const ICON = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><path d="M0 0h8v8H0z"/></svg>';
const MANIFEST = {
  name: 'Versions',
  icons: [{ src: 'icon.svg', sizes: 'any', type: 'image/svg+xml' }],
};

/** A site of a start page, a script and an offline page, as they are in one version. */
function source(version: string): Readonly<Record<string, string>> {
  return {
    'index.html': `<!doctype html><html><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<link rel="icon" href="icon.svg"><title>Versions</title><style>body{font:2em sans-serif}</style></head><body><p id="version"></p><p id="same"></p><p id="new"></p>
<script>addEventListener('appupdate', (event) => { globalThis.update = event.detail; document.getElementById('new').textContent = 'new'; });</script>
<script src="version.js"></script><script src="same.js"></script></body></html>`,
    'version.js': `document.getElementById('version').textContent = '${version}';`,
    'same.js': "document.getElementById('same').textContent = 'same';",
    'offline.html':
      '<!doctype html><link rel="icon" href="/icon.svg"><title>Offline</title><h1>Not reached</h1>',
    'icon.svg': ICON,
    'manifest.json': JSON.stringify(MANIFEST),
  };
}

/** Puts a version of the site into a folder, in place of the one before. */
async function deploy(folder: string, version: string): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  for (const [path, text] of Object.entries(source(version))) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  writeFileSync(join(dirname(folder), 'policy.json'), '{}');
  const context = { fs: realHost().fs, workingDirectory: dirname(folder), temporaryDirectory: folder };
  for (const [name, ...args] of [
    ['web-manifest'],
    ['content-policy', '--extra', 'policy.json'],
    ['service-worker'],
  ] as const) {
    const result = await COMMANDS[name]!.run([...args, folder], context);
    assert.ok(result.ok, JSON.stringify(result));
  }
}

interface Opened {
  readonly browser: Browser;
  readonly server: SiteServer;
  readonly address: string;
  readonly folder: string;
}

async function withSite(t: TestContext, body: (opened: Opened) => Promise<void>): Promise<void> {
  if (!existsSync(CHROMIUM)) return t.skip('not run: chromium is missing');
  const temporary = mkdtempSync(join(tmpdir(), 'pwa-'));
  const folder = join(temporary, 'site');
  await deploy(folder, 'one');
  const server = new SiteServer(folder);
  const browser = await Browser.open(SCREEN);
  try {
    await body({ browser, server, folder, address: await server.listen() });
  } finally {
    await browser.close();
    server.close();
    rmSync(temporary, { recursive: true });
  }
}

const READY = 'navigator.serviceWorker.ready.then(() => true)';
const CONTROLLED =
  "new Promise((done) => navigator.serviceWorker.controller ? done(true) : navigator.serviceWorker.addEventListener('controllerchange', () => done(true)))";
const CACHED =
  'caches.keys().then((names) => Promise.all(names.map(async (name) => (await (await caches.open(name)).keys()).map(({ url }) => new URL(url).pathname)))).then((all) => all.flat().sort())';

const textOf = (page: Page, id: string): Promise<string | null> => page.locator(`#${id}`).textContent();

test('a browser offers to install the site', (t) =>
  withSite(t, async ({ browser, address }) => {
    const page = await browser.page(address);
    await page.evaluate(READY);
    const session = await page.context().newCDPSession(page);
    const { installabilityErrors } = await session.send('Page.getInstallabilityErrors');
    const reasons = installabilityErrors.map(({ errorId }) => errorId);
    // A browser without a profile that is kept never offers it.
    assert.deepEqual(
      reasons.filter((each) => each !== 'in-incognito'),
      [],
    );
    const { errors, manifest } = await session.send('Page.getAppManifest');
    assert.deepEqual([errors, manifest.name, manifest.display], [[], 'Versions', 'kStandalone']);
    assert.deepEqual(browser.errors, []);
  }));

test('the site starts without its server, and tells of what it cannot reach', (t) =>
  withSite(t, async ({ browser, address, server }) => {
    const page = await browser.page(address);
    await page.evaluate(READY);
    server.close();
    await page.reload();
    assert.deepEqual([await textOf(page, 'version'), await textOf(page, 'same')], ['one', 'same']);
    const other = await browser.page(`${address}?from=launcher`);
    assert.equal(await textOf(other, 'version'), 'one');
    await other.goto(`${address}not/there`);
    assert.equal(await other.locator('h1').textContent(), 'Not reached');
    // The worker asked the server first.
    assert.deepEqual(browser.errors, ['Failed to load resource: net::ERR_CONNECTION_REFUSED']);
  }));

test('a new version waits, takes over when the page says so, and leaves nothing of the old one', (t) =>
  withSite(t, async ({ browser, address, folder, server }) => {
    const page = await browser.page(address);
    await page.evaluate(CONTROLLED);
    const before = await page.evaluate<string[]>(CACHED);
    await deploy(folder, 'two');
    await page.reload();
    await page.locator('#new', { hasText: 'new' }).waitFor();
    assert.equal(await textOf(page, 'version'), 'one');
    assert.ok((await page.evaluate<string[]>(CACHED)).length > before.length);
    await Promise.all([page.waitForEvent('load'), page.evaluate('update.apply()')]);
    await page.locator('#version', { hasText: 'two' }).waitFor();
    assert.deepEqual(await page.evaluate<string[]>(CACHED), before);
    server.close();
    await page.reload();
    assert.equal(await textOf(page, 'version'), 'two');
    assert.deepEqual(browser.errors, []);
  }));

test('a new version takes over by itself once no page of the old one is open', (t) =>
  withSite(t, async ({ browser, address, folder }) => {
    const page = await browser.page(address);
    await page.evaluate(CONTROLLED);
    await deploy(folder, 'two');
    await page.reload();
    await page.locator('#new', { hasText: 'new' }).waitFor();
    await page.close();
    const again = await browser.page(address);
    await again.locator('#version', { hasText: 'two' }).waitFor();
    assert.deepEqual(browser.errors, []);
  }));

/** `web-check` on a version of the site, after a change by hand; the failure, or the names of what was made. */
async function checked(
  t: TestContext,
  change: (folder: string) => void,
): Promise<string | string[] | undefined> {
  if (!CHROMIUM_PLACES.some((path) => existsSync(path))) {
    t.skip('not run: chromium is missing');
    return undefined;
  }
  const temporary = mkdtempSync(join(tmpdir(), 'web-check-'));
  t.after(() => rmSync(temporary, { recursive: true, maxRetries: 20 }));
  await deploy(join(temporary, 'site'), 'one');
  change(join(temporary, 'site'));
  const host = realHost();
  const context = {
    ...{ fs: host.fs, host, listen: realListenOnLoopback },
    ...{ workingDirectory: temporary, temporaryDirectory: join(temporary, 'tmp') },
  };
  const result = await webCheck(['site', 'out'], context);
  const junit = readFileSync(join(temporary, 'out/junit.xml'), 'utf8');
  assert.equal(junit.includes('<failure'), !result.ok);
  return result.ok ? readdirSync(join(temporary, 'out/screenshots')).sort() : result.failure.message;
}

test('a site is shown in the browser as a test, with pictures', async (t) => {
  const made = await checked(t, () => {});
  if (!made) return;
  const sizes = ['360x640', '390x844', '430x932'];
  assert.deepEqual(
    made,
    sizes.flatMap((size) => [`phone-${size}-dark.png`, `phone-${size}-light.png`]),
  );
});

test('what keeps a site from being an app fails the test', async (t) => {
  const made = await checked(t, (folder) => {
    writeFileSync(join(folder, 'version.js'), 'throw new Error("broken");');
    writeFileSync(join(folder, 'manifest.json'), '{"name": "N", "display": "browser"}');
  });
  if (!made) return;
  assert.match(String(made), /^can be installed: it has no service worker: /m);
  assert.match(String(made), /^runs without an error: Error: broken/m);
  assert.match(String(made), /^starts without its server: net::ERR_CONNECTION_REFUSED$/m);
});

test('a machine without a browser says so', async () => {
  const fs = new MemoryFileSystem();
  fs.makeDirectory('/w/site');
  const result = await webCheck(['site', 'out'], { fs, workingDirectory: '/w', temporaryDirectory: '/tmp' });
  assert.ok(result.ok);
  assert.match(fs.readText('/w/out/junit.xml'), /<skipped message="not made: chromium is missing"\/>/);
});
