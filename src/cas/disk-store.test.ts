import assert from 'node:assert/strict';
import * as nodeFs from 'node:fs';
import { tmpdir } from 'node:os';
import { describe, it } from 'node:test';
import { type ActionResult, type Tree, treeFromFiles } from '../action/index.ts';
import { type Digest, digestOf } from '../base/index.ts';
import { realHost } from '../host/index.ts';
import { CrashError, FakeClock, fakeEnv, MemoryFileSystem } from '../host/testing.ts';
import { type DiskStore, openDiskStore } from './disk-store.ts';
import { BLOB_TIME_MS } from './store-files.ts';
import { StoreFullError } from './store-full-error.ts';

const ROOT = '/store';
const DAY_MS = 86_400_000;

/** A disk with a clock, and stores on it as different processes would open them. */
function machine() {
  const clock = new FakeClock();
  const fs = new MemoryFileSystem({ now: () => clock.now() });
  const open = (pid = 100): DiskStore => {
    fs.makeDirectory(`/proc/${pid}`);
    fs.writeFile(`/proc/${pid}/stat`, `${pid} (no) de) S ${'0 '.repeat(18)}${pid * 10} 0`);
    fs.remove('/proc/self');
    fs.symlink(`/proc/${pid}`, '/proc/self');
    return openDiskStore({ fs, clock, env: fakeEnv({ pid }), root: ROOT });
  };
  fs.makeDirectory('/proc/sys/kernel/random');
  fs.writeFile('/proc/sys/kernel/random/boot_id', 'boot\n');
  return { clock, fs, open };
}

function resultOf(
  store: DiskStore,
  files: Readonly<Record<string, string>>,
): { tree: Tree; result: ActionResult } {
  const leaves = Object.entries(files).map(([path, content]) => {
    return [path, { digest: store.cas.put(content), isExecutable: false }] as const;
  });
  const tree = treeFromFiles(new Map(leaves));
  store.cas.putTree(tree);
  const execution = { durationMs: 5, finishedAtMs: 7, peakMemoryBytes: 0, cpuMs: 1 };
  return { tree, result: { exitCode: 0, outputRoot: tree.digest, stdout: store.cas.put(''), execution } };
}

function run(store: DiskStore, name: string, size = 1000): Digest {
  const action = digestOf(`action ${name}`);
  store.actions.put(action, resultOf(store, { out: name.padEnd(size, '.') }).result);
  return action;
}

function blobPath(digest: Digest): string {
  return `${ROOT}/cas/${digest.hash.slice(0, 2)}/${digest.hash}`;
}

function hashings(fs: MemoryFileSystem): number {
  return fs.calls.filter(({ operation, path }) => operation === 'readFile' && path.startsWith(ROOT)).length;
}

