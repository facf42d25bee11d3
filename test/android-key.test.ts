/** A release key that git ignores, as most do. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { AndroidRig } from './android-rig.ts';

const SIGNING = '    signing: { storeFile: release.p12, keyAlias: upload }\n';
const CLOCK = join(import.meta.dirname, '..', 'src', 'repro', 'clock.c');
const WORDS = { KEYSTORE_PASSWORD: 'secret-word' };

/** `AB:CD:…`, as keytool shows it. */
function certificateOf(rig: AndroidRig): string {
  const store = rig.path('mobile/demo/app/release.p12');
  const { stdout } = spawnSync('keytool', ['-list', '-v', '-keystore', store, '-storepass', 'secret-word'], {
    encoding: 'utf8',
  });
  return /SHA256: ([0-9A-F:]{95})/.exec(stdout)![1]!;
}

/** Every program of the build sees a clock that is 400 days ahead; a new key is valid for 90. */
function laterClock(rig: AndroidRig): Readonly<Record<string, string>> {
  const library = join(rig.folder, 'clock.so');
  const flags = ['-shared', '-fPIC', `-DSHIFT_SECONDS=${400 * 86_400}L`];
  const compiled = spawnSync('cc', [...flags, '-o', library, CLOCK], { encoding: 'utf8' });
  assert.equal(compiled.status, 0, compiled.stderr);
  return { LD_PRELOAD: library };
}

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

  const stated = `    signing: { storeFile: release.p12, keyAlias: upload, certificates: ["${certificateOf(rig)}"] }\n`;
  rig.app('demo', `    applicationId: org.example.demo\n${stated}`, {});
  assert.equal(rig.build([], WORDS).code, 0);
  assert.match(rig.build([], WORDS).output, /^nothing to do/);
  const expired = rig.build([], { ...WORDS, ...laterClock(rig) });
  assert.equal(expired.code, 2, expired.output);
  assert.match(
    expired.output,
    /^mobile\/demo\/build\.yaml:\d+:\d+: error\[release\/certificate-expired\] .*the certificate of upload expired at 20\d\d/m,
    'where nothing else is to do',
  );
  assert.match(rig.build([], WORDS).output, /^nothing to do|0 ran/, 'the clock is right again');
  newKey();
  const other = rig.build([], WORDS);
  assert.equal(other.code, 2, other.output);
  assert.match(other.output, /^mobile\/demo\/build\.yaml:\d+:\d+: error\[release\/certificate-other\]/m);
});
