/** The runs that docs/app-report.md shows are what the program prints. `UPDATE_GOLDEN=1` writes them. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { certificateOf, machOOf, signedDataOf, xmlPlistOf } from '../src/apps/apple/testing.ts';
import {
  apkOf,
  elfOf,
  resourceTableOf,
  type WrittenApp,
  type WrittenElement,
  zipOf,
} from '../src/apps/testing.ts';

const PAGE = join(import.meta.dirname, '..', 'docs', 'app-report.md');
const MAIN = join(import.meta.dirname, '..', 'src', 'main.ts');

const SYNC: WrittenElement = ['service', { 'android:name': '.Main', 'android:exported': true }];
const shop = (version: number, more: WrittenApp): Buffer =>
  apkOf({
    ...more,
    manifest: { 'android:versionCode': version, 'android:versionName': `1.${version}.0` },
    application: { 'android:label': { resource: 0x7f020000 }, ...more.application },
    entries: [
      {
        name: 'resources.arsc',
        content: resourceTableOf([
          { type: 2, entry: 0, value: 'Shop' },
          { type: 2, entry: 0, language: 'de', value: 'Laden' },
          { type: 3, entry: 0, density: 480, value: 'res/icon.png' },
        ]),
        isStored: true,
        alignBytes: 4,
      },
      // Stored as it is: what a compressor makes is not for a page to promise.
      {
        name: 'lib/arm64-v8a/libmodel.so',
        content: elfOf({ alignBytes: 4096 }),
        isStored: true,
        alignBytes: 16384,
      },
      { name: 'assets/catalog.bin', content: noise(20_000 * version), isStored: true },
    ],
  });

/** Nothing that a compressor could make smaller, so that no size depends on one. */
function noise(length: number): Buffer {
  let state = 1;
  return Buffer.alloc(length).map(() => {
    state = (state * 48271) % 0x7fffffff;
    return state >>> 8;
  }) as Buffer;
}

const certificate = certificateOf('Apple Distribution: Shop');
const GRANTED = { 'application-identifier': 'TEAM123456.com.example.shop' };
const ipa = (): Buffer =>
  zipOf([
    {
      name: 'Payload/Shop.app/Info.plist',
      content: xmlPlistOf({
        CFBundleIdentifier: 'com.example.shop',
        CFBundleShortVersionString: '1.2.0',
        CFBundleVersion: '2',
        CFBundleExecutable: 'Shop',
        MinimumOSVersion: '15.0',
        UILaunchScreen: {},
        CFBundleIconFiles: ['Icon'],
      }),
    },
    {
      name: 'Payload/Shop.app/Shop',
      content: machOOf({
        certificate,
        minimumOs: 0x00100000,
        symbols: ['_statfs'],
        entitlements: { ...GRANTED, 'aps-environment': 'production' },
      }),
    },
    { name: 'Payload/Shop.app/PrivacyInfo.xcprivacy', content: xmlPlistOf({ NSPrivacyTracking: false }) },
    {
      name: 'Payload/Shop.app/embedded.mobileprovision',
      content: signedDataOf(
        xmlPlistOf({
          Name: 'Shop testers',
          TeamIdentifier: ['TEAM123456'],
          ProvisionedDevices: ['a'],
          ExpirationDate: new Date('2024-05-01T00:00:00Z'),
          DeveloperCertificates: [certificate],
          Entitlements: GRANTED,
        }),
        [certificate],
      ),
    },
  ]);

test('the page of apps shows what the program prints', (t) => {
  const root = mkdtempSync(join(tmpdir(), 'mobileops-app-page-'));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  writeFileSync(join(root, 'shop-1.2.apk'), shop(2, {}));
  writeFileSync(
    join(root, 'shop.apk'),
    shop(3, { components: [SYNC], application: { 'android:debuggable': true } }),
  );
  writeFileSync(join(root, 'shop.ipa'), ipa());
  const page = readFileSync(PAGE, 'utf8');
  let count = 0;
  const now = page.replace(/```text\n(\$ mobileops (.*)\n)[^`]*```/g, (_, prompt: string, line: string) => {
    count++;
    const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...line.split(' ')], {
      cwd: root,
      env: { PATH: process.env.PATH, HOME: root },
      encoding: 'utf8',
    });
    assert.equal(status, line.startsWith('app check') ? 1 : 0, stderr);
    // Of a long run, what is told of.
    if (line.includes('--against'))
      return `\`\`\`text\n${prompt}…\n${/\nagainst [\s\S]*?\n(?=\n)/.exec(stdout)?.[0].trim()}\n…\n\`\`\``;
    const gap = stdout !== '' && stderr !== '' ? '\n' : '';
    return `\`\`\`text\n${prompt}${stdout}${gap}${stderr}\`\`\``;
  });
  assert.equal(count, 3);
  if (process.env.UPDATE_GOLDEN === '1' && !process.env.CI) writeFileSync(PAGE, now);
  else assert.equal(now, page);
});