describe('DiskCas', () => {
  it('believes another thread only of the file that it read', async () => {
    const { fs, clock, open } = machine();
    const digest = open().cas.put('content');
    const other = digestOf('CONTENT');
    const path = blobPath(digest);
    let answer = async (): Promise<string> => digest.hash;
    const digests = {
      follow: () => ({ grow: () => {}, finish: () => answer(), [Symbol.dispose]: () => {} }),
    };
    const reopened = () => openDiskStore({ fs, clock, env: fakeEnv({}), root: ROOT, digests }).cas;
    const hashingsOf = async (cas: ReturnType<typeof reopened>, act = () => {}): Promise<number> => {
      await cas.verifyBeside(digest, false);
      act();
      const before = hashings(fs);
      cas.fileOf(digest, false);
      return hashings(fs) - before;
    };
    assert.equal(await hashingsOf(reopened()), 0);
    const touched = () => {
      clock.advance(5);
      fs.setTimes(path, BLOB_TIME_MS);
    };
    assert.equal(await hashingsOf(reopened(), touched), 1);
    answer = () => Promise.reject(new Error('EIO'));
    assert.equal(await hashingsOf(reopened()), 1);
    answer = async () => other.hash;
    assert.equal(await hashingsOf(reopened()), 1);
    answer = async () => {
      clock.advance(5);
      fs.writeFile(path, 'CONTENT');
      fs.setTimes(path, BLOB_TIME_MS);
      return digest.hash;
    };
    const damaged = reopened();
    assert.equal(await hashingsOf(damaged), 1);
    assert.equal(damaged.has(digest), false);
  });

  it('gives blobs a fixed time and exact modes', () => {
    const { fs, open } = machine();
    const { cas } = open();
    const digest = cas.put('x');
    for (const isExecutable of [false, true]) {
      assert.equal(fs.lstat(cas.fileOf(digest, isExecutable)!)!.mtimeMs, BLOB_TIME_MS);
    }
  });

  for (const [name, damage] of [
    ['a flipped bit that changes no time', (fs: MemoryFileSystem, path: string) => fs.flipByte(path, 2)],
    ['a torn blob', (fs: MemoryFileSystem, path: string) => fs.writeFile(path, 'he')],
    ['a blob emptied by a power loss', (fs: MemoryFileSystem, path: string) => fs.writeFile(path, '')],
    ['a longer blob', (fs: MemoryFileSystem, path: string) => fs.appendFile(path, '!')],
  ] as const) {
    it(`counts ${name} as absent in the next process, and heals`, () => {
      const { fs, open } = machine();
      const digest = open().cas.put('hello');
      damage(fs, blobPath(digest));
      assert.equal(open().cas.get(digest), undefined);
      assert.equal(open().cas.fileOf(digest, false), undefined);
      assert.equal(fs.lstat(blobPath(digest)), undefined);
      const { cas } = open();
      cas.put('hello');
      assert.ok(cas.fileOf(digest, false));
    });
  }

  it('sees a write of the same size with the time put back, in the same process', () => {
    const { fs, clock, open } = machine();
    const { cas } = open();
    const digest = cas.put('hello');
    const path = cas.fileOf(digest, false)!;
    clock.advance(10);
    fs.writeFile(path, 'hellO');
    fs.setTimes(path, BLOB_TIME_MS);
    assert.equal(cas.fileOf(digest, false), undefined);
    assert.equal(cas.has(digest), false);
    assert.deepEqual(cas.put('hello'), digest);
    assert.ok(cas.fileOf(digest, false));
  });

  it('sees a damaged executable and makes it again', () => {
    const { fs, open } = machine();
    const digest = open().cas.put('hello');
    const path = open().cas.fileOf(digest, true)!;
    fs.flipByte(path, 0);
    assert.equal(fs.readText(open().cas.fileOf(digest, true)!), 'hello');
  });

  it('reads of an executable its own file alone, and shows that both are in use', () => {
    const { fs, clock, open } = machine();
    const digest = open().cas.put('hello');
    const path = open().cas.fileOf(digest, true)!;
    clock.advance(3_600_000);
    const { cas } = open();
    const before = hashings(fs);
    assert.equal(cas.fileOf(digest, true), path);
    assert.equal(hashings(fs), before + 1);
    for (const each of [path, blobPath(digest)]) assert.equal(fs.lstat(each)!.ctimeMs, clock.now(), each);
    fs.flipByte(blobPath(digest), 0);
    assert.equal(cas.fileOf(digest, false), undefined, 'marked is not seen to be right');
  });

  it('mends the mode and the time of a blob that was changed through a link', () => {
    const { fs, open } = machine();
    const digest = open().cas.put('hello');
    fs.link(blobPath(digest), '/staged');
    fs.chmod('/staged', 0o777);
    fs.setTimes('/staged', 5);
    assert.ok(open().cas.fileOf(digest, false));
    assert.deepEqual([fs.lstat('/staged')!.mode, fs.lstat('/staged')!.mtimeMs], [0o644, BLOB_TIME_MS]);
  });

  it('hashes once in a process, links or not', () => {
    const { fs, clock, open } = machine();
    const digest = open().cas.put('hello');
    const { cas } = open();
    const before = hashings(fs);
    for (let round = 0; round < 3; round++) {
      fs.link(cas.fileOf(digest, false)!, `/staged-${round}`);
      clock.advance(5);
    }
    assert.equal(hashings(fs), before + 1);
  });

  it('puts a small blob with few calls, and looks it up with none', () => {
    const { fs, open } = machine();
    const { cas } = open();
    cas.put('first, which makes the folders');
    const before = fs.calls.length;
    const digest = cas.put('x');
    assert.ok(fs.calls.length - before <= 9);
    const after = fs.calls.length;
    assert.ok(cas.has(digest));
    assert.equal(fs.calls.length, after);
  });

  it('says that the disk is full and leaves nothing half-written', () => {
    const { fs, open } = machine();
    const { cas } = open();
    cas.put('first');
    fs.writeFile('/big', 'b'.repeat(2_000_000));
    for (const [operation, isFile] of [
      ['createFile', false],
      ['link', false],
      ['write', true],
      ['link', true],
    ] as const) {
      fs.addFault({ operation, code: 'ENOSPC' });
      assert.throws(() => (isFile ? cas.putFile('/big') : cas.put(operation)), StoreFullError);
      fs.clearFaults();
      assert.deepEqual(fs.readDirectory(`${ROOT}/tmp`), []);
    }
    assert.equal(open().verify().damaged.length, 0);
  });

  it('keeps the file of a writer that was faster, and replaces one that is wrong', () => {
    for (const [theirs, stays] of [
      ['text', true],
      ['TEXT', false],
    ] as const) {
      const { fs, open } = machine();
      const { cas } = open();
      const path = blobPath(digestOf('text'));
      const setTimes = fs.setTimes.bind(fs);
      let inode: number | undefined;
      fs.setTimes = (at, time) => {
        setTimes(at, time);
        if (inode !== undefined || !at.includes('/tmp/')) return;
        fs.makeDirectory(path.slice(0, path.lastIndexOf('/')));
        fs.writeFile(path, theirs);
        inode = fs.lstat(path)?.inode;
        setTimes(path, BLOB_TIME_MS);
      };
      const digest = cas.put('text');
      assert.equal(fs.lstat(path)?.inode === inode, stays);
      assert.equal(Buffer.from(cas.get(digest)!).toString(), 'text');
      assert.deepEqual(fs.readDirectory(`${ROOT}/tmp`), []);
    }
  });

  it('takes a folder in place of a blob or a result for damage', () => {
    const { fs, open } = machine();
    const action = run(open(), 'x');
    const digest = open().cas.put('text');
    const paths = [blobPath(digest), `${ROOT}/ac/${action.hash.slice(0, 2)}/${action.hash}`];
    const spoil = (): void => {
      for (const path of paths) {
        fs.remove(path);
        fs.makeDirectory(`${path}/folder`);
      }
    };
    spoil();
    assert.deepEqual([open().cas.get(digest), open().actions.get(action)], [undefined, undefined]);
    spoil();
    assert.equal(open().cas.fileOf(digest, false), undefined);
    spoil();
    open().gc({ maxBytes: 0, graceMs: 0 });
    spoil();
    assert.deepEqual([...open().verify().damaged].sort(), [digest.hash, action.hash].sort());
    spoil();
    open().cas.put('text');
    run(open(), 'x');
    assert.ok(open().actions.get(action));
    assert.equal(open().verify().damaged.length, 0);
  });

  it('leaves only whole blobs wherever the machine stops', () => {
    for (let count = 0; count < 24; count++) {
      const { fs, open } = machine();
      const stopped = open();
      fs.crashAfter(count);
      let hasFinished = false;
      try {
        run(stopped, 'x');
        hasFinished = true;
      } catch (error) {
        if (!(error instanceof CrashError)) throw error;
      }
      fs.restart();
      const store = open();
      assert.deepEqual(store.verify().damaged, [], `after ${count} changes`);
      assert.equal(store.actions.get(digestOf('action x')) !== undefined, hasFinished);
    }
  });

  it('drops a tree whose folder is damaged', () => {
    const { fs, open } = machine();
    const { tree } = resultOf(open(), { 'a/b': 'x' });
    fs.flipByte(blobPath(tree.directories[0]!.tree.digest), 5);
    assert.equal(open().cas.getTree(tree.digest), undefined);
  });
});

