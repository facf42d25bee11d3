import assert from 'node:assert/strict';
import * as nodeFs from 'node:fs';
import { tmpdir } from 'node:os';
import { describe, it } from 'node:test';
import { listTree } from '../action/index.ts';
import { type Checked, digestOf } from '../base/index.ts';
import { MemoryCas } from '../cas/index.ts';
import { realHost } from '../host/index.ts';
import { FakeClock, FakeProcesses, MemoryFileSystem } from '../host/testing.ts';
import { type SourceSnapshot, snapshotSources } from './snapshot.ts';

const ROOT = '/ws';

/** A workspace without git on a disk in memory, and snapshots as runs of their own would take them. */
function workspace(files: Readonly<Record<string, string>>, tickMs = 1) {
  const clock = new FakeClock();
  const fs = new MemoryFileSystem({ now: () => clock.now(), tickMs });
  for (const [path, content] of Object.entries(files)) {
    fs.makeDirectory(`${ROOT}/${path}`.replace(/\/[^/]*$/, ''));
    fs.writeFile(`${ROOT}/${path}`, content);
  }
  clock.advance(10_000);
  const snapshot = (): Promise<Checked<SourceSnapshot>> =>
    snapshotSources({ fs, processes: new FakeProcesses(), variables: {}, root: ROOT });
  const take = async (): Promise<SourceSnapshot> => {
    const { value, diagnostics } = await snapshot();
    assert.deepEqual(diagnostics, []);
    return value;
  };
  return { fs, clock, snapshot, take };
}

function contents(snapshot: SourceSnapshot): Record<string, string> {
  return Object.fromEntries(
    listTree(snapshot.tree('')).map((entry) => [
      entry.path,
      'symlink' in entry ? `-> ${entry.symlink}` : `${entry.digest.hash}${entry.isExecutable ? ' x' : ''}`,
    ]),
  );
}

function hashes(files: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(files).map(([path, content]) => [path, digestOf(content).hash]));
}

const FILES = { 'a/b': '1', 'a/c': '2', 'd/e/f': '3', g: '4' };

describe('snapshotSources', () => {
  it('reads all once, and nothing when nothing changed', async () => {
    const { clock, take } = workspace(FILES);
    const first = await take();
    assert.deepEqual(contents(first), hashes(FILES));
    assert.deepEqual([first.counts.hashed, first.changedPaths], [4, undefined]);
    clock.advance(10);
    await take();
    clock.advance(10);
    const later = await take();
    assert.deepEqual(later.counts, { files: 4, hashed: 0, isListed: false });
    assert.deepEqual(later.changedPaths, []);
    assert.equal(later.tree('').digest.hash, first.tree('').digest.hash);
  });

  it('gives trees and paths of folders', async () => {
    const { take } = workspace(FILES);
    const snapshot = await take();
    assert.deepEqual(snapshot.paths(''), ['a/b', 'a/c', 'd/e/f', 'g']);
    assert.deepEqual(snapshot.paths('a'), ['b', 'c']);
    assert.deepEqual(snapshot.paths('d'), ['e/f']);
    assert.deepEqual(snapshot.paths('x'), []);
    assert.deepEqual(
      listTree(snapshot.tree('d')).map(({ path }) => path),
      ['e/f'],
    );
    assert.equal(snapshot.tree('x').digest.sizeBytes, 0);
    assert.equal(snapshot.source(digestOf('3')), `${ROOT}/d/e/f`);
    assert.equal(snapshot.source(digestOf('9')), undefined);
    assert.deepEqual(snapshot.file('d/e/f'), digestOf('3'));
    assert.equal(snapshot.file('d/e'), undefined);
  });

  it('leaves out what the build and tools make', async () => {
    const made = {
      'dist/x': '',
      'build-cache/x': '',
      'a/node_modules/x/y': '',
      'a/.venv/x': '',
      'a/dist/x': '',
    };
    const { take } = workspace({ ...FILES, ...made, '.git/config': '' });
    assert.deepEqual((await take()).paths(''), ['a/b', 'a/c', 'd/e/f', 'g']);
  });
});

