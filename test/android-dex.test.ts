/** An app of more methods than one DEX file holds, beside the library that comes with Kotlin. In .ci/full. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { readDex } from '../src/apps/android/dex.ts';
import { unzip } from '../src/archives/index.ts';
import { AndroidRig, SIGNING } from './android-rig.ts';
import { isLong } from './long.ts';

const METHODS_OF_ONE_FILE = 65_536;
const CLASSES = 20;
const METHODS = 3_500;
const KOTLIN = 'src/main/kotlin/com/example/Greeting.kt';

const MANIFEST =
  '<manifest xmlns:android="http://schemas.android.com/apk/res/android"><application/></manifest>\n';
const ANDROID = (minSdk: number) =>
  `    applicationId: com.example.demo\n    minSdk: ${minSdk}\n    variants: [debug]\n${SIGNING}`;

/** Java of more methods than one file holds, and a record, which has a part in common with every other record. */
const MANY = Object.fromEntries(
  Array.from({ length: CLASSES }, (_, index) => {
    const methods = Array.from({ length: METHODS }, (_, at) => `    static int m${at}() { return ${at}; }\n`);
    return [
      `src/main/java/com/example/C${index}.java`,
      `package com.example;\n\nfinal class C${index} {\n    record Row(int at) {}\n\n${methods.join('')}}\n`,
    ];
  }),
);

function dexOf(
  apk: string,
): readonly { readonly path: string; readonly methods: number; readonly classes: readonly string[] }[] {
  const files = unzip(readFileSync(apk), { wants: (path) => path.endsWith('.dex') });
  assert.ok(files.ok);
  return files.value
    .map(({ path, content }) => ({ path, dex: readDex(Buffer.from(content)) }))
    .map(({ path, dex }) => ({ path, methods: dex.methods, classes: dex.classNames }))
    .sort((a, b) => a.path.length - b.path.length || (a.path < b.path ? -1 : 1));
}

if (isLong)
  test('an app of more methods than one DEX file holds has each of its classes once', async (t) => {
    const rig = AndroidRig.open(t, ['kotlin']);
    if (!rig) return;
    rig.app('demo', ANDROID(24), {
      'src/main/AndroidManifest.xml': MANIFEST,
      ...MANY,
      [KOTLIN]:
        'package com.example\n\nobject Greeting {\n    fun of(count: Int) = (1..count).joinToString()\n}\n',
    });
    const built = rig.build();
    assert.equal(built.code, 0, built.output);
    const found = dexOf(rig.path('dist/mobile/demo-debug.apk'));
    assert.deepEqual(
      found.map(({ path }) => path),
      found.map((_, index) => `classes${index === 0 ? '' : index + 1}.dex`),
    );
    assert.ok(found.every(({ methods }) => methods <= METHODS_OF_ONE_FILE));
    assert.ok(found.reduce((sum, { methods }) => sum + methods, 0) > METHODS_OF_ONE_FILE);
    const classes = found.flatMap((each) => each.classes);
    assert.equal(new Set(classes).size, classes.length, 'no class is there twice');
    for (const name of [
      'com.example.C0',
      `com.example.C${CLASSES - 1}`,
      'com.example.Greeting',
      'kotlin.collections.CollectionsKt',
    ])
      assert.ok(classes.includes(name), `${name} is there`);
    const place = rig.path('mobile/demo', KOTLIN);
    writeFileSync(place, readFileSync(place, 'utf8').replace('1..count', '2..count'));
    const edited = rig.build();
    assert.equal(edited.code, 0, edited.output);
    const dexed = edited.ran.filter((each) => /DEX/.test(each)).sort();
    assert.deepEqual(dexed, [
      'app:demo  compile to DEX',
      "app:demo  join the app's DEX and that of its libraries",
    ]);
  });

test('a class of the app that a library has too is told', async (t) => {
  const rig = AndroidRig.open(t, ['kotlin']);
  if (!rig) return;
  rig.app('demo', ANDROID(24), {
    'src/main/AndroidManifest.xml': MANIFEST,
    'src/main/java/kotlin/Pair.java': 'package kotlin;\n\npublic final class Pair {}\n',
    [KOTLIN]: 'package com.example\n\nobject Greeting\n',
  });
  const built = rig.build();
  assert.equal(built.code, 1, built.output);
  assert.match(
    built.output,
    /duplicate class kotlin\.Pair: in the Kotlin compiler's own library and in \S+\/kotlin\/Pair\.java/,
  );
});
