import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeProcesses, fakeEnv, MemoryFileSystem } from '../host/testing.ts';
import { debCopyright } from './deb-copyright.ts';
import { type FakeMember, fakeDeb } from './testing.ts';

const OWN = 'usr/share/doc/tiny/copyright';
const CASES: Readonly<Record<string, readonly [files: readonly FakeMember[], told: string | undefined]>> = {
  'its own': [[{ path: `./${OWN}`, content: 'mine' }], 'mine'],
  'among other files': [
    [
      { path: './usr/bin/tiny', content: 'x'.repeat(3_000_000) },
      { path: './usr/share/doc/other/copyright', content: 'not mine' },
      { path: `./${OWN}`, content: 'mine' },
      { path: `./${OWN}.html`, content: 'no' },
    ],
    'mine',
  ],
  none: [[{ path: './usr/bin/tiny', content: 'x' }], undefined],
  'a folder that is a link to that of another package': [
    [{ path: './usr/share/doc/tiny', target: 'other' }],
    undefined,
  ],
  'more than a text': [[{ path: `./${OWN}`, content: 'x'.repeat(5 * 2 ** 20) }], undefined],
};

async function read(bytes: Uint8Array) {
  const fs = new MemoryFileSystem();
  fs.makeDirectory('/spool');
  fs.writeFile('/x.deb', bytes);
  const { signal } = new AbortController();
  const host = { fs, processes: new FakeProcesses(), env: fakeEnv() };
  const told = await debCopyright('/x.deb', { host, signal, directory: '/spool', name: 'tiny' });
  assert.deepEqual(fs.readDirectory('/spool'), [], 'nothing is left');
  return told;
}

for (const [name, [files, expected]] of Object.entries(CASES))
  test(`the copyright file of a package: ${name}`, async () => {
    for (const ending of ['', '.gz', '.zst'] as const) {
      const told = await read(fakeDeb({ files: [{ path: './' }, ...files], ending }));
      assert.ok(told.ok);
      assert.equal(told.value && Buffer.from(told.value).toString(), expected);
    }
  });

test('of a file that is no package it is told what is wrong', async () => {
  assert.deepEqual(await read(Buffer.from('no archive')), { ok: false, failure: 'it is no ar archive' });
  const cut = fakeDeb({ files: [{ path: `./${OWN}`, content: 'mine' }], ending: '' }).subarray(0, -1600);
  assert.equal((await read(cut)).ok, false);
});
