import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Origin } from '../action/index.ts';
import { toldPlaces } from './told-places.ts';

const MAIN = {
  path: 'mobile/a/src/main/AndroidManifest.xml',
  text: `<manifest xmlns:android="http://schemas.android.com/apk/res/android">
  <!-- android:labl="x" -->
  <application android:labl="@string/name" android:icon="@mipmap/nope">
    <activity android:name=".Main" android:exported="maybe"/>
    <activty/>
  </application>
</manifest>
`,
};
const DEBUG = {
  path: 'mobile/a/src/debug/AndroidManifest.xml',
  text: '<manifest>\n <application android:icon="@mipmap/nope"/></manifest>',
};
const FILE = { path: 'mobile/a/build.yaml', text: 'fields:\n  - {name: LIMIT, type: int, value: "1 +"}\n' };
const ORIGINS: readonly Origin[] = [
  { file: 'in/AndroidManifest.xml', merged: [MAIN, DEBUG] },
  { file: 'gen/a/b/BuildConfig.java', lines: { 6: { file: FILE, start: 12, end: 16 } } },
];

const CASES: Readonly<Record<string, string>> = {
  'in/AndroidManifest.xml:12: error: attribute android:labl not found.':
    'mobile/a/src/main/AndroidManifest.xml:3:16: error: attribute android:labl not found.',
  "in/AndroidManifest.xml:15: error: 'maybe' is incompatible with attribute exported (attr) boolean.":
    "mobile/a/src/main/AndroidManifest.xml:4:36: error: 'maybe' is incompatible with attribute exported (attr) boolean.",
  'in/AndroidManifest.xml:18: error: unexpected element <activty> found in <manifest><application>.':
    'mobile/a/src/main/AndroidManifest.xml:5:5: error: unexpected element <activty> found in <manifest><application>.',
  'in/AndroidManifest.xml:12: error: resource mipmap/nope (aka a.b:mipmap/nope) not found.':
    'mobile/a/src/main/AndroidManifest.xml:3:58: error: resource mipmap/nope (aka a.b:mipmap/nope) not found.\n' +
    'mobile/a/src/debug/AndroidManifest.xml:2:29: error: resource mipmap/nope (aka a.b:mipmap/nope) not found.',
  "in/AndroidManifest.xml:4: error: <activity> is missing required attribute 'android:name'.":
    "in/AndroidManifest.xml:4: error: <activity> is missing required attribute 'android:name'.\n" +
    '  in/AndroidManifest.xml is made from mobile/a/src/main/AndroidManifest.xml, mobile/a/src/debug/AndroidManifest.xml, and from what the build adds',
  'gen/a/b/BuildConfig.java:6: error: illegal start of expression':
    'mobile/a/build.yaml:2:5: error: illegal start of expression',
  'error: gen/a/b/BuildConfig.java:6:40: what': 'error: mobile/a/build.yaml:2:5: what',
  'gen/a/b/BuildConfig.java:2: error: x': 'gen/a/b/BuildConfig.java:2: error: x',
  'src/Main.java:6: error: x': 'src/Main.java:6: error: x',
  'error: failed linking file resources.': 'error: failed linking file resources.',
};

for (const [said, expected] of Object.entries(CASES))
  test(`what a tool says is told where it was written: ${said}`, () => {
    assert.equal(toldPlaces(`before\n${said}\nafter`, ORIGINS), `before\n${expected}\nafter`);
    assert.equal(toldPlaces(said), said);
  });
