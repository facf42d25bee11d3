import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Diagnostic, fail, ok, type Result } from '../base/index.ts';
import type { ContainerRunner } from '../container/index.ts';
import type { TargetNeeds } from '../dependencies/index.ts';
import { FakeClock, FakeProcesses, fakeEnv, MemoryFileSystem, noHttp } from '../host/testing.ts';
import type { TargetRequirements } from '../rules/index.ts';
import { askRunnable, emulatorFiles, runsForItself, takenHere } from './runnable.ts';

const host = {
  fs: new MemoryFileSystem(),
  processes: new FakeProcesses(),
  clock: new FakeClock(),
  env: fakeEnv({ architecture: 'x64' }),
  http: noHttp,
};

type Platforms = NonNullable<TargetRequirements['platforms']>;

function wanted(platforms: Platforms): TargetRequirements {
  return { tools: [], python: false, platforms };
}

const image = (architecture: string) => ({ reference: 'debian:12', platform: `linux/${architecture}` });
const BOTH: Platforms = {
  amd64: { images: [image('amd64')], runs: ['amd64'] },
  arm64: { images: [image('arm64')], runs: ['arm64'] },
};

/** A machine that emulates some architectures; `asked` tells which were tried. */
function machine(emulated: readonly string[]) {
  const asked: string[] = [];
  let opened = 0;
  const runner = {
    runsProgramsFor: async (architecture: string) => {
      asked.push(architecture);
      return ok(emulated.includes(architecture));
    },
  } as unknown as ContainerRunner;
  const containers = async (): Promise<Result<ContainerRunner, Diagnostic>> => {
    opened++;
    return ok(runner);
  };
  return { asked, containers, opened: () => opened };
}

test('only what is asked for is tried, and nothing where no command is run', async () => {
  const plain = machine(['arm64']);
  const none = await askRunnable(host, [wanted({ amd64: { images: [], runs: [] } })], plain.containers);
  assert.deepEqual([[...none.architectures], plain.opened(), plain.asked], [['amd64'], 0, []]);
  const both = machine(['arm64']);
  const found = await askRunnable(host, [wanted(BOTH), wanted(BOTH)], both.containers);
  assert.deepEqual([[...found.architectures], both.asked], [['amd64', 'arm64'], ['arm64']]);
  const refusing = machine([]);
  const own = await askRunnable(host, [wanted(BOTH)], refusing.containers);
  assert.deepEqual([...own.architectures], ['amd64']);
});

test('a machine that runs no commands of images says why', async () => {
  const problem: Diagnostic = { code: 'container/no-namespaces', severity: 'error', message: 'x' };
  const found = await askRunnable(host, [wanted(BOTH)], async () => fail(problem));
  assert.deepEqual([[...found.architectures], found.problem], [['amd64'], problem]);
  assert.equal(runsForItself(host, wanted(BOTH)), true);
  assert.equal(runsForItself(host, wanted({ arm64: BOTH.arm64! })), false);
});

const needs: TargetNeeds = {
  ...{ label: 'image:a', python: { requirements: [] }, maven: [], tools: [] },
  images: [image('amd64'), image('arm64'), image('s390x')],
};

for (const [name, runnable, expected] of [
  ['that cannot be built', ['amd64'], ['linux/amd64']],
  ['that is emulated', ['amd64', 'arm64'], ['linux/amd64', 'linux/arm64']],
] as const)
  test(`what is fetched for a platform ${name}`, () => {
    const taken = takenHere(host, needs, { wanted: wanted(BOTH), runnable: new Set(runnable) });
    assert.deepEqual(
      taken.images?.map(({ platform }) => platform),
      expected,
    );
  });

test('packages for another platform are fetched where its image is made', () => {
  const other = {
    ...{ distribution: 'debian', suite: 'bookworm', components: [], packages: [] },
    ...{ architecture: 'arm64', essential: false, updates: true },
  } as NonNullable<TargetNeeds['otherPackages']>[number];
  const own = { ...needs, otherPackages: [other] };
  const taken = (runs: readonly string[]) =>
    takenHere(host, own, {
      wanted: wanted({ arm64: { images: [], runs } }),
      runnable: new Set(['amd64']),
    }).otherPackages;
  assert.deepEqual([taken([]), taken(['arm64'])], [[other], []]);
});

test('an emulator that is registered shows by a file', () => {
  assert.ok(emulatorFiles(['arm64']).includes('/proc/sys/fs/binfmt_misc/qemu-aarch64'));
});
