/** A release key that git ignores, as most do. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { test } from 'node:test';
import { AndroidRig } from './android-rig.ts';

const SIGNING = '    signing: { storeFile: release.p12, keyAlias: upload }\n';
const WORDS = { KEYSTORE_PASSWORD: 'secret-word' };

test('an app is signed again when its release key is another', async (t) => {
  const rig = AndroidRig.open(t);
  if (!rig) return;
  const newKey = (): void => {
    const store = rig.path('mobile/demo/app/release.p12');
    rmSync(store, { force: true });
    const key = ['-genkeypair', '-keystore', store, '-alias', 'upload'];
    const kind = ['-keyalg', 'RSA', '-keysize', '2048', '-dname', 'CN=test', '-storepass', 'secret-word'];
    const made = spawnSync('keytool', ['-J-XX:TieredStopAtLevel=1', ...key, ...kind]);
    assert.equal(made.status, 0, String(made.stderr));
  };
  rig.write({ '.gitignore': '*.p12\nbuild-cache\ndist\n' });
  rig.app('demo', `    applicationId: org.example.demo\n${SIGNING}`, {
    'app/src/main/AndroidManifest.xml': '<manifest><application/></manifest>',
  });
  spawnSync('git', ['init', '-q'], { cwd: rig.path('.') });
  newKey();
  const signed = (): Buffer => readFileSync(rig.path('dist/mobile/demo.apk'));
  const first = rig.build([], WORDS);
  assert.equal(first.code, 0, first.output);
  const before = signed();
  newKey();
  const second = rig.build([], WORDS);
  assert.equal(second.code, 0, second.output);
  assert.notDeepEqual(signed(), before);
  assert.match(second.output, /0 ran/);
  const third = rig.build([], WORDS);
  assert.match(third.output, /^nothing to do/);
});
