import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderDiagnostic } from '../base/index.ts';
import {
  checkLock,
  gatherRequirements,
  makeLock,
  missingFiles,
  packagePlace,
  prepare,
  readLock,
  writeLock,
} from './index.ts';
import type { Lockfile, TargetNeeds, ToolRequirement } from './model.ts';
import {
  CACHE,
  type FakeIndexes,
  type FakeWorld,
  fakeWorld,
  integrityOf,
  library,
  located,
} from './testing.ts';

const INDEXES: FakeIndexes = {
  wheels: { 'numpy==2.0.0': 'numpy wheel', 'pytest==9.0.0': 'pytest wheel', 'tool==1.0.0': 'tool wheel' },
  tarballs: { 'left-pad@1.3.0': 'left-pad tarball', 'npm@11.0.0': 'npm tarball' },
  jars: { 'org.example:lib:1.0': 'lib jar' },
};

const PACKAGE_LOCK = JSON.stringify({
  lockfileVersion: 3,
  packages: {
    '': { dependencies: { 'left-pad': '1.3.0' } },
    'node_modules/left-pad': { version: '1.3.0', integrity: integrityOf('left-pad tarball') },
    'node_modules/fsevents': {
      version: '2.3.3',
      integrity: integrityOf('mac only'),
      os: ['darwin'],
      optional: true,
    },
  },
});

const FILES = {
  '/ws/requirements.txt': '# all\nnumpy[extra]>=1.24 # arrays\n',
  '/ws/requirements-dev.txt': '-r requirements.txt\npytest\n',
  '/ws/web/package.json': JSON.stringify({ scripts: { build: 'x' }, dependencies: { 'left-pad': '1.3.0' } }),
  '/ws/web/package-lock.json': PACKAGE_LOCK,
};

const TARGETS: readonly TargetNeeds[] = [
  {
    label: 'component:ai',
    python: { requirements: [located('numpy>=1.24.0')] },
    maven: [library('org.example:lib:1.0')],
    tools: ['python'],
    testTools: ['pytest'],
  },
  {
    label: 'component:web',
    python: { requirements: [] },
    nodeFolder: 'web',
    maven: [],
    tools: ['npm', 'shell'],
  },
];

const TOOLS: readonly ToolRequirement[] = [
  { name: 'npm', ecosystem: 'node', requirements: ['npm@11.0.0'], isAlone: true },
  { name: 'shell', ecosystem: 'python', requirements: ['tool==1.0.0'], isAlone: true },
];

function requirementsIn(world: FakeWorld, targets = TARGETS) {
  const python = [located('requirements.txt'), located('requirements-dev.txt'), located('absent.txt')];
  const configuration = { dependencies: { python, system: [], node: [] } };
  return gatherRequirements(world.fs, { root: '/ws', configuration, targets, tools: TOOLS });
}

async function lockIn(world: FakeWorld, targets = TARGETS) {
  const gathered = requirementsIn(world, targets);
  assert.deepEqual(gathered.diagnostics, []);
  const { host, cas } = world;
  const previous = readLock(world.fs, '/ws').value;
  const signal = new AbortController().signal;
  const events: string[] = [];
  const made = await makeLock({
    host,
    cas,
    root: '/ws',
    cacheDirectory: CACHE,
    requirements: gathered.value,
    previous,
    sink: (type) => events.push(type),
    signal,
  });
  if (made.value) writeLock(world.fs, '/ws', made.value);
  return { ...made, events };
}

async function prepareIn(world: FakeWorld, lock: Lockfile) {
  const events: { type: string; payload: object }[] = [];
  const result = await prepare({
    host: world.host,
    cas: world.cas,
    cacheDirectory: CACHE,
    lock,
    needs: TARGETS,
    sink: (type, payload) => events.push({ type, payload }),
    signal: new AbortController().signal,
  });
  return { result, events };
}

