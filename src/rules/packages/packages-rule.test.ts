import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sha256 } from '../../base/index.ts';
import type { PackageImageSpec } from '../../config/index.ts';
import type { RunWork } from '../container-run.ts';
import { requirementsOf } from '../requirements.ts';
import type { LockedRoot, RulePlan } from '../rule.ts';
import {
  actionOf,
  type FakeContextOptions,
  fakeContext,
  fakeTree,
  located,
  packageImageSpec,
  pathsOf,
  renderedDiagnostics,
} from '../testing.ts';
import { packagesRule } from './packages-rule.ts';

const deb = (name: string) => ({ name, ...{ sha256: sha256(name), sizeBytes: name.length } });
const ROOT: LockedRoot = {
  ...{ distribution: 'debian', suite: 'bookworm', components: ['main'], architecture: 'amd64' },
  ...{ packages: ['curl'], essential: true, updates: true, bootstrap: ['dash'] },
  locked: [deb('curl'), deb('dash')],
  steps: [],
};
const debFile = (name: string): string => `packages/${sha256(name)}.deb`;

const FILE = {
  type: 'file',
  path: located('/etc/app.conf'),
  owner: located('root'),
  group: located('root'),
  mode: 0o644,
  source: located('configs/[a].conf', 'docker/demo.yaml'),
} as const;
const FILES = { 'configs/[a].conf': 'a', 'configs/a.conf': 'b', 'docker/demo.yaml': '' };

function planOf(
  spec: Partial<PackageImageSpec>,
  options: Partial<FakeContextOptions<PackageImageSpec>> = {},
): RulePlan {
  return packagesRule(
    fakeContext({
      spec: packageImageSpec(spec),
      files: FILES,
      locked: { roots: { amd64: ROOT } },
      ...options,
    }),
  );
}

const BOTH = { settings: { architectures: ['amd64', 'arm64'] } } as const;
const ROOTS = { roots: { amd64: ROOT, arm64: { ...ROOT, architecture: 'arm64' } } };

for (const [name, scripts, options, expected] of [
  ['that is not locked', 'none', {}, []],
  ['without scripts', 'none', { locked: ROOTS }, ['arm64-unpack']],
  ['with scripts that cannot be run', 'run', { locked: ROOTS }, []],
  [
    'with scripts that are emulated',
    'run',
    { locked: ROOTS, runnable: ['amd64', 'arm64'] },
    ['arm64-bootstrap', 'arm64-configure', 'arm64-finish'],
  ],
] as const)
  test(`an image for another platform ${name}`, () => {
    const plan = planOf({ scripts }, { ...BOTH, ...options });
    const others = ids(plan).filter((id) => id.includes('#arm64'));
    assert.deepEqual(
      others,
      expected.map((id) => `image:demo#${id}`),
    );
    assert.ok(ids(plan).includes('image:demo#index') && plan.remarks);
  });

const ids = ({ actions }: RulePlan): string[] => actions.map(({ id }) => id);

test('without maintainer scripts one action makes the image, of its packages and files alone', () => {
  const plan = planOf({ scripts: 'none', paths: [FILE] });
  assert.deepEqual(ids(plan), ['image:demo#unpack', 'image:demo#tag']);
  const { work, env, network, argv, container } = actionOf(plan, 'image:demo#unpack');
  assert.deepEqual(
    pathsOf(work).sort(),
    ['context/configs/[a].conf', debFile('curl'), debFile('dash'), 'plan.json'].sort(),
  );
  assert.deepEqual([env, network, container], [{ PATH: '/usr/bin:/bin' }, false, undefined]);
  assert.match(argv.join(' '), /image-packages v4 leaf --plan plan\.json --packages packages --out layout$/);
});

