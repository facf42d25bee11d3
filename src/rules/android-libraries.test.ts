import assert from 'node:assert/strict';
import { test } from 'node:test';
import { digestOf } from '../base/index.ts';
import { androidLibraries } from './android-libraries.ts';
import type { LockedLibrary } from './rule.ts';
import { fakeContext, mobileSpec, pathsOf } from './testing.ts';

const jar: LockedLibrary = {
  ...{ name: 'com.squareup.okio:okio-jvm', version: '3.6.0', file: 'okio-jvm-3.6.0.jar', type: 'jar' },
  ...{ digest: digestOf('okio'), classpaths: ['compile', 'runtime'] },
};
const aar: LockedLibrary = {
  ...{ name: 'androidx.core:core', version: '1.13.0', file: 'core-1.13.0.aar', type: 'aar' },
  ...{ digest: digestOf('core'), classpaths: ['runtime'] },
  aar: { package: 'androidx.core', parts: ['R.txt', 'classes.jar', 'libs/a.jar', 'res'] },
};

test('a jar is a folder as it is, an AAR is unpacked once by its content', () => {
  const context = fakeContext({ spec: mobileSpec({ rule: 'android' }), locked: { maven: [aar, jar] } });
  const { libraries, actions } = androidLibraries(context);
  assert.deepEqual(
    libraries.map(({ coordinate, folder, jars }) => [coordinate, folder, jars]),
    [
      ['androidx.core:core:1.13.0', 'androidx.core_core_1.13.0', ['classes.jar', 'libs/a.jar']],
      ['com.squareup.okio:okio-jvm:3.6.0', 'com.squareup.okio_okio-jvm_3.6.0', ['classes.jar']],
    ],
  );
  const [unpack, ...others] = actions;
  assert.deepEqual(others, []);
  assert.deepEqual(unpack!.argv.slice(2), ['aar-unpack', 'v1', 'library.aar', 'library']);
  assert.deepEqual(pathsOf(unpack!.work), ['library.aar']);
  assert.deepEqual(libraries[0]!.tree, {
    kind: 'at',
    of: { kind: 'output', action: unpack!.id },
    path: 'library',
  });
  assert.deepEqual(pathsOf(libraries[1]!.tree), ['classes.jar']);
  assert.equal(androidLibraries(context).actions[0]!.id, unpack!.id);
  assert.equal(unpack!.owner, undefined);
});

test('an app without libraries has none', () => {
  assert.deepEqual(androidLibraries(fakeContext({ spec: mobileSpec({ rule: 'android' }) })), {
    libraries: [],
    actions: [],
  });
});
