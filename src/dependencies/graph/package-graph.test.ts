import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { sha256 } from '../../base/index.ts';
import type { PackageGraph } from '../../packages/index.ts';
import type { Lockfile } from '../model.ts';
import { packageGraph, packageLockGraph } from './package-graph.ts';

const hash = (letter: string): string => letter.repeat(64);

const PACKAGE_LOCK = JSON.stringify({
  lockfileVersion: 3,
  packages: {
    '': {
      dependencies: { a: '1', old: 'npm:@s/b@1' },
      devDependencies: { d: '1' },
      optionalDependencies: { gone: '1' },
    },
    'node_modules/a': {
      version: '1.0.0',
      integrity: `sha512-${'A'.repeat(86)}== sha512-AAAA`,
      dependencies: { b: '^2', c: '1' },
      peerDependencies: { none: '*' },
    },
    'node_modules/a/node_modules/b': { version: '2.0.0', dependencies: { c: '1' } },
    'node_modules/b': { version: '1.0.0', dev: true },
    'node_modules/c': { version: '1.0.0', inBundle: true },
    'node_modules/d': { version: '1.0.0', dev: true, dependencies: { b: '1' } },
    'node_modules/old': { name: '@s/b', version: '1.0.0' },
    'node_modules/mine': { link: true, resolved: 'packages/mine' },
    'packages/mine': { version: '0.0.0', dependencies: { c: '1' } },
  },
});

const LOCK: Lockfile = {
  version: 3,
  tools: {
    pytest: {
      from: {},
      ecosystem: 'python',
      files: [],
      packages: [{ name: 'pytest', version: '9', wants: [], isAsked: true }],
    },
    npm: { from: {}, ecosystem: 'node', files: [{ name: 'npm', version: '11.0.0', file: 'npm.tgz' }] },
  },
  python: {
    'component:ai': {
      from: {},
      run: [
        { name: 'numpy', version: '1.26', marker: "python_version < '3.12'", wants: [] },
        { name: 'numpy', version: '2.0', marker: "python_version >= '3.12'", wants: [] },
        { name: 'pandas', version: '3.0', wants: ['numpy'], isAsked: true },
      ],
      dev: [{ name: 'pytest', version: '9', wants: [], isAsked: true }],
    },
    'component:old': { from: {}, run: [{ name: 'numpy', version: '2.0' }], dev: [] },
  },
  wheels: {
    'numpy==2.0': {
      'numpy-2.0-py3-none-any.whl': `${hash('a')} 1`,
      'numpy-2.0-cp312-cp312-linux.whl': hash('b'),
    },
  },
  node: {
    web: {
      from: { 'package-lock.json': sha256(PACKAGE_LOCK) },
      packages: [{ path: 'node_modules/a', name: 'a', version: '1.0.0', sha256: hash('c'), sizeBytes: 1 }],
    },
    plain: { from: {}, packages: [{ path: 'node_modules/z', name: 'z', version: '1.0.0' }] },
  },
  maven: {
    'app:a': {
      from: {},
      files: [
        {
          name: 'g:a',
          version: '1',
          file: 'a.jar',
          sha256: hash('d'),
          sizeBytes: 1,
          type: 'jar',
          classpaths: ['runtime'],
          wants: ['g:b'],
          isAsked: true,
        },
        {
          name: 'g:b',
          version: '2',
          file: 'b.jar',
          sha256: hash('e'),
          sizeBytes: 1,
          type: 'jar',
          classpaths: ['testRuntime'],
          wants: [],
        },
      ],
    },
  },
  roots: {
    'image:base': {
      ...{ from: {}, distribution: 'debian', suite: 'bookworm', components: ['main'], architecture: 'amd64' },
      ...{ packages: ['dash=0.5'], essential: false, updates: false, bootstrap: [], steps: [] },
      locked: [
        {
          name: 'dash',
          version: '0.5',
          architecture: 'amd64',
          archive: 'main',
          path: 'pool/main/d/dash/dash_0.5_amd64.deb',
          sizeBytes: 1,
          sha256: hash('f'),
        },
        {
          name: 'libc6',
          version: '2.36',
          architecture: 'amd64',
          archive: 'main',
          path: 'pool/main/g/glibc/libc6_2.36_amd64.deb',
          sizeBytes: 1,
          sha256: hash('0'),
        },
      ],
    },
  },
};

const GRAPH = packageGraph({
  lock: LOCK,
  packageLocks: new Map([['web', PACKAGE_LOCK]]),
  labels: new Map([['web', 'app:web']]),
});

const edgesOf = ({ edges }: PackageGraph): string[] =>
  edges.map(({ from, to }) => `${from} -> ${to}`.replaceAll('pkg:', ''));