describe('DiskActionCache', () => {
  it('gives what was put, also to another process', () => {
    const { open } = machine();
    const store = open();
    const { result } = resultOf(store, { a: '1' });
    store.actions.put(digestOf('a'), result);
    assert.deepEqual(open().actions.get(digestOf('a')), result);
    assert.equal(open().actions.get(digestOf('b')), undefined);
  });

  it('counts any damage as absent', () => {
    const { fs, open } = machine();
    const action = run(open(), 'x');
    const path = `${ROOT}/ac/${action.hash.slice(0, 2)}/${action.hash}`;
    const text = fs.readText(path);
    for (let at = 0; at < text.length; at++) {
      fs.writeFile(path, text);
      fs.flipByte(path, at);
      assert.equal(open().actions.get(action), undefined, `byte ${at}`);
    }
    for (const damaged of ['', text.slice(0, 70), `${text}x`]) {
      fs.writeFile(path, damaged);
      assert.equal(open().actions.get(action), undefined);
      assert.equal(fs.lstat(path), undefined);
    }
  });

  it('does not take one action for another', () => {
    const { fs, open } = machine();
    const action = run(open(), 'x');
    const other = digestOf('other');
    fs.makeDirectory(`${ROOT}/ac/${other.hash.slice(0, 2)}`);
    fs.copyFile(
      `${ROOT}/ac/${action.hash.slice(0, 2)}/${action.hash}`,
      `${ROOT}/ac/${other.hash.slice(0, 2)}/${other.hash}`,
    );
    assert.equal(open().actions.get(other), undefined);
  });

  it('survives a store that cannot be written', () => {
    const { fs, open } = machine();
    const action = run(open(), 'x');
    fs.addFault({ operation: 'setTimes', code: 'EROFS' });
    assert.ok(open().actions.get(action));
  });
});

