import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AndroidSettings, AssociatedApp, MobileSpec } from '../../config/index.ts';
import type { RulePlan } from '../rule.ts';
import {
  actionOf,
  type FakeContextOptions,
  fakeContext,
  fakeTree,
  located,
  mobileSpec,
  pathsOf,
  renderedDiagnostics,
} from '../testing.ts';
import { hybridRule } from './hybrid-rule.ts';

const ANDROID: AndroidSettings = {
  applicationId: 'com.example.demo',
  label: "Tom & Jerry's",
  compileSdk: 34,
  minSdk: 21,
  targetSdk: 34,
  signing: { storeFile: located('keystore/debug.p12'), keyAlias: 'androiddebugkey', kind: 'debug' },
};
const FILES = { 'keystore/debug.p12': 'key' };

function plan(
  options: Partial<FakeContextOptions<MobileSpec>> = {},
  android: Partial<AndroidSettings> = {},
): RulePlan {
  const spec = mobileSpec({
    rule: 'hybrid',
    site: located('app:web'),
    android: { ...ANDROID, ...android },
    ...options.spec,
  });
  const context = fakeContext({ needs: ['app:web'], files: FILES, ...options, spec });
  return hybridRule(context);
}

function manifestOf(made: RulePlan): string {
  const { work } = actionOf(made, 'app:demo#link');
  const text = JSON.stringify(work);
  return JSON.parse(`"${/"path":"in\/AndroidManifest.xml","content":"((?:[^"\\]|\\.)*)"/.exec(text)![1]}"`);
}

test('each stage is an action of its own', () => {
  const made = plan();
  assert.equal(renderedDiagnostics(made), '');
  assert.deepEqual(
    made.actions.map((each) => `${each.id} ${each.mnemonic}`),
    [
      'app:demo#resources Aapt2Compile',
      'app:demo#link Aapt2Link',
      'app:demo#javac Javac',
      'app:demo#classes Zip',
      'app:demo#dex D8',
      'app:demo#package Zip',
    ],
  );
  for (const action of made.actions) {
    assert.equal(action.network, false);
    assert.deepEqual(action.env, {});
  }
});

test('the archive holds the linked app, the code and the site', () => {
  const made = plan();
  const outputs = {
    'app:demo#link': fakeTree({
      'AndroidManifest.xml': 'm',
      'resources.arsc': 'r',
      'res/drawable/app_splash.xml': 's',
      'gen/com/example/demo/R.java': 'R',
    }),
    'app:demo#dex': fakeTree({ 'classes.jar': 'j', 'classes.dex': 'd', 'classes2.dex': 'e' }),
    'app:web#built': fakeTree({ 'index.html': 'i', 'assets/a.js': 'a' }),
  };
  const { work } = actionOf(made, 'app:demo#package');
  assert.deepEqual(pathsOf(work, outputs), [
    'apk/AndroidManifest.xml',
    'apk/assets/www/assets/a.js',
    'apk/assets/www/index.html',
    'apk/classes.dex',
    'apk/classes2.dex',
    'apk/res/drawable/app_splash.xml',
    'apk/resources.arsc',
  ]);
  const noSite = { ...outputs, 'app:web#built': fakeTree({ 'start.html': 'i' }) };
  assert.deepEqual(pathsOf(work, noSite), ['failed: nothing-at-path']);
});

test("javac sees the generated sources, R and the app's own", () => {
  const own = 'java/com/example/demo/MainActivity.java';
  const made = plan({ files: { ...FILES, [own]: 'class', 'java/notes.txt': 'no' } });
  const javac = actionOf(made, 'app:demo#javac');
  const sources = [
    'gen/com/example/demo/R.java',
    'java/com/example/demo/BackNavigation.java',
    'java/com/example/demo/MainActivity.java',
    'java/com/example/demo/SiteAssets.java',
    'java/com/example/demo/SiteDownloads.java',
    'java/com/example/demo/SiteLinks.java',
    'java/com/example/demo/SitePermissions.java',
    'java/com/example/demo/WebViewActivity.java',
  ];
  assert.deepEqual(javac.argv.slice(-8), sources);
  const link = fakeTree({ 'gen/com/example/demo/R.java': 'R', 'resources.arsc': 'r' });
  assert.deepEqual(pathsOf(javac.work, { 'app:demo#link': link }), sources);
  assert.match(manifestOf(made), /android:name="\.MainActivity"/);
  assert.match(manifestOf(plan()), /android:name="\.WebViewActivity"/);
});