test('one graph has the packages of every ecosystem, and who wants what', () => {
  assert.deepEqual(edgesOf(GRAPH), [
    'app:a -> maven/g/a@1',
    'app:web -> npm/%40s/b@1.0.0',
    'app:web -> npm/a@1.0.0',
    'app:web -> npm/c@1.0.0',
    'app:web -> npm/d@1.0.0',
    'component:ai -> pypi/pandas@3.0',
    'component:ai -> pypi/pytest@9',
    'image:base -> deb/debian/dash@0.5?arch=amd64&distro=bookworm',
    'maven/g/a@1 -> maven/g/b@2',
    'npm/a@1.0.0 -> npm/b@2.0.0',
    'npm/a@1.0.0 -> npm/c@1.0.0',
    'npm/b@2.0.0 -> npm/c@1.0.0',
    'npm/d@1.0.0 -> npm/b@1.0.0',
    'pypi/pandas@3.0 -> pypi/numpy@1.26',
    'pypi/pandas@3.0 -> pypi/numpy@2.0',
    'tool:npm -> npm/npm@11.0.0',
    'tool:pytest -> pypi/pytest@9',
  ]);
});

test('a package is there once, with all its hashes, scopes and places', () => {
  const found = new Map(GRAPH.packages.map((each) => [each.purl, each]));
  assert.equal(found.size, GRAPH.packages.length);
  assert.deepEqual(found.get('pkg:pypi/pytest@9')?.scopes, ['development', 'tool']);
  assert.deepEqual(
    found.get('pkg:pypi/numpy@2.0')?.hashes?.map(({ hex }) => hex[0]),
    ['a', 'b'],
  );
  assert.deepEqual(found.get('pkg:npm/a@1.0.0'), {
    ...{ purl: 'pkg:npm/a@1.0.0', ecosystem: 'npm', name: 'a', version: '1.0.0', scopes: ['run'] },
    hashes: [
      { algorithm: 'sha512', hex: '0'.repeat(128) },
      { algorithm: 'sha256', hex: hash('c') },
    ],
    places: ['web/package-lock.json'],
  });
  assert.ok(found.has('pkg:deb/debian/libc6@2.36?arch=amd64&distro=bookworm&upstream=glibc'));
});

test('the packages of an image have their edges where the lock tells them', () => {
  const root = LOCK.roots!['image:base']!;
  const [dash, libc] = root.locked;
  const locked = [
    { ...dash!, wants: ['libc6'] },
    { ...libc!, wants: [] },
  ];
  const told = packageGraph({
    lock: { ...LOCK, roots: { 'image:base': { ...root, locked } } },
    packageLocks: new Map(),
  });
  assert.deepEqual(
    edgesOf(told).filter((each) => each.includes('libc6')),
    [
      'deb/debian/dash@0.5?arch=amd64&distro=bookworm -> deb/debian/libc6@2.36?arch=amd64&distro=bookworm&upstream=glibc',
    ],
  );
  assert.ok(told.notKnown.every(({ subject }) => subject !== 'image:base'));
});

test('what is not known is said', () => {
  assert.deepEqual(
    GRAPH.notKnown.map(({ subject, why }) => `${subject}: ${why}`),
    [
      'component:old: who wants what is not in the mobileops.lock, which is of version 2: `mobileops deps lock` renews it',
      'plain: who wants what is not known: its package-lock.json is not there',
      'image:base: who wants what among the packages of this image is not in the lock: `mobileops deps update` renews it',
    ],
  );
  const changed = packageGraph({ lock: LOCK, packageLocks: new Map([['web', `${PACKAGE_LOCK} `]]) });
  assert.match(
    changed.notKnown.find(({ subject }) => subject === 'web')!.why,
    /is not the one that mobileops\.lock was made with/,
  );
});

test('a package-lock.json stands for itself, and hostile ones break nothing', () => {
  const graph = packageLockGraph({ label: 'folder', folder: '.', text: PACKAGE_LOCK });
  assert.deepEqual(graph.roots, [
    { label: 'folder', packages: GRAPH.roots.find(({ label }) => label === 'app:web')!.packages },
  ]);
  const value = fc.letrec((tie) => ({
    any: fc.oneof(
      fc.string(),
      fc.integer(),
      fc.constant(null),
      fc.dictionary(
        fc.constantFrom('', 'node_modules/a', 'dependencies', 'version', '__proto__', 'a', 'name'),
        tie('any'),
      ),
    ),
  })).any;
  fc.assert(
    fc.property(value, (packages) => {
      packageLockGraph({ label: 'l', folder: 'f', text: JSON.stringify({ lockfileVersion: 3, packages }) });
    }),
  );
  for (const text of ['', '[]', 'null', '{"lockfileVersion":1,"packages":{}}', '{"lockfileVersion":3}'])
    assert.match(
      packageLockGraph({ label: 'l', folder: 'f', text }).notKnown[0]!.why,
      /lockfileVersion 2 or 3/,
    );
});
