/** Which levels an app may have, and which platform it is then compiled against. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkAndroid } from './android-checks.ts';
import { androidTools } from './android-tools.ts';
import { requirementsOf } from './requirements.ts';
import type { ToolName } from './rule.ts';
import { fakeContext, mobileSpec } from './testing.ts';

function check(
  levels: readonly [compileSdk: number, targetSdk: number, minSdk?: number],
  tool: string,
  said: readonly string[],
): void {
  const [compileSdk, targetSdk, minSdk = 21] = levels;
  test(`compileSdk ${compileSdk}, targetSdk ${targetSdk}, minSdk ${minSdk}`, () => {
    const android = {
      applicationId: 'org.example',
      label: 'x',
      compileSdk,
      targetSdk,
      minSdk,
      versionCode: 1,
    };
    const spec = mobileSpec({ rule: 'android', android });
    const context = fakeContext({ spec });
    const found = checkAndroid(context, android).map(({ severity, message }) => `${severity}: ${message}`);
    assert.deepEqual(found, said);
    assert.equal(androidTools(context, android).platform.name, tool);
    const { tools } = requirementsOf(context.target, undefined, { imagePrefix: '', architecture: 'amd64' });
    assert.ok(tools.includes(androidTools(context, android).platform.name));
  });
}

const LOWEST = (level: number): string =>
  `note: compileSdk ${level}: the app is compiled against API 34, the lowest that there is`;

check([34, 34], 'android-platform', []);
check([34, 21], 'android-platform', []);
check([34, 34, 1], 'android-platform', []);
check([34, 34, 35], 'android-platform', [
  'error: minSdk 35 is above the level that the app is compiled against, 34',
]);
check([28, 28], 'android-platform', [LOWEST(28)]);
check([35, 35], 'android-platform-35', []);
check([34, 35], 'android-platform', [
  'error: targetSdk 35 is above the level that the app is compiled against, 34',
]);
check([36, 36], 'android-platform-36', []);
check([38, 35], 'android-platform-37', [
  'error: compileSdk 38 is not supported; this version compiles against API 37 at the highest',
]);

test('classes of a newer Java are made readable for every JDK first', () => {
  const spec = mobileSpec({ rule: 'android' });
  const made = (compileSdk: number, missing: readonly ToolName[] = []) => {
    const { actions, platform } = androidTools(fakeContext({ spec, missing }), { compileSdk });
    return { actions: actions.map(({ id, argv }) => `${id}: ${argv.slice(2).join(' ')}`), ...platform };
  };
  const { actions, files, mounts } = made(36);
  assert.deepEqual(actions, [
    'platform:android-platform-36: class-level v1 --out platform/android.jar --level 61 android.jar',
  ]);
  const action = 'platform:android-platform-36';
  assert.deepEqual(
    mounts.map(({ tree }) => tree),
    [{ kind: 'at', of: { kind: 'output', action }, path: 'platform' }],
  );
  assert.deepEqual(files, fakeContext({ spec }).toolchain('android-platform-36').files);
  assert.deepEqual(made(35).actions, []);
  assert.deepEqual(made(36, ['android-platform-36']).actions, []);
});
