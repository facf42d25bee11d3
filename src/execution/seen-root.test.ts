import assert from 'node:assert/strict';
import { test } from 'node:test';
import { digestOf } from '../base/index.ts';
import type { FileDigests, Host } from '../host/index.ts';
import { MemoryFileSystem } from '../host/testing.ts';
import { seeRoot } from './seen-root.ts';

async function fingerprint(userId: number, groups: string): Promise<string> {
  const fs = new MemoryFileSystem();
  fs.makeDirectory('/usr/bin');
  fs.writeFile('/usr/bin/tool', 'program');
  fs.makeDirectory('/proc/self');
  fs.writeFile('/proc/self/status', `Name:\tnode\nGid:\t100\t100\t100\t100\nGroups:\t${groups} \n`);
  const host = { fs, env: { userId, platform: 'other' } } as unknown as Host;
  const first = await seeRoot(host, { folder: '/store' });
  const second = await seeRoot(host, { folder: '/store' });
  assert.equal(second.root.fingerprint, first.root.fingerprint, 'the same from the memo');
  return first.root.fingerprint;
}

test('what root sees, what a user sees and what one with further groups sees are three things', async () => {
  const [root, user, member] = [
    await fingerprint(0, ''),
    await fingerprint(1000, '100'),
    await fingerprint(1000, '27 100'),
  ];
  assert.equal(new Set([root, user, member]).size, 3);
  assert.equal(await fingerprint(1001, ''), user);
  assert.equal(await fingerprint(0, '0 4 27'), root);
});

/** The machine has one large program; `finish` is how another thread reads it. */
async function withProgram(
  finish?: (fs: MemoryFileSystem, path: string) => Promise<string>,
): Promise<string> {
  const fs = new MemoryFileSystem();
  fs.makeDirectory('/usr/bin');
  fs.writeFile('/usr/bin/large', 'program'.repeat(200_000));
  fs.writeFile('/usr/bin/small', 'program');
  const digests: FileDigests = {
    follow: (path) => ({ grow() {}, finish: () => finish!(fs, path), [Symbol.dispose]() {} }),
  };
  const host = { fs, env: { userId: 0, platform: 'other' }, ...(finish ? { digests } : {}) };
  return (await seeRoot(host as unknown as Host, { folder: '/store' })).root.fingerprint;
}

test('a large program counts by its content, whoever reads it', async () => {
  const read: string[] = [];
  const alone = await withProgram();
  const ahead = await withProgram(async (fs, path) => {
    read.push(path);
    return digestOf(fs.readFile(path)).hash;
  });
  assert.deepEqual([read, ahead], [['/usr/bin/large'], alone]);
  assert.equal(await withProgram(() => Promise.reject(new Error('the thread ended'))), alone);
  assert.notEqual(await withProgram(async () => 'f'.repeat(64)), alone);
});

test('what was read of a program before it changed is not taken', async () => {
  const changed = await withProgram(async (fs, path) => {
    fs.writeFile(path, 'another'.repeat(200_000));
    return 'f'.repeat(64);
  });
  const again = await withProgram(async (fs, path) => {
    fs.writeFile(path, 'another'.repeat(200_000));
    throw new Error('the thread ended');
  });
  assert.equal(changed, again);
});
