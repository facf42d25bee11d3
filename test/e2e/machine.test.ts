/** The machine below: a full disk, a system that is upgraded, a clock that goes back. */
import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Namespace } from './namespace.ts';
import { type Component, fault, Rig } from './rig.ts';

/** A store on a small disk of its own; also what actions write into memory goes there. */
async function smallDisk(
  t: Parameters<typeof Namespace.open>[0],
  rig: Rig,
  sizeMiB: number,
): Promise<Namespace | undefined> {
  const small = join(rig.folder, 'small');
  const memory = join(rig.folder, 'memory');
  mkdirSync(small);
  mkdirSync(memory);
  for (const name of readdirSync(rig.cache)) copyFileSync(join(rig.cache, name), join(memory, name));
  return Namespace.open(
    t,
    rig,
    `mount -t tmpfs -o size=${sizeMiB}m,mode=700 tmpfs '${small}'
     mount -t tmpfs -o size=1m tmpfs /dev/shm
     cp '${memory}'/* '${small}'/`,
  );
}

const BIG = 40;
const LARGE: Readonly<Record<string, Component>> = {
  small: { command: 'echo small >out.txt' },
  large: { command: `head -c ${BIG}M /dev/zero | tr '\\0' x >out.txt`, needs: ['small'] },
};

fault(
  'the disk of the store is full',
  'the build says so with the place and exit code 1; the store is whole; with space the next build is right',
  async (t) => {
    await using rig = new Rig(LARGE);
    using disk = await smallDisk(t, rig, 60);
    if (!disk) return;
    const options = { around: disk.around, env: { MOBILEOPS_CACHE: join(rig.folder, 'small') } };
    const full = await rig.run(['build', 'all'], options);
    assert.equal(full.code, 1, full.output);
    for (const part of ['component:large', 'ran out of disk space', join(rig.folder, 'small'), 'cache gc'])
      assert.ok(full.output.includes(part), full.output);
    const verified = await rig.run(['cache', 'verify'], options);
    assert.match(verified.output, /: 0 damaged/);
    disk.run(`mount -o remount,size=400m '${join(rig.folder, 'small')}'`);
    await rig.build(options);
    assert.equal(rig.read('dist/components/large/out.txt').length, BIG * 2 ** 20);
  },
);

fault(
  'an action fills the disk',
  'it is stopped; the place, a remedy and its own words are shown; the next build is right',
  async (t) => {
    await using rig = new Rig({
      a: {
        command:
          'echo its own words; head -c 200M /dev/zero >big; head -c 100000 /dev/zero; echo the end; echo x >out.txt',
      },
    });
    using disk = await smallDisk(t, rig, 60);
    if (!disk) return;
    const options = { around: disk.around, env: { MOBILEOPS_CACHE: join(rig.folder, 'small') } };
    const full = await rig.run(['build', 'all'], options);
    assert.equal(full.code, 1, full.output);
    for (const part of [
      'ran out of disk space',
      join(rig.folder, 'small'),
      'cache gc',
      'No space left',
      'the end',
    ])
      assert.ok(full.output.includes(part), full.output);
    disk.run(`mount -o remount,size=600m '${join(rig.folder, 'small')}'`);
    await rig.build(options);
    assert.equal(rig.read('dist/components/a/out.txt'), 'x\n');
  },
);
