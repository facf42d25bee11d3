import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MemoryFileSystem } from '../../host/testing.ts';
import { apkOf, type WrittenApp } from '../testing.ts';
import { appReport } from './app-report.ts';
import { changeFindings, compareApps } from './changes.ts';
import { changesLines } from './changes-text.ts';
import type { AppReport } from './model.ts';
import { reportPage } from './report-page.ts';

async function read(app: WrittenApp, name: string): Promise<AppReport> {
  const fs = new MemoryFileSystem();
  fs.writeFile('/app.apk', apkOf(app));
  const world = { fs, nowMs: 0, signal: new AbortController().signal };
  const done = await appReport(world, { path: '/app.apk', name });
  assert.ok(done.ok);
  return done.value;
}

const asset = (name: string, length: number) => ({
  name: `assets/${name}`,
  content: 'x'.repeat(length),
  isStored: true,
});

async function pair(after: WrittenApp): Promise<[AppReport, AppReport]> {
  const before = await read(
    { entries: [asset('same', 10), asset('grown', 10), asset('gone', 300)] },
    'old.apk',
  );
  return [before, await read(after, 'new.apk')];
}

test('what has grown, what is new and gone, and what else is another', async () => {
  const after: WrittenApp = {
    manifest: { 'android:versionCode': 8, 'android:versionName': '1.3.0' },
    application: { 'android:debuggable': true },
    components: [['service', { 'android:name': '.Sync', 'android:exported': true }]],
    entries: [asset('same', 10), asset('grown', 2058), asset('new', 5)],
  };
  const [before, now] = await pair(after);
  const lines = changesLines(compareApps(before, now));
  assert.match(lines[0]!, /^against old\.apk \(1\.2\.3, 7\): \+\d/);
  assert.deepEqual(
    lines.slice(1).filter((line) => !/ (resources|archive) +[+-]|AndroidManifest/.test(line)),
    [
      '  assets        +1.7 KiB',
      '  version: 1.2.3 -> 1.3.0',
      '  build: 7 -> 8',
      '  may be debugged: false -> true',
      '  exported components: + service com.example.Sync',
      '      +2.0 KiB  assets/grown',
      '        -300 B  assets/gone (gone)',
      '          +5 B  assets/new (new)',
    ],
  );
  assert.deepEqual(changeFindings(before, now), []);
});

test('the same package has no changes', async () => {
  const [before] = await pair({});
  const { files, facts, lists, fileBytes } = compareApps(before, before);
  assert.deepEqual([files, facts, lists, fileBytes], [[], [], [], 0]);
  assert.deepEqual(changeFindings(before, before), []);
});

const REFUSED: readonly (readonly [string, WrittenApp, RegExp])[] = [
  [
    'a lower number',
    { manifest: { 'android:versionCode': 6 } },
    /app\/version-not-higher its versionCode 6 is below the 7/,
  ],
  ['the same number', { entries: [] }, /app\/version-not-higher its versionCode 7 is that of old\.apk/],
  [
    'another app',
    { manifest: { package: 'com.other' } },
    /app\/other-app it is com\.other, and old\.apk is com\.example/,
  ],
];
for (const [name, after, message] of REFUSED)
  test(`no update: ${name}`, async () => {
    const found = changeFindings(...(await pair(after)));
    assert.match(found.map((each) => `${each.code} ${each.message}`).join('\n'), message);
  });

test('another key is no update, whatever else was changed', async () => {
  const [before, now] = await pair({ manifest: { 'android:versionCode': 8 } });
  const signedBy = (report: AppReport, sha256: string, ...former: readonly string[]): AppReport => {
    const certificate = {
      subject: 'CN=a',
      issuer: 'CN=a',
      sha256,
      sha1: '',
      notBefore: '',
      notAfter: '',
      key: '',
    };
    const verified = { state: 'verified', reasons: [], weaknesses: [], expects: [] } as const;
    const signer = { ...certificate, lineage: former.map((each) => ({ ...certificate, sha256: each })) };
    const signatures = [{ scheme: 'v3' as const, signers: [signer], ...verified }];
    return { ...report, android: { ...report.android!, signatures } };
  };
  assert.deepEqual(
    changeFindings(signedBy(before, 'a'), signedBy(now, 'b')).map(({ code }) => code),
    ['app/other-signer'],
  );
  assert.deepEqual(changeFindings(signedBy(before, 'a'), signedBy(now, 'a')), []);
  assert.deepEqual(changeFindings(signedBy(before, 'a'), signedBy(now, 'b', 'a')), []);
});

test('the page runs nothing, asks for nothing, and escapes what the package holds', async () => {
  const hostile = '<script>alert(1)</script>&"\u202e';
  const [before, now] = await pair({
    manifest: { 'android:versionName': hostile },
    entries: [asset(`a${hostile.replace('/', '')}`, 999)],
  });
  const page = reportPage(now, compareApps(before, now));
  assert.ok(!/<script|javascript:|https?:|\son\w+=/i.test(page));
  assert.ok(!page.includes('\u202e'));
  assert.ok(page.includes('&lt;script&gt;alert(1)&lt;/script&gt;&amp;&quot;\\u{202e}'));
  assert.equal(page.match(/<svg /g)?.length, 2);
});
