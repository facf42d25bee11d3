import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FakeCall, FakeRun } from '../../host/testing.ts';
import type { Ecosystem, PackageName } from '../../packages/index.ts';
import { gatherRequirements, makeLock } from '../index.ts';
import type { Lockfile, TargetNeeds } from '../model.ts';
import { nodeFrom } from '../resolved-from.ts';
import { CACHE, type FakeIndexes, fakeWorld, integrityOf, library, located } from '../testing.ts';
import { latestVersions } from './latest-versions.ts';
import { lockChanges } from './lock-changes.ts';
import { type Renewal, withoutRenewed } from './renewal.ts';

const python = (...packages: string[]) =>
  packages.map((each) => ({ name: each.split('@')[0]!, version: each.split('@')[1]!, wants: [] }));
const file = (name: string, version: string) => ({
  ...{
    name,
    version,
    file: 'a.jar',
    sha256: 'a'.repeat(64),
    sizeBytes: 1,
    type: 'jar' as const,
    classpaths: [],
  },
});
const named = (ecosystem: Ecosystem, name: string): PackageName => ({ ecosystem, name });
const LOCK: Lockfile = {
  version: 3,
  tools: {},
  python: {
    'component:a': {
      from: { dependencies: 'x' },
      run: python('flask@2.0', 'click@8.0'),
      dev: python('pytest@7.0'),
    },
  },
  wheels: {},
  node: {
    web: {
      from: {},
      packages: [
        { path: 'node_modules/left-pad', name: 'left-pad', version: '1.2.0', integrity: integrityOf('old') },
      ],
    },
  },
  maven: {
    'app:a': { from: {}, files: [file('g:a', '1')] },
    'app:b': { from: {}, files: [file('g:b', '1')] },
  },
};

test('what is renewed is resolved as if for the first time, and nothing else', () => {
  const some = withoutRenewed(LOCK, {
    packages: [named('PyPI', 'Click'), named('Maven', 'g:a'), named('Debian', 'flask')],
  });
  assert.deepEqual(
    some.python['component:a']?.run.map(({ name }) => name),
    ['flask'],
  );
  assert.deepEqual(Object.keys(some.maven), ['app:b']);
  assert.deepEqual(some.node, LOCK.node);
  const all = withoutRenewed(LOCK, {});
  assert.deepEqual([all.python['component:a']?.run, all.python['component:a']?.dev, all.maven], [[], [], {}]);
});

test('two locks are compared by versions, in the order of the ecosystem', () => {
  const after: Lockfile = {
    ...LOCK,
    python: {
      'component:a': { from: {}, run: python('flask@2.0', 'click@8.10'), dev: [] },
      'component:b': { from: {}, run: python('click@8.9', 'new@1'), dev: [] },
    },
  };
  assert.deepEqual(lockChanges(LOCK, LOCK), []);
  assert.deepEqual(
    lockChanges(LOCK, after).map(({ ecosystem, name, from, to }) => `${ecosystem} ${name} ${from} > ${to}`),
    ['PyPI click 8.0 > 8.9,8.10', 'PyPI new  > 1', 'PyPI pytest 7.0 > '],
  );
});

const PACKAGE_LOCK = JSON.stringify({
  lockfileVersion: 3,
  packages: {
    '': { dependencies: { 'left-pad': '^1.0.0' } },
    'node_modules/left-pad': { version: '1.2.0', integrity: integrityOf('old') },
  },
});
const MANIFEST = '{"dependencies":{"left-pad":"^1.0.0"}}';

async function asked(
  renewal: Renewal | undefined,
  { manifest = MANIFEST, previous = LOCK }: { readonly manifest?: string; readonly previous?: Lockfile } = {},
): Promise<readonly string[]> {
  const calls: string[] = [];
  const first = ({ argv, options }: FakeCall): FakeRun | undefined => {
    if (argv[0] === '/usr/bin/npm' && /^(install|update)$/.test(argv[1]!)) {
      calls.push(argv.slice(1, argv.indexOf('--ignore-scripts')).join(' '));
      world.fs.writeFile(`${options.cwd}/package-lock.json`, PACKAGE_LOCK.replace('1.2.0', '1.3.0'));
      return {};
    }
    if (argv.includes('--no-annotate')) {
      const before = `${options.cwd}/pylock.toml`;
      const kept = [...(world.fs.readTextIfExists(before) ?? '').matchAll(/name = "(\w+)"/g)].map(
        ([, name]) => name,
      );
      calls.push(
        `uv keeps ${kept.join(' ')}${argv.includes('--exclude-newer') ? ` ${argv[argv.indexOf('--exclude-newer') + 1]}` : ''}`,
      );
    }
    return undefined;
  };
  const indexes: FakeIndexes = {
    first,
    wheels: { 'flask==2.0': 'a', 'click==8.0': 'b' },
    tarballs: { 'left-pad@1.2.0': 'old', 'left-pad@1.3.0': 'old' },
  };
  const world = fakeWorld(indexes, {
    '/ws/web/package.json': manifest,
    '/ws/web/package-lock.json': PACKAGE_LOCK,
  });
  const target: TargetNeeds = {
    label: 'component:a',
    python: { requirements: [located('flask'), located('click')] },
    nodeFolder: 'web',
    maven: [],
    tools: [],
  };
  const configuration = { dependencies: { python: [], system: [], node: [] } };
  const requirements = gatherRequirements(world.fs, {
    root: '/ws',
    configuration,
    targets: [target],
    tools: [],
  }).value;
  const { host, cas } = world;
  const made = await makeLock({
    ...{ host, cas, root: '/ws', cacheDirectory: CACHE, requirements, previous, sink: () => {} },
    ...{ signal: new AbortController().signal, isDryRun: true, ...(renewal ? { renewal } : {}) },
  });
  assert.deepEqual(made.diagnostics, []);
  assert.equal(world.fs.readText('/ws/web/package-lock.json'), PACKAGE_LOCK, 'a dry run writes nothing');
  return calls;
}

