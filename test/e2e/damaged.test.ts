/** Files of ours that something else changed: the store, the memory of a workspace, what was built. */
import assert from 'node:assert/strict';
import { readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isLong } from '../long.ts';
import { type Component, fault, filesBelow, flipBit, Rig, randomNumbers, SEED } from './rig.ts';

const random = randomNumbers('damage');
const randomBytes = (count: number): Uint8Array => Uint8Array.from({ length: count }, () => random(256));

const CHAIN: Readonly<Record<string, Component>> = {
  a: { command: 'cat source.txt >out.txt', files: { 'source.txt': 'text of a\n' } },
  b: { command: '(cat /deps/component/a/out.txt; echo b) >out.txt; echo said', needs: ['a'] },
};
const RIGHT = { 'components/a/out.txt': 'text of a\n', 'components/b/out.txt': 'text of a\nb\n' };

/** In a night all of them: each costs a build or two. */
function aThird(files: readonly string[], which: number): readonly string[] {
  return isLong ? files : files.filter((_, index) => index % 3 === which % 3);
}

for (const keepTime of [false, true]) {
  const how = keepTime ? ', modification time kept' : '';
  fault(
    `a flipped bit in each blob of the store in turn${how}`,
    'found and made again; what is built is right',
    async () => {
      await using rig = new Rig(CHAIN);
      await rig.build();
      const blobs = filesBelow(join(rig.cache, 'cas'));
      assert.ok(blobs.length > 5);
      for (const blob of keepTime ? blobs : aThird(blobs, 0)) {
        flipBit(blob, { keepTime });
        rmSync(rig.path('dist'), { recursive: true });
        rmSync(rig.path('build-cache'), { recursive: true });
        await rig.build();
        assert.deepEqual(rig.dist(), RIGHT, blob);
      }
      const verified = await rig.run(['cache', 'verify']);
      await rig.build();
      assert.deepEqual(rig.dist(), RIGHT, verified.output);
    },
  );
}

fault(
  'a flipped bit in each entry of the action cache',
  'the entry is not believed; the action runs again',
  async () => {
    await using rig = new Rig(CHAIN);
    await rig.build();
    for (const entry of filesBelow(join(rig.cache, 'ac'))) flipBit(entry, { keepTime: true });
    rmSync(rig.path('dist'), { recursive: true });
    rmSync(rig.path('build-cache'), { recursive: true });
    const { ran } = await rig.build();
    assert.deepEqual(ran, ['component:a', 'component:b']);
    assert.deepEqual(rig.dist(), RIGHT);
  },
);

const damage: readonly (readonly [string, (path: string) => void])[] = [
  ['is cut', (path) => writeFileSync(path, readFileSync(path).subarray(0, 20))],
  ['is empty', (path) => writeFileSync(path, '')],
  ['is random bytes', (path) => writeFileSync(path, randomBytes(500))],
  ['has a flipped bit', (path) => flipBit(path, { keepTime: false })],
  ['is JSON of another shape', (path) => writeFileSync(path, '{"version":1,"targets":null}')],
  [
    'has a random byte',
    (path) => {
      const bytes = readFileSync(path);
      if (bytes.length > 0) bytes[random(bytes.length)] = random(256);
      writeFileSync(path, bytes);
    },
  ],
];
for (const [which, [name, spoil]] of damage.entries()) {
  fault(
    `each file of build-cache/ ${name}`,
    'it costs time only: an edit is still seen and what is built is right',
    async (t) => {
      if (name.includes('random')) t.diagnostic(`MOBILEOPS_SEED=${SEED}`);
      await using rig = new Rig(CHAIN);
      await rig.build();
      let round = 0;
      const files = filesBelow(rig.path('build-cache'))
        .filter((each) => !each.includes('/logs/'))
        .sort();
      for (const path of aThird(files, which)) {
        const text = `edit ${round++}\n`;
        spoil(path);
        rig.write('components/a/source.txt', text);
        await rig.build();
        assert.deepEqual(
          rig.dist(),
          { 'components/a/out.txt': text, 'components/b/out.txt': `${text}b\n` },
          path,
        );
      }
      assert.ok(round >= 2);
    },
  );
}

fault('the memory of the host in the store is random bytes', 'it is made again', async () => {
  await using rig = new Rig(CHAIN);
  await rig.build();
  for (const path of filesBelow(rig.cache).filter((each) => each.endsWith('.json'))) {
    writeFileSync(path, randomBytes(300));
  }
  await rig.build();
  assert.deepEqual(rig.dist(), RIGHT);
});

/** What was done after a first build, the labels whose actions then run, and the first line of the other file. */
const steps: readonly (readonly [string, string, (rig: Rig) => void, readonly string[]])[] = [
  ['nothing is changed', 'no action runs', () => {}, []],
  [
    'one output is deleted',
    'it is put back from the store',
    (rig) => rmSync(rig.path('dist/components/a/out.txt')),
    [],
  ],
  [
    'an output is changed',
    'it is put back from the store',
    (rig) => rig.write('dist/components/a/out.txt', 'other'),
    [],
  ],
  [
    'a source is touched',
    'no action runs',
    (rig) => utimesSync(rig.path('components/a/source.txt'), new Date(), new Date()),
    [],
  ],
  [
    'dist/ is deleted',
    'it is put back from the store',
    (rig) => rmSync(rig.path('dist'), { recursive: true }),
    [],
  ],
  [
    'build-cache/ is deleted',
    'no action runs',
    (rig) => rmSync(rig.path('build-cache'), { recursive: true }),
    [],
  ],
  ['the store is deleted', 'nothing is lost in dist/', (rig) => rmSync(rig.cache, { recursive: true }), []],
  [
    'the store and dist/ are deleted',
    'all actions run',
    (rig) => {
      rmSync(rig.cache, { recursive: true });
      rmSync(rig.path('dist'), { recursive: true });
    },
    ['component:a', 'component:b'],
  ],
];
for (const [what, happens, change, expected] of steps) {
  fault(what, happens, async () => {
    await using rig = new Rig(CHAIN);
    await rig.build();
    change(rig);
    const { ran } = await rig.build();
    assert.deepEqual(ran, expected);
    assert.deepEqual(rig.dist(), RIGHT);
  });
}
