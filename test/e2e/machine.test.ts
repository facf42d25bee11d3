/** The machine below: a full disk, a system that is upgraded, a clock that goes back. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  closeSync,
  copyFileSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { Namespace } from './namespace.ts';
import { type Component, fault, filesBelow, Rig } from './rig.ts';

/** A disk for the store, with 60 MiB free until `makeSpace`; what actions write into memory goes to the disk too. */
class SmallDisk implements Disposable {
  readonly cache: string;
  readonly #namespace: Namespace;

  private constructor(namespace: Namespace, folder: string) {
    this.#namespace = namespace;
    this.cache = join(folder, 'store');
  }

  static async open(t: TestContext, rig: Rig): Promise<SmallDisk | undefined> {
    const folder = join(rig.folder, 'small');
    const memory = join(rig.folder, 'memory');
    mkdirSync(folder);
    mkdirSync(memory);
    for (const name of readdirSync(rig.cache)) copyFileSync(join(rig.cache, name), join(memory, name));
    const namespace = await Namespace.open(
      t,
      rig,
      `mount -t tmpfs -o size=500m,mode=700 tmpfs '${folder}'
       mount -t tmpfs -o size=1m tmpfs /dev/shm
       cp -r '${memory}' '${folder}/store'; head -c 440M /dev/zero >'${folder}/ballast'`,
    );
    return namespace && new SmallDisk(namespace, folder);
  }

  get options(): { readonly around: readonly string[]; readonly env: Readonly<Record<string, string>> } {
    return { around: this.#namespace.around, env: { MOBILEOPS_CACHE: this.cache } };
  }

  makeSpace(): void {
    this.#namespace.run(`rm '${this.cache}/../ballast'`);
  }

  [Symbol.dispose](): void {
    this.#namespace[Symbol.dispose]();
  }
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
    using disk = await SmallDisk.open(t, rig);
    if (!disk) return;
    const { options } = disk;
    const full = await rig.run(['build', 'all'], options);
    assert.equal(full.code, 1, full.output);
    for (const part of ['component:large', 'ran out of disk space', disk.cache, 'cache gc'])
      assert.ok(full.output.includes(part), full.output);
    const verified = await rig.run(['cache', 'verify'], options);
    assert.match(verified.output, /: 0 damaged/);
    disk.makeSpace();
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
          'echo its own words; head -c 150M /dev/zero >big; head -c 100000 /dev/zero; echo the end; echo x >out.txt',
      },
    });
    using disk = await SmallDisk.open(t, rig);
    if (!disk) return;
    const { options } = disk;
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
    disk.makeSpace();
    await rig.build(options);
    assert.equal(rig.read('dist/components/a/out.txt'), 'x\n');
  },
);

const ROOT_ONLY = 'not run: only root can change files of the system, even in a namespace of its own';

/** Hashes what it sees of the system; what is not there shows as that. */
const LOOKS = [
  '/usr/include/stdio.h',
  '/usr/include/mobileops-e2e.h',
  '/usr/lib/mobileops-e2e.so',
  '/usr/share/mobileops-e2e',
];
const SYSTEM: Readonly<Record<string, Component>> = {
  a: { command: `sha256sum ${LOOKS.join(' ')} >out.txt 2>&1; cat /usr/bin/which >>out.txt; true` },
};

/** What is done to the system, as bash; each keeps the size and the time of what it changes where it can. */
const UPGRADES: readonly (readonly [string, string])[] = [
  ['a header is edited in place', edited('/usr/include/stdio.h')],
  ['a stray library is added', 'echo one >/usr/lib/mobileops-e2e.so'],
  ['the stray library is edited', edited('/usr/lib/mobileops-e2e.so')],
  ['a stray header is added', 'echo one >/usr/include/mobileops-e2e.h'],
  [
    'a file deep in /usr/share is added',
    'mkdir /usr/share/mobileops-e2e; echo 1 >/usr/share/mobileops-e2e/f',
  ],
  ['a program in /usr/bin is edited', 'echo "# another" >>"$(readlink -f /usr/bin/which)"'],
];

/** Other bytes, as many, with the old time of modification. */
function edited(path: string): string {
  return `time=$(mktemp); touch -r '${path}' "$time"
    printf Z | dd of='${path}' bs=1 seek=1 conv=notrunc status=none
    touch -r "$time" '${path}'; rm "$time"`;
}

fault(
  'a tool or a file of the system is edited or added outside the package database, same size and time',
  'what can see it is built again, and only then',
  async (t) => {
    if (process.getuid?.() !== 0) return t.skip(ROOT_ONLY);
    await using rig = new Rig(SYSTEM);
    for (const name of ['upper', 'work']) mkdirSync(join(rig.folder, name));
    using system = await Namespace.open(
      t,
      rig,
      `mount -t overlay -o 'lowerdir=/usr,upperdir=${rig.folder}/upper,workdir=${rig.folder}/work' overlay /usr`,
    );
    if (!system) return;
    const options = { around: system.around };
    await rig.build(options);
    assert.deepEqual((await rig.build(options)).ran, []);
    for (const [name, change] of UPGRADES) {
      const before = rig.read('dist/components/a/out.txt');
      system.run(change);
      assert.deepEqual((await rig.build(options)).ran, ['component:a'], name);
      if (!name.includes('deep')) assert.notEqual(rig.read('dist/components/a/out.txt'), before, name);
      assert.deepEqual((await rig.build(options)).ran, [], `${name}: and then nothing`);
    }
  },
);

const DATABASE = '/var/lib/dpkg';