describe('gc', () => {
  it('keeps what a result tells beside its output', () => {
    const { clock, open } = machine();
    const store = open();
    const auxiliary = store.cas.put('{"isRecorded":true}');
    const action = digestOf('action with a record');
    store.actions.put(action, { ...resultOf(store, { out: 'x' }).result, auxiliary });
    const unused = store.cas.put('of no result');
    clock.advance(DAY_MS);
    assert.ok(open().actions.get(action), 'a use');
    open().gc({ maxBytes: 0, graceMs: 1000 });
    const again = open();
    assert.deepEqual(again.actions.get(action)?.auxiliary, auxiliary);
    assert.deepEqual([again.cas.has(auxiliary), again.cas.has(unused)], [true, false]);
  });

  it('leaves a store under its limit alone', () => {
    const { clock, open } = machine();
    run(open(), 'x');
    clock.advance(DAY_MS);
    const report = open().gc({ maxBytes: 1e9 });
    assert.deepEqual([report.removedActions, report.removedBlobs, report.freedBytes], [0, 0, 0]);
  });

  it('removes the least recently used, and remembers when', () => {
    const { clock, open } = machine();
    const [a, b, c] = ['a', 'b', 'c'].map((name) => {
      clock.advance(DAY_MS);
      return run(open(), name);
    });
    clock.advance(DAY_MS);
    assert.ok(open().actions.get(a!), 'a use');
    clock.advance(DAY_MS);
    const store = open();
    const report = store.gc({ maxBytes: 3500 });
    assert.equal(report.removedActions, 1);
    assert.ok(report.keptBytes <= 3500);
    assert.deepEqual(
      [a, b, c].map((action) => open().actions.get(action!) !== undefined),
      [true, false, true],
    );
    for (const action of [a!, c!]) {
      const { outputRoot } = store.actions.get(action)!;
      assert.equal(store.cas.missingFile(store.cas.getTree(outputRoot)!), undefined);
    }
    assert.deepEqual(store.removalOf(b!), { by: 'gc', atMs: clock.now() });
    assert.equal(store.removalOf(a!), undefined);
    assert.equal(store.stats().actions, 2);
  });

  it('tells by what a result was removed, until it is there again', () => {
    const { clock, fs, open } = machine();
    const damage = (path: string): void => fs.writeFile(path, 'x');
    const entry = ({ hash }: Digest): string => `${ROOT}/ac/${hash.slice(0, 2)}/${hash}`;
    const cases: Record<string, (action: Digest) => void> = {
      gc: () => open().gc({ maxBytes: 0, graceMs: 0 }),
      clear: () => open().clear(),
      verify: (action) => {
        damage(entry(action));
        open().verify();
      },
      damage: (action) => {
        damage(entry(action));
        assert.equal(open().actions.get(action), undefined);
      },
    };
    for (const [by, remove] of Object.entries(cases)) {
      const action = run(open(), 'a');
      clock.advance(DAY_MS);
      remove(action);
      assert.deepEqual(open().removalOf(action), { by, atMs: clock.now() });
      run(open(), 'a');
      assert.equal(open().removalOf(action), undefined, 'it came back');
      fs.remove(`${ROOT}/ac`);
      assert.equal(open().removalOf(action), undefined, 'and was taken away by somebody else');
    }
    const blob = open().cas.put('content');
    damage(blobPath(blob));
    assert.equal(open().cas.get(blob), undefined);
    assert.equal(open().removalOf(blob)?.by, 'damage');
  });

  it('keeps what is young, and the roots that it is told', () => {
    const { clock, open } = machine();
    const store = open();
    const { tree } = resultOf(store, { kept: 'k'.repeat(500) });
    const old = store.cas.put('o'.repeat(500));
    clock.advance(DAY_MS);
    const young = store.cas.put('y'.repeat(500));
    const again = open();
    again.gc({ maxBytes: 0, keepRoots: [tree.digest] });
    assert.equal(again.cas.missingFile(again.cas.getTree(tree.digest)!), undefined);
    assert.deepEqual([again.cas.has(old), again.cas.has(young)], [false, true]);
  });

  it('keeps an old blob that was just wanted', () => {
    const { clock, open } = machine();
    const digest = open().cas.put('x'.repeat(500));
    clock.advance(DAY_MS);
    open(7).cas.put('x'.repeat(500));
    const store = open();
    store.gc({ maxBytes: 0 });
    assert.ok(store.cas.has(digest));
  });

  it('keeps all that was used since another build began', () => {
    const { clock, open } = machine();
    const action = run(open(), 'x');
    clock.advance(DAY_MS);
    const building = open(200);
    const use = building.use();
    clock.advance(DAY_MS);
    assert.ok(building.actions.get(action));
    clock.advance(DAY_MS);
    open(300).gc({ maxBytes: 0 });
    assert.ok(open(200).actions.get(action));
    use[Symbol.dispose]();
    clock.advance(DAY_MS);
    open(300).gc({ maxBytes: 0 });
    assert.equal(open(200).actions.get(action), undefined);
  });

  it('takes the mark of a process that is gone, or of another with its number, for nothing', () => {
    for (const end of ['gone', 'reused']) {
      const { fs, clock, open } = machine();
      const store = open(200);
      store.use();
      const action = run(store, 'x');
      clock.advance(DAY_MS);
      if (end === 'gone') fs.remove('/proc/200');
      else fs.writeFile('/proc/200/stat', `200 (other) S ${'0 '.repeat(18)}999 0`);
      open(300).gc({ maxBytes: 0 });
      assert.equal(open(300).actions.get(action), undefined);
      assert.deepEqual(fs.readDirectory(`${ROOT}/locks`), []);
    }
  });

  it('runs once at a time, and again after a crash', () => {
    const { fs, clock, open } = machine();
    run(open(200), 'x');
    clock.advance(DAY_MS);
    const store = open(200);
    fs.crashAfter(2);
    assert.throws(() => store.gc({ maxBytes: 0 }), CrashError);
    fs.restart();
    assert.equal(open(200).gc({ maxBytes: 0 }).isBusy, true, 'the process still lives');
    fs.remove('/proc/200');
    assert.equal(open(300).gc({ maxBytes: 0 }).isBusy, false);
  });

  it('leaves a store that works wherever it stops', () => {
    for (let count = 1; count < 20; count++) {
      const { fs, clock, open } = machine();
      const actions = ['a', 'b'].map((name) => run(open(200), name));
      clock.advance(DAY_MS);
      const collecting = open(200);
      fs.crashAfter(count);
      assert.throws(() => {
        collecting.gc({ maxBytes: 0 });
        throw new CrashError('done');
      }, CrashError);
      fs.restart();
      const store = open(300);
      assert.deepEqual(store.verify().damaged, []);
      for (const action of actions) {
        const result = store.actions.get(action);
        const tree = result && store.cas.getTree(result.outputRoot);
        if (tree) store.cas.missingFile(tree);
      }
      assert.ok(run(store, 'a'));
    }
  });
});

