import assert from 'node:assert/strict';
import { test } from 'node:test';
import { zipOf } from '../archives/testing.ts';
import { type AarFacts, readAar } from './read-aar.ts';

function check(manifest: string | undefined, names: readonly string[], expected: AarFacts | RegExp): void {
  const own = manifest === undefined ? [] : [{ path: 'AndroidManifest.xml', content: manifest }];
  const read = readAar(zipOf([...own, ...names.map((path) => ({ path, content: 'x' }))]));
  if (expected instanceof RegExp) assert.match(read.ok ? 'read' : read.failure, expected);
  else assert.deepEqual(read, { ok: true, value: expected });
}

test('what a build must know of a library is read from it', () => {
  check(
    `<?xml version="1.0"?><!-- <manifest package="no.no"> -->
     <manifest xmlns:android="x"
       package="androidx.core" ><uses-sdk android:targetSdkVersion='34' android:minSdkVersion='14'/></manifest>`,
    ['classes.jar', 'res/values/values.xml', 'res/layout/a.xml', 'libs/b.jar', 'libs/a.jar', 'lint.jar'],
    { package: 'androidx.core', minSdk: 14, parts: ['classes.jar', 'libs/a.jar', 'libs/b.jar', 'res'] },
  );
  check('<manifest package="a.b"/>', ['jni/x86_64/a.so', 'jni/arm64-v8a/a.so', 'proguard.txt', 'R.txt'], {
    package: 'a.b',
    parts: ['R.txt', 'jni/arm64-v8a', 'jni/x86_64', 'proguard.txt'],
  });
});

test('what is no library is refused in words', () => {
  check(undefined, ['classes.jar'], /it has no AndroidManifest\.xml/);
  check('<manifest/>', [], /names no package/);
  check('<manifest package="../x"/>', [], /names no package/);
  check('<manifest package="a.b"/>', ['../x'], /unsafe path/);
});
