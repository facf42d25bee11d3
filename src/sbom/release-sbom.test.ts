import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Component, makeSbom } from './model.ts';
import { releaseSbom } from './release-sbom.ts';

const library = (name: string, more: Partial<Component> = {}): Component => ({
  id: `pkg:deb/debian/${name}@1`,
  type: 'library',
  name,
  version: '1',
  purl: `pkg:deb/debian/${name}@1`,
  places: ['var/lib/dpkg/status'],
  ...more,
});

function image(name: string, modelHash: string) {
  const id = `pkg:oci/${name}@sha256:0`;
  const model: Component = {
    id: 'file:m.onnx',
    type: 'machine-learning-model',
    name: 'm.onnx',
    hashes: [{ algorithm: 'sha256', hex: modelHash }],
    places: ['m.onnx'],
  };
  const layer = { number: 1, diffId: 'sha256:1' };
  return makeSbom({
    subject: { id, type: 'container', name },
    components: [library('bash', { layer }), model],
    relations: [
      { from: id, kind: 'contains', to: 'pkg:deb/debian/bash@1' },
      { from: id, kind: 'contains', to: model.id },
    ],
    notListed: [{ place: 'lib/apk/db/installed', why: 'not read' }],
    phase: 'post-build',
  });
}

const WORKSPACE = makeSbom({
  subject: { id: 'workspace', type: 'application', name: 'platform' },
  components: [
    { id: 'image:base', type: 'container', name: 'base' },
    library('shipped', { scopes: ['run'] }),
    library('tested', { scopes: ['development'] }),
  ],
  relations: [
    { from: 'workspace', kind: 'contains', to: 'image:base' },
    { from: 'image:base', kind: 'depends-on', to: 'pkg:deb/debian/shipped@1' },
    { from: 'image:base', kind: 'depends-on', to: 'pkg:deb/debian/tested@1' },
  ],
  notListed: [],
  phase: 'pre-build',
});

test('a release contains its artifacts, each with its contents, made of targets with what ships', () => {
  const sbom = releaseSbom({
    name: 'mobileops-1.0.0',
    version: '1.0.0',
    created: 1,
    workspace: WORKSPACE,
    artifacts: ['a', 'b'].map((name) => ({
      path: `images/${name}`,
      label: 'image:base',
      bill: image(name, name.repeat(64)),
    })),
  });
  assert.deepEqual(
    sbom.relations.map(({ from, kind, to }) => `${from} ${kind} ${to}`),
    [
      'artifact:images/a contains file:m.onnx@images/a',
      'artifact:images/a contains pkg:deb/debian/bash@1',
      'artifact:images/a generated-from image:base',
      'artifact:images/b contains file:m.onnx@images/b',
      'artifact:images/b contains pkg:deb/debian/bash@1',
      'artifact:images/b generated-from image:base',
      'image:base depends-on pkg:deb/debian/shipped@1',
      'release contains artifact:images/a',
      'release contains artifact:images/b',
    ],
  );
  const bash = sbom.components.find(({ name }) => name === 'bash')!;
  assert.deepEqual(bash.places, ['images/a!/var/lib/dpkg/status', 'images/b!/var/lib/dpkg/status']);
  assert.equal(bash.layer, undefined);
  assert.deepEqual(
    sbom.notListed.map(({ place }) => place),
    ['images/a!/lib/apk/db/installed', 'images/b!/lib/apk/db/installed'],
  );
});
