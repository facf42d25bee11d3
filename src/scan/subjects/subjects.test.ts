import assert from 'node:assert/strict';
import { test } from 'node:test';
import { apkOf, binaryXmlOf, u64, zipOf } from '../../apps/testing.ts';
import { MemoryFileSystem } from '../../host/testing.ts';
import { layoutOf, open, tarOf, worldOf } from '../../inspection/testing.ts';
import { DEFAULT_POLICY } from '../policy.ts';
import { scanTarget } from '../scan-target.ts';
import type { ScanSubject } from '../subject.ts';
import { databaseOf, osvRecord } from '../testing.ts';
import { appSubject } from './app-subject.ts';
import { imageSubject } from './image-subject.ts';

const HOSTILE = 'cos\nsystem\n.';
const SECRET = ['glp', 'at-', 'q8Zk3Lw7Rt2Xv9Bn5Md1'].join('');
const { signal } = new AbortController();

async function scanned(
  subject: ScanSubject,
): Promise<{ readonly lines: readonly string[]; readonly codes: readonly string[] }> {
  const fs = new MemoryFileSystem();
  fs.makeDirectory('/osv');
  const events = [{ introduced: '0' }, { fixed: '2-1' }];
  const records = [osvRecord('DEBIAN-CVE-1', { ecosystem: 'Debian:12', name: 'curl', events })];
  fs.writeFile('/osv/Debian.db', databaseOf('Debian', records));
  const places = { fs, fetched: '/osv', shipped: '/nowhere' };
  const options = {
    places,
    policy: DEFAULT_POLICY,
    imagePrefix: 'mobileops-',
    nowMs: Date.parse('2026-01-03'),
    signal,
  };
  const report = await scanTarget(subject, options);
  assert.ok(report.ok);
  return {
    lines: report.value.findings.map(({ id, place, title }) =>
      `${id} ${place?.path} ${/layer \d/.exec(title) ?? ''}`.trim(),
    ),
    codes: report.value.diagnostics.map(({ code }) => code),
  };
}

test('an image: its packages, and the files of every layer, hidden ones too', async () => {
  const status =
    'Package: libcurl4\nStatus: install ok installed\nSource: curl\nArchitecture: amd64\nVersion: 1-1\n';
  const layers = [
    tarOf([
      { name: 'etc/os-release', content: 'ID=debian\nVERSION_ID="12"\n' },
      { name: 'var/lib/dpkg/status', content: status },
      { name: 'app/model.pkl', content: HOSTILE },
      { name: 'app/.env', content: `TOKEN=${SECRET}` },
      { name: 'usr/lib/node_modules/a/test/token.txt', content: SECRET },
    ]),
    tarOf([{ name: 'app/.wh..env' }]),
  ];
  const image = await open(worldOf({ '/i': layoutOf([{ layers, config: {}, tag: '1' }]) }), '/i');
  assert.ok(image.ok);
  const subject = await imageSubject(image.value);
  assert.ok(subject.ok);
  assert.deepEqual(await scanned(subject.value), {
    lines: [
      'secret/gitlab-token app/.env layer 1',
      'model/dangerous-import app/model.pkl',
      'DEBIAN-CVE-1 var/lib/dpkg/status',
    ],
    codes: [],
  });
});

class CountingFileSystem extends MemoryFileSystem {
  readonly read: string[] = [];

  override readFile(path: string): Uint8Array {
    this.read.push(path);
    return super.readFile(path);
  }
}

test('an app: its files, compiled ones too, and its manifest as it was built', async () => {
  const apk = zipOf([
    {
      name: 'AndroidManifest.xml',
      content: binaryXmlOf([
        'manifest',
        { package: 'com.example', 'android:versionCode': 7, 'android:versionName': '1.2.3' },
        ['uses-sdk', { 'android:minSdkVersion': 30, 'android:targetSdkVersion': 35 }],
        ['application', { 'android:debuggable': true, 'android:allowBackup': false }],
      ]),
    },
    { name: 'assets/model.pkl', content: Buffer.from(HOSTILE) },
    { name: 'res/raw/data.dat', content: Buffer.from(`\0\0${SECRET}\0`) },
  ]);
  const fs = new CountingFileSystem();
  fs.writeFile('/a.apk', apk);
  const subject = await appSubject({ fs, nowMs: 0, signal }, { path: '/a.apk', name: 'a.apk' });
  assert.ok(subject.ok, JSON.stringify(subject));
  assert.deepEqual(fs.read, ['/a.apk']);
  const { lines } = await scanned(subject.value);
  assert.deepEqual(lines, [
    'model/dangerous-import assets/model.pkl',
    'secret/gitlab-token res/raw/data.dat',
    'android/debuggable AndroidManifest.xml',
  ]);
});

test('an app: its signatures are verified', async () => {
  const zip = apkOf({});
  const end = zip.length - 22;
  const directory = zip.readUInt32LE(end + 16);
  const block = Buffer.concat([u64(24), u64(24), Buffer.from('APK Sig Block 42')]);
  const parts = [zip.subarray(0, directory), block, zip.subarray(directory, end)];
  const unsignedByte = Buffer.from('!');
  const bytes = Buffer.concat([...parts, unsignedByte, zip.subarray(end)]);
  bytes.writeUInt32LE(directory + block.length, end + block.length + unsignedByte.length + 16);
  const fs = new MemoryFileSystem();
  fs.writeFile('/a.apk', bytes);
  const subject = await appSubject({ fs, nowMs: 0, signal }, { path: '/a.apk', name: 'a.apk' });
  assert.ok(subject.ok, JSON.stringify(subject));
  assert.deepEqual((await scanned(subject.value)).lines, ['android/signature-wrong a.apk']);
});