describe('a change is seen', () => {
  type World = ReturnType<typeof workspace>;
  const check = (
    name: string,
    change: (world: World) => void,
    expected: { paths: readonly string[]; files?: Readonly<Record<string, string>> },
  ): void => {
    for (const pauseMs of [0, 1, 10_000]) {
      it(`${name}, ${pauseMs} ms after the last run`, async () => {
        const world = workspace(FILES, 4);
        await world.take();
        world.clock.advance(pauseMs);
        await world.take();
        change(world);
        const snapshot = await world.take();
        assert.deepEqual(snapshot.changedPaths, expected.paths);
        if (expected.files) assert.deepEqual(contents(snapshot), expected.files);
        world.fs.remove(`${ROOT}/build-cache`);
        const anew = await world.take();
        assert.equal(
          anew.tree('').digest.hash,
          snapshot.tree('').digest.hash,
          'the same as without an index',
        );
        world.clock.advance(10_000);
        assert.deepEqual((await world.take()).changedPaths, []);
      });
    }
  };
  const write = (path: string, content: string) => {
    return ({ fs }: World) => fs.writeFile(`${ROOT}/${path}`, content);
  };

  check('other content of the same size', write('a/b', '9'), {
    paths: ['a/b'],
    files: hashes({ ...FILES, 'a/b': '9' }),
  });
  check('other content of another size', write('a/b', '99'), { paths: ['a/b'] });
  check(
    'content with the time put back',
    ({ fs }) => {
      const { mtimeMs } = fs.lstat(`${ROOT}/a/b`)!;
      fs.writeFile(`${ROOT}/a/b`, '9');
      fs.setTimes(`${ROOT}/a/b`, mtimeMs);
    },
    { paths: ['a/b'] },
  );
  check('a new file', write('a/new', 'n'), { paths: ['a/new'] });
  check(
    'a new file in a new folder',
    ({ fs }) => {
      fs.makeDirectory(`${ROOT}/n/m`);
      fs.writeFile(`${ROOT}/n/m/o`, '');
    },
    { paths: ['n/m/o'] },
  );
  check('a deletion', ({ fs }) => fs.unlink(`${ROOT}/a/b`), { paths: ['a/b'] });
  check('a folder that goes', ({ fs }) => fs.remove(`${ROOT}/a`), { paths: ['a/b', 'a/c'] });
  check('a rename', ({ fs }) => fs.rename(`${ROOT}/a/b`, `${ROOT}/a/z`), { paths: ['a/b', 'a/z'] });
  check('a rename of a folder', ({ fs }) => fs.rename(`${ROOT}/a`, `${ROOT}/z`), {
    paths: ['a/b', 'a/c', 'z/b', 'z/c'],
  });
  check(
    'two files that change places',
    ({ fs }) => {
      fs.rename(`${ROOT}/a/b`, `${ROOT}/a/t`);
      fs.rename(`${ROOT}/a/c`, `${ROOT}/a/b`);
      fs.rename(`${ROOT}/a/t`, `${ROOT}/a/c`);
    },
    { paths: ['a/b', 'a/c'] },
  );
  check(
    'a file that becomes a folder',
    ({ fs }) => {
      fs.unlink(`${ROOT}/g`);
      fs.makeDirectory(`${ROOT}/g`);
      fs.writeFile(`${ROOT}/g/h`, 'h');
    },
    { paths: ['g', 'g/h'] },
  );
  check(
    'a folder that becomes a file',
    ({ fs }) => {
      fs.remove(`${ROOT}/a`);
      fs.writeFile(`${ROOT}/a`, 'h');
    },
    { paths: ['a', 'a/b', 'a/c'] },
  );
  check(
    'a file that becomes a link to the same content',
    ({ fs }) => {
      fs.unlink(`${ROOT}/a/b`);
      fs.symlink('../copy', `${ROOT}/a/b`);
    },
    { paths: ['a/b'], files: { ...hashes(FILES), 'a/b': '-> ../copy' } },
  );
  check('chmod +x', ({ fs }) => fs.chmod(`${ROOT}/a/b`, 0o755), {
    paths: ['a/b'],
    files: { ...hashes(FILES), 'a/b': `${digestOf('1').hash} x` },
  });
  check(
    'an edit while the clock is set back',
    ({ fs, clock }) => {
      clock.set(clock.now() - 3_600_000);
      fs.writeFile(`${ROOT}/a/b`, '9');
    },
    { paths: ['a/b'] },
  );

  it('is nothing when only times or other modes differ', async () => {
    const { fs, clock, take } = workspace(FILES);
    const before = (await take()).tree('').digest.hash;
    clock.advance(100);
    fs.writeFile(`${ROOT}/a/b`, '1');
    fs.chmod(`${ROOT}/a/c`, 0o600);
    fs.setTimes(`${ROOT}/g`, 12345);
    const snapshot = await take();
    assert.deepEqual(snapshot.changedPaths, []);
    assert.equal(snapshot.counts.hashed, 3);
    assert.equal(snapshot.tree('').digest.hash, before);
  });

  it('names the top folders', async () => {
    const { fs, take } = workspace(FILES);
    await take();
    fs.writeFile(`${ROOT}/a/b`, 'x');
    fs.writeFile(`${ROOT}/a/n`, 'x');
    fs.writeFile(`${ROOT}/g`, 'x');
    assert.deepEqual((await take()).changedTopFolders, ['a', 'g']);
  });
});

