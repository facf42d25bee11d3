/** Every key of a MobileBuild stands in an example of the pages, the examples are accepted, and the one with everything is built. */
import assert from 'node:assert/strict';
import { copyFileSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { renderDiagnostic } from '../src/base/index.ts';
import { loadParser } from '../src/config/index.ts';
import { AndroidRig } from './android-rig.ts';
import { isLong } from './long.ts';

const DOCS = join(import.meta.dirname, '../docs');

interface Example {
  readonly page: string;
  readonly text: string;
}

const EXAMPLES: readonly Example[] = readdirSync(DOCS)
  .filter((name) => name.endsWith('.md'))
  .flatMap((page) => {
    const blocks = readFileSync(join(DOCS, page), 'utf8').matchAll(/^```yaml\n(.*?)^```$/gms);
    return [...blocks].map(([, text]) => ({ page, text: text! }));
  })
  .filter(({ text }) => /^kind: MobileBuild$/m.test(text));

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
}

function* keysOf(schema: Schema, at = ''): Generator<string> {
  for (const each of [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])]) yield* keysOf(each, at);
  if (schema.items) yield* keysOf(schema.items, at);
  for (const [name, value] of Object.entries(schema.properties ?? {})) {
    const path = at === '' ? name : `${at}.${name}`;
    yield path;
    yield* keysOf(value, path);
  }
}

function* keysIn(value: unknown, at = ''): Generator<string> {
  if (Array.isArray(value)) for (const each of value) yield* keysIn(each, at);
  else if (value !== null && typeof value === 'object')
    for (const [name, each] of Object.entries(value)) {
      const path = at === '' ? name : `${at}.${name}`;
      yield path;
      yield* keysIn(each, path);
    }
}

/** What is written alike in several places has one example: the configurations of libraries, what varies by variant. */
function sameEverywhere(path: string): string {
  return path
    .replace('modules.dependencies', 'dependencies')
    .replace(/\bdependencies\.\w+\./, 'dependencies.implementation.')
    .replace(/\b(?:modules|flavors|buildTypes)\.(buildConfigField|resValue|manifestPlaceholders)\b/, '$1');
}

/** Nothing that an app should say. */
const WITHOUT_EXAMPLE: ReadonlySet<string> = new Set(['spec.outputs', 'spec.serve']);

test('every key stands in an example', () => {
  const schema = JSON.parse(readFileSync(join(DOCS, '../schemas/mobile-build.json'), 'utf8')) as Schema;
  const shown = new Set(
    EXAMPLES.flatMap(({ text }) => [...keysIn(parse(text))]).flatMap((path) => [path, sameEverywhere(path)]),
  );
  const missing = [...new Set(keysOf(schema))].filter(
    (path) => !WITHOUT_EXAMPLE.has(path) && !shown.has(path) && !shown.has(sameEverywhere(path)),
  );
  assert.deepEqual(missing, []);
});

test('every example is accepted', async () => {
  const { parseMobileBuild } = await loadParser();
  assert.ok(EXAMPLES.length > 5);
  for (const { page, text } of EXAMPLES) {
    const source = text.replaceAll(/\$\{\w+:-(.*?)\}/g, '$1');
    const { diagnostics } = parseMobileBuild({ path: `docs/${page}`, text: source });
    assert.deepEqual(
      diagnostics.map((each) => renderDiagnostic(each)),
      [],
    );
  }
});

const MANIFEST = `<manifest xmlns:android="http://schemas.android.com/apk/res/android">
  <application android:label="@string/store">
    <activity android:name=".Main" android:exported="true">
      <intent-filter><action android:name="android.intent.action.VIEW"/><data android:scheme="https" android:host="\${host}"/></intent-filter>
    </activity>
  </application>
</manifest>
`;

const MAIN = `package com.example.shop.app;

public final class Main extends android.app.Activity {
    static final long BUILT = BuildConfig.BUILT;
    static final String COMMIT = BuildConfig.COMMIT;
    static final int[] RESOURCES = { R.color.accent, R.bool.paid, R.string.store };
    static final int COUNT = BuildConfig.SHOWS_ADS ? BuildConfig.PAGE_SIZE : BuildConfig.MAX_ITEMS;
}
`;

if (isLong)
  test('the app with everything is built', async (t) => {
    const rig = AndroidRig.open(t, ['bundletool']);
    if (!rig) return;
    const example = EXAMPLES.find(({ text }) => text.includes('name: shop'))!;
    rig.app('shop', '', {
      'src/main/AndroidManifest.xml': MANIFEST,
      'src/main/java/com/example/shop/app/Main.java': MAIN,
      'rules.pro': '',
    });
    rig.write({ 'mobile/shop/build.yaml': example.text });
    copyFileSync(rig.path('mobile/shop/debug.p12'), rig.path('mobile/shop/release.p12'));
    const { code, output } = rig.build(['app:shop']);
    assert.equal(code, 0, output);
    const apk = rig.path('dist/mobile/shop-paid-staging.apk');
    assert.ok(existsSync(apk) && existsSync(apk.replace(/apk$/, 'aab')));
    await rig.inspect(['aapt2', 'dump', 'badging', apk], (badging) => {
      const [first] = badging.split('\n');
      assert.match(
        first!,
        /name='com\.example\.shop\.paid\.staging' versionCode='8' versionName='2\.1\.1-staging'/,
      );
      assert.match(badging, /^application-label:'Staging'$/m);
      assert.match(badging, /^application-debuggable$/m);
    });
  });
