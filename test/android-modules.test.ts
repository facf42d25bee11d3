/** An app of several modules, built for real and looked at with the tools of others. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { AndroidRig } from './android-rig.ts';

const APP = `    applicationId: com.example.demo
    minSdk: 24
    buildTypes:
      - { name: release, minifyEnabled: true }
    variants: ["\${VARIANT:-debug}"]
    modules:
      - name: core
        namespace: com.example.core
        buildConfigField: [{ name: WHO, value: core }]
        consumerProguardFiles: [consumer.pro]
      - name: login
        directory: feature/login
        dependencies: { implementation: [":text"], api: [":core"] }
      - name: text
        namespace: com.example.text
        resValue: [{ name: generated, value: of the module }]
    dependencies: { implementation: [":login"] }
`;

const manifest = (text: string, more = ''): string =>
  `<manifest xmlns:android="http://schemas.android.com/apk/res/android"${more}>${text}</manifest>\n`;
const strings = (name: string, value: string): string =>
  `<resources><string name="${name}">${value}</string></resources>\n`;

const FILES = {
  'app/src/main/AndroidManifest.xml': manifest(
    '<application android:label="@string/title"><activity android:name=".Main" android:exported="true"/></application>',
  ),
  'app/src/main/java/com/example/demo/Main.java': `package com.example.demo;

public class Main extends android.app.Activity {
    @Override
    protected void onCreate(android.os.Bundle state) {
        super.onCreate(state);
        setTitle(com.example.login.Login.greeting(this) + getString(R.string.title) + com.example.core.Core.NAME);
    }
}
`,
  'core/src/main/java/com/example/core/Core.java': `package com.example.core;

public final class Core {
    public static final String NAME = String.valueOf(BuildConfig.WHO + BuildConfig.DEBUG + BuildConfig.BUILD_TYPE);
    public static int title() { return R.string.core_title; }
}
`,
  'core/src/main/java/com/example/core/Kept.java': 'package com.example.core;\n\nclass Kept {}\n',
  'core/consumer.pro': '-keep class com.example.core.Kept\n',
  'core/src/main/res/values/strings.xml': strings('core_title', 'the core'),
  'core/src/main/assets/core.txt': 'an asset\n',
  'core/src/main/resources/com/example/core.txt': 'of the class path\n',
  'feature/login/src/main/AndroidManifest.xml': manifest(
    '<uses-permission android:name="android.permission.VIBRATE"/><application><activity android:name=".LoginActivity" android:exported="false"/></application>',
    ' package="com.example.login"',
  ),
  'feature/login/src/main/kotlin/com/example/login/Login.kt': `package com.example.login

import com.example.core.Core
import com.example.text.Texts

object Login {
    @JvmStatic
    fun greeting(context: android.content.Context): String =
        context.getString(Core.title()) + context.getString(R.string.login_title) + context.getString(com.example.core.R.string.core_title) + Texts.of()
}

class LoginActivity : android.app.Activity()
`,
  'feature/login/src/main/res/values/strings.xml': strings('login_title', 'Log in'),
  'app/src/main/res/values/strings.xml': strings('title', '@string/generated'),
  'text/src/main/java/com/example/text/Texts.java':
    'package com.example.text;\n\npublic class Texts {\n    public static String of() { return "text"; }\n}\n',
};

test('an app of modules: each compiled by itself, all in one archive', async (t) => {
  const rig = AndroidRig.open(t, ['kotlin']);
  if (!rig) return;
  rig.app('demo', APP, FILES);
  const first = rig.build();
  assert.equal(first.code, 0, first.output);
  const apk = rig.path('dist/mobile/demo-debug-unsigned.apk');
  await rig.inspect(['dexdump', '-d', apk], (dump) => {
    for (const name of ['core/Core', 'core/R$string', 'core/BuildConfig', 'login/Login', 'login/R$string'])
      assert.match(dump, new RegExp(`Class descriptor {2}: 'Lcom/example/${name.replace('$', '\\$')};'`));
    assert.match(
      dump,
      /sget .*Lcom\/example\/login\/R\$string;\.login_title/,
      'numbers are those of the app',
    );
  });
  await rig.inspect(['aapt2', 'dump', 'xmltree', '--file', 'AndroidManifest.xml', apk], (tree) => {
    assert.match(tree, /android\.permission\.VIBRATE/);
    assert.match(tree, /com\.example\.login\.LoginActivity/);
  });
  await rig.inspect(['python3', '-m', 'zipfile', '-l', apk], (list) => {
    assert.match(list, /^assets\/core\.txt/m);
    assert.match(list, /^com\/example\/core\.txt/m);
  });

  const change = (path: string, from: string, to: string): readonly string[] => {
    const place = rig.path('mobile/demo', path);
    writeFileSync(place, readFileSync(place, 'utf8').replace(from, to));
    const again = rig.build();
    assert.equal(again.code, 0, again.output);
    return again.ran.filter((each) => / compile (Java|Kotlin)/.test(each)).sort();
  };
  assert.deepEqual(
    change('app/src/main/java/com/example/demo/Main.java', 'onCreate(state)', 'onCreate(state )'),
    ['app:demo  compile Java'],
    'a change of the app compiles no module',
  );
  assert.deepEqual(
    change('text/src/main/java/com/example/text/Texts.java', '"text"', '"other"'),
    [
      'app:demo  compile Java of login',
      'app:demo  compile Java of text',
      'app:demo  compile Kotlin of login',
    ],
    'a change of a module compiles who sees it, and not the app, which does not',
  );
});

test('modules are shrunk with the app, by the rules that they bring', async (t) => {
  const rig = AndroidRig.open(t);
  if (!rig) return;
  rig.app('demo', APP, JAVA_FILES);
  const built = rig.build([], { VARIANT: 'release' });
  assert.equal(built.code, 0, built.output);
  await rig.inspect(['dexdump', rig.path('dist/mobile/demo-release-unsigned.apk')], (dump) => {
    assert.match(dump, /'Lcom\/example\/core\/Kept;'/);
    assert.match(dump, /'Lcom\/example\/login\/LoginActivity;'/);
    assert.doesNotMatch(dump, /'Lcom\/example\/text\/Texts;'/);
  });
});

/** Without Kotlin, whose compiler takes most of the time. */
const JAVA_FILES = {
  ...Object.fromEntries(Object.entries(FILES).filter(([path]) => !path.endsWith('.kt'))),
  'feature/login/src/main/java/com/example/login/LoginActivity.java':
    'package com.example.login;\n\npublic class LoginActivity extends android.app.Activity {}\n',
  'app/src/main/java/com/example/demo/Main.java':
    'package com.example.demo;\n\npublic class Main extends android.app.Activity { String name = com.example.core.Core.NAME; }\n',
};

