/** Where there is no Mac, an iOS app is what is missing, by name, and nothing is done for it. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';

const MAIN = join(import.meta.dirname, '..', 'src', 'main.ts');
const HEAD = 'apiVersion: build.mobileops.io/v1\n';
const root = mkdtempSync(join(tmpdir(), 'mobileops-ios-'));
after(() => rmSync(root, { recursive: true, force: true }));

before(() => {
  const files: Readonly<Record<string, string>> = {
    'build-config.yaml': `${HEAD}kind: BuildConfiguration\nmetadata: {name: w}\nspec: {version: 1.0.0}\n`,
    'components/a/build.sh': 'echo x > out\n',
    'mobile/phone/fastlane/Fastfile': 'platform :ios do\n  lane :build_release do\n  end\nend\n',
    'mobile/phone/build.yaml': `${HEAD}kind: MobileBuild\nmetadata: {name: phone}\nspec: {platform: ios, needs: [a]}\n`,
  };
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, 'ws', path)), { recursive: true });
    writeFileSync(join(root, 'ws', path), text, { mode: 0o755 });
  }
});

function run(...words: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...words], {
    cwd: join(root, 'ws'),
    env: { PATH: process.env.PATH, HOME: root, MOBILEOPS_CACHE: join(root, 'cache') },
    encoding: 'utf8',
  });
  return {
    code: status,
    output: `${stdout}${stderr}`,
    hasBuilt: existsSync(join(root, 'ws/dist/components/a')),
  };
}

for (const verb of ['build', 'test']) {
  test(`${verb} of an iOS app alone ends before any other work`, (t) => {
    if (process.platform === 'darwin') return t.skip('not run: this is a Mac');
    const { code, output, hasBuilt } = run(verb, 'app:phone');
    assert.equal(code, 3, output);
    assert.match(output, /build\.yaml:3:18: error\[toolchain\/missing\] app:phone is an iOS app/);
    assert.equal(hasBuilt, false);
  });
}

test('beside others, it fails for itself', (t) => {
  if (process.platform === 'darwin') return t.skip('not run: this is a Mac');
  const { code, output, hasBuilt } = run('build', 'all');
  assert.equal(code, 3, output);
  assert.equal(output.match(/runs on a Mac alone/g)?.length, 1);
  assert.equal(hasBuilt, true);
});
