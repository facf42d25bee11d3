/** Apps at the edge of what an app is: for the oldest Android, and with the fewest files. In .ci/full. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { AndroidRig, SIGNING } from './android-rig.ts';
import { isLong } from './long.ts';

const MANIFEST =
  '<manifest xmlns:android="http://schemas.android.com/apk/res/android"><application android:label="least"/></manifest>';
const CODE = `package org.example.least;
public class Least {
  interface Greeting { default String word() { return "hello"; } }
  static Runnable greet() { Greeting greeting = new Greeting() {}; return () -> System.out.println(greeting.word()); }
}`;

const APPS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  code: { 'src/main/java/org/example/least/Least.java': CODE },
  values: { 'src/main/res/values/strings.xml': '<resources><string name="word">hello</string></resources>' },
  nothing: {},
};

if (isLong)
  test('apps of code alone, of values alone and of nothing are built for Android 2.3, as bundles too', async (t) => {
    const rig = AndroidRig.open(t, ['bundletool']);
    if (!rig) return;
    const android = `    applicationId: org.example.least\n    minSdk: 9\n    bundle: all\n${SIGNING}`;
    for (const [name, files] of Object.entries(APPS))
      rig.app(name, android, { 'src/main/AndroidManifest.xml': MANIFEST, ...files });
    const built = rig.build();
    assert.equal(built.code, 0, built.output);
    for (const name of Object.keys(APPS)) {
      assert.ok(existsSync(rig.path('dist/mobile', `${name}.aab`)), name);
      await rig.inspect(['aapt2', 'dump', 'badging', rig.path('dist/mobile', `${name}.apk`)], (badging) =>
        assert.match(badging, /sdkVersion:'9'/),
      );
    }
  });
