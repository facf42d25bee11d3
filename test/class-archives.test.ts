/** Archives of the classes of Java's tools, by the real ones: the same app without them and with either of two. In .ci/full. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { AndroidRig, SIGNING } from './android-rig.ts';
import { isLong } from './long.ts';

const FILES = {
  'src/main/AndroidManifest.xml':
    '<manifest xmlns:android="http://schemas.android.com/apk/res/android"><application/></manifest>\n',
  'src/main/java/com/example/Greeting.java':
    'package com.example;\n\nfinal class Greeting {\n    Runnable later(String name) { return () -> System.out.println(name); }\n}\n',
};

function rigOf(t: Parameters<typeof AndroidRig.open>[0]): AndroidRig | undefined {
  const rig = AndroidRig.open(t);
  rig?.app(
    'demo',
    `    applicationId: com.example.demo\n    minSdk: 24\n    variants: [debug]\n${SIGNING}`,
    FILES,
  );
  return rig;
}

if (isLong) {
  test('an app is the same with archives of classes and without, whoever made them', (t) => {
    const [rig, other] = [rigOf(t), rigOf(t)];
    if (!rig || !other) return;
    const apk = (of: AndroidRig) => readFileSync(of.path('dist/mobile/demo-debug.apk'));
    const plain = rig.build(['app:demo']);
    assert.equal(plain.code, 0, plain.output);
    const without = apk(rig);
    for (const each of [rig, other]) {
      const prepared = each.run(['prepare', '--class-archives']);
      assert.equal(prepared.code, 0, prepared.output);
      assert.match(prepared.output, /archive of the classes of java: .*\n.*archive of the classes of r8: /);
      const built = each.build(['app:demo']);
      assert.equal(built.code, 0, built.output);
      assert.ok(
        built.ran.some((name) => name.endsWith('compile to DEX')),
        built.output,
      );
      assert.ok(apk(each).equals(without));
    }
    const again = rig.build(['app:demo']);
    assert.deepEqual(again.ran, []);
  });
}