describe('times that tell nothing', () => {
  it('two edits of the same size within one tick of a slow clock, a run between', async () => {
    for (const tickMs of [1, 4, 1000, 2000]) {
      const { fs, clock, take } = workspace(FILES, tickMs);
      clock.set(Math.ceil(clock.now() / tickMs) * tickMs);
      fs.writeFile(`${ROOT}/a/b`, 'x');
      await take();
      fs.writeFile(`${ROOT}/a/b`, 'y');
      assert.equal(contents(await take())['a/b'], digestOf('y').hash);
      fs.writeFile(`${ROOT}/a/b`, 'z');
      const last = await take();
      assert.equal(contents(last)['a/b'], digestOf('z').hash);
      clock.advance(tickMs);
      await take();
      clock.advance(tickMs);
      assert.equal((await take()).counts.hashed, 0, 'once the tick is over the index vouches again');
    }
  });

  it('the same with the time put back', async () => {
    const { fs, take } = workspace(FILES, 1000);
    for (const content of ['x', 'y', 'z']) {
      fs.writeFile(`${ROOT}/a/b`, content);
      fs.setTimes(`${ROOT}/a/b`, 5000);
      assert.equal(contents(await take())['a/b'], digestOf(content).hash);
    }
  });

  it('a clock set back makes the whole index worthless, once', async () => {
    const { fs, clock, take } = workspace(FILES);
    await take();
    const { mtimeMs } = fs.lstat(`${ROOT}/a/b`)!;
    clock.set(mtimeMs);
    fs.writeFile(`${ROOT}/a/b`, '9');
    assert.equal(contents(await take())['a/b'], digestOf('9').hash);
    clock.advance(20_000);
    await take();
    clock.advance(1);
    assert.equal((await take()).counts.hashed, 0);
  });

  it('a file of the future is read in every run', async () => {
    const { fs, clock, take } = workspace(FILES);
    fs.setTimes(`${ROOT}/a/b`, clock.now() + 1e9);
    clock.advance(1000);
    await take();
    clock.advance(1000);
    assert.equal((await take()).counts.hashed, 1);
  });

  it('a file of a disk inside the workspace, with another clock, is read in every run', async () => {
    const { fs, clock, take } = workspace(FILES);
    const lstat = fs.lstat.bind(fs);
    fs.lstat = (path) => {
      const stat = lstat(path);
      return stat && path.endsWith('a/b') ? { ...stat, device: 9 } : stat;
    };
    await take();
    clock.advance(1000);
    assert.equal((await take()).counts.hashed, 1);
  });

  it('files on a disk that is another now are not vouched for', async () => {
    const { fs, clock, take } = workspace(FILES);
    await take();
    clock.advance(1000);
    fs.device = 2;
    assert.equal((await take()).counts.hashed, 4);
  });
});

