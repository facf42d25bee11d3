import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AndroidSettings } from '../../config/index.ts';
import { actionOf, fakeContext, located, mobileSpec, renderedDiagnostics } from '../testing.ts';
import { androidRule } from './android-rule.ts';

const MANIFEST =
  '<manifest xmlns:android="http://schemas.android.com/apk/res/android"><application/></manifest>';
const ANDROID: AndroidSettings = {
  applicationId: 'com.example.demo',
  label: 'demo',
  compileSdk: 34,
  minSdk: 24,
  targetSdk: 34,
  bundle: true,
  signing: { storeFile: located('debug.p12'), keyAlias: 'androiddebugkey', kind: 'debug' },
};

test('with `all`, each variant has a bundle, linked as its APK is', () => {
  const android = { ...ANDROID, buildTypes: [{ name: 'debug' }, { name: 'release' }] };
  const spec = mobileSpec({
    rule: 'android',
    android: { ...android, bundle: 'all', variants: [located('debug'), located('release')] },
  });
  const files = { 'AndroidManifest.xml': MANIFEST, 'debug.p12': 'key', 'res/values/a.xml': '<resources/>' };
  const made = androidRule(fakeContext({ spec, files }));
  assert.equal(renderedDiagnostics(made), '');
  const bundles = made.actions.filter(({ mnemonic }) => mnemonic === 'Bundle').map(({ id }) => id);
  assert.equal(bundles.length, 2);
  for (const id of bundles) {
    const [link, forBundle] = ['link', 'bundle-link'].map((stage) =>
      actionOf(made, id.replace(/bundle$/, stage)),
    );
    assert.deepEqual(forBundle!.work, link!.work);
    assert.ok(forBundle!.argv.includes('--proto-format'));
  }
  const paths = made.artifacts.map(({ path, signing }) => `${path} ${signing?.kind ?? 'unsigned'}`);
  assert.equal(new Set(paths).size, 8);
  assert.ok(paths.includes('mobile/demo-debug.aab jar'), paths.join('\n'));
});

test('the languages that are asked for are those of the APK and of the bundle', () => {
  const files = { 'AndroidManifest.xml': MANIFEST, 'debug.p12': 'key' };
  const languagesOf = (more: Partial<AndroidSettings>): readonly (string | undefined)[] => {
    const android = { ...ANDROID, bundle: 'all' as const, ...more };
    const made = androidRule(fakeContext({ spec: mobileSpec({ rule: 'android', android }), files }));
    const links = made.actions.filter(({ mnemonic }) => mnemonic === 'Aapt2Link');
    return links.map(({ argv }) => argv[argv.indexOf('-c') + 1 || argv.length]);
  };
  assert.deepEqual(languagesOf({ resourceConfigurations: ['en', 'pt-rBR'] }), ['en,pt-rBR', 'en,pt-rBR']);
  assert.deepEqual(languagesOf({}), [undefined, undefined]);
});

test('no store takes what can be debugged: such a variant has a bundle only when that is asked for', () => {
  const made = (...variants: string[]) => {
    const android = { ...ANDROID, variants: variants.map((each) => located(each)) };
    const files = { 'AndroidManifest.xml': MANIFEST, 'debug.p12': 'key' };
    return androidRule(fakeContext({ spec: mobileSpec({ rule: 'android', android }), files }));
  };
  const bundlesOf = ({ artifacts }: ReturnType<typeof made>): string[] =>
    artifacts.map(({ path }) => path).filter((path) => path.endsWith('.aab'));
  assert.deepEqual(bundlesOf(made('debug', 'release')), ['mobile/demo-release-unsigned.aab']);
  assert.equal(renderedDiagnostics(made('debug', 'release')), '');
  assert.deepEqual(bundlesOf(made('debug')), []);
  assert.match(
    renderedDiagnostics(made('debug')),
    /warning\[rules\/android-no-bundle\][^\n]*\n.*`bundle: all`/,
  );
});
