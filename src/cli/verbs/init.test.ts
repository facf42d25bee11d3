/** What `init` writes, by what it was made of, and when it writes nothing. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { loadParser } from '../../config/index.ts';
import { mobileDocument, readGradleProject } from '../../gradle/index.ts';
import { documentText } from '../document-text.ts';

const MAIN = join(import.meta.dirname, '..', '..', 'main.ts');
const RUNS = Number(process.env.MOBILEOPS_FUZZ_RUNS ?? 200);
const root = mkdtempSync(join(tmpdir(), 'mobileops-init-'));
after(() => rmSync(root, { recursive: true, force: true }));
let projects = 0;

interface Written {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
  /** `build.yaml` without its comments. */
  readonly document: string;
}

/** Writes a project, and runs the real program on it. */
function init(files: Readonly<Record<string, string>>, words: readonly string[] = []): Written {
  const folder = join(root, `p${++projects}`, 'notes');
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [MAIN, 'init', '--from-gradle', 'notes', ...words],
    { cwd: dirname(folder), env: { PATH: process.env.PATH, HOME: root }, encoding: 'utf8' },
  );
  const path = join(folder, 'build.yaml');
  const document = existsSync(path) ? readFileSync(path, 'utf8').replace(/^#.*\n/gm, '') : '';
  return { code: status, out: stdout, err: stderr, document };
}

const APPLICATION = "plugins { id 'com.android.application' }\n";
const MINIMAL = `${APPLICATION}android {
  compileSdk 34
  defaultConfig { applicationId 'org.example.notes'; minSdk 21; targetSdk 34; versionCode 7; versionName '1.2' }
}
`;

const documentOf = (android: string): string => `apiVersion: build.mobileops.io/v1
kind: MobileBuild
metadata:
  name: notes
spec:
  platform: android
  android:
${android}`;

test('an app becomes a document in the folder of its build, from which it is built as it lies', () => {
  const { code, out, err, document } = init({
    'settings.gradle': "include ':app'",
    'app/build.gradle': MINIMAL,
  });
  assert.equal(code, 0, err);
  assert.equal(out, 'wrote notes/build.yaml\n');
  assert.match(err, /^everything was carried over/);
  assert.equal(
    document,
    documentOf(`    applicationId: org.example.notes
    compileSdk: 34
    minSdk: 21
    targetSdk: 34
    versionCode: 7
    versionName: "1.2"
    directory: app
`),
  );
});

test('values come from properties, catalogs, the root and constants', () => {
  const { code, err, document } = init({
    'settings.gradle': '',
    'gradle.properties': 'minimum=23\n',
    'gradle/libs.versions.toml': '[versions]\ncompile-sdk = "34"\n',
    'build.gradle': `${APPLICATION}ext { target = 33 }
if (a) { b 1 }
def patch = 4
android {
  namespace "org.example.\${name}"
  compileSdk libs.versions.compile.sdk.get().toInteger()
  defaultConfig {
    applicationId 'org.example.notes'
    minSdk minimum as Integer
    targetSdk rootProject.ext.target
    versionCode 10 * patch + 2
    versionName "1.\${patch}"
  }
}
`,
  });
  assert.equal(code, 0, err);
  assert.match(
    document,
    /compileSdk: 34\n {4}minSdk: 23\n {4}targetSdk: 33\n {4}versionCode: 42\n {4}versionName: "1\.4"/,
  );
  assert.match(err, /build\.gradle:3:1: warning\[gradle\/code\]/);
});

