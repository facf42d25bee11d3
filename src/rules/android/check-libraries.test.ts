import assert from 'node:assert/strict';
import { test } from 'node:test';
import { digestOf } from '../../base/index.ts';
import type { AndroidDependency, Classpath } from '../../config/index.ts';
import type { LockedLibrary } from '../rule.ts';
import { fakeContext, located, mobileSpec, renderedDiagnostics } from '../testing.ts';
import { androidRule } from './android-rule.ts';

const library = (
  name: string,
  facts: { minSdk?: number; wants?: string[]; classpaths?: Classpath[] } = {},
): LockedLibrary => ({
  ...{ name, version: '1.0', file: `${name}.aar`, digest: digestOf(name), type: 'aar' },
  classpaths: facts.classpaths ?? ['compile', 'runtime'],
  ...(facts.wants ? { wants: facts.wants } : {}),
  aar: {
    package: name.replace(':', '.'),
    parts: ['classes.jar'],
    ...(facts.minSdk ? { minSdk: facts.minSdk } : {}),
  },
});
const asked = (coordinate: string): AndroidDependency => ({
  ...{ configuration: 'implementation', kind: 'module', isStrict: false, isAlone: false, exclude: [] },
  coordinate: located(coordinate, 'mobile/demo/build.yaml'),
});

function check(maven: readonly LockedLibrary[], expected: RegExp, manifest = '<manifest/>'): void {
  const android = { applicationId: 'a.b', label: 'a', compileSdk: 34, minSdk: 21, targetSdk: 34 };
  const spec = mobileSpec({ rule: 'android', android, libraries: [asked('g:other:1.0'), asked('g:ui:1.0')] });
  const files = { 'src/main/AndroidManifest.xml': manifest };
  const plan = androidRule(fakeContext({ spec, files, locked: { maven } }));
  assert.match(renderedDiagnostics(plan), expected);
  assert.equal(plan.actions.length > 0, expected.source === '^$');
}

test('a library that needs a newer Android is told where it is asked for', () => {
  check(
    [library('g:other'), library('g:ui', { minSdk: 23 })],
    /^mobile\/demo\/build\.yaml:1:1: error\[rules\/android-library-min-sdk\] g:ui:1\.0 needs minSdk 23, and the app has minSdk 21\n[\s\S]*write "minSdk: 23"/,
  );
});

test('one that another asks for is told at that one', () => {
  const core = library('g:core', { minSdk: 24 });
  check(
    [
      library('g:other'),
      library('g:ui', { minSdk: 23, wants: ['g:middle'] }),
      library('g:middle', { wants: ['g:core', 'g:ui'] }),
      core,
    ],
    /g:ui:1\.0 needs minSdk 23[\s\S]*write "minSdk: 24"[\s\S]*g:core:1\.0, which g:ui:1\.0 asks for, needs minSdk 24/,
  );
  check([library('g:other'), library('g:ui'), core], /^mobile\/demo[\s\S]*g:core:1\.0 needs minSdk 24/);
});

test('nothing is said of what is low enough, is not contained, or is overridden', () => {
  check([library('g:other'), library('g:ui', { minSdk: 21 })], /^$/);
  check([library('g:other', { minSdk: 30, classpaths: ['testRuntime'] })], /^$/);
  const manifest = '<manifest><uses-sdk tools:overrideLibrary="x, g.ui" /></manifest>'.replace(
    '<manifest>',
    '<manifest xmlns:tools="http://schemas.android.com/tools">',
  );
  check([library('g:ui', { minSdk: 30 })], /^$/, manifest);
});