test('deep links are filters of the manifest and places of the app', () => {
  const links = ['https://example.org/app', 'demo://open'];
  const made = plan({}, { deepLinks: links });
  const manifest = manifestOf(made);
  assert.equal(manifest.match(/<intent-filter/g)!.length, 3);
  assert.match(
    manifest,
    /<intent-filter android:autoVerify="true">[\s\S]*?<data android:scheme="https" android:host="example\.org" android:pathPrefix="\/app\/"\/>/,
  );
  assert.match(manifest, /<intent-filter>[\s\S]*?<data android:scheme="demo" android:host="open"\/>/);
  const { work } = actionOf(made, 'app:demo#javac');
  assert.match(JSON.stringify(work), /\{\\"https\\", \\"example\.org\\", \\"\/app\/\\"\},/);

  const named = (apps: readonly AssociatedApp[]): string[] => {
    const site = mobileSpec({ rule: 'pwa', web: { script: 'build', output: 'dist', apps } });
    const planned = plan({ specs: { 'app:web': site } }, { deepLinks: links });
    return planned.diagnostics.map(({ severity, message }) => `${severity}: ${message}`);
  };
  const warning =
    'warning: https://example.org/app will open in the browser: the site does not name this app';
  assert.deepEqual(named([]), [warning]);
  assert.deepEqual(named([{ kind: 'android', applicationId: 'com.example.demo', certificates: ['A'] }]), []);
  const declared = { directory: 'mobile/demo', applicationId: 'com.example.demo' };
  assert.deepEqual(named([{ kind: 'target', app: located('app:demo'), declared }]), []);
});

test('an app answers what its site asks', () => {
  const bridge = { module: 'b.ts', methods: [{ name: 'half', parameters: [], returns: 'number' as const }] };
  const site = mobileSpec({ rule: 'pwa', web: { script: 'build', output: 'dist', bridge } });
  const specs = { 'app:web': site };
  const own = { ...FILES, 'java/com/example/demo/MainActivity.java': 'class' };
  const made = plan({ specs, files: own }, { minSdk: 23 });
  assert.deepEqual(made.diagnostics, []);
  const work = JSON.stringify(actionOf(made, 'app:demo#javac').work);
  assert.match(
    work,
    /public abstract class WebViewActivity .*protected abstract NativeBridge nativeBridge\(\);/,
  );
  assert.match(work, /double half\(\) throws Exception;/);
  assert.deepEqual(
    plan({ specs }).diagnostics.map(({ message }) => message),
    [
      'the site asks something of the app (`web.bridge`), and nothing here answers',
      'the bridge of the site needs Android 6, and minSdk is 21',
    ],
  );
  assert.doesNotMatch(JSON.stringify(actionOf(plan(), 'app:demo#javac').work), /NativeBridge|abstract/);
});

test('an app that shows a site needs Android 5', () => {
  assert.deepEqual(
    plan({}, { minSdk: 20 }).diagnostics.map(({ code, message }) => `${code}: ${message}`),
    ['rules/android-api-level: a site is shown by what came with Android 5, and minSdk is 20'],
  );
});

