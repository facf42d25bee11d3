import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type TreeLeaf, treeFromFiles } from '../action/index.ts';
import { MemoryCas } from '../cas/index.ts';
import { MemoryFileSystem } from '../host/testing.ts';
import { writeArtifact } from './dist.ts';

const DIST = '/ws/dist';

function written(
  fs: MemoryFileSystem,
  files: Readonly<Record<string, string>>,
  links: Readonly<Record<string, string>> = {},
): void {
  const cas = new MemoryCas();
  const leaves = new Map<string, TreeLeaf>();
  for (const [path, text] of Object.entries(files))
    leaves.set(path, { digest: cas.put(text), isExecutable: false });
  for (const [path, symlink] of Object.entries(links)) leaves.set(path, { symlink });
  const place = { path: `${DIST}/components/a`, isFile: false, dist: DIST };
  assert.ok('written' in writeArtifact({ fs, cas }, treeFromFiles(leaves), place));
}

describe('writeArtifact', () => {
  const names = ['.mobileops.tmp', ...[1, 2, 3, 4].map((count) => `.mobileops-${count}.tmp`)];
  for (const name of names) {
    it(`leaves every file alone that a link \`${name}\` of the artifact names`, () => {
      const fs = new MemoryFileSystem();
      const links = { [name]: 'b', [`c/${name}`]: '../b' };
      written(fs, { a: 'one', b: 'bbb', 'c/d': 'd' }, links);
      written(fs, { a: 'two', b: 'bbb', 'c/d': 'e' }, links);
      const read = ['a', 'b', 'c/d'].map((path) => fs.readText(`${DIST}/components/a/${path}`));
      assert.deepEqual(read, ['two', 'bbb', 'e']);
      assert.equal(fs.readLink(`${DIST}/components/a/${name}`), 'b');
      assert.deepEqual(
        ['a', 'b', 'c/d'].map((path) => fs.lstat(`${DIST}/components/a/${path}`)?.type),
        ['file', 'file', 'file'],
      );
    });
  }
  it('writes through no link that was left in the way', () => {
    const fs = new MemoryFileSystem();
    fs.makeDirectory(DIST);
    fs.writeFile('/ws/precious', 'precious');
    fs.symlink('/ws/precious', `${DIST}/.mobileops.tmp`);
    written(fs, { a: 'one' });
    assert.equal(fs.readText('/ws/precious'), 'precious');
    assert.equal(fs.readText(`${DIST}/components/a/a`), 'one');
    assert.deepEqual(
      fs.readDirectory(DIST).map(({ name }) => name),
      ['components'],
    );
  });
  it('copies where a folder of dist/ lies on another disk', () => {
    const fs = new MemoryFileSystem();
    written(fs, { a: 'one' });
    fs.addFault({ operation: 'rename', code: 'EXDEV' });
    written(fs, { a: 'two' });
    assert.equal(fs.readText(`${DIST}/components/a/a`), 'two');
    assert.equal(fs.lstat(`${DIST}/.mobileops.tmp`), undefined);
  });
});
