/** Runs the planned commands as they are, without a sandbox, where this machine has the tools. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { changedTree, listTree } from '../src/action/index.ts';
import { hybridRule } from '../src/rules/hybrid/hybrid-rule.ts';
import { ANDROID, apkOf, build, contextOf, findTools, run } from './hybrid-example.ts';
import { inspect } from './inspect.ts';

function folderFor(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'hybrid-build-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

test('the example becomes an APK that Android accepts, with the same bytes in every folder', async (t) => {
  const folder = folderFor(t);
  const tools = findTools(folder);
  if (typeof tools === 'string') return t.skip(`not run: ${tools} is missing`);
  mkdirSync(join(folder, 'one'));
  mkdirSync(join(folder, 'another place'));
  const first = build(tools, join(folder, 'one'), '1.2.3');
  const second = build(tools, join(folder, 'another place'), '1.2.3');
  assert.deepEqual(apkOf(second), apkOf(first));

  const link = hybridRule(contextOf(tools, '2.0.0')).actions.find(({ id }) => id === 'app:demo#link')!;
  const linked = run(link, first, join(folder, 'relinked'));
  assert.deepEqual(
    listTree(changedTree(linked, first.get(link.id)!)).map(({ path }) => path),
    ['AndroidManifest.xml', 'in/AndroidManifest.xml'],
    'another version changes the manifest alone, so no code is compiled again',
  );

  const apk = join(folder, 'app.apk');
  writeFileSync(apk, apkOf(first));

  await inspect(t, ['aapt2', 'dump', 'badging', apk], (badging) => {
    assert.match(badging, /^package: name='com\.mobileops\.platform' versionCode='7' versionName='1\.2\.3'/);
    assert.match(badging, /sdkVersion:'21'\s+targetSdkVersion:'34'/i);
    // badging writes quotes and backslashes with a backslash, as JSON does.
    assert.ok(badging.includes(`application-label:'${JSON.stringify(ANDROID.label).slice(1, -1)}'`), badging);
    assert.match(badging, /launchable-activity: name='com\.mobileops\.platform\.MainActivity'/);
    assert.match(badging, /application-icon-640:'res\/.*ic_launcher/);
    assert.match(badging, /uses-feature-not-required: name='android\.hardware\.touchscreen'/);
  });
  await inspect(t, ['zipalign', '-c', '-v', '4', apk], () => {});
  await inspect(t, ['dexdump', join(folder, 'one', '5', 'classes.dex')], (dump) =>
    assert.match(dump, /Lcom\/mobileops\/platform\/MainActivity;/),
  );
});
