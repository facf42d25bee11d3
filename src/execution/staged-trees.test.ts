import assert from 'node:assert/strict';
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, beforeEach, describe, test } from 'node:test';
import { treeFromFiles } from '../action/index.ts';
import { DiskCas } from '../cas/index.ts';
import { type FileSystem, realHost } from '../host/index.ts';
import { endStaleSessions, isAlone, newSession } from './session.ts';
import { StagedTrees } from './staged-trees.ts';

const host = realHost();
const folders: string[] = [];
after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

/** Two builds that share a store, and a tree that is large enough to be kept. */
class Rig {
  readonly store = mkdtempSync(join(tmpdir(), 'mobileops-trees-'));
  readonly cas = this.newCas();
  readonly tree = treeFromFiles(
    new Map(
      Array.from({ length: 250 }, (_, index) => [
        `d/f${index}`,
        { digest: this.cas.put(`text ${index}`), isExecutable: false },
      ]),
    ),
  );

  constructor() {
    folders.push(this.store);
  }

  newCas(): DiskCas {
    return new DiskCas({ fs: host.fs, clock: host.clock, env: host.env, root: this.store });
  }

  build(fs: FileSystem = host.fs): { readonly session: string; readonly trees: StagedTrees } {
    const session = newSession(host, this.store);
    const alone = (): boolean => isAlone(host, this.store, session);
    const kept = join(this.store, 'trees');
    return {
      session,
      trees: new StagedTrees({ fs, cas: this.newCas(), session, kept, memory: undefined, isAlone: alone }),
    };
  }

  damage(): void {
    const { digest } = this.tree.directories[0]!.tree.files[7]!;
    const bytes = this.cas.get(digest)!;
    appendFileSync(this.cas.fileOf(digest, false)!, 'x');
    this.newCas().fileOf(digest, false);
    this.newCas().put(bytes);
  }
}

describe('trees that builds share', () => {
  let rig: Rig;
  beforeEach(() => {
    rig = new Rig();
  });

  test('the second build uses what the first one left', () => {
    const first = rig.build().trees.path(rig.tree);
    assert.equal(rig.build().trees.path(rig.tree), first);
    assert.ok(first.startsWith(join(rig.store, 'trees')));
  });

  test('one that another build may be using stays where it is, damaged or not', () => {
    const first = rig.build().trees.path(rig.tree);
    rig.damage();
    const other = rig.build();
    const second = other.trees.path(rig.tree);
    assert.ok(second.startsWith(other.session), second);
    assert.equal(readFileSync(join(second, 'd/f0'), 'utf8'), 'text 0');
    rmSync(other.session, { recursive: true });
    assert.ok(existsSync(join(first, 'd/f249')));
  });

  test('one that another build was faster to make stays too', () => {
    let theirs = '';
    const slow: FileSystem = {
      ...host.fs,
      writeFile(path, content, mode) {
        theirs ||= rig.build().trees.path(rig.tree);
        host.fs.writeFile(path, content, mode);
      },
    };
    const own = rig.build(slow);
    const path = own.trees.path(rig.tree);
    assert.ok(path.startsWith(own.session), path);
    rmSync(own.session, { recursive: true });
    assert.ok(existsSync(join(theirs, 'd/f249')));
  });

  test('a damaged one is made again when no other build is there', () => {
    const first = rig.build();
    const path = first.trees.path(rig.tree);
    rmSync(first.session, { recursive: true });
    rig.damage();
    const second = rig.build();
    assert.equal(second.trees.path(rig.tree), path);
    rmSync(second.session, { recursive: true });
    assert.equal(rig.build().trees.path(rig.tree), path);
    assert.equal(readFileSync(join(path, 'd/f7'), 'utf8').endsWith('x'), false);
  });
});

describe('sessions', () => {
  const [ours, start, realm] = newSession(host, new Rig().store).split('/').at(-1)!.split('-');
  const check = (what: string, name: string, expected: 'live' | 'gone'): void => {
    test(`${what} is ${expected}`, () => {
      const { store } = new Rig();
      const own = newSession(host, store);
      const other = join(store, 'sessions', name);
      mkdirSync(other);
      assert.equal(isAlone(host, store, own), expected === 'gone');
      endStaleSessions(host, store);
      assert.deepEqual([existsSync(other), existsSync(own)], [expected === 'live', true]);
    });
  };
  check('one of a process that runs', `${ours}-${start}-${realm}-1`, 'live');
  check('one of a process that ended', `4194304-${start}-${realm}-1`, 'gone');
  check('one whose process id is used again', `${ours}-1-${realm}-1`, 'gone');
  check('a recent one of a container that shares the store', `4194304-${start}-0123456789ab-1`, 'live');
});

test('sources that are not stored yet are laid out in memory, and what is stored stays on the disk', () => {
  const rig = new Rig();
  const folder = mkdtempSync(join(tmpdir(), 'mobileops-memory-'));
  folders.push(folder);
  const session = newSession(host, rig.store);
  const memory = { folder, stagedBytes: 64 * 2 ** 20 };
  const open = (isStored: boolean): StagedTrees =>
    new StagedTrees({
      ...{ fs: host.fs, cas: rig.newCas(), session, kept: join(rig.store, 'trees'), memory },
      isStored: () => isStored,
      isAlone: () => true,
    });
  const inMemory = open(false).path(rig.tree);
  assert.ok(inMemory.startsWith(folder));
  assert.equal(readFileSync(join(inMemory, 'd/f7'), 'utf8'), 'text 7');
  assert.ok(open(true).path(rig.tree).startsWith(join(rig.store, 'trees')));
});
