import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BuildConfiguration } from '../config/index.ts';
import type { Target } from '../graph/index.ts';
import { ownMark } from '../host/index.ts';
import { FakeClock, fakeEnv, type MemoryFileSystem } from '../host/testing.ts';
import { calledPaths } from './called-scripts.ts';
import { examine } from './examine.ts';
import type { Examined } from './examined.ts';
import { mend } from './mend.ts';
import type { DoctorReport } from './model.ts';
import { diskWith, examinedOf, STORE } from './testing.ts';

const HOUR_MS = 3_600_000;
const BOOT = { '/proc/sys/kernel/random/boot_id': 'boot\n' };
const stat = (start: number): string => `1 (name) S ${'0 '.repeat(18)}${start} 0\n`;

/** The mark of a process that ran with this number and start. */
function markOf(fs: MemoryFileSystem, pid: number, start: number): string {
  fs.writeFile('/proc/self/stat', stat(start));
  return ownMark({ fs, clock: new FakeClock(), env: fakeEnv({ pid }) });
}

/** A machine on which process 77 lives and 66 is gone. */
function machine(): { readonly fs: MemoryFileSystem; readonly clock: FakeClock } {
  const clock = new FakeClock();
  const fs = diskWith({ ...BOOT, '/proc/77/stat': stat(700), '/proc/self/stat': stat(1) }, clock);
  return { fs, clock };
}

function mendable({ findings }: DoctorReport): readonly string[] {
  return findings.flatMap(({ id, mend: one }) => (one ? [`${id} ${one.kind}`] : []));
}

function mendedLines({ findings }: DoctorReport): readonly string[] {
  return findings.flatMap(({ id, severity, mended }) =>
    mended === undefined ? [] : [`${severity} ${id}: ${mended}`],
  );
}

async function mendAll(examined: Examined): Promise<readonly string[]> {
  const done = mendedLines(mend(examined.host, await examine(examined)));
  assert.deepEqual(mendable(await examine(examined)), [], 'nothing is left to mend');
  return done;
}

const calls: readonly (readonly [string, readonly string[]])[] = [
  ['./scripts/build.sh', ['./scripts/build.sh']],
  ['A=1 B="x y" exec scripts/a.sh --flag && ./b.sh | tee log', ['scripts/a.sh', './b.sh']],
  ['if ./c.sh; then ./d.sh; fi', ['./c.sh', './d.sh']],
  ['(cd x && "./my script.sh")', ['./my script.sh']],
  ['time ./a.sh \\\n  --more', ['./a.sh']],
  ['bash scripts/a.sh; make -C lib/; /usr/bin/true; $TOOLS/x; "$HOME/y"', []],
];
for (const [command, expected] of calls) {
  test(`programs that are called by path: ${command}`, () =>
    assert.deepEqual(calledPaths(command), expected));
}

function withScripts(fs: MemoryFileSystem, clock: FakeClock): Examined {
  const step = (command: string) => ({ name: 'x', command: { value: command } });
  const configuration = { buildSteps: [step('./scripts/ci.sh')] } as unknown as BuildConfiguration;
  const component = {
    rule: 'component',
    buildSteps: [step('tools/make.sh && ./gone.sh && ../../linked.sh')],
  };
  const targets = [
    { label: { kind: 'component', name: 'a' }, directory: 'components/a', spec: component },
    { label: { kind: 'scripts', name: 'scripts' }, directory: 'scripts', spec: { rule: 'scripts' } },
  ] as unknown as readonly Target[];
  return examinedOf({ fs, declared: { configuration, targets } }, clock);
}

test('scripts that the configuration calls are made executable, and no others', async () => {
  const { fs, clock } = machine();
  const write = (path: string, text: string): void => {
    fs.makeDirectory(path.slice(0, path.lastIndexOf('/')));
    fs.writeFile(path, text, 0o640);
  };
  write('/work/scripts/ci.sh', '#!/bin/bash\n');
  write('/work/scripts/other.sh', '#!/bin/bash\n');
  write('/work/scripts/library.sh', 'f() { :; }\n');
  write('/work/components/a/tools/make.sh', '#!/bin/sh\n');
  write('/outside/linked.sh', '#!/bin/sh\n');
  fs.symlink('/outside/linked.sh', '/work/linked.sh');
  const examined = withScripts(fs, clock);
  const { findings } = await examine(examined);
  assert.deepEqual(
    findings
      .filter(({ id, severity }) => id === 'workspace/scripts' && severity === 'warning')
      .map(({ remedy }) => remedy),
    ['chmod +x /work/scripts/other.sh'],
  );
  assert.deepEqual(await mendAll(examined), [
    'fine workspace/scripts: set the mode of /work/components/a/tools/make.sh to 0751',
    'fine workspace/scripts: set the mode of /work/scripts/ci.sh to 0751',
  ]);
  const modes = ['/work/scripts/ci.sh', '/work/scripts/other.sh', '/outside/linked.sh'].map(
    (path) => fs.lstat(path)?.mode,
  );
  assert.deepEqual(modes, [0o751, 0o640, 0o640]);
  assert.equal(fs.readText('/work/scripts/ci.sh'), '#!/bin/bash\n');
});

