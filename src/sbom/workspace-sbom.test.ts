import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Package } from '../packages/index.ts';
import { makeCatalogue } from './catalog/catalogue.ts';
import type { Sbom } from './model.ts';
import { partOf, type WorkspaceFacts, withLocked, workspaceSbom } from './workspace-sbom.ts';

const one = (name: string, scope: Package['scopes'][number] = 'run'): Package => ({
  purl: `pkg:npm/${name}@1.0.0`,
  ecosystem: 'npm',
  name,
  version: '1.0.0',
  scopes: [scope],
  places: ['web/package-lock.json'],
});

const MODEL = { kind: 'file', type: 'machine-learning-model', name: 'm.onnx' } as const;

const FACTS: WorkspaceFacts = {
  name: 'platform',
  version: '1.0.0',
  created: 1_700_000_000,
  targets: [
    { label: 'component:web', directory: 'web', needs: ['component:lib'] },
    { label: 'component:lib', directory: 'web/lib', needs: [] },
    { label: 'image:base', directory: '', needs: ['component:lib'] },
  ],
  packages: {
    packages: [one('a'), one('b'), one('t', 'development'), one('eslint', 'tool')],
    edges: [
      { from: 'component:web', to: 'pkg:npm/a@1.0.0' },
      { from: 'component:web', to: 'pkg:npm/t@1.0.0' },
      { from: 'pkg:npm/a@1.0.0', to: 'pkg:npm/b@1.0.0' },
      { from: 'tool:eslint', to: 'pkg:npm/eslint@1.0.0' },
    ],
    roots: [
      { label: 'component:web', packages: ['pkg:npm/a@1.0.0'] },
      { label: 'tool:eslint', packages: ['pkg:npm/eslint@1.0.0'] },
      { label: 'image:base linux/arm64', packages: [] },
    ],
  },
  models: makeCatalogue([{ path: 'web/lib/m.onnx', found: [MODEL] }]),
  notListed: [
    { place: 'component:web', why: 'of web' },
    { place: 'tool:eslint', why: 'of a tool' },
    { place: 'elsewhere', why: 'of all' },
  ],
};

const shown = ({ relations }: Sbom): string[] =>
  relations.map(({ from, kind, to }) => `${from} ${kind === 'contains' ? '>' : '->'} ${to}`);

test('a workspace contains its targets, which need each other and packages', () => {
  assert.deepEqual(shown(workspaceSbom(FACTS)), [
    'component:lib > file:web/lib/m.onnx',
    'component:web -> component:lib',
    'component:web -> pkg:npm/a@1.0.0',
    'component:web -> pkg:npm/t@1.0.0',
    'image:base -> component:lib',
    'image:base -> image:base linux/arm64',
    'pkg:npm/a@1.0.0 -> pkg:npm/b@1.0.0',
    'tool:eslint -> pkg:npm/eslint@1.0.0',
    'workspace > component:lib',
    'workspace > component:web',
    'workspace > image:base',
    'workspace -> tool:eslint',
  ]);
});

test('a target has what is reached from it, and what is not known of that', () => {
  const part = partOf(workspaceSbom(FACTS), 'component:web')!;
  assert.deepEqual(
    part.components.map(({ id }) => id),
    ['component:lib', 'file:web/lib/m.onnx', 'pkg:npm/a@1.0.0', 'pkg:npm/b@1.0.0', 'pkg:npm/t@1.0.0'],
  );
  assert.deepEqual(
    part.notListed.map(({ place }) => place),
    ['component:web', 'elsewhere'],
  );
  assert.equal(partOf(workspaceSbom(FACTS), 'component:absent'), undefined);
});

test('what was built has what the lock says that ships with it', () => {
  const locked = partOf(workspaceSbom(FACTS), 'component:web')!;
  const built = workspaceSbom({
    ...FACTS,
    targets: [],
    packages: { packages: [one('found')], edges: [{ from: 'workspace', to: one('found').purl }], roots: [] },
    notListed: [],
  });
  const both = withLocked(built, locked);
  assert.equal(both.subject.id, 'component:web');
  assert.ok(shown(both).includes('component:web -> pkg:npm/found@1.0.0'));
  assert.ok(shown(both).includes('component:web -> pkg:npm/a@1.0.0'));
  assert.ok(!both.components.some(({ name }) => name === 't'), 'a test dependency does not ship');
});
