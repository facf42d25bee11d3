/** Which compilers run for a module, by the languages that it is written in. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fakeContext, located, mobileSpec } from '../testing.ts';
import { androidRule } from './android-rule.ts';

const CASES: Readonly<Record<string, readonly [files: readonly string[], expected: readonly string[]]>> = {
  'Java alone': [['java/A.java'], ['javac']],
  'Kotlin alone': [['kotlin/A.kt'], ['kotlinc']],
  both: [
    ['java/A.java', 'kotlin/B.kt'],
    ['kotlinc', 'javac'],
  ],
};

for (const [name, [files, expected]] of Object.entries(CASES)) {
  test(`a module is compiled by what it is written in: ${name}`, () => {
    const module = { name: located('core'), directory: 'core', namespace: 'a.core', uses: [] };
    const android = {
      ...{ applicationId: 'a.b', label: 'a', compileSdk: 34, minSdk: 24, targetSdk: 34 },
      modules: [{ ...module, buildConfig: false }],
      uses: [{ module: module.name, isApi: false }],
    };
    const own = { 'src/main/AndroidManifest.xml': '<manifest/>', 'src/main/java/A.java': 'class A {}' };
    const ofModule = Object.fromEntries(files.map((path) => [`core/src/main/${path}`, '']));
    const spec = mobileSpec({ rule: 'android', android });
    const { actions } = androidRule(fakeContext({ spec, files: { ...own, ...ofModule } }));
    const compilers = actions.flatMap(({ id }) => /^app:demo#core\.(kotlinc|javac)$/.exec(id)?.[1] ?? []);
    assert.deepEqual(compilers, expected);
  });
}

test('Kotlin takes notes of nullability in the platform for advice, as an SDK has fewer of them', () => {
  const android = { applicationId: 'a.b', label: 'a', compileSdk: 35, minSdk: 24, targetSdk: 34 };
  const files = { 'src/main/AndroidManifest.xml': '<manifest/>', 'src/main/kotlin/A.kt': 'class A' };
  const { actions } = androidRule(fakeContext({ spec: mobileSpec({ rule: 'android', android }), files }));
  const [kotlinc] = actions.filter(({ mnemonic }) => mnemonic === 'Kotlinc');
  assert.ok(kotlinc!.argv.includes('-Xnullability-annotations=@android.annotation:warn'));
});
