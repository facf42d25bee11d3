/** Whether what `app report` says of the hybrid example is what Android's own tools say. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type AppReport, appReport } from '../src/apps/index.ts';
import { zipOf } from '../src/apps/testing.ts';
import { realHost } from '../src/host/index.ts';
import { apkOf, build, findTools } from './hybrid-example.ts';
import { inspect } from './inspect.ts';
import { missingModule, PEER_PYTHON } from './peer-python.ts';

async function report(path: string): Promise<AppReport> {
  const world = { fs: realHost().fs, nowMs: Date.now(), signal: new AbortController().signal };
  const done = await appReport(world, { path, name: 'app' });
  assert.ok(done.ok, JSON.stringify(done));
  return done.value;
}

function folderFor(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'app-report-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** All of a line's quoted values, or of one pattern's first groups. */
const all = (text: string, pattern: RegExp): string[] =>
  [...text.matchAll(pattern)].map((match) => match[1]!).sort();

test('the hybrid example', async (t) => {
  const folder = folderFor(t);
  const tools = findTools(folder);
  if (typeof tools === 'string') return t.skip(`not run: ${tools} is missing`);
  mkdirSync(join(folder, 'build'));
  const apk = join(folder, 'app.apk');
  const outputs = build(tools, join(folder, 'build'), '1.2.3');
  writeFileSync(apk, apkOf(outputs));
  sign(folder, apk);
  const { app, android, size } = await report(apk);
  assert.ok(android);

  await inspect(t, ['aapt2', 'dump', 'badging', apk], (badging) => {
    const one = (pattern: RegExp): string | undefined => pattern.exec(badging)?.[1];
    assert.equal(app.id, one(/^package: name='([^']*)'/));
    assert.equal(app.build, one(/versionCode='([^']*)'/));
    assert.equal(app.version, one(/versionName='([^']*)'/));
    // badging writes quotes and backslashes with a backslash, as JSON does.
    assert.equal(JSON.stringify(app.label).slice(1, -1), one(/^application-label:'(.*)'$/m));
    assert.equal(String(android.minSdk), one(/^sdkVersion:'(.*)'$/m));
    assert.equal(String(android.targetSdk), one(/^targetSdkVersion:'(.*)'$/m));
    assert.equal(android.isDebuggable, /^application-debuggable$/m.test(badging));
    assert.deepEqual(
      android.permissions.map(({ name }) => name),
      all(badging, /^uses-permission: name='([^']*)'/gm),
    );
    assert.deepEqual(
      android.features.filter(({ isRequired }) => !isRequired).map(({ name }) => name),
      all(badging, /uses-feature-not-required: name='([^']*)'/g),
    );
    const densities = /^densities: (.*)$/m.exec(badging)?.[1] ?? '';
    assert.deepEqual(android.resources.densities.map(String).sort(), all(densities, /'(\d+)'/g));
  });
  await inspect(
    t,
    ['apksigner', 'verify', '-v', '--print-certs', '--v4-signature-file', `${apk}.idsig`, apk],
    (text) => {
      assert.deepEqual(
        android.signatures.map(({ scheme }) => scheme),
        all(text, /^Verified using (v[\d.]+) scheme.*: true$/gm),
      );
      const [digest] = all(text, /^Signer #1 certificate SHA-256 digest: (.*)$/gm);
      for (const { signers } of android.signatures)
        assert.deepEqual(
          signers.map(({ sha256 }) => sha256),
          [digest],
        );
    },
  );
  assert.deepEqual([...new Set(android.signatures.map(({ state }) => state))], ['verified']);
  await t.test('apksigner refuses a copy with one other bit, and so does the report', async (part) => {
    const copy = join(folder, 'copy.apk');
    const bytes = readFileSync(apk);
    bytes[10]! ^= 1;
    writeFileSync(copy, bytes);
    writeFileSync(`${copy}.idsig`, readFileSync(`${apk}.idsig`));
    const { error, status } = spawnSync('apksigner', ['verify', copy]);
    if (error) return part.skip('not run: apksigner is missing');
    assert.equal(status, 1);
    const { signatures } = (await report(copy)).android!;
    assert.deepEqual(
      signatures.filter(({ scheme }) => scheme !== 'v1').map(({ state }) => state),
      ['wrong', 'wrong', 'wrong'],
    );
  });
  const dex = join(folder, 'build', '5', 'classes.dex');
  await inspect(t, ['dexdump', '-f', dex], (text) => {
    const count = (name: string): number =>
      Number(new RegExp(`^${name}_size\\s*: (\\d+)`, 'm').exec(text)?.[1]);
    const [found] = android.dex;
    assert.deepEqual(
      [found?.strings, found?.types, found?.fields, found?.methods, found?.classes],
      ['string_ids', 'type_ids', 'field_ids', 'method_ids', 'class_defs'].map(count),
    );
  });
  await inspect(t, ['unzip', '-l', apk], (text) => {
    const [total, files] = /^\s*(\d+)\s+(\d+) files$/m.exec(text)?.slice(1) ?? [];
    assert.deepEqual([String(size.rawBytes), String(size.entries.length)], [total, files]);
  });
  await besideAndroguard(t, apk, android);

  await t.test('aapt2 converts it to what a bundle holds, and the same is said of that', async () => {
    const bundle = await asBundle(folder, apk);
    const other = await report(bundle);
    const { dex: _, signatures: __, methodsByPackage, native, ...facts } = android;
    const { dex: ___, signatures: ____, ...expected } = other.android!;
    assert.deepEqual(expected, { ...facts, methodsByPackage, native });
    assert.equal(other.app.label, app.label);
  });
});

