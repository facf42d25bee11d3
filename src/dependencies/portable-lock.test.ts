import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  checkLock,
  gatherRequirements,
  type Lockfile,
  lockedPackages,
  makeLock,
  packagePlace,
  packageProblems,
  prepare,
  readLock,
  type TargetNeeds,
  writeLock,
} from './index.ts';
import type { ToolRequirement } from './model.ts';
import {
  CACHE,
  type FakeIndexes,
  type FakeMachine,
  type FakeWorld,
  fakeWorld,
  integrityOf,
  located,
} from './testing.ts';

const wheels = (name: string, ...tags: string[]): string[] => tags.map((tag) => `${name}-${tag}.whl`);

const INDEXES: FakeIndexes = {
  builds: {
    'numpy==2.0.0': wheels(
      'numpy-2.0.0',
      'cp311-cp311-manylinux_2_17_x86_64',
      'cp311-cp311-manylinux_2_17_aarch64',
    ),
    'numpy==2.5.0': wheels(
      'numpy-2.5.0',
      'cp312-cp312-manylinux_2_28_x86_64',
      'cp312-cp312-manylinux_2_28_aarch64',
      'cp313-cp313-manylinux_2_28_x86_64',
      'cp313-cp313-win_amd64',
    ),
  },
  markers: {
    'numpy==2.0.0': "python_full_version < '3.12'",
    'numpy==2.5.0': "python_full_version >= '3.12'",
  },
  tarballs: {
    'esbuild-x64@1.0.0': 'for x64',
    'esbuild-arm64@1.0.0': 'for arm64',
    'node-x64@24.0.0': 'node x64',
    'node-arm64@24.0.0': 'node arm64',
  },
};

const npmEntry = (content: string | undefined, cpu: string): object => ({
  version: '1.0.0',
  ...(content === undefined ? {} : { integrity: integrityOf(content) }),
  os: ['linux'],
  cpu: [cpu],
  optional: true,
});

const FILES = {
  '/ws/web/package.json': JSON.stringify({ optionalDependencies: {} }),
  '/ws/web/package-lock.json': JSON.stringify({
    lockfileVersion: 3,
    packages: {
      '': {},
      'node_modules/esbuild-x64': npmEntry('for x64', 'x64'),
      'node_modules/esbuild-arm64': npmEntry('for arm64', 'arm64'),
      'node_modules/esbuild-s390x': npmEntry(undefined, 's390x'),
    },
  }),
};

const TARGET: TargetNeeds = {
  label: 'component:ai',
  python: { requirements: [located('numpy')] },
  nodeFolder: 'web',
  maven: [],
  tools: ['node'],
};
const SPECS = {
  'linux-x64': 'node-x64@24.0.0',
  'linux-arm64': 'node-arm64@24.0.0',
  'darwin-arm64': 'node-mac@24.0.0',
};
const NODE: ToolRequirement = {
  name: 'node',
  ecosystem: 'node',
  requirements: Object.values(SPECS),
  platforms: Object.fromEntries(Object.entries(SPECS).map(([platform, spec]) => [spec, [platform]])),
  isAlone: true,
};

const worldOf = (machine?: FakeMachine, indexes = INDEXES): FakeWorld => fakeWorld(indexes, FILES, machine);

async function lockIn(world: FakeWorld): Promise<Lockfile> {
  const options = { root: '/ws', configuration: { dependencies: { python: [], system: [], node: [] } } };
  const requirements = gatherRequirements(world.fs, { ...options, targets: [TARGET], tools: [NODE] }).value;
  const { host, cas } = world;
  const previous = readLock(world.fs, '/ws').value;
  const common = { host, cas, root: '/ws', cacheDirectory: CACHE, sink: () => {} };
  const signal = new AbortController().signal;
  const made = await makeLock({ ...common, requirements, previous, signal });
  assert.deepEqual(made.diagnostics, []);
  writeLock(world.fs, '/ws', made.value!);
  const lock = readLock(world.fs, '/ws').value!;
  assert.deepEqual(checkLock(lock, requirements), []);
  return lock;
}

async function useIn(world: FakeWorld, lock: Lockfile) {
  const { host, cas } = world;
  const planned: unknown[] = [];
  const prepared = await prepare({
    host,
    cas,
    cacheDirectory: CACHE,
    lock,
    needs: [TARGET],
    sink: (type, payload) => type === 'prepare.planned' && planned.push(payload),
    signal: new AbortController().signal,
  });
  assert.deepEqual(prepared.diagnostics, []);
  const place = await packagePlace({ host, cacheDirectory: CACHE, lock });
  const target = { label: TARGET.label, nodeFolder: 'web' };
  const { python, node } = lockedPackages(lock, target, place);
  const problems = packageProblems(lock, target, place).map(({ message, cause }) => `${cause}: ${message}`);
  const files = [...python.run, ...node].map((each) => ('file' in each ? each.file : each.name));
  return { files, problems, planned, fetched: prepared.fetchedFiles };
}

interface Case {
  readonly machine: FakeMachine;
  readonly files: readonly string[];
  readonly problems?: readonly string[];
}

