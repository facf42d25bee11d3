/** What does not work together is told before Gradle is started; what no table knows is let be. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { positionOf } from '../base/index.ts';
import { buildVersions } from './build-versions.ts';
import { incompatibilities } from './compatibility.ts';

const wrapper = (version: string, kind = 'bin'): string =>
  `distributionBase=GRADLE_USER_HOME\ndistributionUrl=https\\://example.org/distributions/gradle-${version}-${kind}.zip\n`;

function check(
  [gradle, plugin, jdk]: readonly [gradle: string, plugin: string, jdk: string],
  expected: readonly (string | RegExp)[],
): void {
  test(`Gradle ${gradle}, plugin ${plugin}, JDK ${jdk}`, () => {
    const files: Readonly<Record<string, string>> = {
      'gradle/wrapper/gradle-wrapper.properties': wrapper(gradle),
      'build.gradle': `plugins {\n  id 'com.android.application' version '${plugin}' apply false\n}\n`,
    };
    const versions = buildVersions((path) => (path in files ? { path, text: files[path]! } : undefined));
    const said = incompatibilities(versions, jdk).map(
      ({ message, span }) => `${span.file.path}:${positionOf(span).line} ${message}`,
    );
    assert.deepEqual(said, expected);
  });
}

const WRAPPER = 'gradle/wrapper/gradle-wrapper.properties:2';
check(['8.9', '8.7.3', '17.0.2'], []);
check(['8.9', '8.7.3', '21'], []);
check(['7.2', '7.1.0', '17.0.15'], [`${WRAPPER} Gradle 7.2 runs on JDK 8 to 16, and would run on JDK 17`]);
check(
  ['8.4', '8.5.0', '17'],
  [`${WRAPPER} the Android Gradle plugin 8.5.0 needs Gradle 8.7, and the wrapper brings 8.4`],
);
check(
  ['8.9', '8.7.0', '11.0.1'],
  ['build.gradle:2 the Android Gradle plugin 8.7.0 needs JDK 17, and Gradle would run on JDK 11'],
);
check(
  ['9.1.0', '8.13.0', '1.8.0_402'],
  [
    `${WRAPPER} Gradle 9.1.0 runs on JDK 17 to 25, and would run on JDK 8`,
    'build.gradle:2 the Android Gradle plugin 8.13.0 needs JDK 17, and Gradle would run on JDK 8',
  ],
);
check(['8.14.3', '8.12.0-alpha03', '24'], []);
check(
  ['8.10.1', '8.8.0', '24'],
  [
    `${WRAPPER} Gradle 8.10.1 runs on JDK 8 to 23, and would run on JDK 24`,
    `${WRAPPER} the Android Gradle plugin 8.8.0 needs Gradle 8.10.2, and the wrapper brings 8.10.1`,
  ],
);
check(['12.0', '11.0', '31'], []);

const PLACES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'a class path': {
    'build.gradle': "buildscript { dependencies { classpath 'com.android.tools.build:gradle:8.1.2' } }",
  },
  'the settings': {
    'settings.gradle.kts': 'pluginManagement { plugins { id("com.android.application") version "8.1.2" } }',
  },
  'a catalog': {
    'gradle/libs.versions.toml':
      '[versions]\nagp = "8.1.2"\n[plugins]\napp = { id = "com.android.application", version.ref = "agp" }\n',
  },
};

for (const [place, files] of Object.entries(PLACES)) {
  test(`the version of the plugin in ${place}`, () => {
    const found = buildVersions((path) => (path in files ? { path, text: files[path]! } : undefined));
    assert.equal(found.plugin?.value, '8.1.2');
    assert.equal(found.usesAndroid, true);
  });
}

test('a version in a comment is none', () => {
  const text = "// id 'com.android.application' version '1.0'\n";
  assert.equal(
    buildVersions((path) => (path === 'build.gradle' ? { path, text } : undefined)).plugin,
    undefined,
  );
});
