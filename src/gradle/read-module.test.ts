/** What is told of lines of a module that are not carried over. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readGradleProject } from './read-project.ts';

/** What is told of lines in the `android` block of an app, each with its severity. */
const TOLD: readonly (readonly [line: string, ...told: string[]])[] = [
  ["sourceSets.main.java.srcDirs += 'src/main/kotlin'", 'note `java` says nothing of the app'],
  ["sourceSets { main { res { srcDirs = ['src/main/res/'] } } }", 'note `res` says nothing of the app'],
  [
    "sourceSets { main { manifest.srcFile 'AndroidManifest.xml' } }",
    'warning `manifest` of main in AndroidManifest.xml is not built (move it to src/main/AndroidManifest.xml)',
  ],
  [
    "sourceSets.getByName('main') { res.srcDirs('src/main/res', 'extra/res', files('more')) }",
    'warning `res` of main in extra/res is not built (move it to src/main/res)',
    'warning `res` of main in more is not built (move it to src/main/res)',
  ],
  ["sourceSets { main.aidl.srcDirs = ['aidl'] }", 'note `aidl` says nothing of the app'],
  [
    "sourceSets { debug.setRoot('types/debug'); free.setRoot('src/free') }",
    'warning `setRoot` of debug in types/debug is not built (move it to src/debug)',
    'note `setRoot` says nothing of the app',
  ],
  [
    'sourceSets { main.java.srcDirs = [folder] }',
    'warning `java` cannot be known: it is not of the kind that is expected here',
  ],
  [
    "sourceSets { main.java.exclude '**/A.java' }",
    'warning `exclude` of the sources of main is not carried over',
  ],
  ["kotlinOptions { jvmTarget = '17' }", 'note `jvmTarget` says nothing of the app'],
  [
    "kotlin { compilerOptions { freeCompilerArgs += ['-x'] } }",
    'warning MobileBuild has no key for arguments of the Kotlin compiler',
  ],
  ["defaultConfig { resConfigs 'en', 'pt-rBR'; resConfig 'fr' }"],
  ['defaultConfig { resourceConfigurations += ["en", "b+sr+Latn"] }'],
  ['androidResources { localeFilters += listOf("en") }'],
  [
    'androidResources { generateLocaleConfig = true }',
    'warning `generateLocaleConfig` in androidResources is not carried over',
  ],
  [
    'defaultConfig { resConfigs languages }',
    'warning `resConfigs` cannot be known: `languages` is not defined in a file that was read',
  ],
  [
    "dependencies { repositories { google(); maven { url 'https://repo.example.org' } } }",
    'warning the repository https://repo.example.org is not asked (where a library is only there, name it in COURSIER_REPOSITORIES, beside those that are asked otherwise)',
  ],
  [
    "dependencies { constraints { implementation 'org.example:a:1' } }",
    'warning `constraints` is not carried over: MobileBuild has none; a version with `!!` among the dependencies holds',
  ],
  [
    "signingConfigs { release { keyAlias System.getenv('ALIAS') } }",
    'warning `keyAlias` cannot be known: it is read from the environment variable ALIAS (write `signing:` with a storeFile in the folder of the app, and keyAlias)',
  ],
  ['println "built"', 'note `println` says nothing of the app'],
];

for (const [line, ...expected] of TOLD) {
  test(line, () => {
    const text = `plugins { id 'com.android.application' }\nandroid {\n${line}\n}\n`;
    const { modules } = readGradleProject((path) => (path === 'build.gradle' ? { path, text } : undefined));
    const told = modules[0]!
      .read()
      .diagnostics.map(
        ({ severity, message, hint }) => `${severity} ${message}${hint === undefined ? '' : ` (${hint})`}`,
      );
    assert.deepEqual(told, expected);
  });
}
