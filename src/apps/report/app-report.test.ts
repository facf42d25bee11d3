import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { renderDiagnostic } from '../../base/index.ts';
import { MemoryFileSystem } from '../../host/testing.ts';
import { appDiagnostic } from '../fault.ts';
import {
  apkOf,
  binaryXmlOf,
  elfOf,
  resourceTableOf,
  type WrittenApp,
  type WrittenElement,
  type WrittenEntry,
  zipOf,
} from '../testing.ts';
import { appReport } from './app-report.ts';
import type { AppReport } from './model.ts';
import { reportText } from './report-text.ts';

async function report(bytes: Buffer): Promise<AppReport | string> {
  const fs = new MemoryFileSystem();
  fs.writeFile('/app.apk', bytes);
  const world = { fs, nowMs: Date.parse('2026-01-01'), signal: new AbortController().signal };
  const done = await appReport(world, { path: '/app.apk', name: 'app.apk' });
  return done.ok ? done.value : renderDiagnostic(appDiagnostic(done.failure));
}

async function read(app: WrittenApp): Promise<AppReport> {
  const done = await report(apkOf(app));
  assert.ok(typeof done !== 'string', String(done));
  return done;
}

/** Findings beside the one of a package without a signature. */
function finds(name: string, app: WrittenApp, expected: readonly string[]): void {
  test(name, async () => {
    const { findings } = await read(app);
    assert.deepEqual(
      findings
        .filter(({ code }) => code !== 'app/unsigned')
        .map(({ severity, code, path, message }) => `${severity} ${code} ${path}: ${message}`),
      expected,
    );
  });
}

const library = (name: string, more: Partial<WrittenEntry> = {}): WrittenEntry => ({
  name: `lib/${name}`,
  content: elfOf(),
  ...more,
});
const M = 'app.apk: AndroidManifest.xml';

finds('an app with nothing wrong', {}, []);
finds('what a store refuses', { application: { 'android:debuggable': true }, targetSdk: 34 }, [
  `warning app/debuggable ${M}: android:debuggable is true`,
  `warning app/old-target ${M}: it targets API level 34; Google Play takes new apps and updates from 35 on`,
]);
finds('cleartext by word', { application: { 'android:usesCleartextTraffic': true } }, [
  `warning app/cleartext-traffic ${M}: android:usesCleartextTraffic is true`,
]);
finds('backup by word', { application: { 'android:allowBackup': true } }, [
  `note app/backup-allowed ${M}: android:allowBackup is true`,
]);
finds(
  'components',
  {
    components: [
      ['service', { 'android:name': '.Main', 'android:exported': true }],
      ['service', { 'android:name': '.Main', 'android:exported': true, 'android:permission': 'p' }],
      ['provider', { 'android:name': '.Main', 'android:exported': true, 'android:readPermission': 'p' }],
      ['receiver', { 'android:name': '.Main' }, ['intent-filter', {}, ['action', { 'android:name': 'a' }]]],
      ['activity', { 'android:name': 'Gone' }],
      ['activity', { 'android:name': 'Off', 'android:enabled': false, 'android:exported': true }],
    ],
  },
  [
    `error app/export-undeclared ${M}: the receiver com.example.Main has an intent filter and no android:exported; Android 12 and later refuse the package`,
    `warning app/missing-class ${M}: the activity com.example.Gone is declared, but no DEX file defines its class`,
    `warning app/exported-unguarded ${M}: the provider com.example.Main is exported and asks for no permission`,
    `note app/exported-unguarded ${M}: the receiver com.example.Main is exported and asks for no permission`,
    `note app/exported-unguarded ${M}: the service com.example.Main is exported and asks for no permission`,
  ],
);
finds('an application without its class', { application: { 'android:name': '.Gone' } }, [
  `warning app/missing-class ${M}: the application com.example.Gone is declared, but no DEX file defines its class`,
]);
finds(
  'libraries that all devices can map',
  {
    entries: [
      library('arm64-v8a/a.so', { isStored: true, alignBytes: 16384 }),
      library('x86_64/a.so', { content: elfOf({ machine: 62 }) }),
    ],
  },
  [],
);
finds(
  'libraries for pages of 4 KB, of another processor, at another place',
  {
    entries: [
      library('arm64-v8a/flat.so', { content: elfOf({ alignBytes: 4096 }) }),
      library('arm64-v8a/moved.so', { isStored: true, alignBytes: 4096 }),
      library('arm64-v8a/other.so', { content: elfOf({ machine: 62 }) }),
    ],
  },
  [
    'error app/wrong-abi app.apk: lib/arm64-v8a/other.so: the library is built for x86_64, not for arm64-v8a',
    'warning app/page-size app.apk: lib/arm64-v8a/flat.so: its segments are aligned to 4096 bytes; pages of 16 KB need 16384',
    'warning app/page-size app.apk: lib/arm64-v8a/moved.so: it stands in the archive at a multiple of 4096 bytes; pages of 16 KB need 16384',
  ],
);
finds(
  'a table of resources that cannot be mapped',
  { entries: [{ name: 'resources.arsc', content: resourceTableOf([]) }] },
  [
    'error app/resources-packed app.apk: resources.arsc: it is compressed; Android 11 and later refuse the package',
  ],
);
finds(
  'equal files',
  {
    entries: ['a', 'b'].map((name) => ({
      name: `assets/${name}`,
      content: 'x'.repeat(5000),
      isStored: true,
    })),
  },
  [
    'note app/repeated-files app.apk: assets/a: files of equal content take 4.9 KiB more than one of each would',
  ],
);

