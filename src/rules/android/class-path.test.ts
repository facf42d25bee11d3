/** Which standard library Kotlin code gets, and beside which others. The compiler of these tests is 1.0. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { digestOf } from '../../base/index.ts';
import type { Classpath } from '../../config/index.ts';
import { actionOf, fakeContext, mobileSpec } from '../testing.ts';
import { androidRule } from './android-rule.ts';

const RUN: readonly Classpath[] = ['compile', 'runtime', 'testCompile', 'testRuntime'];
const TESTS: readonly Classpath[] = ['testCompile', 'testRuntime'];

/** `name version` of Kotlin's libraries. */
function jarsOf(library: string, classpaths = RUN) {
  const [artifact, version = ''] = library.split(' ');
  const name = `org.jetbrains.kotlin:${artifact}`;
  const file = `${artifact}-${version}.jar`;
  return { name, version, file, type: 'jar', digest: digestOf(file), classpaths } as const;
}

const CASES: Readonly<
  Record<string, readonly [libraries: readonly ReturnType<typeof jarsOf>[], expected: string]>
> = {
  'the own one where there is no other': [[], 'own'],
  'that of the libraries where it is as new': [[jarsOf('kotlin-stdlib 1.0')], 'kotlin-stdlib 1.0'],
  'that of the libraries where it is newer, with its parts': [
    [jarsOf('kotlin-stdlib-jdk8 1.10'), jarsOf('kotlin-stdlib 1.10')],
    'kotlin-stdlib-jdk8 1.10, kotlin-stdlib 1.10',
  ],
  'the own one in place of older ones and of the parts whose classes it holds': [
    [jarsOf('kotlin-stdlib-jdk8 0.9'), jarsOf('kotlin-stdlib-jdk7 0.9'), jarsOf('kotlin-stdlib 0.9')],
    'own',
  ],
  'the own one beside libraries that are no part of it': [
    [jarsOf('kotlin-reflect 0.9'), jarsOf('kotlin-stdlib 1.0-rc1')],
    'kotlin-reflect 0.9, own',
  ],
  'the own one where only tests bring another': [[jarsOf('kotlin-stdlib 1.0', TESTS)], 'own'],
};

for (const [what, [maven, expected]] of Object.entries(CASES)) {
  test(`an app in Kotlin contains ${what}`, () => {
    const android = { applicationId: 'a.b', label: 'a', compileSdk: 34, minSdk: 24, targetSdk: 34 };
    const files = { 'src/main/AndroidManifest.xml': '<manifest/>', 'src/main/kotlin/A.kt': 'class A' };
    const spec = mobileSpec({ rule: 'android', android });
    const plan = androidRule(fakeContext({ spec, files, locked: { maven } }));
    const { argv } = actionOf(plan, 'app:demo#library-resources');
    const contained = argv.flatMap((word) => {
      if (word.startsWith('/tools/kotlin/')) return ['own'];
      const library = /^libs\/org\.jetbrains\.kotlin_(.*)_(.*)\/classes\.jar$/.exec(word);
      return library ? [`${library[1]} ${library[2]}`] : [];
    });
    assert.equal(contained.join(', '), expected);
  });
}