describe('the index', () => {
  it('is worthless when a byte of it differs', async () => {
    const { fs, clock, take } = workspace({ a: 'x' });
    await take();
    clock.advance(10);
    await take();
    const path = `${ROOT}/build-cache/source-index`;
    const length = fs.lstat(path)!.sizeBytes;
    const bytes = fs.readFile(path);
    for (let at = 0; at < length; at++) {
      fs.writeFile(path, bytes);
      fs.flipByte(path, at);
      const snapshot = await take();
      assert.equal(snapshot.changedPaths, undefined, `byte ${at}`);
      assert.deepEqual(contents(snapshot), hashes({ a: 'x' }));
    }
  });

  it('that cannot be saved costs a warning', async () => {
    const { fs, snapshot } = workspace(FILES);
    fs.addFault({ operation: 'createFile', code: 'ENOSPC' });
    const { value, diagnostics } = await snapshot();
    assert.deepEqual(
      diagnostics.map(({ code, severity }) => [code, severity]),
      [['workspace/index-not-saved', 'warning']],
    );
    assert.deepEqual(contents(value), hashes(FILES));
  });

  it('vouches for nothing where no clock can be read', async () => {
    const { fs, clock, take } = workspace(FILES);
    await take();
    clock.advance(1000);
    fs.addFault({ operation: 'writeFile', path: /clock$/, code: 'EROFS' });
    assert.equal((await take()).counts.hashed, 4);
  });
});

describe('sources that cannot be', () => {
  const check = (name: string, code: string, change: (fs: MemoryFileSystem) => void): void => {
    it(name, async () => {
      const { fs, snapshot } = workspace(FILES);
      change(fs);
      const { diagnostics } = await snapshot();
      assert.deepEqual(
        diagnostics.map((each) => [each.code, each.severity]),
        [[code, 'error']],
      );
      assert.equal(fs.lstat(`${ROOT}/build-cache/source-index`), undefined);
    });
  };
  check('unreadable file', 'workspace/unreadable', (fs) =>
    fs.addFault({ operation: 'readFile', path: /a\/b$/, code: 'EACCES' }),
  );
  check('unreadable folder', 'workspace/unreadable', (fs) =>
    fs.addFault({ operation: 'readDirectory', path: /\/a$/, code: 'EACCES' }),
  );
  check('folder that cannot be entered', 'workspace/unreadable', (fs) =>
    fs.addFault({ operation: 'lstat', path: /a\/b$/, code: 'EACCES' }),
  );
  check('pipe', 'workspace/special-file', (fs) => fs.makePipe(`${ROOT}/a/pipe`));

  it('a file that is written to all the time', async () => {
    const { fs, clock, snapshot } = workspace(FILES);
    const read = fs.readFile.bind(fs);
    fs.readFile = (path) => {
      const bytes = read(path);
      if (path.endsWith('a/b')) {
        clock.advance(5);
        fs.appendFile(path, '+');
      }
      return bytes;
    };
    const { diagnostics } = await snapshot();
    assert.deepEqual(
      diagnostics.map(({ code }) => code),
      ['workspace/changing'],
    );
  });

  it('a file that is written to once is read again', async () => {
    const { fs, clock, take } = workspace(FILES);
    const read = fs.readFile.bind(fs);
    let isWritten = false;
    fs.readFile = (path) => {
      const bytes = read(path);
      clock.advance(5);
      if (path.endsWith('a/b') && !isWritten) {
        isWritten = true;
        fs.writeFile(path, '7');
      }
      return bytes;
    };
    assert.equal(contents(await take())['a/b'], digestOf('7').hash);
  });
});

describe('importTree', () => {
  it('puts sources into the store and leaves others alone', async () => {
    const { fs, take } = workspace({ ...FILES, big: 'b'.repeat(1_500_000) });
    const snapshot = await take();
    const cas = new MemoryCas({ fs, root: '/store' });
    const tree = snapshot.tree('');
    assert.deepEqual(snapshot.importTree(cas, tree), { ok: true, value: undefined });
    assert.equal(cas.missingFile(cas.getTree(tree.digest)!), undefined);
  });

  it('fails on a source that changed since', async () => {
    const { fs, take } = workspace(FILES);
    const snapshot = await take();
    fs.writeFile(`${ROOT}/a/b`, '9');
    fs.unlink(`${ROOT}/g`);
    assert.deepEqual(snapshot.importTree(new MemoryCas({ fs, root: '/store' }), snapshot.tree('')), {
      ok: false,
      failure: { kind: 'changed-during-build', paths: ['a/b', 'g'] },
    });
  });
});

