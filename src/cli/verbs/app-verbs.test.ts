/** What words mean an app, and what a script sees, by the real program. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { binaryXmlOf, zipOf } from '../../apps/testing.ts';

const MAIN = join(import.meta.dirname, '..', '..', 'main.ts');
const root = mkdtempSync(join(tmpdir(), 'mobileops-app-verbs-'));
after(() => rmSync(root, { recursive: true, force: true }));

const apk = zipOf([
  {
    name: 'AndroidManifest.xml',
    content: binaryXmlOf([
      'manifest',
      { package: 'com.example', 'android:versionCode': 7, 'android:versionName': '1.2.3' },
      ['uses-sdk', { 'android:minSdkVersion': 21, 'android:targetSdkVersion': 35 }],
      ['application', { 'android:debuggable': true, 'android:allowBackup': false }],
    ]),
  },
]);

before(() => {
  write(
    'ws/build-config.yaml',
    'apiVersion: build.mobileops.io/v1\nkind: BuildConfiguration\nmetadata: {name: w}\nspec: {version: 1.0.0}\n',
  );
  write('ws/dist/mobile/shop.apk', apk);
  write('ws/text.apk', 'hello');
  write('ws/dist/mobile/plain-unsigned.apk', apk);
  write('ws/dist/mobile/gradle/apk/release/app-release.apk', apk);
  write('ws/dist/mobile/gradle/bundle/release/app-release.aab', 'not looked at');
  write('ws/dist/mobile/gradle/reports/problems.html', '');
  for (const type of ['debug', 'release']) write(`ws/dist/mobile/both/apk/${type}/app-${type}.apk`, apk);
  write('ws/dist/mobile/web/index.html', '');
  write('ws/dist/mobile/ios/Shop.ipa', 'no zip');
  for (const variant of ['dev-debug', 'prod-release']) write(`ws/dist/mobile/many-${variant}.apk`, apk);
});

function write(path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content);
}

function run(line: string): { readonly code: number | null; readonly out: string; readonly err: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...line.split(' ')], {
    cwd: join(root, 'ws'),
    env: { PATH: process.env.PATH, HOME: root, MOBILEOPS_CACHE: join(root, 'cache') },
    encoding: 'utf8',
  });
  return { code: status, out: stdout, err: stderr };
}

function says(
  line: string,
  expected: { readonly code: number; readonly out?: RegExp; readonly err?: RegExp },
): void {
  test(line, () => {
    const { code, out, err } = run(line);
    assert.match(out, expected.out ?? /^$/);
    assert.match(err, expected.err ?? /^$/);
    assert.equal(code, expected.code);
  });
}

const UNSIGNED = /^dist\/mobile\/shop\.apk: error\[app\/unsigned\]/;
says('app report app:shop', { code: 0, out: /^com\.example 1\.2\.3 \(7\)\n/, err: UNSIGNED });
says('app report dist/mobile/shop.apk -q', {
  code: 0,
  out: /: 1 error, 1 warning, 0 notes\n$/,
  err: UNSIGNED,
});
says('app check app:shop', { code: 1, err: UNSIGNED });
says('app report app:none', {
  code: 2,
  err: /^app:none: error\[app\/not-built\].*\n {2}help: mobileops build app:none/,
});
says('app check app:plain', { code: 1, err: /^dist\/mobile\/plain-unsigned\.apk: error\[app\/unsigned\]/ });
says('app check app:many-dev-debug', {
  code: 1,
  err: /^dist\/mobile\/many-dev-debug\.apk: error\[app\/unsigned\]/,
});
says('app check app:many', {
  code: 2,
  err: /^app:many: error\[app\/several-packages\] .* there is dist\/mobile\/many-dev-debug\.apk, dist\/mobile\/many-prod-release\.apk\n {2}help: give the path .*: app:many-dev-debug/,
});
says('app check app:gradle', {
  code: 1,
  err: /^dist\/mobile\/gradle\/apk\/release\/app-release\.apk: error\[app\/unsigned\]/,
});
says('app report app:both', {
  code: 2,
  err: /^app:both: error\[app\/several-packages\] its build left 2 packages: dist\/mobile\/both\/apk\/debug\/app-debug\.apk, dist\/mobile\/both\/apk\/release\/app-release\.apk\n/,
});
says('app report app:web', { code: 2, err: /^app:web: error\[app\/not-built\]/ });
says('app report app:ios', { code: 2, err: /^dist\/mobile\/ios\/Shop\.ipa: error\[app\/bad-archive\]/ });
says('app report none.apk', { code: 2, err: /^none\.apk: error\[app\/no-app\] there is no such file/ });
says('app check text.apk', { code: 2, err: /^text\.apk: error\[app\/bad-archive\]/ });

says('app report app:shop --against dist/mobile/shop.apk -q', {
  code: 0,
  out: /1 error, 1 warning/,
  err: UNSIGNED,
});
says('app report app:shop --against none.apk', { code: 2, err: /^none\.apk: error\[app\/no-app\]/ });
says('app report app:shop --html none/page.html', {
  code: 2,
  err: /--html cannot be written there: its folder is not there/,
});

says('app report app:shop --ota m.plist', {
  code: 2,
  err: /error\[cli\/missing-value\] .*--ota-url is missing/,
});
says('app report app:shop --ota m.plist --ota-url http://a.example/a.ipa', {
  code: 2,
  err: /error\[cli\/bad-value\] --ota-url http:\/\/a\.example\/a\.ipa is no address that begins with https/,
});
says('app report app:shop --ota m.plist --ota-url https://a.example/a.ipa', {
  code: 2,
  err: /error\[cli\/bad-value\] --ota is for an IPA/,
});

test('a page', () => {
  assert.equal(run('app report app:shop --html page.html').code, 0);
  assert.match(readFileSync(join(root, 'ws/page.html'), 'utf8'), /^<!doctype html>[\s\S]*<\/html>\n$/);
});

test('one document', () => {
  const { code, out, err } = run('app report app:shop --json');
  const { version, exitCode, file, app, android, size, diagnostics } = JSON.parse(out);
  assert.deepEqual([code, err, version, exitCode], [0, '', 1, 0]);
  assert.equal(file.sizeBytes, apk.length);
  assert.deepEqual(app, { id: 'com.example', version: '1.2.3', build: '7' });
  assert.equal(android.isDebuggable, true);
  assert.equal(size.entries.length, 1);
  assert.deepEqual(
    diagnostics.map((each: { code: string; severity: string }) => `${each.severity} ${each.code}`),
    ['error app/unsigned', 'warning app/debuggable'],
  );
});
