import assert from 'node:assert/strict';
import { test } from 'node:test';
import { apkOf, resourceTableOf } from '../../apps/testing.ts';
import { type GateRecord, indexName, indexText, RELEASE_NAME } from '../../release/index.ts';
import { startTestServer, type TestServer } from '../testing.ts';

function labelled(label: string): Buffer {
  const content = resourceTableOf([{ type: 2, entry: 0, value: label }]);
  return apkOf({
    application: { 'android:label': { resource: 0x7f020000 } },
    entries: [{ name: 'resources.arsc', isStored: true, alignBytes: 4, content }],
  });
}

async function put({ fetch }: TestServer, path: string, body: Buffer | object): Promise<void> {
  const isFile = Buffer.isBuffer(body);
  const headers = isFile ? {} : { 'content-type': 'application/json' };
  const sent = isFile ? (body as unknown as string) : JSON.stringify(body);
  const { status } = await fetch(path, { method: 'PUT', body: sent, headers, as: 'write' });
  assert.ok(status < 300, `${path}: ${status}`);
}

test('an app and its universal APK are one app, and what is no other form of it stays', async (t) => {
  const server = await startTestServer(t);
  const files = {
    'shop-1.1.0.apk': labelled('Shop'),
    'shop-universal-1.1.0.apk': labelled('Shop for all'),
    'map-universal-1.1.0.apk': labelled('Map'),
    'pay-1.1.0.apk': labelled('Pay'),
    'pay-universal-1.1.0.apk': apkOf({ manifest: { 'android:versionCode': 9 } }),
  };
  for (const [file, bytes] of Object.entries(files)) await put(server, `/artifacts/all/1.1.0/${file}`, bytes);
  const text = await (await server.fetch('/install', { as: 'read' })).text();
  const shown = [...text.matchAll(/<dt>File<\/dt><dd class="mono">([^<]*)</g)].map(([, file]) => file);
  assert.deepEqual(
    shown.sort(),
    Object.keys(files)
      .filter((file) => file !== 'shop-universal-1.1.0.apk')
      .sort(),
  );
  assert.match(text, /<h3>Shop<\/h3>.*href="\/artifacts\/all\/1\.1\.0\/shop-universal-1\.1\.0\.apk">/s);
  assert.doesNotMatch(text, /Shop for all/);
});

const GATES: readonly (readonly [gates: GateRecord, shown: readonly string[]])[] = [
  [{ state: 'green' }, []],
  [{ state: 'not-checked', reason: 'no time' }, ['the quality gates were not checked: no time']],
  [
    { state: 'excepted', exceptions: [{ gate: 'tests', reason: '<b>\u001b[1m' }] },
    ['released past the quality gate tests: &lt;b&gt;'],
  ],
];

test('what a release records of its gates stands above its apps', async (t) => {
  const server = await startTestServer(t);
  for (const [at, [gates, expected]] of GATES.entries()) {
    const version = `1.${at}.0`;
    const index = indexText({
      ...{
        name: RELEASE_NAME,
        version,
        channel: 'stable',
        number: at,
        commit: 'c',
        buildId: 'b',
        timestamp: 't',
      },
      ...{ files: [], images: [], gates },
    });
    await put(server, `/artifacts/shop/${version}/shop.apk`, labelled('Shop'));
    await put(server, `/artifacts/shop/${version}/${indexName(version)}`, Buffer.from(index));
    const text = await (await server.fetch('/install', { as: 'read' })).text();
    assert.deepEqual(
      [...text.matchAll(/<p class="notice gate">(.*?)<\/p>/g)].map(([, each]) => each),
      expected,
    );
  }
});

test('the page has the version of the first channel, what its package says, and a code for phones', async (t) => {
  const server = await startTestServer(t);
  await put(server, '/artifacts/shop/1.0.0/shop.apk', labelled('Old shop'));
  await put(server, '/artifacts/shop/1.1.0/shop.apk', labelled('Shop'));
  await put(server, '/artifacts/shop/1.2.0-rc.1/shop.apk', labelled('Next shop'));
  await put(server, '/artifacts/broken/1/broken.apk', Buffer.from('no zip'));
  await put(server, '/channels/shop/beta', { version: '1.2.0-rc.1' });
  await put(server, '/channels/shop/stable', { version: '1.1.0' });
  const site = { title: 'Field notes', url: 'https://notes.example.com/', version: '3.0.0' };
  await put(server, '/api/install/web-apps/notes', site);
  const text = await (await server.fetch('/install', { as: 'read' })).text();
  assert.match(text, /<a href="\/install\/shop">shop<\/a> 1\.1\.0 <span class="mark">stable<\/span>/);
  assert.match(text, /<h3>Shop<\/h3>.*Android.*not signed/s);
  assert.match(text, /1\.2\.3 \(7\) · [\d.]+ kB · Android 5\.0 \(API 21\)/);
  assert.ok(text.includes(`href="${server.url}/artifacts/shop/1.1.0/shop.apk">Download APK</a>`));
  assert.equal(text.match(/<svg/g)?.length, 2, 'one for the app, one for the site');
  assert.match(text, /Not offered: /);
  assert.match(text, /Field notes.*https:\/\/notes\.example\.com\//s);
  assert.doesNotMatch(text, /Old shop|Next shop/);
  const own = await (await server.fetch('/install/shop', { as: 'read' })).text();
  assert.ok(own.indexOf('>stable<') > 0 && own.indexOf('>stable<') < own.indexOf('>beta<'), 'stable first');
  assert.match(own, /<td class="nowrap">1\.0\.0<\/td>/);
});
