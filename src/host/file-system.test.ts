import assert from 'node:assert/strict';
import * as nodeFs from 'node:fs';
import { tmpdir } from 'node:os';
import { describe, it } from 'node:test';
import type { FileSystem } from './file-system.ts';
import { realFileSystem } from './real-file-system.ts';
import { CrashError, MemoryFileSystem } from './testing.ts';

type Make = () => { fs: FileSystem; root: string; [Symbol.dispose](): void };

function describeFileSystem(name: string, make: Make): void {
  const check = (title: string, test: (fs: FileSystem, root: string) => void): void => {
    it(title, () => {
      using made = make();
      test(made.fs, made.root);
    });
  };
  const throwsCode = (code: string, act: () => void): void => assert.throws(act, { code });

  describe(`FileSystem: ${name}`, () => {
    check('has nothing where nothing is', (fs, root) => {
      assert.equal(fs.lstat(`${root}/a`), undefined);
      assert.equal(fs.lstat(`${root}/a/b`), undefined);
      assert.equal(fs.readTextIfExists(`${root}/a`), undefined);
      throwsCode('ENOENT', () => fs.readFile(`${root}/a`));
      throwsCode('ENOENT', () => fs.readDirectory(`${root}/a`));
      throwsCode('ENOENT', () => fs.unlink(`${root}/a`));
      throwsCode('ENOENT', () => fs.writeFile(`${root}/a/b`, ''));
      fs.remove(`${root}/a`);
    });

    check('has nothing below a file', (fs, root) => {
      fs.writeFile(`${root}/a`, 'one');
      for (const path of [`${root}/a/b`, `${root}/a/b/c`]) {
        assert.equal(fs.lstat(path), undefined);
        assert.equal(fs.readTextIfExists(path), undefined);
        throwsCode('ENOTDIR', () => fs.readFile(path));
        throwsCode('ENOTDIR', () => fs.readDirectory(path));
        throwsCode('ENOTDIR', () => fs.writeFile(path, ''));
        throwsCode('ENOTDIR', () => fs.makeDirectory(path));
        fs.remove(path);
      }
      assert.equal(fs.readText(`${root}/a`), 'one');
    });

    check('writes and reads', (fs, root) => {
      fs.writeFile(`${root}/a`, 'one', 0o755);
      assert.equal(fs.readText(`${root}/a`), 'one');
      const { type, sizeBytes, mode, links } = fs.lstat(`${root}/a`)!;
      assert.deepEqual(
        { type, sizeBytes, mode, links },
        { type: 'file', sizeBytes: 3, mode: 0o755, links: 1 },
      );
      fs.writeFile(`${root}/a`, Buffer.from('22'));
      assert.equal(fs.readText(`${root}/a`), '22');
      assert.equal(fs.lstat(`${root}/a`)!.mode, 0o644);
      fs.appendFile(`${root}/a`, '3');
      assert.equal(fs.readTextIfExists(`${root}/a`), '223');
      throwsCode('EEXIST', () => fs.createFile(`${root}/a`, ''));
    });

    check('replaces a file by another inode', (fs, root) => {
      fs.writeFile(`${root}/a`, 'one');
      const { inode } = fs.lstat(`${root}/a`)!;
      fs.replaceFile(`${root}/a`, 'two', 0o600);
      assert.notEqual(fs.lstat(`${root}/a`)!.inode, inode);
      assert.equal(fs.lstat(`${root}/a`)!.mode, 0o600);
      assert.deepEqual(fs.readDirectory(root), [{ name: 'a', type: 'file' }]);
    });

    check('lists in order of code units', (fs, root) => {
      for (const path of ['b', 'a.b', 'a/c', 'Z']) fs.makeDirectory(`${root}/${path}`);
      fs.symlink('b', `${root}/l`);
      assert.deepEqual(
        fs.readDirectory(root).map(({ name, type }) => `${name} ${type}`),
        ['Z directory', 'a directory', 'a.b directory', 'b directory', 'l symlink'],
      );
    });

    check('makes folders with parents, again without harm', (fs, root) => {
      fs.makeDirectory(`${root}/a/b`, 0o700);
      fs.makeDirectory(`${root}/a/b`);
      assert.equal(fs.lstat(`${root}/a/b`)!.mode, 0o700);
      fs.writeFile(`${root}/f`, '');
      throwsCode('EEXIST', () => fs.makeDirectory(`${root}/f`));
    });

    check('renames over a file and keeps the inode', (fs, root) => {
      fs.writeFile(`${root}/a`, 'a');
      fs.writeFile(`${root}/b`, 'b');
      const { inode } = fs.lstat(`${root}/a`)!;
      fs.rename(`${root}/a`, `${root}/b`);
      assert.equal(fs.lstat(`${root}/a`), undefined);
      assert.equal(fs.lstat(`${root}/b`)!.inode, inode);
      assert.equal(fs.readText(`${root}/b`), 'a');
      throwsCode('ENOENT', () => fs.rename(`${root}/a`, `${root}/c`));
      throwsCode('ENOENT', () => fs.rename(`${root}/b`, `${root}/no/c`));
    });

    check('links share content, modes and times', (fs, root) => {
      fs.writeFile(`${root}/a`, 'a');
      fs.link(`${root}/a`, `${root}/b`);
      fs.chmod(`${root}/b`, 0o755);
      fs.setTimes(`${root}/b`, 315_532_800_000);
      const a = fs.lstat(`${root}/a`)!;
      assert.deepEqual([a.links, a.mode, a.mtimeMs], [2, 0o755, 315_532_800_000]);
      assert.equal(a.inode, fs.lstat(`${root}/b`)!.inode);
      throwsCode('EEXIST', () => fs.link(`${root}/a`, `${root}/b`));
      fs.unlink(`${root}/a`);
      assert.equal(fs.lstat(`${root}/b`)!.links, 1);
    });

    check('follows symbolic links but for lstat, unlink and rename', (fs, root) => {
      fs.makeDirectory(`${root}/d`);
      fs.writeFile(`${root}/d/f`, 'f');
      fs.symlink('d', `${root}/l`);
      fs.symlink('d/f', `${root}/m`);
      assert.equal(fs.lstat(`${root}/l`)!.type, 'symlink');
      assert.equal(fs.readLink(`${root}/l`), 'd');
      assert.equal(fs.readText(`${root}/l/f`), 'f');
      assert.equal(fs.readText(`${root}/m`), 'f');
      assert.equal(fs.realPath(`${root}/l/f`), fs.realPath(`${root}/d/f`));
      fs.writeFile(`${root}/m`, 'new');
      assert.equal(fs.readText(`${root}/d/f`), 'new');
      fs.unlink(`${root}/m`);
      assert.equal(fs.readText(`${root}/d/f`), 'new');
      throwsCode('EINVAL', () => fs.readLink(`${root}/d/f`));
    });

    check('removes whole trees', (fs, root) => {
      fs.makeDirectory(`${root}/a/b`);
      fs.writeFile(`${root}/a/b/c`, '');
      fs.chmod(`${root}/a/b`, 0o500);
      fs.remove(`${root}/a`);
      assert.deepEqual(fs.readDirectory(root), []);
    });

    check('copies content with the mode that is asked for', (fs, root) => {
      fs.writeFile(`${root}/a`, 'a', 0o644);
      fs.copyFile(`${root}/a`, `${root}/b`, 0o755);
      fs.writeFile(`${root}/a`, 'changed');
      assert.equal(fs.readText(`${root}/b`), 'a');
      assert.equal(fs.lstat(`${root}/b`)!.mode, 0o755);
    });

    check('tells how large the disk is', (fs, root) => {
      assert.ok(fs.freeBytes(root) > 0);
      assert.ok(fs.usedBytes(root) >= 0);
    });

    check('reads and writes in chunks', (fs, root) => {
      {
        using file = fs.open(`${root}/a`, 'wx', 0o600);
        file.write(Buffer.from('hello '));
        file.write(Buffer.from('world'));
        file.sync();
      }
      using file = fs.open(`${root}/a`, 'r');
      const buffer = new Uint8Array(8);
      assert.equal(file.read(buffer), 8);
      assert.equal(Buffer.from(buffer).toString(), 'hello wo');
      assert.equal(file.readAt(buffer, 6), 5);
      assert.equal(Buffer.from(buffer.subarray(0, 5)).toString(), 'world');
      assert.equal(file.readAt(buffer, 20), 0);
      assert.equal(file.read(buffer), 3);
      assert.equal(file.read(buffer), 0);
      throwsCode('EEXIST', () => fs.open(`${root}/a`, 'wx'));
    });

    check('moves the ctime with every change, the mtime of a folder with its names', (fs, root) => {
      fs.makeDirectory(`${root}/d`);
      fs.writeFile(`${root}/d/f`, 'a');
      fs.setTimes(`${root}/d/f`, 1000);
      fs.setTimes(`${root}/d`, 1000);
      const before = fs.lstat(`${root}/d/f`)!;
      assert.equal(before.mtimeMs, 1000);
      assert.ok(before.ctimeMs > 1000);
      fs.writeFile(`${root}/d/f`, 'b');
      assert.ok(fs.lstat(`${root}/d/f`)!.mtimeMs > 1000);
      assert.equal(fs.lstat(`${root}/d`)!.mtimeMs, 1000);
      fs.writeFile(`${root}/d/g`, '');
      assert.ok(fs.lstat(`${root}/d`)!.mtimeMs > 1000);
    });
  });
}

