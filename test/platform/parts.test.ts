/** What the reference platform is made of, as it is read: its parts, each with its steps, tests and results, and its images. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { formatLabel } from '../../src/base/index.ts';
import { realHost } from '../../src/host/index.ts';
import { loadWorkspace } from '../../src/workspace/index.ts';

const root = join(import.meta.dirname, '..', '..', 'examples', 'platform');
const { value, diagnostics } = await loadWorkspace({ fs: realHost().fs, root, variables: {} });
const targets = value?.targets ?? [];
/** Components that the document does not have. */
const OURS = ['telemetry-schema', 'clients'];

test('each part of a platform that the document names is a target of this one', () => {
  assert.deepEqual(diagnostics, []);
  const told = targets.map(({ label, spec }) => `${formatLabel(label)} ${spec.rule}`);
  const named = [
    'scripts scripts',
    ...['ai-core', 'network', 'plugins', 'security'].map((name) => `component:${name} component`),
    ...['base', 'ai', 'tools', 'web'].map((name) => `image:${name} image`),
    ...['app:hybrid hybrid', 'app:status android', 'app:webapp pwa'],
  ];
  assert.deepEqual(
    named.filter((each) => !told.includes(each)),
    [],
  );
});

test('each component has steps, tests of three kinds and what it leaves; the one with models leaves them', () => {
  const components = targets.flatMap(({ label, spec }) =>
    spec.rule === 'component' && !OURS.includes(label.name) ? [{ name: label.name, ...spec }] : [],
  );
  assert.equal(components.length, 4);
  for (const { name, buildSteps, tests, artifacts } of components) {
    assert.ok(buildSteps.length > 0, name);
    assert.deepEqual(Object.keys(tests), ['unit', 'integration', 'performance'], name);
    const left = artifacts.map(({ path, type }) => `${path.value} ${type}`);
    const models = name === 'ai-core' ? ['ai-models.tar.gz data'] : [];
    assert.deepEqual(left, [`dist/${name}/ binary`, ...models], name);
  }
});

test('images of all four kinds stand on each other: a base, services, production, development', () => {
  const standing = targets.flatMap(({ label, spec, implied }) => {
    const from = spec.rule === 'packages' ? ['packages'] : implied.map((each) => each.value);
    return label.kind === 'image' ? [`${label.name}: ${from.filter(isBelow).join(' ')}`] : [];
  });
  assert.deepEqual(standing, [
    'ai: image:base',
    'base: image:system',
    'tools: image:development',
    'web: image:system image:base',
    'development: packages',
    'system: packages',
  ]);
});

/** Not what is only copied into an image. */
function isBelow(name: string): boolean {
  return name === 'packages' || name.startsWith('image:');
}
