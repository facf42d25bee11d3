/** Apps of a few files, each built for real and looked at with the tools of others. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { AndroidRig, SIGNING } from './android-rig.ts';

const BASIC = `    applicationId: com.example.demo
    namespace: com.example.own
    minSdk: 24
    buildConfigField:
      - { name: API, value: "https://api.example/\\"x\\"" }
      - { name: LIMIT, type: long, value: "10L" }
      - { name: GIT_COMMIT, stamp: GIT_COMMIT }
      - { name: BUILD_TIME, stamp: BUILD_TIME }
    resValue:
      - { name: generated, value: "it's <b>" }
      - { type: integer, name: answer, value: "42" }
    manifestPlaceholders: { host: links.example }
${SIGNING}`;

const MANIFEST = `<manifest xmlns:android="http://schemas.android.com/apk/res/android">
  <application android:label="@string/app_name">
    <activity android:name=".Main" android:exported="true">
      <intent-filter>
        <action android:name="android.intent.action.MAIN"/>
        <category android:name="android.intent.category.LAUNCHER"/>
      </intent-filter>
      <intent-filter>
        <action android:name="android.intent.action.VIEW"/>
        <data android:scheme="https" android:host="\${host}"/>
      </intent-filter>
    </activity>
  </application>
</manifest>
`;

const MAIN = `package com.example.own;

public class Main extends android.app.Activity {
    record Line(String text, long limit) {}

    @Override
    protected void onCreate(android.os.Bundle state) {
        super.onCreate(state);
        setContentView(R.layout.main);
        setTitle(getString(R.string.generated) + new Line(BuildConfig.API + BuildConfig.GIT_COMMIT, BuildConfig.LIMIT));
    }
}
`;

const FILES = {
  'src/main/AndroidManifest.xml': MANIFEST,
  'src/main/java/com/example/own/Main.java': MAIN,
  'src/main/res/values/strings.xml': '<resources><string name="app_name">Demo</string></resources>\n',
  'src/main/res/values-de/strings.xml':
    '<resources><string name="app_name">Vorführung</string></resources>\n',
  'src/main/res/layout/main.xml':
    '<TextView xmlns:android="http://schemas.android.com/apk/res/android" android:layout_width="match_parent"\n' +
    '  android:layout_height="match_parent" android:text="@string/generated"/>\n',
  'src/main/assets/data.txt': 'an asset\n',
  'src/main/resources/com/example/words.txt': 'of the class path\n',
  'src/main/jniLibs/arm64-v8a/libdemo.so': 'a library\n'.repeat(100),
};

interface Member {
  readonly method: string;
  readonly offset: number;
}

/** Members of an archive with the place of their bytes, by Python's reader. */
function members(archive: string): Readonly<Record<string, Member>> {
  const program = `import json, struct, sys, zipfile
z = zipfile.ZipFile(sys.argv[1]); f = open(sys.argv[1], 'rb'); found = {}
for m in z.infolist():
    f.seek(m.header_offset + 26); name, extra = struct.unpack('<HH', f.read(4))
    found[m.filename] = {'method': 'stored' if m.compress_type == 0 else 'deflated', 'offset': m.header_offset + 30 + name + extra}
print(json.dumps(found))`;
  return JSON.parse(spawnSync('python3', ['-c', program, archive], { encoding: 'utf8' }).stdout);
}