test("an app's own resources are laid over the generated ones", () => {
  const made = plan({
    files: { ...FILES, 'res/values/colors.xml': 'c', 'res/mipmap-mdpi/ic_launcher.png': 'p' },
  });
  const own = actionOf(made, 'app:demo#app-resources');
  assert.deepEqual(pathsOf(own.work), ['res/mipmap-mdpi/ic_launcher.png', 'res/values/colors.xml']);
  assert.deepEqual(actionOf(made, 'app:demo#link').argv.slice(-3), [
    'in/resources.zip',
    '-R',
    'in/app-resources.zip',
  ]);
  assert.match(manifestOf(made), /android:icon="@mipmap\/ic_launcher"/);
  assert.match(manifestOf(plan()), /android:icon="@android:drawable\/sym_def_app_icon"/);
});

test('the stamp reaches the manifest and nothing else', () => {
  const before = plan({ stamp: { version: '1.2.3', buildNumber: 7, commit: 'a', buildId: 'a' } });
  const after = plan({ stamp: { version: '2.0.0', buildNumber: 8, commit: 'b', buildId: 'b' } });
  const changed = before.actions.filter(
    (action, index) => JSON.stringify(action) !== JSON.stringify(after.actions[index]),
  );
  assert.deepEqual(
    changed.map((each) => each.id),
    ['app:demo#link'],
  );
  assert.match(manifestOf(before), /android:versionCode="7"\s+android:versionName="1\.2\.3"/);
  assert.match(manifestOf(plan({ stamp: { version: '' } })), /android:versionName="1\.0\.0-dev"/);
  const fixed = plan({ stamp: { version: '9.9.9' } }, { versionCode: 42, versionName: '@4 "two"' });
  assert.match(manifestOf(fixed), /android:versionCode="42"\s+android:versionName="\\@4 &quot;two&quot;"/);
});

test('only what the debug key signs can be debugged', () => {
  const release = plan({}, { signing: { ...ANDROID.signing!, kind: 'release' } });
  assert.match(manifestOf(plan()), /android:debuggable="true"/);
  assert.doesNotMatch(manifestOf(release), /debuggable/);
  assert.ok(actionOf(plan(), 'app:demo#dex').argv.includes('--debug'));
  assert.ok(actionOf(release, 'app:demo#dex').argv.includes('--release'));
});

test('the artifact says how it is signed', () => {
  const [signed] = plan().artifacts;
  assert.equal(signed!.path, 'mobile/demo.apk');
  assert.deepEqual(signed!.signing, {
    kind: 'apk',
    span: ANDROID.signing!.storeFile.span,
    storeFile: 'mobile/demo/keystore/debug.p12',
    keyAlias: 'androiddebugkey',
    keyKind: 'debug',
    minSdk: 21,
  });
  const { signing: _, ...unsigned } = ANDROID;
  const spec = mobileSpec({ rule: 'hybrid', site: located('app:web'), android: unsigned });
  const [artifact] = hybridRule(fakeContext({ spec, needs: ['app:web'] })).artifacts;
  assert.equal(artifact!.path, 'mobile/demo-unsigned.apk');
  assert.equal(artifact!.signing, undefined);
});

test('a bundle is made beside the APK, of the same content, and signed by the same key', () => {
  const made = plan({}, { bundle: true });
  assert.equal(renderedDiagnostics(made), '');
  const added = made.actions.filter(({ id }) => !plan().actions.some((each) => each.id === id));
  assert.deepEqual(
    added.map((each) => `${each.id} ${each.mnemonic}`),
    [
      'app:demo#bundle-link Aapt2Link',
      'app:demo#bundle-module Zip',
      'app:demo#bundle-program Javac',
      'app:demo#bundle Bundle',
    ],
  );
  const link = actionOf(made, 'app:demo#bundle-link');
  assert.ok(link.argv.includes('--proto-format') && !link.argv.includes('--java'));
  assert.deepEqual(link.work, actionOf(made, 'app:demo#link').work);
  assert.deepEqual(
    made.artifacts.map(({ path, signing }) => [path, signing?.kind]),
    [
      ['mobile/demo.apk', 'apk'],
      ['mobile/demo.aab', 'jar'],
      ['mobile/demo-universal.apk', 'apk'],
      ['mobile/demo-sizes.json', undefined],
    ],
  );
  const { signing: _, ...unsigned } = ANDROID;
  const spec = mobileSpec({
    rule: 'hybrid',
    site: located('app:web'),
    android: { ...unsigned, bundle: true },
  });
  assert.deepEqual(
    hybridRule(fakeContext({ spec, needs: ['app:web'] })).artifacts.map(({ path }) => path),
    [
      'mobile/demo-unsigned.apk',
      'mobile/demo-unsigned.aab',
      'mobile/demo-universal-unsigned.apk',
      'mobile/demo-sizes.json',
    ],
  );
});

