import assert from 'node:assert/strict';
import * as nodeFs from 'node:fs';
import { tmpdir } from 'node:os';
import { describe, it } from 'node:test';
import { EMPTY_TREE, listTree, mergeTrees, treeFromFiles, treeUnder } from '../action/index.ts';
import { digestOf, EMPTY_DIGEST } from '../base/index.ts';
import { type FileSystem, realHost } from '../host/index.ts';
import { FakeClock, fakeEnv, MemoryFileSystem } from '../host/testing.ts';
import type { Cas } from './cas.ts';
import { DiskCas } from './disk-cas.ts';
import { MemoryCas } from './memory-cas.ts';

interface Made extends Disposable {
  readonly cas: Cas;
  readonly fs: FileSystem;
  /** A folder beside the store. */
  readonly folder: string;
}

function describeCas(name: string, make: () => Made): void {
  const check = (title: string, test: (cas: Cas, fs: FileSystem, folder: string) => void): void => {
    it(title, () => {
      using made = make();
      test(made.cas, made.fs, made.folder);
    });
  };

  describe(`Cas: ${name}`, () => {
    check('gives what was put', (cas) => {
      const digest = cas.put('hello');
      assert.deepEqual(digest, digestOf('hello'));
      assert.deepEqual(cas.put(Buffer.from('hello')), digest);
      assert.equal(Buffer.from(cas.get(digest)!).toString(), 'hello');
      assert.ok(cas.has(digest));
    });

    check('has nothing else', (cas) => {
      const digest = cas.put('hello');
      for (const absent of [digestOf('other'), { ...digest, sizeBytes: 4 }]) {
        assert.equal(cas.has(absent), false);
        assert.equal(cas.get(absent), undefined);
        assert.equal(cas.fileOf(absent, false), undefined);
        assert.equal(cas.getTree(absent), undefined);
      }
      assert.ok(cas.has(digest), 'a question with a wrong size takes nothing away');
      assert.ok(cas.get(digest));
    });

    check('takes files of any size, which stay', (cas, fs, folder) => {
      for (const size of [0, 1, 3_000_000]) {
        fs.writeFile(`${folder}/f`, new Uint8Array(size).fill(7), 0o755);
        const digest = cas.putFile(`${folder}/f`);
        assert.deepEqual(digest, digestOf(new Uint8Array(size).fill(7)));
        assert.deepEqual(cas.putFile(`${folder}/f`), digest);
        assert.equal(fs.lstat(`${folder}/f`)!.sizeBytes, size);
        assert.equal(cas.get(digest)!.byteLength, size);
      }
    });

    check('gives files to link, plain and executable', (cas, fs) => {
      for (const content of ['', 'x', 'y'.repeat(2_000_000)]) {
        const digest = cas.put(content);
        const plain = cas.fileOf(digest, false)!;
        const executable = cas.fileOf(digest, true)!;
        assert.equal(fs.readText(plain), content);
        assert.equal(fs.readText(executable), content);
        assert.equal(fs.lstat(plain)!.mode, 0o644);
        assert.equal(fs.lstat(executable)!.mode, 0o755);
        assert.notEqual(fs.lstat(plain)!.inode, fs.lstat(executable)!.inode);
        assert.equal(cas.fileOf(digest, true), executable);
      }
    });

    check('keeps trees', (cas) => {
      const digest = cas.put('x');
      const inner = treeFromFiles(new Map([['b', { digest, isExecutable: true }]]));
      const tree = mergeTrees([treeUnder(inner, 'a'), treeUnder(inner, 'c/d'), treeUnder(EMPTY_TREE, 'e')]);
      assert.equal(cas.getTree(tree.digest), undefined);
      assert.deepEqual(cas.putTree(tree), tree.digest);
      const loaded = cas.getTree(tree.digest)!;
      assert.deepEqual(loaded, tree);
      assert.deepEqual(listTree(loaded), listTree(tree));
      assert.equal(cas.missingFile(tree), undefined);
    });

    check('names the first missing file', (cas) => {
      const digest = digestOf('absent');
      const tree = treeUnder(treeFromFiles(new Map([['b', { digest, isExecutable: false }]])), 'a');
      assert.deepEqual(cas.missingFile(tree), digest);
      cas.put('absent');
      assert.equal(cas.missingFile(tree), undefined);
    });

    check('always has the empty blob and tree', (cas, fs) => {
      assert.ok(cas.has(EMPTY_DIGEST));
      assert.deepEqual(cas.get(EMPTY_DIGEST), new Uint8Array());
      assert.deepEqual(cas.getTree(EMPTY_TREE.digest), EMPTY_TREE);
      assert.equal(fs.readText(cas.fileOf(EMPTY_DIGEST, false)!), '');
    });
  });
}

const noResource = { [Symbol.dispose]: (): void => {} };

describeCas('memory', () => {
  const fs = new MemoryFileSystem();
  fs.makeDirectory('/out');
  return { cas: new MemoryCas({ fs, root: '/store' }), fs, folder: '/out', ...noResource };
});

describeCas('disk in memory', () => {
  const fs = new MemoryFileSystem();
  fs.makeDirectory('/out');
  const cas = new DiskCas({ fs, clock: new FakeClock(), env: fakeEnv(), root: '/store' });
  return { cas, fs, folder: '/out', ...noResource };
});

describeCas('disk', () => {
  const { fs, clock, env } = realHost();
  const folder = nodeFs.mkdtempSync(`${tmpdir()}/mobileops-cas-`);
  const cas = new DiskCas({ fs, clock, env, root: `${folder}/store` });
  return { cas, fs, folder, [Symbol.dispose]: () => fs.remove(folder) };
});
