import assert from 'node:assert/strict';
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { realpathInside } from '../../dist/security/index.js';

describe('a path on disk stays inside its folder', () => {
  let base = '';
  before(async () => {
    base = await realpath(await mkdtemp(join(tmpdir(), 'paths-')));
    await mkdir(join(base, 'root/sub'), { recursive: true });
    await writeFile(join(base, 'root/file'), 'in');
    await writeFile(join(base, 'outside'), 'out');
    await symlink('../outside', join(base, 'root/leak'));
    await symlink('..', join(base, 'root/up'));
    await symlink('file', join(base, 'root/alias'));
    await mkdir(join(base, 'root-twin'));
    await symlink('../root-twin', join(base, 'root/twin'));
  });
  after(() => rm(base, { recursive: true }));

  const cases: [string, string | undefined][] = [
    ['file', 'root/file'],
    ['alias', 'root/file'],
    ['sub/../file', 'root/file'],
    ['.', 'root'],
    ['leak', undefined],
    ['up/outside', undefined],
    ['twin', undefined],
    ['../outside', undefined],
    ['absent', undefined],
  ];
  for (const [path, expected] of cases)
    test(path, async () => {
      assert.equal(await realpathInside(join(base, 'root'), path), expected && join(base, expected));
    });
});
