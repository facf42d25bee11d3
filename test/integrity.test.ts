/** `integrity` as scripts call it. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

const ROOT = join(import.meta.dirname, '..');
const root = mkdtempSync(join(tmpdir(), 'mobileops-integrity-'));
after(() => rmSync(root, { recursive: true, force: true }));

before(() => {
  mkdirSync(join(root, 'scripts'));
  writeFileSync(join(root, 'scripts/build.sh'), '#!/bin/sh\n');
  chmodSync(join(root, 'scripts/build.sh'), 0o755);
  for (const name of ['cosign-ec.key', 'cosign-ec.pub'])
    copyFileSync(join(ROOT, 'test/fixtures/signing', name), join(root, name));
});

function run(line: string) {
  const env = {
    PATH: process.env.PATH,
    HOME: root,
    MOBILEOPS_CACHE: join(root, 'cache'),
    COSIGN_PASSWORD: 'pw',
  };
  const argv = [join(ROOT, 'src/main.ts'), ...line.split(' ')];
  const done = spawnSync(process.execPath, argv, { cwd: root, env, encoding: 'utf8' });
  return { code: done.status, out: done.stdout, err: done.stderr };
}

test('a baseline, signed; then a changed script, and a changed baseline', () => {
  const none = run('integrity verify');
  assert.deepEqual([none.code, /error\[integrity\/no-baseline\]/.test(none.err)], [2, true]);
  assert.match(run('integrity baseline').out, /^mobileops\.integrity: 2 files \(scripts\), \d+ programs\n$/);
  assert.equal(run('sign mobileops.integrity --key cosign-ec.key').code, 0);
  const good = run('integrity check --key cosign-ec.pub');
  assert.deepEqual([good.code, good.err], [0, '']);
  assert.match(good.out, /^2 files, \d+ programs and the store: as they were\n$/);
  const unsaid = run('integrity verify');
  assert.match(unsaid.err, /^not checked: who wrote the baseline/);
  appendFileSync(join(root, 'scripts/build.sh'), 'evil\n');
  writeFileSync(join(root, 'scripts/new.sh'), '');
  const changed = run('integrity verify --key cosign-ec.pub --json');
  assert.equal(changed.code, 1);
  assert.deepEqual(
    JSON.parse(changed.out).differences.map(({ path, kind }: { path: string; kind: string }) => [path, kind]),
    [
      ['scripts/build.sh', 'changed'],
      ['scripts/new.sh', 'added'],
    ],
  );
  run('integrity baseline');
  const forged = run('integrity verify --key cosign-ec.pub');
  assert.equal(forged.code, 1);
  assert.match(forged.err, /error\[signing\/bad-signature\]/);
});

test('what no baseline covers', () => {
  assert.match(run('integrity baseline /etc').err, /error\[integrity\/bad-path\]/);
  assert.equal(run('integrity baseline none').code, 2);
});