function sign(folder: string, apk: string): void {
  const key = join(folder, 'key.p12');
  const pass = 'password';
  const run = (program: string, args: readonly string[]): void => {
    const { status, stderr, stdout, error } = spawnSync(program, args, { encoding: 'utf8' });
    assert.equal(status, 0, `${program}: ${stderr}${stdout}${error ?? ''}`);
  };
  run('keytool', [
    ...['-genkeypair', '-keystore', key, '-storetype', 'PKCS12', '-storepass', pass, '-alias', 'k'],
    ...['-keyalg', 'RSA', '-keysize', '2048', '-validity', '10000', '-dname', 'CN=Tom, O="A, B", C=DE'],
  ]);
  run('apksigner', ['sign', '--ks', key, '--ks-pass', `pass:${pass}`, '--ks-key-alias', 'k', apk]);
}

async function asBundle(folder: string, apk: string): Promise<string> {
  const converted = join(folder, 'proto.apk');
  spawnSync('aapt2', ['convert', '--output-format', 'proto', '-o', converted, apk]);
  const unpacked = join(folder, 'proto');
  spawnSync('unzip', ['-q', converted, '-d', unpacked]);
  spawnSync('unzip', ['-q', apk, 'classes.dex', '-d', join(folder, 'dex')]);
  const read = (path: string): Buffer => readFileSync(join(folder, path));
  const bundle = join(folder, 'app.aab');
  writeFileSync(
    bundle,
    zipOf([
      { name: 'BundleConfig.pb', content: '' },
      { name: 'base/manifest/AndroidManifest.xml', content: read('proto/AndroidManifest.xml') },
      { name: 'base/resources.pb', content: read('proto/resources.pb') },
      { name: 'base/dex/classes.dex', content: read('dex/classes.dex') },
    ]),
  );
  return bundle;
}

const ANDROGUARD = `
import json, logging, sys
from loguru import logger
logger.remove()
from androguard.core.apk import APK
a = APK(sys.argv[1])
print(json.dumps([a.get_package(), a.get_androidversion_code(), a.get_androidversion_name(), a.get_app_name(),
  sorted(a.get_permissions()), a.get_activities(), a.get_main_activity(),
  [c.sha256.hex() for c in a.get_certificates()]]))
`;

async function besideAndroguard(
  t: TestContext,
  apk: string,
  android: NonNullable<AppReport['android']>,
): Promise<void> {
  const missing = missingModule('androguard');
  if (missing !== undefined) return void (await t.test('androguard', { skip: missing }));
  await inspect(t, [PEER_PYTHON, '-c', ANDROGUARD, apk], (text) => {
    const activities = android.components.filter(({ kind }) => kind === 'activity').map(({ name }) => name);
    assert.deepEqual(JSON.parse(text).toSpliced(3, 1), [
      android.applicationId,
      String(android.versionCode),
      android.versionName,
      android.permissions.map(({ name }) => name),
      activities,
      activities[0],
      android.signatures[0]!.signers.map(({ sha256 }) => sha256),
    ]);
  });
}

