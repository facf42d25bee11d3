import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Host } from '../host/index.ts';
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