const { fs: realFs, processes, env } = realHost();
const GIT = processes.which('git', env.variables.PATH ?? '');

/** A workspace on the real disk, in a repository of its own. */
async function repository(test: (world: GitWorld) => Promise<void>): Promise<void> {
  const folder = realFs.realPath(nodeFs.mkdtempSync(`${tmpdir()}/mobileops-git-`));
  const variables = { PATH: env.variables.PATH ?? '', HOME: `${folder}/home` };
  const root = `${folder}/outer/ws`;
  for (const path of [`${folder}/home`, root]) realFs.makeDirectory(path);
  const git = async (...args: readonly string[]): Promise<void> => {
    const identity = ['-c', 'user.name=t', '-c', 'user.email=t@t', '-c', 'protocol.file.allow=always'];
    const { code, stderr } = await processes.run([GIT!, ...identity, ...args], { env: variables, cwd: root });
    assert.equal(code, 0, Buffer.from(stderr).toString());
  };
  const write = (path: string, content = path): void => {
    realFs.makeDirectory(`${root}/${path}`.replace(/\/[^/]*$/, ''));
    realFs.writeFile(`${root}/${path}`, content);
  };
  /** Goes on until the list is taken from the index: only then does a later change show that it is noticed. */
  const paths = async (): Promise<readonly string[]> => {
    for (let first: readonly string[] | undefined, tries = 0; ; tries++) {
      const { value, diagnostics } = await snapshotSources({ fs: realFs, processes, variables, root });
      assert.deepEqual(diagnostics, []);
      first ??= value.paths('');
      assert.deepEqual(value.paths(''), first);
      if (!value.counts.isListed) return first;
      assert.ok(tries < 100, 'the list is made anew in every run');
    }
  };
  try {
    await test({ folder, root, variables, git, write, paths });
  } finally {
    realFs.remove(folder);
  }
}

interface GitWorld {
  readonly folder: string;
  readonly root: string;
  readonly variables: Record<string, string>;
  git(...args: readonly string[]): Promise<void>;
  write(path: string, content?: string): void;
  paths(): Promise<readonly string[]>;
}