describeFileSystem('memory', () => {
  const fs = new MemoryFileSystem();
  fs.makeDirectory('/root');
  return { fs, root: '/root', [Symbol.dispose]: () => {} };
});

describeFileSystem('real', () => {
  const root = nodeFs.mkdtempSync(`${tmpdir()}/mobileops-fs-`);
  return { fs: realFileSystem, root, [Symbol.dispose]: () => realFileSystem.remove(root) };
});

describe('MemoryFileSystem', () => {
  it('rounds times down to the tick', () => {
    let now = 1999;
    const fs = new MemoryFileSystem({ now: () => now, tickMs: 1000 });
    fs.writeFile('/a', '');
    assert.equal(fs.lstat('/a')!.ctimeMs, 1000);
    now = 2000;
    fs.chmod('/a', 0o600);
    assert.deepEqual([fs.lstat('/a')!.mtimeMs, fs.lstat('/a')!.ctimeMs], [1000, 2000]);
  });

  it('fails as it is told', () => {
    const fs = new MemoryFileSystem();
    fs.addFault({ operation: 'createFile', path: /x$/, code: 'ENOSPC', times: 1 });
    fs.createFile('/y', 'abcd');
    assert.throws(() => fs.createFile('/x', 'abcd'), { code: 'ENOSPC' });
    assert.equal(fs.readText('/x'), 'ab');
    fs.writeFile('/x', 'abcd');
    assert.equal(fs.readText('/x'), 'abcd');
  });

  it('crashes after some changes and can be started again', () => {
    const fs = new MemoryFileSystem();
    fs.crashAfter(1);
    fs.writeFile('/a', 'a');
    assert.throws(() => fs.replaceFile('/a', 'bb'), CrashError);
    assert.throws(() => fs.readFile('/a'), CrashError);
    fs.restart();
    assert.equal(fs.readText('/a'), 'a');
  });
});