test('marks of processes that are gone are removed, and those of others stay', async () => {
  const { fs, clock } = machine();
  fs.makeDirectory('/work/build-cache');
  fs.makeDirectory(`${STORE}/locks`);
  fs.writeFile('/work/build-cache/lock', markOf(fs, 66, 600));
  fs.writeFile(`${STORE}/locks/use-66-a`, markOf(fs, 66, 600));
  fs.writeFile(`${STORE}/locks/use-77-b`, markOf(fs, 77, 700));
  fs.writeFile(`${STORE}/locks/gc`, markOf(fs, 77, 1));
  assert.deepEqual(await mendAll(examinedOf({ fs }, clock)), [
    'fine workspace/held: removed /work/build-cache/lock',
    `fine cache/leftovers: removed ${STORE}/locks/gc`,
    `fine cache/leftovers: removed ${STORE}/locks/use-66-a`,
  ]);
  assert.deepEqual(
    fs.readDirectory(`${STORE}/locks`).map(({ name }) => name),
    ['use-77-b'],
  );
});

test('a mark that a new process has taken meanwhile stays', async () => {
  const { fs, clock } = machine();
  fs.makeDirectory('/work/build-cache');
  fs.writeFile('/work/build-cache/lock', markOf(fs, 66, 600));
  const examined = examinedOf({ fs }, clock);
  const seen = await examine(examined);
  fs.writeFile('/work/build-cache/lock', markOf(fs, 77, 700));
  assert.deepEqual(mendedLines(mend(examined.host, seen)), [
    'warning workspace/held: left as it is: it changed meanwhile',
  ]);
});

function unfinished(): { readonly fs: MemoryFileSystem; readonly clock: FakeClock } {
  const { fs, clock } = machine();
  fs.makeDirectory(`${STORE}/tmp`);
  for (const name of ['66-abc-0', '77-abc-0', 'notes']) fs.writeFile(`${STORE}/tmp/${name}`, 'x');
  for (const pid of [66, 77]) {
    fs.makeDirectory(`${STORE}/clients/work/${pid}-0`);
    fs.writeFile(`${STORE}/clients/work/${pid}-0/half`, 'x');
  }
  return { fs, clock };
}

test('what a process that is gone did not finish is removed once it is old', async () => {
  const { fs, clock } = unfinished();
  assert.deepEqual(mendable(await examine(examinedOf({ fs }, clock))), []);
  clock.advance(25 * HOUR_MS);
  assert.deepEqual(await mendAll(examinedOf({ fs }, clock)), [
    `fine cache/leftovers: removed ${STORE}/tmp/66-abc-0, ${STORE}/clients/work/66-0`,
  ]);
  assert.deepEqual(
    fs.readDirectory(`${STORE}/tmp`).map(({ name }) => name),
    ['77-abc-0', 'notes'],
  );
  assert.equal(fs.readText(`${STORE}/clients/work/77-0/half`), 'x');
});

test('while another uses the cache nothing unfinished is judged', async () => {
  const { fs, clock } = unfinished();
  clock.advance(25 * HOUR_MS);
  fs.makeDirectory(`${STORE}/locks`);
  fs.writeFile(`${STORE}/locks/use-77-b`, markOf(fs, 77, 700));
  const { notChecked } = await examine(examinedOf({ fs }, clock));
  assert.ok(
    notChecked.some(({ id, why }) => id === 'cache/leftovers' && why === 'another process uses the cache'),
  );
});

test('a key that others may read is closed to them; what cannot be mended stays as it is', async () => {
  const { fs, clock } = machine();
  fs.makeDirectory('/keys');
  fs.writeFile('/keys/release.key', '-----BEGIN PRIVATE KEY-----\n', 0o644);
  const variables = { PATH: '/usr/bin', SIGNING_KEY: '/keys/release.key' };
  const examined = examinedOf({ fs, env: { variables } }, clock);
  fs.addFault({ operation: 'chmod', code: 'EPERM', times: 1 });
  assert.deepEqual(mendedLines(mend(examined.host, await examine(examined))), [
    'warning key/signing: could not be mended: EPERM',
  ]);
  assert.deepEqual(await mendAll(examined), ['fine key/signing: set the mode of /keys/release.key to 0600']);
});
