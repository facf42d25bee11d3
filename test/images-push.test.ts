/** `mobileops images --push` through the real command line, to a registry on loopback. */
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import type { ImageManifest } from '../src/oci/index.ts';
import { Rig } from './e2e/rig.ts';
import { error, FakeRegistry } from './fake-registry.ts';

const SUITE = { timeout: 300_000 };

function workspace(): Rig {
  const rig = new Rig({ part: { command: 'echo part >out.txt' } });
  mkdirSync(rig.path('docker'));
  for (const name of ['one', 'two']) {
    writeFileSync(rig.path(`docker/Dockerfile.${name}`), `FROM scratch\nCOPY data /${name}\n`);
  }
  writeFileSync(rig.path('data'), 'data\n');
  return rig;
}

test('all images are pushed with all their tags, and again nothing is sent', SUITE, async (t) => {
  await using rig = workspace();
  const registry = await FakeRegistry.start(t);
  const options = { env: { REGISTRY: `${registry.host}/team` } };
  const first = await rig.run(['images', '--push'], options);
  assert.equal(first.code, 0, first.output);
  for (const name of ['one', 'two']) {
    const repository = `team/mobileops-${name}`;
    assert.match(first.output, new RegExp(`pushed ${registry.host}/${repository} 1\\.0\\.0, latest\n`));
    const [version, latest] = ['1.0.0', 'latest'].map((tag) =>
      registry.manifests.get(`${repository}:${tag}`)!.bytes.toString(),
    );
    assert.equal(version, latest);
    const { config, layers } = JSON.parse(version!) as ImageManifest;
    for (const { digest, size } of [config, ...layers])
      assert.equal(registry.blobs.get(`${repository}@${digest}`)!.byteLength, size);
  }
  registry.seen.length = 0;
  const asked = { env: { ...options.env, PUSH_IMAGES: 'true' } };
  const again = await rig.run(['images', 'one', '--json'], asked);
  assert.equal(again.code, 0, again.output);
  assert.match(again.output, /"repository": "127\.0\.0\.1:\d+\/team\/mobileops-one"/);
  assert.match(again.output, /"sentBytes": 0\b/);
  assert.doesNotMatch(again.output, /mobileops-two/);
  assert.deepEqual(
    registry.seen.filter(({ url }) => url.includes('/uploads/')),
    [],
  );
});

test('what the registry refuses is said, and the other image is pushed', SUITE, async (t) => {
  await using rig = workspace();
  const registry = await FakeRegistry.start(t);
  registry.fault = ({ url, response }) => {
    if (!url.includes('mobileops-one')) return false;
    error(response, 403, 'DENIED');
    return true;
  };
  const options = { env: { REGISTRY: `${registry.host}/team` } };
  const { code, output } = await rig.run(['images', '--push'], options);
  assert.notEqual(code, 0);
  assert.match(output, /error\[registry\/\S+\].*mobileops-one/);
  assert.deepEqual([...registry.manifests.keys()].filter((key) => /:(?:latest|1\.0\.0)$/.test(key)).sort(), [
    'team/mobileops-two:1.0.0',
    'team/mobileops-two:latest',
  ]);
});

test('without a registry, and for what is no image, nothing is pushed', SUITE, async () => {
  await using rig = workspace();
  const unnamed = await rig.run(['images', '--push']);
  assert.equal(unnamed.code, 2, unnamed.output);
  assert.match(unnamed.output, /error\[cli\/no-registry\] there is no registry to push to/);
  const component = await rig.run(['images', 'component:part', '--push']);
  assert.equal(component.code, 2, component.output);
  assert.match(component.output, /error\[cli\/extra-argument\] component:part is no image/);
  assert.match(component.output, /mobileops build component:part builds it/);
});