test('an app of Java, resources, assets and libraries', async (t) => {
  const rig = AndroidRig.open(t);
  if (!rig) return;
  rig.app('demo', BASIC, FILES);
  const first = rig.build();
  assert.equal(first.code, 0, first.output);
  const apk = rig.path('dist/mobile/demo.apk');
  const held = members(apk);
  for (const path of ['assets/data.txt', 'com/example/words.txt', 'classes.dex', 'resources.arsc'])
    assert.ok(held[path], `the archive holds ${path}`);
  assert.deepEqual(
    [held['lib/arm64-v8a/libdemo.so']!.method, held['lib/arm64-v8a/libdemo.so']!.offset % 16384],
    ['stored', 0],
  );

  const manifest = rig.path('mobile/demo/src/main/AndroidManifest.xml');
  writeFileSync(
    manifest,
    MANIFEST.replace('<application ', '<application android:extractNativeLibs="true" '),
  );
  const unpacking = rig.build();
  assert.equal(unpacking.code, 0, unpacking.output);
  assert.equal(members(apk)['lib/arm64-v8a/libdemo.so']!.method, 'deflated');
  writeFileSync(manifest, MANIFEST);

  const again = rig.build([], { BUILD_NUMBER: '7', BUILD_VERSION: '2.0.0' });
  assert.equal(again.code, 0, again.output);
  assert.deepEqual(
    again.ran.filter((each) => /Java|manifests|resources$/.test(each)).sort(),
    ['app:demo  compile Java', 'app:demo  link manifest and resources'],
    'another version compiles BuildConfig alone',
  );

  await rig.inspect(['aapt2', 'dump', 'badging', apk], (badging) => {
    assert.match(badging, /^package: name='com\.example\.demo' versionCode='7' versionName='2\.0\.0'/);
    assert.match(badging, /sdkVersion:'24'\s+targetSdkVersion:'34'/);
    assert.match(badging, /application-label-de:'Vorführung'/);
    assert.match(badging, /application-debuggable/);
    assert.match(badging, /launchable-activity: name='com\.example\.own\.Main'/);
    assert.match(badging, /native-code: 'arm64-v8a'/);
  });
  await rig.inspect(['aapt2', 'dump', 'xmltree', '--file', 'AndroidManifest.xml', apk], (tree) => {
    assert.match(tree, /extractNativeLibs\(0x010104ea\)=false/);
    assert.match(tree, /host\(0x01010028\)="links\.example"/);
  });
  await rig.inspect(['apksigner', 'verify', '-v', apk], (text) => assert.match(text, /v2 scheme.*: true/));
  await rig.inspect(['dexdump', '-d', apk], (dump) => {
    assert.match(dump, /Class descriptor {2}: 'Lcom\/example\/own\/Main;'/);
    assert.match(
      dump,
      /sget-object .*Lcom\/example\/own\/BuildConfig;\.GIT_COMMIT/,
      'it is not carried into others',
    );
    assert.match(dump, /https:\/\/api\.example\/\\?"x/);
  });
});

test("compilers' messages name files as the workspace does", async (t) => {
  const rig = AndroidRig.open(t);
  if (!rig) return;
  rig.app('demo', BASIC, FILES);
  const wrong = (path: string, change: (text: string) => string, message: RegExp): Promise<void> =>
    t.test(`${path}: ${message.source}`, () => {
      const place = rig.path('mobile/demo', path);
      const before = readFileSync(place, 'utf8');
      writeFileSync(place, change(before));
      const { code, output } = rig.build();
      assert.equal(code, 1, output);
      assert.match(output, message);
      writeFileSync(place, before);
    });
  await wrong(
    'src/main/java/com/example/own/Main.java',
    (text) => text.replace('R.layout.main', 'R.layout.mian'),
    /^\s*mobile\/demo\/src\/main\/java\/com\/example\/own\/Main\.java:9: error: cannot find symbol/m,
  );
  await wrong(
    'src/main/res/layout/main.xml',
    (text) => text.replace('@string/generated', '@string/gone'),
    /mobile\/demo\/src\/main\/res\/layout\/main\.xml:1: error: resource string\/gone .* not found/,
  );
  await wrong(
    'src/main/res/layout/main.xml',
    (text) => text.replace('android:text=', 'android:txet='),
    /mobile\/demo\/src\/main\/res\/layout\/main\.xml:1: error: attribute android:txet not found/,
  );
  await wrong(
    'src/main/AndroidManifest.xml',
    (text) => text.replace('{host}', '{hots}'),
    /^\s*mobile\/demo\/src\/main\/AndroidManifest\.xml:\d+:\d+-\d+ Error:\s+Attribute data@host .* no value for <hots> is provided/m,
  );
  await wrong(
    'src/main/AndroidManifest.xml',
    (text) => text.replace('android:exported="true"', 'android:exported="treu"'),
    /^\s*mobile\/demo\/src\/main\/AndroidManifest\.xml:3:36: error: 'treu' is incompatible with attribute exported/m,
  );
  await wrong(
    'build.yaml',
    (text) => text.replace('"10L"', '"10 L"'),
    /^\s*mobile\/demo\/build\.yaml:\d+:\d+: error: ';' expected/m,
  );
});

test('an app of Kotlin and Java, each of which sees the other', async (t) => {
  const rig = AndroidRig.open(t, ['kotlin']);
  if (!rig) return;
  const greeting = 'src/main/kotlin/com/example/own/Greeting.kt';
  rig.app('demo', BASIC, {
    ...FILES,
    'src/main/java/com/example/own/Main.java': MAIN.replace(
      'R.string.generated)',
      'R.string.generated) + Greeting.of(3)',
    ),
    'src/main/java/com/example/own/Names.java':
      'package com.example.own;\n\nfinal class Names {\n    static final String ONE = "one";\n}\n',
    [greeting]: `package com.example.own

object Greeting {
    @JvmStatic
    fun of(count: Int): String = (1..count).joinToString { "\${Names.ONE} $it \${BuildConfig.VERSION_NAME}" }
}
`,
  });
  const built = rig.build();
  assert.equal(built.code, 0, built.output);
  const apk = rig.path('dist/mobile/demo.apk');
  await rig.inspect(['dexdump', '-d', apk], (dump) => {
    assert.match(dump, /Class descriptor {2}: 'Lcom\/example\/own\/Greeting;'/);
    assert.match(
      dump,
      /Class descriptor {2}: 'Lkotlin\/collections\/CollectionsKt;'/,
      'the library is in it',
    );
    assert.match(dump, /invoke-static .*Lcom\/example\/own\/Greeting;\.of:/);
  });
  const place = rig.path('mobile/demo', greeting);
  writeFileSync(place, readFileSync(place, 'utf8').replace('Names.ONE', 'Names.TWO'));
  const failed = rig.build();
  assert.equal(failed.code, 1, failed.output);
  assert.match(
    failed.output,
    /^\s*mobile\/demo\/src\/main\/kotlin\/com\/example\/own\/Greeting\.kt:5:\d+: error: unresolved reference/m,
  );
});

test('build types and flavors make variants, of which the chosen ones are built', async (t) => {
  const rig = AndroidRig.open(t);
  if (!rig) return;
  const android = `    applicationId: com.example.demo
    namespace: com.example.own
    minSdk: 24
    manifestPlaceholders: { host: links.example }
    buildConfigField: [{ name: API, value: none }, { name: LIMIT, type: long, value: "1L" }, { name: GIT_COMMIT, stamp: GIT_COMMIT }]
    resValue: [{ name: generated, value: all }]
    buildTypes:
      - { name: debug, applicationIdSuffix: .debug, versionNameSuffix: -debug, resValue: [{ name: generated, value: debugging }] }
    flavors:
      - { name: dev, buildConfigField: [{ name: API, value: "https://dev.example" }] }
      - { name: prod, applicationId: com.example.prod, buildConfigField: [{ name: API, value: "https://prod.example" }] }
    variants: ["\${CHOSEN:-devDebug}", prodRelease]
${SIGNING}`;
  const label = (text: string): string => `<resources><string name="app_name">${text}</string></resources>\n`;
  const overlay = (title: string): string =>
    '<manifest xmlns:android="http://schemas.android.com/apk/res/android" xmlns:tools="http://schemas.android.com/tools">\n' +
    `  <application android:description="@string/${title}" tools:replace="android:description"/>\n</manifest>\n`;
  rig.app('demo', android, {
    ...FILES,
    'src/dev/res/values/strings.xml': label('Dev'),
    'src/devDebug/res/values/strings.xml': label('Dev, to debug'),
    'src/dev/AndroidManifest.xml': overlay('app_name'),
    'src/debug/AndroidManifest.xml': overlay('generated'),
    'src/debug/assets/data.txt': 'of debug\n',
    'src/prod/java/com/example/own/Extra.java': 'package com.example.own;\n\nclass Extra {}\n',
  });
  const built = rig.build();
  assert.equal(built.code, 0, built.output);
  const dev = rig.path('dist/mobile/demo-dev-debug.apk');
  const prod = rig.path('dist/mobile/demo-prod-release-unsigned.apk');
  await rig.inspect(['aapt2', 'dump', 'badging', dev], (badging) => {
    assert.match(
      badging,
      /^package: name='com\.example\.demo\.debug' versionCode='1' versionName='1\.2\.3-debug'/,
    );
    assert.match(badging, /application-label:'Dev, to debug'/);
    assert.match(badging, /application-debuggable/);
  });
  await rig.inspect(['aapt2', 'dump', 'badging', prod], (badging) => {
    assert.match(badging, /^package: name='com\.example\.prod' versionCode='1' versionName='1\.2\.3'/);
    assert.match(badging, /application-label:'Demo'/);
    assert.doesNotMatch(badging, /application-debuggable/);
  });
  await rig.inspect(['aapt2', 'dump', 'resources', dev], (text) => {
    assert.match(text, /string\/generated\s+\(\) "debugging"/);
  });
  await rig.inspect(['aapt2', 'dump', 'xmltree', '--file', 'AndroidManifest.xml', dev], async (tree) => {
    const description = /description\(0x01010020\)=@(0x\w+)/.exec(tree)?.[1];
    const { stdout } = spawnSync('aapt2', ['dump', 'resources', dev], { encoding: 'utf8' });
    assert.match(
      stdout,
      new RegExp(`resource ${description} string/generated`),
      'the build type is stronger',
    );
  });
  await rig.inspect(['dexdump', '-d', prod], (dump) => {
    assert.match(dump, /https:\/\/prod\.example/);
    assert.match(dump, /Lcom\/example\/own\/Extra;/);
  });
  const other = rig.build([], { CHOSEN: 'devDebgu' });
  assert.equal(other.code, 2, other.output);
  assert.match(other.output, /error\[rules\/android-variant\] the app has no variant devDebgu/);
  assert.match(other.output, /possible values: devDebug, devRelease, prodDebug, prodRelease/);
});

test('a release is shrunk by the rules of Android and of the app, and its mapping is kept', async (t) => {
  const rig = AndroidRig.open(t);
  if (!rig) return;
  const android = BASIC.replace(/ {4}signing: .*\n/, '').replace(
    '    minSdk: 24\n',
    '    minSdk: 24\n    buildTypes: [{ name: release, minifyEnabled: true, signing: { storeFile: debug.p12, keyAlias: androiddebugkey, kind: debug } }]\n',
  );
  const plain = (name: string): string => `package com.example.own;\n\nclass ${name} {\n    int value;\n}\n`;
  rig.app('demo', android, {
    ...FILES,
    'src/main/java/com/example/own/Unused.java': plain('Unused'),
    'src/main/java/com/example/own/ByName.java': plain('ByName'),
    'src/main/java/com/example/own/Shown.java':
      'package com.example.own;\n\npublic class Shown extends android.view.View {\n' +
      '    public Shown(android.content.Context context, android.util.AttributeSet set) {\n        super(context, set);\n    }\n}\n',
    'src/main/res/layout/main.xml':
      '<com.example.own.Shown xmlns:android="http://schemas.android.com/apk/res/android"\n' +
      '  android:layout_width="match_parent" android:layout_height="match_parent"/>\n',
    'proguard-rules.pro': '-keep class com.example.own.ByName { *; }\n',
  });
  const built = rig.build();
  assert.equal(built.code, 0, built.output);
  const mapping = readFileSync(rig.path('dist/mobile/demo-mapping.txt'), 'utf8');
  assert.match(mapping, /^com\.example\.own\.Main -> com\.example\.own\.Main:/m);
  await rig.inspect(['dexdump', rig.path('dist/mobile/demo.apk')], (dump) => {
    for (const name of ['Main', 'ByName', 'Shown'])
      assert.match(dump, new RegExp(`'Lcom/example/own/${name};'`));
    assert.doesNotMatch(dump, /Unused/);
  });
  writeFileSync(
    rig.path('mobile/demo/proguard-rules.pro'),
    '-keep class com.example.own.ByName { *; }\n-keeep x\n',
  );
  const wrong = rig.build();
  assert.equal(wrong.code, 1, wrong.output);
  assert.match(
    wrong.output,
    /mobile\/demo\/proguard-rules\.pro:2:\d+.*\n?.*keeep|keeep.*mobile\/demo\/proguard-rules\.pro/s,
  );
});