test('what a module takes by `implementation` is not seen by who takes the module', async (t) => {
  const rig = AndroidRig.open(t);
  if (!rig) return;
  rig.app('demo', APP, {
    ...JAVA_FILES,
    'app/src/main/java/com/example/demo/Main.java':
      'package com.example.demo;\n\nclass Main { String text = com.example.text.Texts.of(); }\n',
  });
  const built = rig.build();
  assert.equal(built.code, 1, built.output);
  assert.match(
    built.output,
    /mobile\/demo\/app\/src\/main\/java\/com\/example\/demo\/Main\.java:3: error: cannot find symbol/,
  );
});

test('a class of the app and of a module names both files, and no stack trace of D8', async (t) => {
  const rig = AndroidRig.open(t);
  if (!rig) return;
  rig.app('demo', APP, {
    ...JAVA_FILES,
    'app/src/main/java/com/example/text/Texts.java': 'package com.example.text;\n\npublic class Texts {}\n',
  });
  const built = rig.build();
  assert.equal(built.code, 1, built.output);
  assert.match(
    built.output,
    /duplicate class com\.example\.text\.Texts: in mobile\/demo\/text\/src\/main\/java\/com\/example\/text\/Texts\.java and in mobile\/demo\/app\/src\/main\/java\/com\/example\/text\/Texts\.java\n\s+give one of the two another name/,
  );
  assert.doesNotMatch(built.output, /com\.android\.tools\.r8/);
});