const NETWORK = 'res/xml/net.xml';
const network = (config: WrittenElement): WrittenApp => ({
  application: { 'android:networkSecurityConfig': { resource: 0x7f010000 } },
  entries: [
    {
      name: 'resources.arsc',
      content: resourceTableOf([{ type: 1, entry: 0, value: NETWORK }]),
      isStored: true,
      alignBytes: 4,
    },
    { name: NETWORK, content: binaryXmlOf(['network-security-config', {}, config]) },
  ],
});

finds(
  'cleartext by the network security configuration',
  network(['base-config', { cleartextTrafficPermitted: true }]),
  [`warning app/cleartext-traffic ${M}: the network security configuration allows HTTP to every place`],
);
finds(
  'certificates of the user',
  network(['domain-config', {}, ['trust-anchors', {}, ['certificates', { src: 'user' }]]]),
  [
    `warning app/user-certificates ${M}: the network security configuration trusts certificates that were installed on the device`,
  ],
);
finds(
  'what is for debugging alone',
  network(['debug-overrides', {}, ['trust-anchors', {}, ['certificates', { src: 'user' }]]]),
  [],
);

test('names by resources, and for what they are', async () => {
  const { app, android } = await read({
    application: { 'android:label': { resource: 0x7f020001 } },
    entries: [
      {
        name: 'resources.arsc',
        content: resourceTableOf([
          { type: 2, entry: 1, language: 'de', value: 'Laden' },
          { type: 2, entry: 1, value: { resource: 0x7f020003 } },
          { type: 2, entry: 3, value: 'Shop' },
          { type: 3, entry: 0, density: 480, value: 'res/icon.png' },
        ]),
      },
    ],
  });
  assert.equal(app.label, 'Shop');
  assert.deepEqual(android?.resources, { locales: ['de'], densities: [480] });
});

test('all of the file is told of by part', async () => {
  const { size, app, android } = await read({ entries: [{ name: 'assets/x', content: 'y'.repeat(99) }] });
  assert.equal(
    size.parts.reduce((sum, { storedBytes }) => sum + storedBytes, 0),
    size.fileBytes,
  );
  assert.deepEqual(
    size.parts.map(({ part, files }) => `${part} ${files}`),
    ['code 1', 'resources 1', 'native 0', 'assets 1', 'other 0', 'archive 0'],
  );
  assert.ok(size.downloadBytes <= size.fileBytes);
  assert.deepEqual(app, { id: 'com.example', version: '1.2.3', build: '7' });
  assert.deepEqual(android?.methodsByPackage, [
    { name: 'com.example', methods: 1 },
    { name: 'java.lang', methods: 1 },
  ]);
});

test('what cannot be made smaller is sent as it is, and what is stored as it is can be', async () => {
  const small = await read({});
  const file = (content: Buffer): WrittenEntry => ({ name: 'assets/x', content, isStored: true });
  const noise = await read({ entries: [file(randomBytes(5000))] });
  const zeros = await read({ entries: [file(Buffer.alloc(5000))] });
  assert.equal(
    noise.size.downloadBytes - small.size.downloadBytes,
    noise.size.fileBytes - small.size.fileBytes,
  );
  assert.ok(zeros.size.downloadBytes < small.size.downloadBytes + 200);
});

test('what a name holds does not reach the terminal', async () => {
  const text = reportText(await read({ entries: [{ name: 'assets/\x1b[31mred', content: 'x'.repeat(99) }] }));
  assert.ok(text.includes('assets/\\x1b[31mred') && !text.includes('\x1b'));
});

const REFUSED: readonly (readonly [string, Buffer, RegExp])[] = [
  ['no zip', Buffer.from('hello'), /^app\.apk: error\[app\/bad-archive\] it has no end record/],
  ['a zip without an app', zipOf([{ name: 'a', content: '' }]), /error\[app\/no-app\] the zip holds neither/],
  [
    'a manifest that is text',
    zipOf([{ name: 'AndroidManifest.xml', content: '<manifest/>' }]),
    /^app\.apk: AndroidManifest\.xml: error\[app\/damaged\] it is not compiled XML\n {2}help: /,
  ],
  [
    'code that is none',
    apkOf({ entries: [{ name: 'classes2.dex', content: 'no' }] }),
    /^app\.apk: classes2\.dex: error\[app\/damaged\] it does not begin as a DEX file does/,
  ],
  [
    'a library that was cut',
    apkOf({ entries: [library('arm64-v8a/a.so', { content: elfOf().subarray(0, 70) })] }),
    /^app\.apk: lib\/arm64-v8a\/a\.so: error\[app\/damaged\] it ends before what it announces/,
  ],
];
for (const [name, bytes, message] of REFUSED)
  test(`refused: ${name}`, async () => assert.match(String(await report(bytes)), message));
