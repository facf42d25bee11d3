/**
 * A Gradle project is driven through its own wrapper. The `gradlew` here is a stand-in that this test writes: a shell
 * script that records how it was called and leaves the files that Gradle leaves. No Gradle is run.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, type TestContext, test } from 'node:test';
import { knowHost } from '../src/host/testing.ts';

const MAIN = join(import.meta.dirname, '..', 'src', 'main.ts');
const HEAD = 'apiVersion: build.mobileops.io/v1\n';
const root = mkdtempSync(join(tmpdir(), 'mobileops-gradle-'));
after(() => rmSync(root, { recursive: true, force: true }));

const STAND_IN = `#!/bin/sh
# Stands for Gradle's wrapper in a test.
out=app/build/outputs
case "$*" in
  *:app:assemble*)
    mkdir -p $out/apk/release $out/mapping/release app/build/reports
    { echo "$@"; env | grep -E '^(ANDROID_HOME|GRADLE_USER_HOME|JAVA_HOME|BUILD_NUMBER|KEYSTORE_PASSWORD)=' | sort; cat app/src/main/a.txt
      ls "$GRADLE_USER_HOME/caches" "$ANDROID_HOME"; } > $out/apk/release/app-release.apk || exit 1
    echo used > "$GRADLE_USER_HOME/caches/used"
    echo map > $out/mapping/release/mapping.txt
    echo lint > app/build/reports/lint.html ;;
esac
case "$*" in
  *:app:bundle*) mkdir -p $out/bundle/release; echo aab > $out/bundle/release/app-release.aab ;;
esac
case "$*" in
  *:app:test*) mkdir -p app/build/test-results/t; echo '<testsuite/>' > app/build/test-results/t/TEST-a.xml ;;
esac
`;

const PROJECT: Readonly<Record<string, string>> = {
  gradlew: STAND_IN,
  'gradle/wrapper/gradle-wrapper.jar': 'not run here',
  'gradle/wrapper/gradle-wrapper.properties': 'distributionUrl=https\\://example.org/gradle-8.9-bin.zip\n',
  'settings.gradle': "include ':app'\n",
  'build.gradle': "plugins { id 'com.android.application' version '8.7.0' apply false }\n",
  'app/build.gradle': "plugins { id 'com.android.application' }\n",
  'app/src/main/a.txt': 'one\n',
  'home/wrapper/dists/gradle-8.9-bin/0/gradle-8.9-bin.zip.ok': '',
  'home/caches/library.jar': '',
};
const build = (gradle: string, more = ''): string =>
  `${HEAD}kind: MobileBuild\nmetadata: {name: android}\nspec:\n  platform: android\n${more}  gradle: ${gradle}\n`;

let count = 0;

class Rig {
  readonly folder = join(root, String(++count));
  readonly sdk = join(this.folder, 'sdk');

  constructor(files: Readonly<Record<string, string>>) {
    this.write(
      'ws/build-config.yaml',
      `${HEAD}kind: BuildConfiguration\nmetadata: {name: w}\nspec: {version: 1.0.0}\n`,
    );
    knowHost(join(this.folder, 'cache'));
    for (const [path, text] of Object.entries({ ...PROJECT, ...files }))
      this.write(`ws/mobile/android/${path}`, text);
    this.write('sdk/platforms/android-34/android.jar', '');
  }

  write(path: string, text: string): void {
    const at = join(this.folder, path);
    mkdirSync(dirname(at), { recursive: true });
    writeFileSync(at, text, { mode: path.endsWith('gradlew') ? 0o755 : 0o644 });
  }

  run(words: readonly string[], variables: Readonly<Record<string, string>> = {}) {
    const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...words], {
      cwd: join(this.folder, 'ws'),
      env: {
        ...{ PATH: process.env.PATH, HOME: this.folder, MOBILEOPS_CACHE: join(this.folder, 'cache') },
        ...{ ANDROID_HOME: this.sdk, KEYSTORE_PASSWORD: 'secret', BUILD_NUMBER: '7', ...variables },
      },
      encoding: 'utf8',
    });
    const output = `${stdout}${stderr}`;
    if (/toolchain\/missing.*JDK/.test(output)) return { code: status, output, isWithoutJdk: true };
    return { code: status, output, isWithoutJdk: false };
  }

  made(path: string): string | undefined {
    const at = join(this.folder, 'ws/dist/mobile/android', path);
    return existsSync(at) ? readFileSync(at, 'utf8') : undefined;
  }
}

function skips(t: TestContext, { isWithoutJdk }: { readonly isWithoutJdk: boolean }): boolean {
  if (isWithoutJdk) t.skip('not run: no JDK');
  return isWithoutJdk;
}

test('Gradle assembles offline with what its declared home holds, and its outputs are the result', (t) => {
  const rig = new Rig({ 'build.yaml': build('{home: home, bundle: true, arguments: [-Px=y]}') });
  const first = rig.run(['build', 'all']);
  if (skips(t, first)) return;
  assert.equal(first.code, 0, first.output);
  const recorded = rig.made('apk/release/app-release.apk')!.split('\n');
  assert.equal(
    recorded[0],
    '--no-daemon --console=plain -Dorg.gradle.vfs.watch=false --offline -Px=y :app:assembleRelease :app:bundleRelease',
  );
  assert.ok(recorded.includes('ANDROID_HOME=/tools/android-sdk'));
  assert.ok(recorded.includes('GRADLE_USER_HOME=/tools/gradle-home'));
  assert.ok(recorded.some((line) => line.startsWith('JAVA_HOME=/')));
  assert.ok(!recorded.some((line) => /KEYSTORE_PASSWORD|BUILD_NUMBER/.test(line)));
  assert.equal(rig.made('bundle/release/app-release.aab'), 'aab\n');
  assert.equal(rig.made('mapping/release/mapping.txt'), 'map\n');
  assert.equal(rig.made('reports/lint.html'), 'lint\n');
  assert.ok(!existsSync(join(rig.folder, 'ws/mobile/android/home/caches/used')));
  assert.match(rig.run(['build', 'all']).output, /0 ran|nothing to do|up to date/);
  rig.write('ws/mobile/android/app/src/main/a.txt', 'two\n');
  assert.match(rig.run(['build', 'all']).output, / 1 ran/);
  assert.match(rig.made('apk/release/app-release.apk')!, /^two$/m);
  rig.write('ws/mobile/android/app/src/main/a.txt', 'one\n');
  assert.match(rig.run(['build', 'all']).output, /0 ran, 1 cached/);
});

test('a folder with a gradlew is a Gradle project; with network, Gradle is not told to be offline', (t) => {
  const rig = new Rig({
    'build.yaml': build('{variants: [devRelease, prodRelease]}', '  network: true\n  stamp: true\n'),
    gradlew: STAND_IN.replaceAll('"$GRADLE_USER_HOME/caches"', '.').replace('echo used > ./used', ':'),
  });
  const built = rig.run(['build', 'all']);
  if (skips(t, built)) return;
  assert.equal(built.code, 0, built.output);
  assert.match(built.output, /rules\/gradle-checksum/);
  const [words, ...rest] = rig.made('apk/release/app-release.apk')!.split('\n');
  assert.match(words!, /watch=false :app:assembleDevRelease :app:assembleProdRelease$/);
  assert.ok(rest.includes('BUILD_NUMBER=7'));
});

test('unit tests are run by Gradle, and none is a failure', (t) => {
  const rig = new Rig({ 'build.yaml': build('{home: home, variants: [devRelease]}') });
  const tested = rig.run(['test', 'all']);
  if (skips(t, tested)) return;
  assert.equal(tested.code, 0, tested.output);
  const none = new Rig({
    'build.yaml': build('{home: home}'),
    gradlew: STAND_IN.replace('*:app:test*', 'never'),
  });
  const failed = none.run(['test', 'all']);
  assert.equal(failed.code, 1, failed.output);
  assert.match(failed.output, /no test was run/);
});

test('a Gradle that ends well without an APK has failed', (t) => {
  const rig = new Rig({
    'build.yaml': build('{home: home}'),
    gradlew: '#!/bin/sh\nmkdir -p app/build/outputs\n',
  });
  const built = rig.run(['build', 'all']);
  if (skips(t, built)) return;
  assert.equal(built.code, 1, built.output);
  assert.match(built.output, /left no \.apk in app\/build\/outputs/);
});

const REFUSED: Readonly<
  Record<string, readonly [files: Readonly<Record<string, string>>, code: number, output: RegExp]>
> = {
  'neither network nor home': [{}, 2, /rules\/gradle-offline/],
  'a home without the distribution': [{ 'build.yaml': build('{home: app}') }, 2, /rules\/gradle-offline/],
  'a plugin that needs a newer Gradle': [
    {
      'build.yaml': build('{home: home}'),
      'build.gradle': "plugins { id 'com.android.application' version '8.8.0' apply false }\n",
    },
    2,
    /mobile\/android\/gradle\/wrapper\/gradle-wrapper\.properties:1:1: error\[rules\/gradle-versions\] the Android Gradle plugin 8\.8\.0 needs Gradle 8\.10\.2/,
  ],
  'a Gradle that is too old for the JDK': [
    {
      'build.yaml': build('{home: home}', '  network: true\n'),
      'gradle/wrapper/gradle-wrapper.properties':
        'distributionUrl=https\\://example.org/gradle-6.1.1-all.zip\n',
      'build.gradle': "plugins { id 'com.android.application' version '4.0.0' apply false }\n",
    },
    3,
    /rules\/gradle-versions\] Gradle 6\.1\.1 runs on JDK 8 to 13, and would run on JDK/,
  ],
  'several applications': [
    {
      'settings.gradle': "include ':app', ':wear'\n",
      'wear/build.gradle': "plugins { id 'com.android.application' }\n",
      'build.yaml': build('{home: home}'),
    },
    2,
    /rules\/gradle-module\] more than one module is an application: :app, :wear/,
  ],
};

for (const [what, [files, code, output]] of Object.entries(REFUSED)) {
  test(`refused before Gradle starts: ${what}`, (t) => {
    const built = new Rig(files).run(['build', 'all']);
    if (skips(t, built)) return;
    assert.match(built.output, output);
    assert.equal(built.code, code, built.output);
  });
}

test('without an Android SDK, that is what is missing', (t) => {
  const built = new Rig({ 'build.yaml': build('{home: home}') }).run(['build', 'all'], { ANDROID_HOME: '' });
  if (skips(t, built)) return;
  assert.equal(built.code, 3, built.output);
  assert.match(built.output, /toolchain\/missing.*Android SDK/);
});
