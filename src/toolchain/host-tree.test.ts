import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { MemoryCas } from '../cas/index.ts';
import { MemoryFileSystem } from '../host/testing.ts';
import { hostTree } from './host-tree.ts';

const FOLDER = '/opt/jdk-17';
const LINK = '/opt/jdk';

/** Checks that a change that makes another tree of the folder shows in what is watched. */
function check(change: (fs: MemoryFileSystem) => void): void {
  const fs = new MemoryFileSystem();
  for (const folder of [`${FOLDER}/lib/ext/deep`, `${FOLDER}/bin`, '/etc/java']) fs.makeDirectory(folder);
  fs.writeFile(`${FOLDER}/lib/ext/a.jar`, 'a');
  fs.writeFile('/etc/java/policy', 'old');
  fs.symlink('ext/a.jar', `${FOLDER}/lib/inside`);
  fs.symlink('jdk-17', LINK);
  fs.symlink('/etc/java/policy', `${FOLDER}/lib/outside`);
  const options = { fs, cas: new MemoryCas({ fs, root: '/store' }), cacheDirectory: '/cache' };
  const { tree, watched } = hostTree(options, LINK);
  const stamp = (): string =>
    JSON.stringify(
      watched.map((path) => {
        const { inode, mtimeMs, ctimeMs, sizeBytes } = fs.lstat(path) ?? {};
        return [path, inode, mtimeMs, ctimeMs, sizeBytes];
      }),
    );
  const before = stamp();
  change(fs);
  assert.notEqual(hostTree(options, LINK).tree.digest.hash, tree.digest.hash);
  assert.notEqual(stamp(), before);
}

describe('a change of a tool outside /usr shows in the stats that are watched', () => {
  it('of a file', () => check((fs) => fs.writeFile(`${FOLDER}/lib/ext/a.jar`, 'b')));
  it('a new file in a folder', () => check((fs) => fs.writeFile(`${FOLDER}/lib/ext/b.jar`, 'b')));
  it('a new file in an empty folder', () => check((fs) => fs.writeFile(`${FOLDER}/lib/ext/deep/b.jar`, 'b')));
  it('a new file at the top', () => check((fs) => fs.writeFile(`${FOLDER}/new`, 'b')));
  it('a removed file', () => check((fs) => fs.unlink(`${FOLDER}/lib/ext/a.jar`)));
  it('another link', () =>
    check((fs) => {
      fs.unlink(`${FOLDER}/lib/inside`);
      fs.symlink('ext/b.jar', `${FOLDER}/lib/inside`);
    }));
  it('of a file outside that a link names', () => check((fs) => fs.replaceFile('/etc/java/policy', 'new')));
});