async function missingIn({ host, cas }: FakeWorld, lock: Lockfile) {
  const place = await packagePlace({ host, cacheDirectory: CACHE, lock });
  return missingFiles({ lock, needs: TARGETS, place, cas });
}

const codes = (diagnostics: readonly { code: string }[]): string[] => diagnostics.map(({ code }) => code);

test('a lock holds each package with hash and size, and no address', async () => {
  const world = fakeWorld(INDEXES, FILES);
  const { value: lock, diagnostics } = await lockIn(world);
  assert.deepEqual(diagnostics, []);
  assert.deepEqual(Object.keys(lock!.wheels['numpy==2.0.0']!), ['numpy-2.0.0-py3-none-any.whl']);
  assert.deepEqual(
    lock!.python['component:ai']?.dev.map(({ name }) => name),
    ['pytest'],
  );
  assert.equal(lock!.python['component:web'], undefined);
  const [mac, pad] = lock!.node.web!.packages;
  assert.equal(mac?.sha256, undefined, 'a package for another platform is not fetched');
  assert.equal(pad?.sizeBytes, 'left-pad tarball'.length);
  assert.deepEqual(
    lock!.maven['component:ai']?.files.map(({ name }) => name),
    ['org.example:lib'],
  );
  assert.deepEqual(Object.keys(lock!.tools).sort(), ['npm', 'shell']);
  assert.doesNotMatch(world.fs.readText('/ws/mobileops.lock'), /:\/\//);
});

test('the same requirements give the same bytes, and the written lock holds', async () => {
  const world = fakeWorld(INDEXES, FILES);
  await lockIn(world);
  const before = world.fs.readText('/ws/mobileops.lock');
  await lockIn(world);
  assert.equal(world.fs.readText('/ws/mobileops.lock'), before);
  const lock = readLock(world.fs, '/ws');
  assert.deepEqual(lock.diagnostics, []);
  assert.deepEqual(checkLock(lock.value, requirementsIn(world).value), []);
});

test('a lock says who wants what, and one of version 2, which does not, is read and renewed', async () => {
  const wheels = { 'flask==2.3.2': 'flask', 'click==8.1.0': 'click', 'pytest==9.0.0': 'pytest' };
  const world = fakeWorld(
    { ...INDEXES, wheels: { ...INDEXES.wheels, ...wheels }, wants: { flask: ['click'] } },
    FILES,
  );
  const targets = [{ ...TARGETS[0]!, python: { requirements: [located('flask'), located('click')] } }];
  const { value: lock } = await lockIn(world, targets);
  assert.deepEqual(
    lock!.python['component:ai']!.run.map(({ name, wants, isAsked }) => [name, wants, isAsked]),
    [
      ['flask', ['click'], true],
      ['click', [], true],
    ],
  );
  const [jar] = lock!.maven['component:ai']!.files;
  assert.deepEqual([jar?.wants, jar?.isAsked], [[], true]);
  const { wants: _wants, isAsked: _isAsked, ...plain } = jar!;
  writeLock(world.fs, '/ws', {
    ...lock!,
    version: 2,
    maven: { 'component:ai': { from: lock!.maven['component:ai']!.from, files: [plain] } },
  });
  assert.equal(readLock(world.fs, '/ws').value?.version, 2);
  assert.deepEqual((await lockIn(world, targets)).value, lock);
});

test('the constraints have no extras and the development file is resolved against what runs', async () => {
  const asked: string[] = [];
  const world: FakeWorld = fakeWorld(
    {
      ...INDEXES,
      first: ({ argv, options }) => {
        if (argv.includes('compile') && argv.includes('--no-annotate')) {
          const read = (name: string): string => world.fs.readText(`${options.cwd}/${name}`);
          asked.push(`${read('requirements.in')}--\n${read('constraints.txt')}`);
        }
        return undefined;
      },
    },
    FILES,
  );
  await lockIn(world);
  assert.deepEqual(asked.slice(1), [
    'numpy>=1.24.0\n--\nnumpy>=1.24\n',
    'numpy>=1.24.0\nnumpy[extra]>=1.24\npytest\n--\nnumpy>=1.24\nnumpy==2.0.0\n',
  ]);
});

interface StaleCase {
  readonly change: Readonly<Record<string, string>>;
  readonly targets?: readonly TargetNeeds[];
  readonly expected: readonly string[];
}

const STALE: Readonly<Record<string, StaleCase>> = {
  'a comment in a requirement file': {
    change: { '/ws/requirements.txt': '# new\n\nnumpy[extra]>=1.24\n' },
    expected: [],
  },
  'a script of package.json': {
    change: { '/ws/web/package.json': '{"scripts":{},"dependencies":{"left-pad":"1.3.0"}}' },
    expected: [],
  },
  'a root requirement': {
    change: { '/ws/requirements.txt': 'numpy>=2\n' },
    expected: ['the lock is stale for the Python packages of component:ai: requirements.txt changed'],
  },
  'a package': {
    change: { '/ws/web/package.json': '{"dependencies":{"left-pad":"1.2.0"}}' },
    expected: ['the lock is stale for the npm packages of web: package.json changed'],
  },
  "npm's own lock": {
    change: { '/ws/web/package-lock.json': '{"lockfileVersion":3}' },
    expected: ['the lock is stale for the npm packages of web: package-lock.json changed'],
  },
  'less than is locked': { change: {}, targets: [TARGETS[1]!], expected: [] },
  'a new target': {
    change: {},
    targets: [...TARGETS, { ...TARGETS[0]!, label: 'component:new', maven: [] }],
    expected: ['the lock is stale for the Python packages of component:new: it is not in the lock'],
  },
  'a requirement and a coordinate': {
    change: {},
    targets: [
      {
        ...TARGETS[0]!,
        python: { requirements: [located('numpy')] },
        maven: [library('org.example:lib:2.0')],
      },
    ],
    expected: [
      'the lock is stale for the Python packages of component:ai: dependencies changed',
      'the lock is stale for the libraries of component:ai: implementation changed',
    ],
  },
};

for (const [name, { change, targets, expected }] of Object.entries(STALE)) {
  test(`staleness is seen without a client: ${name}`, async () => {
    const world = fakeWorld(INDEXES, FILES);
    const { value } = await lockIn(world);
    const calls = world.processes.calls.length;
    for (const [path, text] of Object.entries(change)) world.fs.writeFile(path, text);
    const found = checkLock(value, requirementsIn(world, targets).value);
    assert.deepEqual(
      found.map(({ message }) => message),
      expected,
    );
    assert.equal(world.processes.calls.length, calls);
  });
}

test('without a lock there is one diagnostic', () => {
  const [found, ...others] = checkLock(undefined, requirementsIn(fakeWorld({}, FILES)).value);
  assert.deepEqual(others, []);
  assert.equal(
    renderDiagnostic(found!),
    'mobileops.lock: error[dependencies/no-lock] there is no mobileops.lock, but the Python packages of component:ai and 4 more must be locked\n' +
      '  help: run `mobileops deps lock` and commit the lock',
  );
});

test('prepare says what it will fetch first, fetches it, and then has nothing to do', async () => {
  const world = fakeWorld(INDEXES, FILES);
  const { value: lock } = await lockIn(world);
  const first = await prepareIn(world, lock!);
  assert.equal(first.events[0]?.type, 'prepare.planned');
  const sizeBytes = ['numpy wheel', 'pytest wheel', 'tool wheel'].join('').length;
  assert.deepEqual(first.events[0]?.payload, { files: 3, sizeBytes, unknownSizes: 0, presentFiles: 3 });
  assert.deepEqual(first.result, { fetchedFiles: 3, fetchedBytes: sizeBytes, diagnostics: [] });
  assert.deepEqual(await missingIn(world, lock!), { files: 0, sizeBytes: 0, unknownSizes: 0 });
  const calls = world.processes.calls.length;
  const second = await prepareIn(world, lock!);
  assert.equal(second.result.fetchedFiles, 0);
  assert.equal(world.processes.calls.length, calls);
});

test('on another machine everything is fetched by hash', async () => {
  const { value: lock } = await lockIn(fakeWorld(INDEXES, FILES));
  const world = fakeWorld(INDEXES, FILES);
  const { result } = await prepareIn(world, lock!);
  assert.deepEqual(result.diagnostics, []);
  assert.equal(result.fetchedFiles, 6);
});

test('a broken network names cause and remedy and keeps what came', async () => {
  const { value: lock } = await lockIn(fakeWorld(INDEXES, FILES));
  let isDown = true;
  const world = fakeWorld(
    {
      ...INDEXES,
      first: ({ argv }) =>
        isDown && argv.includes('download')
          ? {
              code: 1,
              stderr: 'ERROR: Could not fetch https://me:secret@index/: NewConnectionError: refused',
            }
          : undefined,
    },
    FILES,
  );
  const { result } = await prepareIn(world, lock!);
  assert.deepEqual([...new Set(codes(result.diagnostics))], ['dependencies/network']);
  assert.equal(result.diagnostics[0]?.cause, 'environment');
  assert.doesNotMatch(renderDiagnostic(result.diagnostics[0]!), /secret/);
  assert.equal(result.fetchedFiles, 3);
  isDown = false;
  const again = await prepareIn(world, lock!);
  assert.deepEqual([again.result.fetchedFiles, again.result.diagnostics], [3, []]);
});

const REPLACED: Readonly<Record<string, FakeIndexes>> = {
  wheel: { ...INDEXES, wheels: { ...INDEXES.wheels, 'numpy==2.0.0': 'evil wheel' } },
  tarball: { ...INDEXES, tarballs: { ...INDEXES.tarballs, 'left-pad@1.3.0': 'evil tarball' } },
  jar: { ...INDEXES, jars: { 'org.example:lib:1.0': 'evil jar' } },
};

for (const [name, indexes] of Object.entries(REPLACED)) {
  test(`other bytes than the locked ones are refused: ${name}`, async () => {
    const { value: lock } = await lockIn(fakeWorld(INDEXES, FILES));
    const world = fakeWorld(indexes, FILES);
    const { result } = await prepareIn(world, lock!);
    assert.deepEqual(codes(result.diagnostics), ['dependencies/wrong-content']);
    assert.ok((await missingIn(world, lock!)).files > 0);
  });
}

test('an interrupted lock ends as interrupted and writes nothing', async () => {
  const { '/ws/web/package-lock.json': _, ...files } = FILES;
  const world = fakeWorld(INDEXES, files);
  const controller = new AbortController();
  const made = makeLock({
    host: world.host,
    cas: world.cas,
    root: '/ws',
    cacheDirectory: CACHE,
    requirements: requirementsIn(world).value,
    previous: undefined,
    sink: (_type, payload) => {
      if ('what' in payload && payload.what === 'the libraries of component:ai') controller.abort();
    },
    signal: controller.signal,
  });
  await assert.rejects(made, { name: 'AbortError' });
  assert.equal(world.fs.lstat('/ws/web/package-lock.json'), undefined);
});

test('an interrupted prepare ends as interrupted', async () => {
  const { value: lock } = await lockIn(fakeWorld(INDEXES, FILES));
  const { host, cas } = fakeWorld(INDEXES, FILES);
  const options = { host, cas, cacheDirectory: CACHE, lock: lock!, needs: TARGETS, sink: () => {} };
  await assert.rejects(prepare({ ...options, signal: AbortSignal.abort() }), { name: 'AbortError' });
});

interface FailureCase {
  readonly indexes: FakeIndexes;
  readonly files?: Readonly<Record<string, string>>;
  readonly expected: readonly string[];
}

const FAILURES: Readonly<Record<string, FailureCase>> = {
  'no such Python package': {
    indexes: { ...INDEXES, wheels: { 'tool==1.0.0': 'tool wheel' } },
    expected: ['dependencies/unresolvable', 'dependencies/unresolvable'],
  },
  'only a source distribution': {
    indexes: {
      ...INDEXES,
      first: ({ argv }) =>
        argv.includes('compile') && argv.includes('pip')
          ? { code: 1, stderr: 'error: No solution found\n  cause: numpy has no usable wheels' }
          : undefined,
    },
    expected: ['dependencies/no-wheel', 'dependencies/no-wheel'],
  },
  'peers of npm that contradict each other': {
    indexes: {
      ...INDEXES,
      first: ({ argv }) => {
        if (argv[1] !== 'install') return undefined;
        const said = `Found: a@1\n  a@"1" from the root project\n\nCould not resolve dependency:\npeer a@"2" from b@1\n`;
        return argv.includes('--force')
          ? { stderr: said.repeat(2) }
          : { code: 1, stderr: `npm error code ERESOLVE\n${'npm error x\n'.repeat(30)}` };
      },
    },
    files: { '/ws/web/package.json': '{"dependencies":{"left-pad":"1.2.0"}}' },
    expected: ['dependencies/contradiction'],
  },
  'no such jar': { indexes: { ...INDEXES, jars: {} }, expected: ['dependencies/unresolvable'] },
  'no pip': {
    indexes: {
      ...INDEXES,
      first: ({ argv }) =>
        argv.includes('pip') ? { code: 1, stderr: '/usr/bin/python3: No module named pip' } : undefined,
    },
    expected: ['dependencies/missing-client'],
  },
  'a package from git': {
    indexes: INDEXES,
    files: {
      '/ws/web/package-lock.json': PACKAGE_LOCK.replace(
        '"version":"1.3.0"',
        '"version":"1.3.0","resolved":"git+ssh://git@example.org/a.git#1"',
      ),
    },
    expected: ['dependencies/unsupported-package'],
  },
  'an old package-lock.json': {
    indexes: INDEXES,
    files: {
      '/ws/web/package-lock.json': PACKAGE_LOCK.replace('"lockfileVersion":3', '"lockfileVersion":1'),
    },
    expected: ['dependencies/unsupported-package'],
  },
};

for (const [name, { indexes, files, expected }] of Object.entries(FAILURES)) {
  test(`what cannot be locked is said, and no lock is written: ${name}`, async () => {
    const world = fakeWorld(indexes, { ...FILES, ...files });
    const { value, diagnostics } = await lockIn(world);
    assert.equal(value, undefined);
    assert.deepEqual(codes(diagnostics), expected);
    assert.equal(world.fs.lstat('/ws/mobileops.lock'), undefined);
  });
}

test('a conflict underlines the requirement that the resolver names', async () => {
  const { diagnostics } = await lockIn(fakeWorld(FAILURES['no such Python package']!.indexes, FILES));
  assert.match(
    renderDiagnostic(diagnostics[0]!),
    /^build\.yaml:1:1: error[^\n]*\n[^\n]*\n {2}1 \| numpy>=1\.24\.0\n/,
  );
});

test('a missing package-lock.json is made by npm', async () => {
  const { '/ws/web/package-lock.json': _, ...files } = FILES;
  const world = fakeWorld(INDEXES, files);
  const { diagnostics } = await lockIn(world);
  assert.deepEqual(diagnostics, []);
  assert.match(world.fs.readText('/ws/web/package-lock.json'), /"lockfileVersion":3/);
  assert.deepEqual(checkLock(readLock(world.fs, '/ws').value, requirementsIn(world).value), []);
});
