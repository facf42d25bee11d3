import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PlannedAction, TreeExpression } from '../../action/index.ts';
import { digestOf } from '../../base/index.ts';
import type { AndroidSettings, Classpath } from '../../config/index.ts';
import { requirementsOf } from '../requirements.ts';
import type { LockedLibrary } from '../rule.ts';
import {
  type FakeFiles,
  fakeContext,
  fakeSources,
  located,
  mobileSpec,
  renderedDiagnostics,
} from '../testing.ts';
import { androidRule } from './android-rule.ts';

const ANDROID: AndroidSettings = {
  ...{ applicationId: 'com.example.demo', namespace: 'com.example.own', label: 'demo' },
  ...{ compileSdk: 34, minSdk: 24, targetSdk: 34 },
};
const SIGNED: AndroidSettings = {
  ...ANDROID,
  signing: { storeFile: located('debug.p12'), keyAlias: 'key', kind: 'debug' },
};
const APP: FakeFiles = {
  'debug.p12': '',
  'src/main/AndroidManifest.xml':
    '<manifest xmlns:android="http://schemas.android.com/apk/res/android"><application/></manifest>',
  'src/main/java/a/Main.java': 'package a;',
};
const TEST: FakeFiles = { 'src/androidTest/java/a/MainTest.java': 'package a;' };
const KOTLIN: FakeFiles = { 'src/androidTest/kotlin/a/MainTest.kt': 'package a' };

function library(name: string, classpaths: readonly Classpath[]): LockedLibrary {
  const file = `${name.split(':')[1]}.jar`;
  return { name, version: '1.0', file, digest: digestOf(file), type: 'jar', classpaths };
}
const DEVICE: readonly Classpath[] = ['androidTestRuntime', 'androidTestCompile'];
const LIBRARIES = [
  library('a:contained', ['runtime', 'compile', ...DEVICE]),
  library('androidx.test:runner', DEVICE),
];

function planned(files: FakeFiles, android: AndroidSettings, maven: readonly LockedLibrary[] = []) {
  const spec = mobileSpec({ rule: 'android', android });
  const locked = { python: { run: [], dev: [] }, node: [], images: {}, urls: {}, maven };
  const plan = androidRule({ ...fakeContext({ spec, files }), locked });
  const [device] = plan.tests.filter(({ category }) => category === 'device');
  const needs = new Map(device?.needs?.map((each) => [each.id.split('#')[1]!, each]));
  return { plan, device, needs };
}

function literals(work: TreeExpression | undefined): Record<string, string> {
  if (work?.kind === 'merge') return Object.assign({}, ...work.of.map(literals));
  if (work?.kind !== 'literal') return {};
  return Object.fromEntries(work.files.map(({ path, content }) => [path, content]));
}

const words = (action: PlannedAction | undefined): string => action?.argv.join(' ') ?? '';

test('the APK of the tests names the app, and is signed as the app is', () => {
  const { plan, device, needs } = planned({ ...APP, ...TEST }, SIGNED);
  assert.equal(renderedDiagnostics(plan), '');
  const { signing, ...facts } = device!.device!;
  assert.deepEqual(facts, {
    ...{ apk: 'app.apk', app: 'mobile/demo.apk', variant: 'debug' },
    ...{ appId: 'com.example.demo', testId: 'com.example.demo.test' },
    ...{ runner: 'android.test.InstrumentationTestRunner', arguments: {} },
  });
  assert.deepEqual(signing, plan.artifacts[0]!.signing);
  const manifest = literals(needs.get('test:device-manifest')?.work)['generated/AndroidManifest.xml']!;
  assert.match(manifest, /package="com\.example\.own\.test"/);
  assert.match(manifest, /android:targetPackage="com\.example\.demo"/);
  assert.ok(
    plan.actions.every(({ id }) => !id.includes('test:')),
    'a build makes nothing of it',
  );
});

test('libraries that the app contains are compiled with and not contained twice', () => {
  const { device, needs } = planned({ ...APP, ...TEST }, SIGNED, LIBRARIES);
  assert.equal(device!.device!.runner, 'androidx.test.runner.AndroidJUnitRunner');
  const javac = words(needs.get('test:device-javac'));
  assert.match(
    javac,
    /tested\/classes\.jar:libs\/a_contained_1\.0\/classes\.jar:libs\/androidx\.test_runner_1\.0/,
  );
  const dex = words(needs.get('test:device-dex-libraries'));
  assert.match(dex, /libs\/androidx\.test_runner_1\.0\/classes\.jar/);
  assert.doesNotMatch(dex, /a_contained/);
  assert.match(words(needs.get('test:device-dex')), /classes\.jar device-libraries\.zip$/);
});

test('libraries that tests are compiled with alone are seen where the app has none', () => {
  const { device, needs } = planned({ ...APP, ...TEST }, SIGNED, [
    library('com.google.android:android-test', ['androidTestCompile']),
  ]);
  assert.equal(device!.device!.runner, 'android.test.InstrumentationTestRunner');
  assert.match(
    words(needs.get('test:device-javac')),
    /tested\/classes\.jar:libs\/com\.google\.android_android-test_1\.0\/classes\.jar/,
  );
  assert.equal(needs.has('test:device-dex-libraries'), false);
});

test('tests in Kotlin see what is internal in the app, and bring its library where the app has none', () => {
  const { needs } = planned({ ...APP, ...KOTLIN }, SIGNED);
  assert.match(words(needs.get('test:device-kotlinc')), /-Xfriend-paths=tested\/classes\.jar/);
  assert.match(words(needs.get('test:device-dex-libraries')), /\/tools\/kotlin\//);
  const settings = { imagePrefix: 'x-', architecture: 'amd64', architectures: ['amd64'] } as const;
  const spec = mobileSpec({ rule: 'android', android: SIGNED });
  const wanted = requirementsOf(
    { directory: 'mobile/demo', spec },
    fakeSources({ ...APP, ...KOTLIN }),
    settings,
  );
  assert.ok(wanted.testTools?.includes('kotlin') && !wanted.tools.includes('kotlin'));
});

test('settings of the runner are those of the app, and each variant has its id', () => {
  const { device } = planned(
    { ...APP, ...TEST },
    {
      ...SIGNED,
      testInstrumentationRunner: 'a.Runner',
      testInstrumentationRunnerArguments: { size: 'small' },
      buildTypes: [{ name: 'debug', applicationIdSuffix: '.debug' }],
    },
  );
  const { appId, testId, runner, arguments: given } = device!.device!;
  assert.deepEqual(
    [appId, testId, runner, given],
    ['com.example.demo.debug', 'com.example.demo.debug.test', 'a.Runner', { size: 'small' }],
  );
});

test('a variant that R8 shrinks has no tests on a device, and says so', () => {
  const { plan, device } = planned(
    { ...APP, ...TEST },
    {
      ...ANDROID,
      buildTypes: [{ name: 'release', minifyEnabled: true }],
      variants: [located('release')],
    },
  );
  assert.equal(device, undefined);
  assert.match(
    renderedDiagnostics(plan),
    /note\[rules\/android-tests-not-run\] the tests of src\/androidTest are not run: R8 has shrunk release/,
  );
});

test('an app without a key has tests that no device takes', () => {
  const { device } = planned({ ...APP, ...TEST }, ANDROID);
  assert.equal(device!.device!.signing, undefined);
});
