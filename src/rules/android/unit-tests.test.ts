import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TreeExpression } from '../../action/index.ts';
import type { AndroidDependency, AndroidSettings } from '../../config/index.ts';
import { requirementsOf } from '../requirements.ts';
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
  applicationId: 'com.example.demo',
  label: 'demo',
  compileSdk: 34,
  minSdk: 24,
  targetSdk: 34,
};
const APP: FakeFiles = {
  'src/main/AndroidManifest.xml':
    '<manifest xmlns:android="http://schemas.android.com/apk/res/android"><application/></manifest>',
  'src/main/java/a/Main.java': 'package a;',
};
const TEST: FakeFiles = { 'src/test/java/a/MainTest.java': 'package a;' };

const library = (coordinate: string): AndroidDependency => ({
  ...{ configuration: 'testImplementation', kind: 'module', isStrict: false, isAlone: false, exclude: [] },
  coordinate: located(coordinate),
});
const ROBOLECTRIC = [library('junit:junit:4.13.2'), library('org.robolectric:robolectric:4.16')];

function planned(files: FakeFiles, libraries: readonly AndroidDependency[] = []) {
  const spec = mobileSpec({ rule: 'android', android: ANDROID, libraries });
  const plan = androidRule(fakeContext({ spec, files }));
  const settings = { imagePrefix: 'x-', architecture: 'amd64', architectures: ['amd64'] } as const;
  const wanted = requirementsOf({ directory: 'mobile/demo', spec }, fakeSources(files), settings);
  return { plan, tools: wanted.tools, testTools: wanted.testTools ?? [], tests: plan.tests };
}

/** Literal files that a test action is given, by path. */
function given(work: TreeExpression | undefined): Record<string, string> {
  if (work?.kind === 'merge') return Object.assign({}, ...work.of.map(given));
  if (work?.kind !== 'literal') return {};
  return Object.fromEntries(work.files.map(({ path, content }) => [path, content]));
}

test('unit tests are compiled and run against the classes, the manifest and the resources of the app', () => {
  const { plan, tests, tools, testTools } = planned({ ...APP, ...TEST }, ROBOLECTRIC);
  assert.equal(renderedDiagnostics(plan), '');
  const [unit, ...others] = tests;
  assert.deepEqual(others, []);
  assert.deepEqual(
    [unit?.category, unit?.junit, unit?.coverage?.path],
    ['unit', 'mobileops-junit.xml', 'mobileops-coverage.xml'],
  );
  assert.equal(unit!.action.network, false);
  const files = given(unit!.action.work);
  assert.match(files['.unit/javac.args']!, /"mobile\/demo\/src\/test\/java\/a\/MainTest\.java"/);
  assert.match(files['.unit/run.args']!, /"-Drobolectric\.offline=true"/);
  assert.match(files['.unit/run.args']!, /"--fail-if-no-tests"/);
  assert.match(
    files['.unit/config/com/android/tools/test_config.properties']!,
    /^android_merged_manifest=\.unit\/app\/merged\/AndroidManifest\.xml\nandroid_resource_apk=\.unit\/app\/app\.apk\n/,
  );
  assert.equal(files['.unit/config/robolectric.properties'], 'sdk=34\n');
  assert.doesNotMatch(files['.unit/run.sh']!, /K2JVMCompiler/);
  for (const tool of ['junit-console', 'jacoco', 'jacoco-agent', 'robolectric-android'] as const)
    assert.ok(testTools.includes(tool) && !tools.includes(tool), tool);
});

test('tests without Robolectric take nothing of it, and those in Kotlin are compiled as such', () => {
  const kotlin = { 'src/test/kotlin/a/OtherTest.kt': 'package a' };
  const { tests, tools, testTools } = planned({ ...APP, ...kotlin }, [library('junit:junit:4.13.2')]);
  const files = given(tests[0]!.action.work);
  assert.match(files['.unit/run.sh']!, /K2JVMCompiler @\.unit\/kotlinc\.args/);
  assert.doesNotMatch(files['.unit/run.sh']!, /javac/);
  assert.match(files['.unit/kotlinc.args']!, /"-Xfriend-paths=\.unit\/app\/classes\.jar"/);
  assert.doesNotMatch(files['.unit/run.args']!, /robolectric\.offline/);
  assert.match(files['.unit/run.args']!, /:\/tools\/kotlin\//);
  assert.ok(testTools.includes('kotlin') && !testTools.includes('robolectric-android'));
  assert.ok(!tools.includes('kotlin'), 'the app itself is of Java');
});

test("the app's own settings of Robolectric stand", () => {
  const own = { 'src/test/resources/robolectric.properties': 'sdk=34\n' };
  const { tests } = planned({ ...APP, ...TEST, ...own }, ROBOLECTRIC);
  assert.equal(given(tests[0]!.action.work)['.unit/config/robolectric.properties'], undefined);
});

test('an app without unit tests has none, and wants no tool of theirs', () => {
  const { tests, testTools } = planned(APP, ROBOLECTRIC);
  assert.deepEqual([tests, testTools], [[], []]);
});

test('tests that are not run are named', () => {
  const others = {
    'src/androidTestDebug/java/a/OnDeviceTest.java': '',
    'src/androidTestDebug/java/a/OtherTest.kt': '',
    'src/testDebug/java/a/DebugTest.java': '',
  };
  const { plan } = planned({ ...APP, ...others });
  assert.equal(plan.tests.length, 0);
  const said = renderedDiagnostics(plan);
  assert.match(
    said,
    /note\[rules\/android-tests-not-run\] 2 test files of src\/androidTestDebug not run: tests of one variant are not supported/,
  );
  assert.match(said, /1 test file of src\/testDebug not run: tests of one variant are not supported/);
});
