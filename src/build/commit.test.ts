import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { MemoryFileSystem } from '../host/testing.ts';
import { headText } from './commit.ts';

const BRANCH = 'ref: refs/heads/main\n';

/** Checks that each of the changes, one after the other, gives another text. */
function check(
  files: Readonly<Record<string, string>>,
  ...changes: readonly ((fs: MemoryFileSystem) => void)[]
): void {
  const fs = new MemoryFileSystem();
  write(files)(fs);
  const texts = [headText(fs, '/outer/app')];
  for (const change of changes) {
    change(fs);
    assert.equal(headText(fs, '/outer/app'), headText(fs, '/outer/app'));
    texts.push(headText(fs, '/outer/app'));
  }
  assert.equal(new Set(texts).size, texts.length, texts.join('\n'));
}

const write =
  (files: Readonly<Record<string, string>>) =>
  (fs: MemoryFileSystem): void => {
    for (const [path, text] of Object.entries(files)) {
      fs.makeDirectory(path.slice(0, path.lastIndexOf('/')));
      fs.replaceFile(path, text);
    }
  };

describe('another commit shows in the text of HEAD', () => {
  it('in an ordinary repository, also above the workspace', () => {
    const git = '/outer/.git';
    check(
      { [`${git}/HEAD`]: BRANCH, [`${git}/refs/heads/main`]: '1' },
      write({ [`${git}/refs/heads/main`]: '2' }),
      write({ [`${git}/packed-refs`]: '3 refs/heads/main' }),
      write({ [`${git}/packed-refs`]: '4 refs/heads/main' }),
      write({ [`${git}/HEAD`]: '5' }),
    );
  });
  it('in a submodule, whose folder is named from where its file lies', () => {
    const git = '/outer/.git/modules/app';
    check(
      { '/outer/app/.git': 'gitdir: ../.git/modules/app\n', [`${git}/HEAD`]: '1' },
      write({ [`${git}/HEAD`]: '2' }),
      write({ [`${git}/HEAD`]: BRANCH, [`${git}/refs/heads/main`]: '3' }),
      write({ [`${git}/refs/heads/main`]: '4' }),
    );
  });
  it('in a worktree, whose branches lie with the repository', () => {
    for (const common of ['../..', '/other/.git']) {
      const git = '/other/.git/worktrees/app';
      check(
        {
          '/outer/app/.git': `gitdir: ${git}\n`,
          [`${git}/commondir`]: `${common}\n`,
          [`${git}/HEAD`]: BRANCH,
          '/other/.git/refs/heads/main': '1',
        },
        write({ '/other/.git/refs/heads/main': '2' }),
      );
    }
  });
  it('where refs are kept in tables', () => {
    const git = '/outer/app/.git';
    check(
      { [`${git}/HEAD`]: 'ref: refs/heads/.invalid\n', [`${git}/reftable/tables.list`]: '0x1-0x2-aa.ref\n' },
      write({ [`${git}/reftable/tables.list`]: '0x1-0x2-aa.ref\n0x3-0x3-bb.ref\n' }),
    );
  });
  it('through a branch that names another, and through a link', () => {
    const git = '/outer/app/.git';
    check(
      {
        [`${git}/HEAD`]: BRANCH,
        [`${git}/refs/heads/main`]: 'ref: refs/heads/b',
        [`${git}/refs/heads/b`]: '1',
      },
      write({ [`${git}/refs/heads/b`]: '2' }),
      (fs) => {
        fs.unlink(`${git}/HEAD`);
        fs.symlink('refs/heads/packed', `${git}/HEAD`);
      },
      (fs) => {
        fs.unlink(`${git}/HEAD`);
        fs.symlink('refs/heads/packed-too', `${git}/HEAD`);
      },
    );
  });
  it('is silent of a repository that cannot be read', () => {
    const fs = new MemoryFileSystem();
    write({ '/outer/app/.git/HEAD': BRANCH })(fs);
    fs.addFault({ operation: 'readFile', path: /HEAD/, code: 'EACCES' });
    assert.equal(headText(fs, '/outer/app'), headText(fs, '/outer/app'));
  });
});
