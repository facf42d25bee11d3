/** Tests for a device: their APK is built for real and looked at with the tools of others; adb and the device are a stand-in. */
import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { AndroidRig, SIGNING } from './android-rig.ts';
import { isLong } from './long.ts';

const RUNNER = 'com.example.own.test.Runner';
const APP = `    applicationId: com.example.demo
    namespace: com.example.own
    minSdk: 24
    testInstrumentationRunner: ${RUNNER}
    testInstrumentationRunnerArguments: { size: "small; it's" }
${SIGNING}`;

const FILES = {
  'src/main/AndroidManifest.xml':
    '<manifest xmlns:android="http://schemas.android.com/apk/res/android"><application/></manifest>\n',
  'src/main/java/com/example/own/Twice.java':
    'package com.example.own;\n\nclass Twice {\n    static int of(int n) {\n        return 2 * n;\n    }\n}\n',
  'src/androidTest/java/com/example/own/TwiceTest.java':
    'package com.example.own;\n\npublic class TwiceTest {\n    public int two() {\n        return Twice.of(com.example.own.test.R.integer.one);\n    }\n}\n',
  'src/androidTest/java/com/example/own/test/Runner.java':
    'package com.example.own.test;\n\npublic class Runner extends android.app.Instrumentation {}\n',
  'src/androidTest/res/values/numbers.xml': '<resources><integer name="one">1</integer></resources>\n',
  'src/androidTest/assets/case.txt': 'of the tests\n',
  'src/androidTest/AndroidManifest.xml':
    '<manifest xmlns:android="http://schemas.android.com/apk/res/android">\n  <uses-permission android:name="android.permission.SET_ANIMATION_SCALE"/>\n</manifest>\n',
};

const ONE = ['class=com.example.own.TwiceTest', 'test=two', 'numtests=1'];
const told = (code: number, more: readonly string[] = []): string =>
  [...ONE, ...more].map((each) => `INSTRUMENTATION_STATUS: ${each}\n`).join('') +
  `INSTRUMENTATION_STATUS_CODE: ${code}\n`;
const PASSED = `${told(1)}${told(0)}INSTRUMENTATION_RESULT: stream=\n\nOK (1 test)\n\nINSTRUMENTATION_CODE: -1\n`;
const FAILED = `${told(1)}${told(-2, ['stack=java.lang.AssertionError: not two\n\tat com.example.own.TwiceTest.two(TwiceTest.java:5)'])}INSTRUMENTATION_CODE: -1\n`;

/**
 * A program in place of adb: it writes down its words, and answers what lies in its folder. A call is one write, because
 * devices are served side by side.
 */
function standIn(rig: AndroidRig) {
  const folder = join(rig.folder, 'sdk/platform-tools');
  mkdirSync(folder, { recursive: true });
  const adb = join(folder, 'adb');
  writeFileSync(
    adb,
    `#!/bin/sh
here=$(dirname "$0")
line=$(printf '<%s>' "$@")
printf '%s\\n' "$line" >>"$here/calls"
case "$*" in
  "devices -l") cat "$here/devices" ;;
  *" install "*) cat "$here/install" ;;
  *" shell am instrument "*) cat "$here/said-$2" ;;
  *) echo Success ;;
esac
`,
  );
  chmodSync(adb, 0o755);
  const set = (name: string, text: string): void => writeFileSync(join(folder, name), text);
  set('devices', 'List of devices attached\n\n');
  set('install', 'Performing Streamed Install\nSuccess\n');
  const calls = (): string[] => {
    const file = join(folder, 'calls');
    const lines = existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n') : [];
    writeFileSync(file, '');
    return lines;
  };
  return { set, calls, env: { ANDROID_HOME: join(rig.folder, 'sdk') } };
}

/** What the tools of others say of the APK of the tests. */
async function isOfTheApp(rig: AndroidRig, apk: string): Promise<void> {
  await rig.inspect(['aapt2', 'dump', 'badging', apk], (badging) =>
    assert.match(badging, /^package: name='com\.example\.demo\.test'/),
  );
  await rig.inspect(['aapt2', 'dump', 'xmltree', '--file', 'AndroidManifest.xml', apk], (tree) => {
    assert.match(tree, /E: instrumentation[^E]*:name\(0x01010003\)="com\.example\.own\.test\.Runner"/);
    assert.match(tree, /:targetPackage\(0x01010021\)="com\.example\.demo"/);
    assert.match(tree, /SET_ANIMATION_SCALE/);
    assert.match(tree, /:debuggable\(0x0101000f\)=true/);
  });
  const certificates: string[] = [];
  for (const each of [apk, rig.path('dist/mobile/demo.apk')])
    await rig.inspect(['apksigner', 'verify', '--print-certs', each], (text) => {
      certificates.push(/certificate SHA-256 digest: (\w+)/.exec(text)![1]!);
    });
  assert.equal(new Set(certificates).size, certificates.length === 0 ? 0 : 1, 'one key signs both');
  await rig.inspect(['dexdump', '-d', apk], (dump) => {
    assert.match(dump, /Class descriptor {2}: 'Lcom\/example\/own\/TwiceTest;'/);
    assert.doesNotMatch(
      dump,
      /Class descriptor {2}: 'Lcom\/example\/own\/Twice;'/,
      "the app's own are not in it",
    );
  });
}