fault(
  'a package of the system is upgraded: other files, and a database that says so',
  'what can see the system is built again, and no image that only holds files',
  async (t) => {
    if (process.getuid?.() !== 0) return t.skip(ROOT_ONLY);
    const [owner] = readdirSync(`${DATABASE}/info`).filter((name) => /^libc6-dev.*\.md5sums$/.test(name));
    if (!owner) return t.skip('not run: this system has no dpkg, or no libc6-dev');
    await using rig = new Rig(SYSTEM);
    rig.write('docker/Dockerfile.files', 'FROM scratch\nCOPY build-config.yaml /\n');
    for (const name of ['upper', 'work']) mkdirSync(join(rig.folder, name));
    using system = await Namespace.open(
      t,
      rig,
      `mount -t overlay -o 'lowerdir=/usr,upperdir=${rig.folder}/upper,workdir=${rig.folder}/work' overlay /usr
       cp -r --no-preserve=ownership ${DATABASE} '${rig.folder}/dpkg'; mount --bind '${rig.folder}/dpkg' ${DATABASE}`,
    );
    if (!system) return;
    const options = { around: system.around };
    const first = await rig.build(options);
    assert.deepEqual([...new Set(first.ran)].sort(), ['component:a', 'image:files']);
    const before = rig.read('dist/components/a/out.txt');
    assert.deepEqual((await rig.build(options)).ran, []);
    system.run(`echo '/* upgraded */' >>/usr/include/stdio.h
      sum=$(md5sum </usr/include/stdio.h); sum=\${sum%% *}
      sed -i "s|^[0-9a-f]*\\(  usr/include/stdio.h\\)$|$sum\\1|" ${DATABASE}/info/${owner}
      sed -i '/^Package: libc6-dev$/,/^$/ s/^Version: .*/&.1/' ${DATABASE}/status`);
    assert.deepEqual((await rig.build(options)).ran, ['component:a']);
    assert.notEqual(rig.read('dist/components/a/out.txt'), before);
    assert.deepEqual((await rig.build(options)).ran, []);
  },
);

const SOURCE: Readonly<Record<string, Component>> = {
  a: { command: 'sha256sum <source.txt >out.txt', files: { 'source.txt': 'one\n' } },
};

fault(
  'the clock of our processes is set back a year, or forward (faketime; files keep the stamps of the real one)',
  'edits are built, nothing else is, and the store is kept in order',
  async (t) => {
    if (spawnSync('faketime', ['-f', '-1d', 'true']).status !== 0)
      return t.skip('not run: faketime is missing');
    await using rig = new Rig(SOURCE);
    await rig.build();
    for (const [round, shift] of ['-365d', '+365d', '-1000d'].entries()) {
      const options = {
        around: ['faketime', '-f', shift],
        env: { FAKETIME_DONT_FAKE_MONOTONIC: '1', FAKETIME_DONT_RESET: '1' },
      };
      assert.deepEqual((await rig.build(options)).ran, [], shift);
      rig.write('components/a/source.txt', `text ${round}\n`);
      assert.deepEqual((await rig.build(options)).ran, ['component:a'], shift);
      assert.equal(rig.read('dist/components/a/out.txt'), `${sumOf(`text ${round}\n`)}  -\n`);
      assert.deepEqual((await rig.build(options)).ran, [], shift);
      const gc = await rig.run(['cache', 'gc', '--max-size', '1GiB'], options);
      assert.equal(gc.code, 0, gc.output);
    }
    assert.deepEqual((await rig.build()).ran, []);
  },
);

fault(
  'a file is written to all the while that it is hashed',
  'no result is kept for bytes that it did not have: the next build is right',
  async () => {
    await using rig = new Rig(SOURCE);
    const path = rig.path('components/a/source.txt');
    writeFileSync(path, 'x'.repeat(48 * 2 ** 20));
    const file = openSync(path, 'r+');
    for (let round = 0; round < 3; round++) {
      const { ended } = rig.start(['build', 'all']);
      let isOver = false;
      void ended.finally(() => {
        isOver = true;
      });
      for (let at = 0; !isOver; at++) {
        writeSync(file, `${round} ${at} `, (at * 7_654_321) % (40 * 2 ** 20));
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
      await ended;
      await rig.build();
      assert.equal(rig.read('dist/components/a/out.txt'), `${sumOf(readFileSync(path))}  -\n`);
      assert.deepEqual((await rig.build()).ran, []);
    }
    closeSync(file);
  },
);

fault(
  'an action writes to the sources of another target, to what it needs and to the store',
  'it is refused or seen by nobody; sources, dist/ and the store are as they were',
  async () => {
    await using rig = new Rig({ b: { command: 'cat source.txt >out.txt', files: { 'source.txt': 'b\n' } } });
    await rig.build();
    const before = rig.dist();
    const places = [
      '../b/source.txt',
      rig.path('components/b/source.txt'),
      '/deps/component/b/out.txt',
      ...filesBelow(join(rig.cache, 'cas')),
      rig.path('dist/components/b/out.txt'),
    ];
    const write = places.map((place) => `(echo evil >'${place}') 2>&1`).join('\n');
    rig.add({
      a: { command: `${write}\nchmod 777 /deps/component/b/out.txt 2>&1\necho x >out.txt`, needs: ['b'] },
    });
    await rig.build();
    assert.deepEqual(rig.dist(), { ...before, 'components/a/out.txt': 'x\n' });
    assert.equal(rig.read('components/b/source.txt'), 'b\n');
    const verified = await rig.run(['cache', 'verify']);
    assert.match(verified.output, /: 0 damaged/);
    rmSync(rig.path('dist'), { recursive: true });
    await rig.build();
    assert.deepEqual(rig.dist(), { ...before, 'components/a/out.txt': 'x\n' });
  },
);

function sumOf(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}