describe('upkeep', () => {
  it('verify finds and removes what is damaged', () => {
    const { fs, open } = machine();
    const store = open();
    const digest = store.cas.put('hello');
    store.cas.put('fine');
    const action = run(store, 'x');
    fs.flipByte(blobPath(digest), 0);
    fs.flipByte(`${ROOT}/ac/${action.hash.slice(0, 2)}/${action.hash}`, 70);
    assert.deepEqual(store.verify().damaged.toSorted(), [digest.hash, action.hash].sort());
    assert.deepEqual(store.verify().damaged, []);
    assert.equal(store.cas.has(digest), false);
  });

  it('clear removes all', () => {
    const { open } = machine();
    const store = open();
    const action = run(store, 'x');
    store.clear();
    assert.equal(store.actions.get(action), undefined);
    assert.deepEqual(store.stats(), { blobs: 0, blobBytes: 0, actions: 0 });
    assert.ok(run(store, 'x'));
    assert.ok(store.cas.getTree(store.actions.get(action)!.outputRoot));
  });

  it('works on a real disk under any umask', () => {
    const { fs, clock, env } = realHost();
    const folder = nodeFs.mkdtempSync(`${tmpdir()}/mobileops-store-`);
    const before = process.umask(0o077);
    try {
      const store = openDiskStore({ fs, clock, env, root: `${folder}/store` });
      using _ = store.use();
      const action = run(store, 'x');
      assert.ok(openDiskStore({ fs, clock, env, root: `${folder}/store` }).actions.get(action));
      const path = store.cas.fileOf(store.cas.put('x'), true)!;
      assert.deepEqual([fs.lstat(path)!.mode, fs.lstat(path)!.mtimeMs], [0o755, BLOB_TIME_MS]);
      assert.deepEqual(store.verify().damaged, []);
      store.gc({ maxBytes: 0, graceMs: -DAY_MS });
      assert.equal(store.stats().actions, 0);
    } finally {
      process.umask(before);
      fs.remove(folder);
    }
  });
});