const RESOURCES: Readonly<Record<string, string>> = {
  'values/a.xml':
    '<resources><string name="app">Shop</string><string name="version">2.0</string></resources>',
  'values-de/a.xml': '<resources><string name="app">Laden</string></resources>',
  'values-pt-rBR/a.xml': '<resources><string name="app">Loja</string></resources>',
  'values-b+zh+Hant/a.xml': '<resources><string name="app">商店</string></resources>',
  'values-fil/a.xml': '<resources><string name="app">Tindahan</string></resources>',
  'values-xhdpi/a.xml': '<resources><string name="app">Shop!</string></resources>',
  'xml/net.xml':
    '<network-security-config><domain-config cleartextTrafficPermitted="true"><domain>a.example</domain></domain-config></network-security-config>',
};
const MANIFEST = `<manifest xmlns:android="http://schemas.android.com/apk/res/android" package="com.example.shop"
  android:versionCode="5" android:versionName="@string/version">
  <uses-sdk android:minSdkVersion="24" android:targetSdkVersion="35"/>
  <uses-permission android:name="android.permission.CAMERA" android:maxSdkVersion="30"/>
  <application android:label="@string/app" android:hasCode="false" android:networkSecurityConfig="@xml/net">
    <activity android:name=".Main" android:exported="true" android:permission="com.example.P">
      <intent-filter android:autoVerify="true"><action android:name="android.intent.action.VIEW"/>
        <data android:scheme="https" android:host="shop.example" android:pathPrefix="/buy"/></intent-filter>
    </activity>
  </application></manifest>`;

test('resources in several languages, by aapt2', async (t) => {
  const folder = folderFor(t);
  const tools = findTools(folder);
  if (typeof tools === 'string') return t.skip(`not run: ${tools} is missing`);
  for (const [path, text] of Object.entries({ ...RESOURCES, '../AndroidManifest.xml': MANIFEST })) {
    mkdirSync(dirname(join(folder, 'res', path)), { recursive: true });
    writeFileSync(join(folder, 'res', path), text);
  }
  const aapt2 = (...args: readonly string[]): string => {
    const done = spawnSync(tools.aapt2!.binary!, args, { cwd: folder, encoding: 'utf8' });
    assert.equal(done.status, 0, done.stderr);
    return done.stdout;
  };
  aapt2('compile', '--dir', 'res', '-o', 'res.zip');
  for (const form of [[], ['--enable-sparse-encoding'], ['--enable-compact-entries'], ['--proto-format']]) {
    await t.test(`linked with ${form[0] ?? 'nothing else'}`, async (part) => {
      const out = join(folder, 'out.apk');
      rmSync(out, { force: true });
      const link = [
        'link',
        '-o',
        out,
        '-I',
        tools['android-platform']!.jar!,
        '--manifest',
        'AndroidManifest.xml',
      ];
      const done = spawnSync(tools.aapt2!.binary!, [...link, ...form, 'res.zip'], {
        cwd: folder,
        encoding: 'utf8',
      });
      if (/unknown option/.test(done.stderr)) return part.diagnostic(`this aapt2 has no ${form[0]}`);
      assert.equal(done.status, 0, done.stderr);
      const { app, android } = await report(form[0] === '--proto-format' ? inBundle(folder, out) : out);
      assert.deepEqual(app, { id: 'com.example.shop', label: 'Shop', version: '2.0', build: '5' });
      assert.deepEqual(android?.resources, { locales: ['de', 'fil', 'pt-BR', 'zh-Hant'], densities: [320] });
      assert.deepEqual(android?.cleartextDomains, ['a.example']);
      assert.equal(android?.usesCleartext, false);
      assert.deepEqual(android?.permissions, [{ name: 'android.permission.CAMERA', maxSdk: 30 }]);
      assert.deepEqual(android?.components[0]?.filters, [
        { actions: ['android.intent.action.VIEW'], categories: [], data: ['https://shop.example/buy*'] },
      ]);
    });
  }
});

function inBundle(folder: string, apk: string): string {
  const unpacked = join(folder, 'unpacked');
  spawnSync('unzip', ['-q', apk, '-d', unpacked]);
  const bundle = join(folder, 'app.aab');
  const entries = ['manifest/AndroidManifest.xml', 'resources.pb', 'res/xml/net.xml'].map((name) => ({
    name: `base/${name}`,
    content: readFileSync(join(unpacked, name.replace('manifest/', ''))),
  }));
  writeFileSync(bundle, zipOf(entries));
  return bundle;
}