test('tests for a device are built and signed as the app is, and run on each device by its name', async (t) => {
  const rig = AndroidRig.open(t);
  if (!rig) return;
  rig.app('demo', APP, FILES);
  const apk = rig.path('build-cache/device-tests/app-demo-debug.apk');
  const test = (env: Readonly<Record<string, string>>) =>
    rig.run(['test', 'app:demo', '--category', 'device'], env);

  const adb = standIn(rig);
  const without = test(adb.env);
  assert.equal(without.code, 0, without.output);
  assert.match(
    without.output,
    /note\[devices\/not-run\] the tests of app:demo \(debug\) are not run: no device is attached/,
  );
  assert.match(without.output, /^ {2}not run {2}app:demo {2}device {2}no device is attached$/m);
  assert.match(without.output, /^no test was run, and all was built in /m);

  await isOfTheApp(rig, apk);

  adb.set(
    'devices',
    'List of devices attached\nA1 device usb:1-1 model:Pixel_6\nB2 unauthorized\nC3 device\n\n',
  );
  adb.set('said-A1', PASSED);
  adb.set('said-C3', FAILED);
  const all = test(adb.env);
  assert.equal(all.code, 1, all.output);
  assert.deepEqual(all.ran, [], 'the same APK is not built again');
  assert.match(all.output, /^ {2}passed {3}app:demo {2}device {2}Pixel 6 \(A1\) {2}1 test$/m);
  assert.match(all.output, /^ {2}not run {2}app:demo {2}device {2}B2 {2}it is unauthorized$/m);
  assert.match(all.output, /^ {2}failed {3}app:demo {2}device {2}C3 {2}1 of 1 test$/m);
  const calls = adb.calls();
  assert.deepEqual(calls.slice(0, 2), ['<devices><-l>', '<devices><-l>']);
  assert.deepEqual(
    calls.filter((call) => call.startsWith('<-s><A1>')),
    [
      `<-s><A1><install><-r><-t><${rig.path('dist/mobile/demo.apk')}>`,
      `<-s><A1><install><-r><-t><${apk}>`,
      `<-s><A1><shell><am><instrument><-w><-r><-e><size><'small; it'\\''s'><com.example.demo.test/${RUNNER}>`,
      '<-s><A1><uninstall><com.example.demo.test>',
    ],
  );
  const report = readFileSync(rig.path('build-cache/test-reports/app-demo-device-Pixel-6-A1.xml'), 'utf8');
  assert.match(report, /<testcase classname="com\.example\.own\.TwiceTest" name="two" time=/);
});

if (isLong)
  test('tests in Kotlin see what is internal in the app, and their APK has no class of its library twice', async (t) => {
    const rig = AndroidRig.open(t, ['kotlin']);
    if (!rig) return;
    rig.app('demo', APP, {
      ...FILES,
      'src/main/kotlin/com/example/own/Words.kt':
        'package com.example.own\n\ninternal class Words { internal val all = listOf("one").map { it.length } }\n',
      'src/androidTest/kotlin/com/example/own/WordsTest.kt':
        'package com.example.own\n\nclass WordsTest { fun one() = check(Words().all.first() == Twice.of(1) + 1) }\n',
    });
    const built = rig.run(['test', 'app:demo', '--category', 'device'], standIn(rig).env);
    assert.equal(built.code, 0, built.output);
    const apk = rig.path('build-cache/device-tests/app-demo-debug.apk');
    await rig.inspect(['dexdump', '-d', apk], (dump) => {
      assert.match(dump, /Class descriptor {2}: 'Lcom\/example\/own\/WordsTest;'/);
      assert.doesNotMatch(
        dump,
        /Class descriptor {2}: 'Lkotlin\/collections\/CollectionsKt;'/,
        "it is the app's",
      );
    });
  });