test("an app without a lowest level has Gradle's own", () => {
  const { err, document } = init({
    'build.gradle': `${APPLICATION}android {
  compileSdk 34
  defaultConfig { applicationId 'org.example.notes' }
}
`,
  });
  assert.match(document, /compileSdk: 34\n {4}minSdk: 1\n {4}targetSdk: 1\n/);
  assert.match(err, /warning\[gradle\/unknown-value\] no minSdk was read; Gradle's own, 1, was written/);
});

test('what is not known is told by its line and written nowhere', () => {
  const { code, err, document } = init({
    'build.gradle': `${APPLICATION}android {
  compileSdk 34
  defaultConfig {
    applicationId 'org.example.notes'
    minSdk 21
    targetSdk 34
    versionCode 'git rev-list --count HEAD'.execute().text.trim().toInteger()
    versionName System.getenv('TAG') ?: '0.1'
  }
}
if (project.hasProperty('fast')) { android.defaultConfig.minSdk 30 }
`,
  });
  assert.equal(code, 0);
  assert.doesNotMatch(document, /versionCode/);
  assert.match(document, /versionName: "0\.1"/);
  assert.match(
    err,
    /build\.gradle:8:17: warning\[gradle\/unknown-value\] `versionCode` cannot be known: it is what `git rev-list --count HEAD` prints/,
  );
  assert.match(
    err,
    /build\.gradle:9:17: warning\[gradle\/replaced-value\] what holds without the environment variable TAG/,
  );
  assert.match(err, /build\.gradle:12:1: warning\[gradle\/code\]/);
});

test('constants, resources, placeholders and libraries are carried over', () => {
  const { code, err, document } = init({
    'settings.gradle': '',
    'common.gradle': 'android { compileSdk 34 }\n',
    'gradle/libs.versions.toml':
      '[versions]\nok = "4.12.0"\n[libraries]\nok-http = { module = "com.squareup.okhttp3:okhttp", version.ref = "ok" }\n',
    'build.gradle': `${APPLICATION}apply from: 'common.gradle'
android {
  namespace 'org.example'
  defaultConfig {
    applicationId 'org.example.notes'
    minSdk 21
    targetSdk 34
    versionCode 1
    versionName '1'
    buildConfigField 'String', 'HOST', '"a\\tb$"'
    buildConfigField 'int', 'PORT', '80'
    buildConfigField 'String', 'OTHER', 'HOST'
    buildConfigField 'long', 'BUILT', System.currentTimeMillis() + 'L'
    buildConfigField 'long', 'DAY', new Date().format('yyyyMMdd')
    resValue 'string', 'title', 'Notes'
    manifestPlaceholders = [scheme: 'notes', auth: "\${applicationId}.x"]
  }
}
dependencies {
  implementation libs.ok.http
  implementation platform('org.example:bom:1')
  implementation('org.example:a:1') { exclude group: 'org.b'; transitive = false }
  implementation 'org.example:b:1.+'
  implementation project(':library')
  implementation fileTree(dir: 'libs', include: ['*.jar'])
  kapt 'org.example:c:1'
  testImplementation group: 'junit', name: 'junit', version: '4.13.2'
}
`,
  });
  assert.equal(code, 0, err);
  assert.equal(
    document,
    documentOf(`    applicationId: org.example.notes
    namespace: org.example
    compileSdk: 34
    minSdk: 21
    targetSdk: 34
    versionCode: 1
    versionName: "1"
    buildConfigField:
      - name: HOST
        value: a\tb$$
      - name: PORT
        type: int
        value: "80"
      - name: BUILT
        type: long
        stamp: BUILD_TIME
    resValue:
      - name: title
        value: Notes
    manifestPlaceholders:
      scheme: notes
    dependencies:
      implementation:
        - com.squareup.okhttp3:okhttp:4.12.0
        - platform: org.example:bom:1
        - module: org.example:a:1
          exclude:
            - org.b:*
          transitive: false
      testImplementation:
        - junit:junit:4.13.2
`),
  );
  const told = [...err.matchAll(/^build\.gradle:(\d+):.*\[(.*?)\]/gm)].map(
    ([, line, what]) => `${line} ${what}`,
  );
  assert.deepEqual(told, [
    '13 gradle/unknown-value',
    '14 gradle/replaced-value',
    '15 gradle/unknown-value',
    '17 gradle/unknown-value',
    ...[24, 25].map((line) => `${line} gradle/dependency`),
    '26 gradle/no-effect',
    '27 gradle/dependency',
  ]);
});

test('languages are carried over, and told where they are of a variant alone or none', () => {
  const { err, document } = init({
    'settings.gradle': '',
    'build.gradle': `${MINIMAL}android {
  defaultConfig { resConfigs 'en', 'pt-rBR', 'xxhdpi', 'en' }
  productFlavors { one { resConfigs 'de' } }
  androidResources { localeFilters.addAll(listOf('fr')) }
}
`,
  });
  const list = ['en', 'pt-rBR', 'fr'].map((each) => ` {6}- ${each}\n`).join('');
  assert.match(document, new RegExp(` {4}resourceConfigurations:\\n${list}`));
  assert.match(err, /build\.gradle:7:\d+: .*MobileBuild has no key for resources of xxhdpi alone/);
  assert.match(err, /build\.gradle:8:\d+: .*no key for `resourceConfigurations` of one/);
});

test('names that a MobileBuild cannot have are told, or left out where they say nothing', () => {
  const { code, err, document } = init({
    'settings.gradle': '',
    'build.gradle': `${MINIMAL}android {
  flavorDimensions 'main'
  productFlavors { free { dimension 'main' }; GitHub { dimension 'main' } }
  buildTypes { Nightly { debuggable true } }
}
`,
  });
  assert.equal(code, 0, err);
  assert.match(document, / {4}flavors:\n {6}- name: free\n$/);
  assert.match(err, /build\.gradle:8:\d+: .*the flavor GitHub is not carried over/);
  assert.match(err, /build\.gradle:9:\d+: .*the build type Nightly is not carried over/);
});

test('what a closure in brackets says holds, and names of the catalog by way of the project', () => {
  const { err, document } = init({
    'settings.gradle': '',
    'gradle/libs.versions.toml': '[versions]\nname = "1.5"\n',
    'build.gradle': `import java.util.Properties
${APPLICATION}android {
  compileSdk 34
  defaultConfig {
    applicationId 'org.example.notes'
    minSdk 21
    targetSdk 34
    versionName project.libs.versions.name.get()
  }
}
dependencies { implementation('org.example:a:1', { exclude group: 'org.b', module: 'c' }) }
`,
  });
  assert.match(err, /^everything was carried over/);
  assert.match(
    document,
    /versionName: "1\.5"[\s\S]*module: org\.example:a:1\n {10}exclude:\n {12}- org\.b:c\n/,
  );
});

test('a name that a block defines has its value where it is the only one', () => {
  const { err, document } = init({
    'settings.gradle': '',
    'gradle.properties': 'three=3\n',
    'build.gradle': `${MINIMAL}
ext { two = '2' }
android { productFlavors { one { def four = '4'; versionName four } } }
dependencies {
  def one = '1.0'
  def two = '2.0'
  def three = '3.0'
  implementation "org.example:a:$one"
  implementation "org.example:b:$two"
  implementation "org.example:c:$three"
  items.each { it -> def five = '5'; implementation "org.example:d:$five" }
}
configurations { def six = '1' }
println { def six = '2' }
dependencies { implementation "org.example:e:$six" }
`,
  });
  assert.match(document, /versionName: "4"/);
  assert.match(document, /implementation:\n {8}- org\.example:a:1\.0\n$/);
  for (const name of ['two', 'three', 'six'])
    assert.ok(err.includes(`cannot be known: \`${name}\` is given a value more than once`), err);
});

test('libraries that lie in the project are told file by file', () => {
  const trees = [
    "fileTree(dir: 'libs', include: ['*.jar', '*.aar'])",
    "fileTree('./libs/') { include '**/*.jar'; exclude 'old/**' }",
    "fileTree(dir: 'libs', include: '?.jar')",
    "fileTree('none')",
    "files('libs/a.jar', 'other.jar')",
    'fileTree(dir: folder)',
    "fileTree('../../libs')",
  ];
  const told = (build: string): string[] => {
    const { err } = init({
      'settings.gradle': "include ':app'",
      [build]: `${MINIMAL}dependencies {\n${trees.map((each) => `implementation(${each})\n`).join('')}}\n`,
      ...Object.fromEntries(
        ['a.jar', 'bc.aar', 'in/d.jar', 'old/e.jar'].map((path) => [`app/libs/${path}`, '']),
      ),
    });
    const lines = err.matchAll(
      /build\.gradle.*?:(\d+):.*(?:warning|note)\[.*?\] (.*?)(?:is not carried over:.*)?$/gm,
    );
    return [...lines].map(([, line, what]) => `${Number(line) - 6} ${what!.trim()}`);
  };
  const nothing = '`fileTree` names no file that is there';
  assert.deepEqual(told('app/build.gradle'), [
    '1 libs/a.jar',
    '1 libs/bc.aar',
    '2 libs/a.jar',
    '2 libs/in/d.jar',
    '3 libs/a.jar',
    `4 ${nothing}`,
    '5 libs/a.jar',
    '5 other.jar',
    '6 this dependency',
    '7 this dependency',
  ]);
  const kotlin = init({
    'build.gradle.kts': `plugins { id("com.android.application") }
android { namespace = "org.example.notes" }
dependencies { implementation(fileTree(mapOf("dir" to "libs", "include" to listOf("*.jar")))) }
`,
    'libs/a.jar': '',
  });
  assert.match(
    kotlin.err,
    /build\.gradle\.kts:3:16: warning\[gradle\/dependency\] libs\/a\.jar is not carried over/,
  );
});

test('a file that is there stays as it is', () => {
  const { code, err, document } = init({ 'build.gradle': MINIMAL, 'build.yaml': 'mine\n' });
  assert.equal(code, 2);
  assert.match(err, /cli\/exists/);
  assert.equal(document, 'mine\n');
});

test('where more than one is an application, one is chosen', () => {
  const files = {
    'settings.gradle': "include 'one', ':two'",
    'one/build.gradle': MINIMAL,
    'two/build.gradle': MINIMAL,
  };
  const { code, err } = init(files);
  assert.equal(code, 2);
  assert.match(err, /gradle\/several-applications.*:one, :two/);
  assert.match(init(files, ['--module', 'two']).document, /org\.example\.notes/);
});

for (const [what, files, code] of [
  [
    'without an application',
    { 'build.gradle': "plugins { id 'com.android.library' }" },
    'gradle/no-application',
  ],
  ['without an id', { 'build.gradle': `${APPLICATION}android { compileSdk 34 }` }, 'gradle/incomplete'],
  [
    'with an id that is none',
    { 'build.gradle': `${APPLICATION}android { namespace 'notes' }` },
    'config/bad-value',
  ],
] as const) {
  test(`nothing is written ${what}`, () => {
    const written = init(files);
    assert.equal(written.code, 2);
    assert.match(written.err, new RegExp(code));
    assert.equal(written.document, '');
  });
}

const ANDROID_NAME = fc.stringMatching(/^[a-z][a-z0-9]{0,8}(\.[a-z][a-z0-9]{0,8}){1,3}$/);
const level = fc.integer({ min: 1, max: 99 });
const versionName = fc.string({ minLength: 1, maxLength: 20 }).filter((text) => !/[\p{C}\p{Z}]/u.test(text));

/** A text as a build file writes it. */
function quoted(text: string): string {
  return `"${text.replaceAll(/[\\"$]/g, '\\$&')}"`;
}

test('what a build file says, the document says', async () => {
  const { parseMobileBuild } = await loadParser();
  const facts = fc.record({
    id: ANDROID_NAME,
    minSdk: level,
    targetSdk: level,
    versionCode: fc.integer({ min: 1, max: 2_100_000_000 }),
    versionName,
  });
  fc.assert(
    fc.property(facts, fc.boolean(), ({ id, minSdk, targetSdk, ...version }, isKotlin) => {
      const is = isKotlin ? ' = ' : ' ';
      const text = [
        isKotlin ? 'plugins { id("com.android.application") }' : "plugins { id 'com.android.application' }",
        'android {',
        `  compileSdk${is}34`,
        '  defaultConfig {',
        `    applicationId${is}"${id}"`,
        `    minSdk${is}${minSdk}`,
        `    targetSdk${is}${targetSdk}`,
        `    versionCode${is}${version.versionCode}`,
        `    versionName${is}${quoted(version.versionName)}`,
        '  }',
        '}',
      ].join('\n');
      const name = isKotlin ? 'build.gradle.kts' : 'build.gradle';
      const { modules } = readGradleProject((wanted) => (wanted === name ? { path: name, text } : undefined));
      const { facts: read, diagnostics } = modules[0]!.read();
      const made = mobileDocument({ name: 'app', facts: read, file: modules[0]!.file });
      assert.deepEqual([...diagnostics, ...made.diagnostics], []);
      const parsed = parseMobileBuild(
        { path: 'build.yaml', text: documentText(made.document!, []) },
        { variables: {} },
      );
      assert.deepEqual(parsed.diagnostics, []);
      const { applicationId, ...android } = parsed.value!.spec.android!;
      assert.deepEqual(
        {
          id: applicationId,
          minSdk: android.minSdk,
          targetSdk: android.targetSdk,
          versionCode: android.versionCode,
          versionName: android.versionName,
        },
        { id, minSdk, targetSdk, ...version },
      );
    }),
    { numRuns: RUNS },
  );
});

test('libraries of tests on a device are carried over where there are such tests', () => {
  const build = `apply plugin: 'com.android.application'
android {
  compileSdkVersion 34
  defaultConfig {
    applicationId 'com.example.app'
    minSdkVersion 21
    targetSdkVersion 34
    testInstrumentationRunner 'androidx.test.runner.AndroidJUnitRunner'
  }
}
dependencies {
  androidTestImplementation 'androidx.test:runner:1.7.0'
  androidTestUtil 'androidx.test:orchestrator:1.5.1'
}
`;
  const files = { 'settings.gradle': '', 'build.gradle': build };
  const tested = init({ ...files, 'src/androidTest/java/a/ATest.java': 'package a;' });
  assert.match(
    tested.document,
    / {4}testInstrumentationRunner: androidx\.test\.runner\.AndroidJUnitRunner\n {4}dependencies:\n {6}androidTestImplementation:\n {8}- androidx\.test:runner:1\.7\.0\n$/,
  );
  assert.match(tested.err, /note\[gradle\/no-effect\] `androidTestUtil` is no part of the app/);
  const without = init(files);
  assert.doesNotMatch(without.document, /[tT]est/);
  assert.match(
    without.err,
    /`androidTestImplementation` says nothing of the app: the app has no tests in src\/androidTest/,
  );
  assert.match(without.err, /`testInstrumentationRunner` says nothing of the app/);
});

test('the build file of the document becomes an app of its own', () => {
  const text = readFileSync(
    join(import.meta.dirname, '..', '..', '..', 'test', 'fixtures', 'gradle', 'document.gradle'),
    'utf8',
  );
  const { code, err, document } = init({
    'settings.gradle': '',
    'build.gradle': `apply plugin: 'com.android.application'\n${text}`,
  });
  assert.equal(code, 0, err);
  assert.equal(
    document,
    documentOf(`    applicationId: com.mobileops.platform
    compileSdk: 34
    minSdk: 21
    targetSdk: 34
    buildConfigField:
      - name: BUILD_TIME
        stamp: BUILD_TIME
      - name: GIT_COMMIT
        stamp: GIT_COMMIT
    buildTypes:
      - name: debug
        applicationIdSuffix: .debug
      - name: release
        minifyEnabled: true
        proguardFiles:
          - proguard-rules.pro
    flavors:
      - name: dev
        buildConfigField:
          - name: API_BASE_URL
            value: https://dev-api.mobileops.local
      - name: prod
        buildConfigField:
          - name: API_BASE_URL
            value: https://api.mobileops.local
    dependencies:
      implementation:
        - androidx.appcompat:appcompat:1.6.1
        - androidx.constraintlayout:constraintlayout:2.1.4
        - com.squareup.retrofit2:retrofit:2.9.0
        - com.squareup.okhttp3:logging-interceptor:4.11.0
      testImplementation:
        - junit:junit:4.13.2
`),
  );
  assert.match(
    err,
    /build\.gradle:19:13: warning\[gradle\/setting\] the key store \.\.\/keystore\/mobileops-release\.jks/,
  );
});

test('modules that the app takes are carried over, beside the file of settings', () => {
  const library = (lines: string) => `plugins { id 'com.android.library' }\n${lines}`;
  const { code, err, document } = init({
    'settings.gradle': "include ':app', ':core', ':feature:login', ':plain', ':unused'",
    'app/build.gradle': `${MINIMAL}dependencies {
  implementation project(':feature:login')
  implementation(projects.plain)
  testImplementation project(':unused')
}
`,
    'core/build.gradle': library(
      "android { namespace 'org.example.core'; defaultConfig { consumerProguardFiles 'consumer-rules.pro' } }\ndependencies { api 'org.example:a:1' }\n",
    ),
    'feature/login/build.gradle': library(
      "android { buildFeatures { buildConfig true } }\ndependencies { api project(path: ':core') }\n",
    ),
    'feature/login/src/main/AndroidManifest.xml': '<manifest package="org.example.login"/>',
    'plain/build.gradle': "apply plugin: 'java-library'\n",
    'unused/build.gradle': library(''),
  });
  assert.equal(code, 0, err);
  assert.equal(
    document,
    documentOf(`    applicationId: org.example.notes
    compileSdk: 34
    minSdk: 21
    targetSdk: 34
    versionCode: 7
    versionName: "1.2"
    directory: app
    modules:
      - name: feature-login
        directory: feature/login
        dependencies:
          api:
            - :core
        buildConfig: true
      - name: core
        namespace: org.example.core
        dependencies:
          api:
            - org.example:a:1
        consumerProguardFiles:
          - consumer-rules.pro
      - name: plain
    dependencies:
      implementation:
        - :feature-login
        - :plain
`),
  );
  assert.match(
    err,
    /app\/build\.gradle:9:.*the module :unused is not carried over.*not by `testImplementation`/,
  );
});