describe('with git', { skip: GIT === undefined ? 'not run: git is missing' : false }, () => {
  const check = (name: string, test: (world: GitWorld) => Promise<void>): void => {
    it(name, () => repository(test));
  };

  check('takes what is tracked or not ignored', async ({ git, write, paths }) => {
    await git('init', '-q');
    write('.gitignore', '*.o\nout/\n');
    for (const path of ['a', 'a.o', 'out/x', 'out/tracked', 'dir/b', 'dir/b.o', 'only/x.o', 'sp ace\n"ü'])
      write(path);
    await git('add', '-f', 'out/tracked', 'a');
    const before = ['.gitignore', 'a', 'dir/b', 'out/tracked', 'sp ace\n"ü'];
    assert.deepEqual(await paths(), before);
    write('only/new');
    assert.deepEqual(await paths(), [...before, 'only/new'].sort());
    write('dir/.gitignore', 'b\n');
    assert.deepEqual(await paths(), [
      '.gitignore',
      'a',
      'dir/.gitignore',
      'only/new',
      'out/tracked',
      'sp ace\n"ü',
    ]);
    write('.gitignore', '*.x\n\n\n\n\n');
    assert.ok((await paths()).includes('out/x'));
  });

  check('sees every ignore file that decides', async ({ folder, root, variables, git, write, paths }) => {
    await git('init', '-q', '..');
    write('a.one');
    write('a.two');
    const without = async (path: string, text: string, expected: readonly string[]): Promise<void> => {
      realFs.makeDirectory(path.replace(/\/[^/]*$/, ''));
      realFs.writeFile(path, text);
      assert.deepEqual(await paths(), expected, path);
      realFs.remove(path);
      assert.deepEqual(await paths(), ['a.one', 'a.two'], `${path} removed`);
    };
    assert.deepEqual(await paths(), ['a.one', 'a.two']);
    await without(`${root}/../.gitignore`, '*.one\n', ['a.two']);
    await without(`${root}/../.git/info/exclude`, '*.two\n', ['a.one']);
    await without(`${variables.HOME}/.config/git/ignore`, '*.one\n', ['a.two']);
    realFs.writeFile(`${folder}/mine`, '*.two\n');
    await without(`${variables.HOME}/.gitconfig`, `[core]\nexcludesFile = ${folder}/mine\n`, ['a.one']);
  });

  check('sees every settings file that decides, also behind links', async (world) => {
    const { folder, root, variables, git, write, paths } = world;
    const put = (path: string, text: string): void => {
      realFs.makeDirectory(path.replace(/\/[^/]*$/, ''));
      realFs.writeFile(path, text);
    };
    await git('init', '-q');
    for (const name of ['a.one', 'a.two']) write(name);
    const excludes = (name: string): string => `[core]\nexcludesFile = ${folder}/ignore-${name}\n`;
    put(`${folder}/ignore-one`, '*.one\n');
    put(`${folder}/ignore-two`, '*.two\n');
    put(`${folder}/dotfiles/ignore`, '*.one\n');
    realFs.makeDirectory(`${variables.HOME}/.config/git`);
    realFs.symlink('../../../dotfiles/here', `${variables.HOME}/.config/git/ignore`);
    assert.deepEqual(await paths(), ['a.one', 'a.two'], 'a link that leads nowhere');
    realFs.symlink('ignore', `${folder}/dotfiles/here`);
    assert.deepEqual(await paths(), ['a.two'], 'a link to a link');
    put(`${folder}/dotfiles/ignore`, '*.two\n');
    assert.deepEqual(await paths(), ['a.one'], 'another content behind links');
    put(`${variables.HOME}/.gitconfig`, '[include]\npath = ~/more\npath = most\n');
    assert.deepEqual(await paths(), ['a.one']);
    put(`${variables.HOME}/more`, excludes('one'));
    assert.deepEqual(await paths(), ['a.two'], 'an included file that was absent');
    put(`${variables.HOME}/most`, excludes('two'));
    assert.deepEqual(await paths(), ['a.one'], 'one that is named from where it is included');
    await git('config', 'extensions.worktreeConfig', 'true');
    assert.deepEqual(await paths(), ['a.one']);
    put(`${root}/.git/config.worktree`, `[includeIf "onbranch:other"]\npath = of-branch\n${excludes('one')}`);
    assert.deepEqual(await paths(), ['a.two'], 'settings of the worktree');
    put(`${root}/.git/of-branch`, excludes('two'));
    await git('commit', '-q', '--allow-empty', '-m', 'x');
    assert.deepEqual(await paths(), ['a.two']);
    await git('checkout', '-q', '-b', 'other');
    assert.deepEqual(await paths(), ['a.two'], 'included above, overruled below');
    realFs.remove(`${root}/.git/config.worktree`);
    await git('config', 'includeIf.onbranch:third.path', 'of-branch');
    put(`${root}/.git/of-branch`, excludes('one'));
    assert.deepEqual(await paths(), ['a.one']);
    await git('checkout', '-q', '-b', 'third');
    assert.deepEqual(await paths(), ['a.two'], 'settings of a branch');
  });

  check(
    'sees when a repository around no longer ignores the workspace',
    async ({ root, git, write, paths }) => {
      await git('init', '-q', '..');
      write('.gitignore', 'b\n');
      for (const name of ['a', 'b']) write(name);
      write('../.gitignore', 'ws/\n');
      assert.deepEqual(await paths(), ['.gitignore', 'a', 'b']);
      realFs.remove(`${root}/../.gitignore`);
      assert.deepEqual(await paths(), ['.gitignore', 'a']);
    },
  );

  check('follows the index: add, remove, deletion, return', async ({ root, git, write, paths }) => {
    await git('init', '-q');
    write('.gitignore', 'out/\n');
    write('out/a');
    write('b');
    assert.deepEqual(await paths(), ['.gitignore', 'b']);
    await git('add', '-f', 'out/a', 'b');
    assert.deepEqual(await paths(), ['.gitignore', 'b', 'out/a']);
    realFs.unlink(`${root}/out/a`);
    assert.deepEqual(await paths(), ['.gitignore', 'b']);
    write('out/a');
    assert.deepEqual(await paths(), ['.gitignore', 'b', 'out/a']);
    await git('rm', '-q', '--cached', 'out/a');
    assert.deepEqual(await paths(), ['.gitignore', 'b']);
    realFs.unlink(`${root}/b`);
    write('b/c');
    assert.deepEqual(await paths(), ['.gitignore', 'b/c']);
  });

  check(
    'takes nested repositories and submodules by their own rules',
    async ({ root, git, write, paths }) => {
      await git('init', '-q');
      write('nested/.gitignore', 'x\n');
      write('nested/x');
      write('nested/y');
      await git('init', '-q', 'nested');
      write('sub/z');
      await git('init', '-q', 'sub');
      await git('-C', 'sub', 'add', 'z');
      await git('-C', 'sub', 'commit', '-q', '-m', 'z');
      await git('add', 'sub');
      assert.deepEqual(await paths(), ['nested/.gitignore', 'nested/y', 'sub/z']);
      write('sub/new');
      write('nested/.gitignore', 'y\n');
      assert.deepEqual(await paths(), ['nested/.gitignore', 'nested/x', 'sub/new', 'sub/z']);
      realFs.remove(`${root}/sub`);
      assert.deepEqual(await paths(), ['nested/.gitignore', 'nested/x']);
    },
  );

  check(
    'works in a worktree, and where a repository comes and goes',
    async ({ folder, root, git, write, paths }) => {
      write('.gitignore', 'a\n');
      write('a');
      assert.deepEqual(await paths(), ['.gitignore', 'a']);
      await git('init', '-q', '..');
      assert.deepEqual(await paths(), ['.gitignore']);
      realFs.remove(`${root}/../.git`);
      assert.deepEqual(await paths(), ['.gitignore', 'a']);
      await git('init', '-q');
      assert.deepEqual(await paths(), ['.gitignore']);
      realFs.remove(`${root}/.git`);
      assert.deepEqual(await paths(), ['.gitignore', 'a']);
      await git('init', '-q', `${folder}/main`);
      await git('-C', `${folder}/main`, 'commit', '-q', '--allow-empty', '-m', 'x');
      await git('-C', `${folder}/main`, 'worktree', 'add', '-q', '--detach', `${root}/tree`);
      realFs.rename(`${root}/tree/.git`, `${root}/.git`);
      realFs.remove(`${root}/tree`);
      assert.deepEqual(await paths(), ['.gitignore']);
    },
  );

  check('takes all where a repository around ignores the workspace', async ({ root, git, write, paths }) => {
    await git('init', '-q', '..');
    realFs.writeFile(`${root}/../.gitignore`, 'ws/\n');
    write('a');
    assert.deepEqual(await paths(), ['a']);
  });

  check('warns where git refuses', async ({ root, variables, git, write }) => {
    await git('init', '-q');
    write('a');
    realFs.writeFile(`${root}/.git/config`, 'no config [');
    const { value, diagnostics } = await snapshotSources({ fs: realFs, processes, variables, root });
    assert.deepEqual(
      diagnostics.map(({ code, severity }) => [code, severity]),
      [['workspace/git-failed', 'warning']],
    );
    assert.deepEqual(value.paths(''), ['a']);
  });

  check('names links to a name that is not UTF-8', async ({ root, variables, git, write }) => {
    await git('init', '-q');
    write('a');
    nodeFs.symlinkSync(Buffer.from('x\xff', 'latin1'), `${root}/l`);
    const { diagnostics } = await snapshotSources({ fs: realFs, processes, variables, root });
    assert.deepEqual(
      diagnostics.map(({ code, path }) => [code, path]),
      [['workspace/link-not-utf8', 'l']],
    );
  });

  check('names files whose name is not UTF-8', async ({ root, variables, git, write }) => {
    write('a');
    for (const isGit of [false, true]) {
      if (isGit) await git('init', '-q');
      nodeFs.writeFileSync(Buffer.concat([Buffer.from(`${root}/b`), Buffer.from([0xff])]), '');
      const { diagnostics } = await snapshotSources({ fs: realFs, processes, variables, root });
      assert.deepEqual(
        diagnostics.map(({ code }) => code),
        ['workspace/name-not-utf8'],
      );
    }
  });
});
