/** What stands against the modules of an app, and in which folders an app is looked for. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AndroidModule } from '../../config/index.ts';
import { fakeContext, located, mobileSpec, renderedDiagnostics } from '../testing.ts';
import { androidRule } from './android-rule.ts';

const RES = '<resources/>';
const APP = { 'src/main/AndroidManifest.xml': '<manifest/>', 'src/main/java/A.java': 'class A {}' };

function moduleOf(name: string, more: Partial<AndroidModule> = {}): AndroidModule {
  return {
    name: located(name),
    directory: name,
    namespace: `a.${name}`,
    uses: [],
    buildConfig: false,
    ...more,
  };
}

function planOf(modules: readonly AndroidModule[], files: Readonly<Record<string, string>>) {
  const android = {
    ...{ applicationId: 'a.b', label: 'a', compileSdk: 34, minSdk: 24, targetSdk: 34, modules },
    uses: modules
      .filter(({ name }) => name.value !== 'unused')
      .map(({ name }) => ({ module: name, isApi: false })),
  };
  return androidRule(fakeContext({ spec: mobileSpec({ rule: 'android', android }), files }));
}

const core = { 'core/src/main/java/C.java': 'class C {}' };
const { namespace: _, ...nameless } = moduleOf('core');

const CASES: Readonly<
  Record<
    string,
    readonly [modules: readonly AndroidModule[], files: Readonly<Record<string, string>>, expected: RegExp]
  >
> = {
  'a folder without files': [
    [moduleOf('core')],
    APP,
    /build\.yaml:1:1: error\[rules\/android-module-missing\] the module core has no files in mobile\/demo\/core/,
  ],
  'one folder for two': [
    [moduleOf('core'), moduleOf('two', { directory: 'core' })],
    { ...APP, ...core },
    /the module two has the folder core, which is that of the module core/,
  ],
  'a module without a namespace': [
    [nameless],
    { ...APP, ...core, 'core/src/main/res/values/a.xml': RES },
    /error\[rules\/android-module-namespace\] the module core has no namespace/,
  ],
  'the namespace of the app': [
    [moduleOf('core', { namespace: 'a.b' })],
    { ...APP, ...core },
    /the module core has the namespace a\.b, which is that of the app/,
  ],
  'one namespace for two': [
    [moduleOf('core'), moduleOf('two', { namespace: 'a.core' })],
    { ...APP, ...core, 'two/src/main/java/D.java': '' },
    /the module two has the namespace a\.core, which is that of the module core[\s\S]*the other one/,
  ],
  'a module that nothing takes': [
    [moduleOf('unused')],
    { ...APP, 'unused/src/main/java/C.java': '' },
    /warning\[rules\/android-module-unused\] nothing takes the module unused/,
  ],
  'a folder of one variant': [
    [moduleOf('core')],
    { ...APP, ...core, 'core/src/debug/java/D.java': '' },
    /error\[rules\/android-source-set\] src\/debug of the module core is of some variants alone/,
  ],
  'its tests for a device': [
    [moduleOf('core')],
    { ...APP, ...core, 'core/src/androidTest/java/D.java': '' },
    /note\[rules\/android-tests-not-run\] the tests in src\/androidTest of the module core are not run[\s\S]*`src\/androidTest` of the app/,
  ],
  'what is not built': [
    [moduleOf('core')],
    { ...APP, ...core, 'core/src/main/aidl/a/I.aidl': '' },
    /mobile\/demo\/core\/src\/main\/aidl\/a\/I\.aidl|AIDL is not supported in a module/,
  ],
  'rules that are not there': [
    [moduleOf('core', { consumerProguardFiles: [located('c.pro')] })],
    { ...APP, ...core },
    /the rule file c\.pro is not among the files of the module core/,
  ],
  'a manifest that is no XML': [
    [moduleOf('core')],
    { ...APP, ...core, 'core/src/main/AndroidManifest.xml': '<manifest>\n <a></manifest>' },
    /mobile\/demo\/core\/src\/main\/AndroidManifest\.xml:2:5: error\[rules\/android-manifest-malformed\]/,
  ],
};

for (const [name, [modules, files, expected]] of Object.entries(CASES)) {
  test(`modules are checked: ${name}`, () => {
    assert.match(renderedDiagnostics(planOf(modules, files)), expected);
  });
}

test('a folder with app/src/main alone is laid out as Gradle has it', () => {
  const moved = Object.fromEntries(Object.entries(APP).map(([path, text]) => [`app/${path}`, text]));
  const plan = planOf([nameless], { ...moved, ...core });
  assert.equal(renderedDiagnostics(plan), '');
  const javac = plan.actions.filter(({ mnemonic }) => mnemonic === 'Javac').map(({ argv }) => argv.at(-1));
  assert.ok(javac.includes('mobile/demo/core/src/main/java/C.java'), String(javac));
  assert.ok(
    plan.actions.some(({ argv }) => argv.includes('mobile/demo/app/src/main/java/A.java')),
    'the app is compiled',
  );
});