test('maintainer scripts run in a container, without a network, on what they need', () => {
  const plan = planOf({ paths: [FILE] });
  assert.deepEqual(ids(plan), [
    'image:demo#bootstrap',
    'image:demo#configure',
    'image:demo#finish',
    'image:demo#tag',
  ]);
  assert.deepEqual(pathsOf(actionOf(plan, 'image:demo#bootstrap').work), [debFile('dash'), 'plan.json']);
  const outputs = {
    'image:demo#bootstrap': fakeTree({ 'layout/index.json': '', 'configure.sh': '' }),
    'image:demo#configure': fakeTree({ 'layer.json': '', 'layer.tar.gz': '' }),
  };
  const configure = actionOf(plan, 'image:demo#configure');
  assert.deepEqual([configure.container, configure.network], [true, false]);
  assert.deepEqual(
    pathsOf(configure.work, outputs).sort(),
    ['bootstrap/index.json', debFile('curl'), debFile('dash'), 'packages/configure.sh', 'run.json'].sort(),
  );
  assert.deepEqual(pathsOf(actionOf(plan, 'image:demo#finish').work, outputs), [
    'bootstrap/index.json',
    'configured/layer.json',
    'configured/layer.tar.gz',
    'context/configs/[a].conf',
    'plan.json',
  ]);
  const { run } = JSON.parse(literalOf(plan, 'image:demo#configure', 'run.json')) as RunWork;
  assert.deepEqual(
    [run.network, run.command],
    ['none', { form: 'exec', argv: ['/bin/sh', '/run/mobileops/configure.sh'] }],
  );
});

/** A file that the rule writes itself. */
function literalOf(plan: RulePlan, id: string, path: string): string {
  const { work } = actionOf(plan, id);
  const parts = work.kind === 'merge' ? work.of : [work];
  const files = parts.flatMap((each) => (each.kind === 'literal' ? each.files : []));
  return files.find((each) => each.path === path)?.content ?? '';
}

test('users and paths concern the last action only, and labels no package', () => {
  const plain = planOf({});
  const users = [{ name: located('app'), uid: 1000, groups: [] }];
  const more = planOf({ users, container: { env: {}, labels: { a: 'b' }, expose: [], volumes: [] } });
  const texts = (id: string) => [plain, more].map((plan) => literalOf(plan, id, 'plan.json'));
  const [before, after] = texts('image:demo#bootstrap');
  assert.equal(before, after);
  const [, finish] = texts('image:demo#finish');
  assert.deepEqual(JSON.parse(finish!), {
    ...{ format: 1, architecture: 'amd64', createdAt: 315532800, from: 'debian:bookworm' },
    users: [{ name: 'app', uid: 1000, groups: [] }],
    paths: [],
    container: { env: {}, labels: { a: 'b' }, expose: [], volumes: [] },
  });
});

test('the image lands in dist/ with its tags, and others see it without', () => {
  const plan = planOf({ scripts: 'none' }, { stamp: { version: '2.0.0' } });
  const [artifact] = plan.artifacts;
  assert.deepEqual([artifact?.type, artifact?.path], ['container', 'images/demo']);
  assert.match(actionOf(plan, 'image:demo#tag').argv.join(' '), /mobileops-demo --tag latest --tag 2\.0\.0$/);
  assert.deepEqual(pathsOf(plan.exports, { 'image:demo#unpack': fakeTree({ 'layout/index.json': '' }) }), [
    'index.json',
  ]);
});

test('a file that is no source is told where it is named', () => {
  const plan = planOf({ paths: [{ ...FILE, source: located('configs', 'docker/demo.yaml') }] });
  assert.match(
    renderedDiagnostics(plan),
    /^docker\/demo\.yaml:1:1: error\[packages\/no-file\] there is no file configs among the sources/,
  );
  assert.deepEqual(plan.actions, []);
});

test('without a lock the rule says nothing of it', () => {
  const plan = planOf({}, { locked: {} });
  assert.equal(renderedDiagnostics(plan), '');
});

test('what is asked of the distribution', () => {
  const of = (spec: Partial<PackageImageSpec>) =>
    requirementsOf({ directory: '', spec: packageImageSpec(spec) }, undefined, {
      imagePrefix: 'x-',
      architecture: 'arm64',
    });
  assert.deepEqual(of({ packages: [located('zsh'), located('curl=1')] }), {
    ...{ tools: [], python: false, platforms: { arm64: { images: [], runs: ['arm64'] } } },
    packages: {
      ...{ distribution: 'debian', suite: 'bookworm', components: ['main'], architecture: 'arm64' },
      ...{ packages: ['curl=1', 'zsh'], essential: true, updates: true },
    },
  });
  assert.deepEqual(of({ scripts: 'none' }).platforms, { arm64: { images: [], runs: [] } });
});
