import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { loadPlugin, type Manifest, PERMISSIONS, PluginHost } from '../../dist/plugins/index.js';

const manifest: Manifest = {
  apiVersion: 'plugins.mobileops.io/v1',
  name: 'sample',
  version: '1.0.0',
  description: 'x',
  entry: 'index.mjs',
  permissions: ['telemetry:read', 'notify'],
};
const catalog = join(import.meta.dirname, '../../dist/plugins/catalog');

describe('loading from a folder', () => {
  let base = '';
  before(async () => {
    base = await mkdtemp(join(tmpdir(), 'plugins-'));
    await writeFile(join(base, 'outside.mjs'), 'export function activate() {}');
  });
  after(() => rm(base, { recursive: true }));

  async function problemsOf(
    name: string,
    files: Record<string, string>,
    granted: readonly (typeof PERMISSIONS)[number][] = PERMISSIONS,
  ) {
    const folder = join(base, name);
    await mkdir(folder);
    for (const [path, content] of Object.entries(files)) await writeFile(join(folder, path), content);
    if (name === 'link') await symlink('../outside.mjs', join(folder, 'index.mjs'));
    const loaded = await loadPlugin(folder, { granted });
    return loaded.ok ? [] : loaded.problems;
  }
  const json = (changes: Partial<Manifest> = {}) => JSON.stringify({ ...manifest, ...changes });
  const code = 'export function activate() {}';

  test('a good plugin', async () =>
    assert.deepEqual(await problemsOf('good', { 'plugin.json': json(), 'index.mjs': code }), []));
  test('no manifest', async () => assert.deepEqual(await problemsOf('none', {}), ['plugin.json is missing']));
  test('more than is granted', async () => {
    const problems = await problemsOf('greedy', { 'plugin.json': json(), 'index.mjs': code }, ['notify']);
    assert.deepEqual(problems, ['permission telemetry:read is not granted']);
  });
  test('an entry outside', async () => {
    const problems = await problemsOf('up', { 'plugin.json': json({ entry: '../outside.mjs' }) });
    assert.deepEqual(problems, ["../outside.mjs is missing or lies outside the plugin's folder"]);
  });
  test('a link to the outside', async () => {
    const problems = await problemsOf('link', { 'plugin.json': json() });
    assert.deepEqual(problems, ["index.mjs is missing or lies outside the plugin's folder"]);
  });
  test('no activate', async () => {
    const problems = await problemsOf('idle', { 'plugin.json': json(), 'index.mjs': 'export const x = 1' });
    assert.deepEqual(problems, ['index.mjs exports no function "activate"']);
  });
  test('code that throws', async () => {
    const [problem] = await problemsOf('broken', {
      'plugin.json': json(),
      'index.mjs': 'throw new Error("no")',
    });
    assert.match(problem ?? '', /cannot be loaded: Error: no/);
  });
});

test('the example plugin tells of a leak once', async () => {
  const messages: string[] = [];
  const host = new PluginHost((plugin, message) => messages.push(`${plugin}: ${message}`));
  const loaded = await loadPlugin(join(catalog, 'leak-alert'), { granted: ['telemetry:read', 'notify'] });
  assert.ok(loaded.ok);
  assert.equal(await host.activate(loaded.manifest, loaded.plugin), true);
  for (let i = 0; i < 20; i++) host.deliver({ cpu: 20, memory: 50 });
  assert.deepEqual(messages, []);
  for (let i = 0; i < 20; i++) host.deliver({ cpu: 20, memory: 50 + 2 * i });
  assert.deepEqual(messages, ['leak-alert: memory rose by 10.0 % to 60.0 % without a pause']);
});

describe('the host', () => {
  test('one that fails is left alone and the others go on', async () => {
    const messages: string[] = [];
    const heard: number[] = [];
    const host = new PluginHost((plugin, message) => messages.push(`${plugin}: ${message}`));
    await host.activate(
      { ...manifest, name: 'bad' },
      {
        activate: ({ telemetry }) =>
          telemetry?.onSample(() => {
            throw new Error('oh');
          }),
      },
    );
    await host.activate(
      { ...manifest, name: 'good' },
      { activate: ({ telemetry }) => telemetry?.onSample(({ cpu }) => void heard.push(cpu ?? 0)) },
    );
    for (const cpu of [1, 2, 3, 4]) host.deliver({ cpu });
    assert.deepEqual(heard, [1, 2, 3, 4]);
    assert.deepEqual(messages, [
      'bad: failed: Error: oh',
      'bad: failed: Error: oh',
      'bad: failed: Error: oh; it hears nothing more',
    ]);
  });

  test('a name is taken once, and free again after a failure', async () => {
    const messages: string[] = [];
    const host = new PluginHost((_plugin, message) => messages.push(message));
    assert.equal(
      await host.activate(manifest, { activate: () => Promise.reject(new Error('later')) }),
      false,
    );
    assert.equal(await host.activate(manifest, { activate: () => {} }), true);
    assert.equal(await host.activate(manifest, { activate: () => {} }), false);
    assert.deepEqual(host.names, ['sample']);
    assert.deepEqual(messages, ['could not be activated: Error: later']);
    await host.deactivateAll();
    assert.deepEqual(host.names, []);
  });
});