const FLAGS = '--package-lock-only --lockfile-version 3';
const CASES: Readonly<Record<string, readonly [Renewal | undefined, readonly string[]]>> = {
  nothing: [undefined, ['uv keeps click flask']],
  'one of Python': [{ packages: [named('PyPI', 'flask')] }, ['uv keeps click']],
  'one of npm': [
    { packages: [named('npm', 'left-pad')] },
    ['uv keeps click flask', `update left-pad ${FLAGS}`],
  ],
  'none of that name in this ecosystem': [
    { packages: [named('npm', 'flask'), named('PyPI', 'left-pad')] },
    ['uv keeps click flask'],
  ],
  'all that has been out for a while': [
    { publishedBefore: '2026-01-01T00:00:00.000Z' },
    ['uv keeps  2026-01-01T00:00:00.000Z', `update ${FLAGS} --before 2026-01-01T00:00:00.000Z`],
  ],
};

for (const [name, [renewal, expected]] of Object.entries(CASES))
  test(`an update asks the clients for newer versions of what is named alone: ${name}`, async () => {
    assert.deepEqual(await asked(renewal), expected);
  });

test('overrides that were written or taken away since the lock was made are given to npm, as its own lock does not repeat them', async () => {
  const manifests = [MANIFEST, `${MANIFEST.slice(0, -1)},"overrides":{"left-pad":"1.3.0"}}`];
  const lockOf = (text: string): Lockfile => {
    const [packageLock, manifest] = [PACKAGE_LOCK, text].map((each) => ({ path: '', text: each }));
    const from = nodeFrom({ folder: 'web', manifest: manifest!, packageLock });
    return { ...LOCK, node: { web: { ...LOCK.node.web!, from } } };
  };
  const told = [];
  for (const before of manifests)
    for (const manifest of manifests) {
      const calls = await asked(undefined, { manifest, previous: lockOf(before) });
      told.push(calls.filter((each) => !each.startsWith('uv')).join());
    }
  assert.deepEqual(told, ['', `install ${FLAGS}`, `install ${FLAGS}`, '']);
});

test('the newest versions are those that the clients tell; a pre-release is none', async () => {
  const npm = JSON.stringify({ 'left-pad': { wanted: '1.3.0', latest: '2.0.0' }, odd: null });
  const first = ({ argv }: FakeCall): FakeRun | undefined => {
    if (argv.includes('outdated')) return { code: 1, stdout: npm };
    if (argv.includes('view')) return { stdout: argv.includes('deep') ? '"4.1.0"\n' : '' };
    if (argv.includes('resolve'))
      return {
        stdout: `g:a:2.0:default\ng:b:3.0-beta-1:default\n${argv.includes('g:c:latest.release') ? 'g:c:5.0:default' : ''}`,
      };
    return undefined;
  };
  const world = fakeWorld({ first }, { '/ws/web/package.json': MANIFEST });
  const folder = {
    folder: 'web',
    manifest: { path: 'web/package.json', text: MANIFEST },
    packageLock: undefined,
  };
  const target: TargetNeeds = {
    label: 'app:a',
    python: { requirements: [] },
    maven: [library('g:a:1'), library('g:b:1')],
    tools: [],
  };
  const requirements = {
    targets: [target],
    constraints: [],
    development: undefined,
    nodeFolders: [folder],
    tools: [],
  };
  const context = { ...world, cacheDirectory: CACHE, sink: () => {}, signal: new AbortController().signal };
  const brought = [named('npm', 'deep'), named('npm', 'unknown'), named('Maven', 'g:c')];
  const latest = await latestVersions(context, { root: '/ws', requirements, brought });
  assert.deepEqual(
    [latest.diagnostics, [...latest.value]],
    [
      [],
      [
        ['npm left-pad', '2.0.0'],
        ['npm deep', '4.1.0'],
        ['Maven g:a', '2.0'],
        ['Maven g:c', '5.0'],
      ],
    ],
  );
});
