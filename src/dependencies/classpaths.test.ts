import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AndroidDependency, LibraryConfiguration } from '../config/index.ts';
import { classpathRules, declaredFor } from './classpaths.ts';

const library = (configuration: LibraryConfiguration, name: string): AndroidDependency => ({
  ...{ configuration, kind: 'module', isStrict: false, isAlone: false, exclude: [] },
  coordinate: { value: name, span: { file: { path: 'build.yaml', text: '' }, start: 0, end: 0 } },
});
const APP = [library('implementation', 'a'), library('runtimeOnly', 'b'), library('testImplementation', 'c')];
const DEVICE = [
  library('androidTestImplementation', 'd'),
  library('androidTestCompileOnly', 'e'),
  library('androidTestRuntimeOnly', 'f'),
];

/** What each class path is made of. */
function rules(dependencies: readonly AndroidDependency[]): Record<string, string> {
  return Object.fromEntries(
    classpathRules(dependencies).map((rule) => [
      rule.classpath,
      declaredFor(dependencies, rule)
        .map(({ coordinate }) => coordinate.value)
        .join(''),
    ]),
  );
}

test('the lock of an app without libraries for a device is as it was', () => {
  assert.deepEqual(Object.keys(rules(APP)), ['runtime', 'compile', 'testRuntime', 'testCompile']);
});

test('tests on a device have what the app has, and theirs; neither the app nor unit tests have that', () => {
  assert.deepEqual(rules([...APP, ...DEVICE]), {
    runtime: 'ab',
    compile: 'a',
    testRuntime: 'abc',
    testCompile: 'ac',
    androidTestRuntime: 'abdf',
    androidTestCompile: 'ade',
  });
});

test('what the app contains too has its version', () => {
  const [runtime, compile] = classpathRules(DEVICE).filter(({ classpath }) =>
    classpath.startsWith('android'),
  );
  assert.deepEqual([runtime?.alignedWith, compile?.alignedWith], ['runtime', 'androidTestRuntime']);
});