test('what is not supported is refused by name, all at once', () => {
  const made = plan(
    {
      files: {
        'java/A.kt': '',
        'lib/arm64-v8a/libx.so': '',
        'libs/x.aar': '',
        'libs/y.jar': '',
        'proguard-rules.pro': '',
        'build.gradle': '',
      },
      stamp: { buildNumber: 0 },
    },
    { compileSdk: 38, targetSdk: 38, minSdk: 38, applicationId: 'com.new.demo' },
  );
  assert.deepEqual(made.actions, []);
  assert.deepEqual(
    made.diagnostics.map((each) => `${each.code}: ${each.message}`),
    [
      'rules/android-api-level: compileSdk 38 is not supported; this version compiles against API 37 at the highest',
      'rules/android-api-level: targetSdk 38 is above the level that the app is compiled against, 37',
      'rules/android-api-level: minSdk 38 is above the level that the app is compiled against, 37',
      'rules/android-application-id: "new" in applicationId com.new.demo is a Java keyword',
      'rules/android-version-code: the version code 0 (BUILD_NUMBER) is out of range',
      "rules/android-keystore: the key store keystore/debug.p12 is not among the app's files",
      'rules/android-not-supported: build.gradle: a Gradle build is not supported in a hybrid app by this version',
      'rules/android-not-supported: java/A.kt: Kotlin is not supported in a hybrid app by this version',
      'rules/android-not-supported: lib/arm64-v8a/libx.so: native code is not supported in a hybrid app by this version',
      'rules/android-not-supported: libs/x.aar: an AAR library is not supported in a hybrid app by this version',
      'rules/android-not-supported: libs/y.jar: a jar library is not supported in a hybrid app by this version',
      'rules/android-not-supported: proguard-rules.pro: a ProGuard rule file (minifying) is not supported in a hybrid app by this version',
    ],
  );
});

test('a hybrid app needs a site and Android settings', () => {
  const made = hybridRule(fakeContext({ spec: mobileSpec({ rule: 'hybrid' }) }));
  assert.deepEqual(
    made.diagnostics.map((each) => each.message),
    ['a hybrid app needs a site', 'a hybrid app needs Android settings'],
  );
  assert.deepEqual(made.artifacts, []);
});

test('a missing tool leaves a plan that can be shown', () => {
  const made = plan({ missing: ['java', 'r8', 'aapt2', 'android-platform'] });
  assert.equal(made.actions.length, 6);
});

test("the target's settings reach its actions, and idle ones are named", () => {
  const made = plan({
    spec: mobileSpec({
      rule: 'hybrid',
      site: located('app:web'),
      android: ANDROID,
      timeoutMs: 1000,
      cache: false,
      resources: { cpus: 2 },
      env: { A: 'b' },
      network: true,
      stamp: true,
      inputs: ['keystore/**'],
    }),
    files: { ...FILES, 'java/A.kt': '' },
  });
  const { timeoutMs, isCacheable, resources, network } = actionOf(made, 'app:demo#dex');
  assert.deepEqual([timeoutMs, isCacheable, resources.cpus, network], [1000, false, 2, false]);
  assert.deepEqual(
    made.diagnostics.map((each) => `${each.severity} ${each.message.split(' ')[0]}`),
    ['warning `env`', 'warning `network`', 'warning `stamp`'],
  );
});
