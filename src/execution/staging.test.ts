import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { treeFromFiles } from '../action/index.ts';
import { DiskCas } from '../cas/index.ts';
import { type FileSystem, realHost } from '../host/index.ts';
import { LostBlob, stageTree } from './staging.ts';

const host = realHost();
const store = mkdtempSync(join(tmpdir(), 'mobileops-staging-'));
after(() => rmSync(store, { recursive: true }));
const cas = new DiskCas({ fs: host.fs, clock: host.clock, env: host.env, root: store });
const tree = treeFromFiles(new Map([['f', { digest: cas.put('text'), isExecutable: false }]]));

/** A disk on which `before` happens at each attempt to make a link. */
function disk(before: (attempt: number) => void): FileSystem {
  let attempt = 0;
  return {
    ...host.fs,
    link(from, to) {
      before(++attempt);
      host.fs.link(from, to);
    },
  };
}

const absent = (): never => {
  throw Object.assign(new Error('ENOENT'), { code: 'ENOENT' });
};

test('a link is tried again while another process replaces the blob', () => {
  const fs = disk((attempt) => attempt < 4 && absent());
  stageTree({ fs, cas }, tree, join(store, 'replaced'), 'link');
  assert.equal(host.fs.lstat(join(store, 'replaced', 'f'))?.inode, inodeOfBlob());
});

test('a blob that another process removes just then is lost', () => {
  const path = cas.fileOf(tree.files[0]!.digest, false)!;
  const fs = disk(() => rmSync(path, { force: true }));
  assert.throws(() => stageTree({ fs, cas }, tree, join(store, 'lost'), 'link'), LostBlob);
  cas.put('text');
  stageTree({ fs: host.fs, cas }, tree, join(store, 'again'), 'link');
  assert.equal(readFileSync(join(store, 'again', 'f'), 'utf8'), 'text');
});

function inodeOfBlob(): number | undefined {
  return host.fs.lstat(cas.fileOf(tree.files[0]!.digest, false)!)?.inode;
}

test('a tree can be laid in the opposite order', () => {
  const { digest } = tree.files[0]!;
  const leaf = { digest, isExecutable: false };
  const several = treeFromFiles(
    new Map(
      [...'abc'].flatMap(
        (name) =>
          [
            [name, leaf],
            [`d/${name}`, leaf],
          ] as const,
      ),
    ),
  );
  const made: string[] = [];
  const fs: FileSystem = {
    ...host.fs,
    link(from, to) {
      made.push(to.slice(to.indexOf('/laid') + 7));
      host.fs.link(from, to);
    },
  };
  stageTree({ fs, cas }, several, join(store, 'laid1'), 'link');
  stageTree({ fs, cas, isReversed: true }, several, join(store, 'laid2'), 'link');
  assert.deepEqual(made.slice(0, 6), ['a', 'b', 'c', 'd/a', 'd/b', 'd/c']);
  assert.deepEqual(made.slice(6), ['d/c', 'd/b', 'd/a', 'c', 'b', 'a']);
});