const MACHINES: Readonly<Record<string, Case>> = {
  'the one that locked': {
    machine: {},
    files: ['numpy-2.0.0-cp311-cp311-manylinux_2_17_x86_64.whl', 'esbuild-x64'],
  },
  'a newer Python': {
    machine: { python: '3.13' },
    files: ['numpy-2.5.0-cp313-cp313-manylinux_2_28_x86_64.whl', 'esbuild-x64'],
  },
  'another processor': {
    machine: { architecture: 'arm64', python: '3.12' },
    files: ['numpy-2.5.0-cp312-cp312-manylinux_2_28_aarch64.whl', 'esbuild-arm64'],
  },
  'a Python without a wheel': {
    machine: { python: '3.14' },
    files: ['esbuild-x64'],
    problems: ['environment: numpy 2.5.0 has no wheel for Python 3.14 on linux-x64-glibc (for component:ai)'],
  },
  'an old C library': {
    machine: { python: '3.12', glibc: '2.17' },
    files: ['esbuild-x64'],
    problems: [
      'environment: numpy 2.5.0 has no wheel for Python 3.12 on linux-x64-glibc 2.17 (for component:ai)',
    ],
  },
  'another C library': {
    machine: { isMusl: true },
    files: ['esbuild-x64'],
    problems: ['environment: numpy 2.0.0 has no wheel for Python 3.11 on linux-x64-musl (for component:ai)'],
  },
  'a platform whose npm package has no integrity': {
    machine: { architecture: 's390x', python: '3.12' },
    files: [],
    problems: [
      'environment: numpy 2.5.0 has no wheel for Python 3.12 on linux-s390x-glibc (for component:ai)',
      'environment: esbuild-s390x 1.0.0 is needed on linux-s390x-glibc and web/package-lock.json has no integrity for it',
    ],
  },
};

for (const [name, { machine, files, problems = [] }] of Object.entries(MACHINES)) {
  test(`one lock serves ${name}`, async () => {
    const lock = await lockIn(worldOf());
    const used = await useIn(worldOf(machine), lock);
    assert.deepEqual([used.files, used.problems], [files, problems]);
  });
}

test('what is locked by integrity alone is fetched by it, learned, and not fetched again', async () => {
  const lock = await lockIn(worldOf());
  const world = worldOf({ architecture: 'arm64' });
  const first = await useIn(world, lock);
  const sizeBytes = 'numpy-2.0.0-cp311-cp311-manylinux_2_17_aarch64.whl'.length;
  assert.deepEqual(first.planned, [{ files: 3, sizeBytes, unknownSizes: 2, presentFiles: 0 }]);
  assert.equal(first.fetched, 3);
  const second = await useIn(world, lock);
  assert.deepEqual([second.fetched, second.files], [0, first.files]);
});

test('other bytes under a locked integrity are refused', async () => {
  const lock = await lockIn(worldOf());
  const tarballs = { ...INDEXES.tarballs, 'esbuild-arm64@1.0.0': 'evil' };
  const { host, cas } = worldOf({ architecture: 'arm64' }, { ...INDEXES, tarballs });
  const options = { host, cas, cacheDirectory: CACHE, lock, needs: [TARGET], sink: () => {} };
  const { diagnostics } = await prepare({ ...options, signal: new AbortController().signal });
  assert.deepEqual(
    diagnostics.map(({ code }) => code),
    ['dependencies/wrong-content'],
  );
});

test('an index without sizes costs no download when locking', async () => {
  const world = worldOf({}, { ...INDEXES, isSizeless: true });
  const lock = await lockIn(world);
  const downloads = world.processes.calls.filter(({ argv }) => argv.includes('download'));
  assert.equal(downloads.length, 1, 'uv itself');
  const used = await useIn(worldOf(), lock);
  assert.deepEqual(used.problems, []);
  assert.equal(used.files.length, 2);
});

test('locking anew on another platform leaves the lock as it is', async () => {
  const one = worldOf();
  await lockIn(one);
  const text = one.fs.readText('/ws/mobileops.lock');
  const other = worldOf({ architecture: 'arm64', python: '3.12' });
  other.fs.writeFile('/ws/mobileops.lock', text);
  await lockIn(other);
  assert.equal(other.fs.readText('/ws/mobileops.lock'), text);
});

test('wheels for other systems and Pythons are not in the lock', async () => {
  const lock = await lockIn(worldOf());
  assert.deepEqual(Object.keys(lock.wheels), ['numpy==2.0.0', 'numpy==2.5.0']);
  assert.equal(Object.keys(lock.wheels['numpy==2.5.0']!).length, 3);
});

test('the platform of a tool whose package the index lacks is left out', async () => {
  const lock = await lockIn(worldOf());
  assert.deepEqual(
    lock.tools.node!.files.map(({ name, platforms, sha256 }) => [name, platforms, sha256 !== undefined]),
    [
      ['node-x64', ['linux-x64'], true],
      ['node-arm64', ['linux-arm64'], false],
    ],
  );
});
