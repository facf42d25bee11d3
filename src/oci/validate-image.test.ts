import assert from 'node:assert/strict';
import { test } from 'node:test';
import { digestOf } from '../base/index.ts';
import {
  blobPath,
  type Descriptor,
  encodeConfig,
  encodeManifest,
  encodePlatforms,
  type ImageIndex,
  MEDIA_TYPES,
  OCI_LAYOUT,
} from './image.ts';
import { validateImage } from './validate-image.ts';

/** A layout in memory, whose images have no layers. */
class Layout {
  readonly files = new Map([['oci-layout', OCI_LAYOUT]]);

  add({ descriptor, text }: { readonly descriptor: Descriptor; readonly text: string }): Descriptor {
    this.files.set(blobPath(descriptor.digest), text);
    return descriptor;
  }

  image(architecture: string, said = architecture): Descriptor {
    const rootfs = { type: 'layers', diff_ids: [] } as const;
    const config = this.add(encodeConfig({ architecture, os: 'linux', rootfs }));
    const mediaType = MEDIA_TYPES.manifest;
    const manifest = this.add(encodeManifest({ schemaVersion: 2, mediaType, config, layers: [] }));
    return { ...manifest, platform: { architecture: said, os: 'linux' } };
  }

  problems(...manifests: readonly Descriptor[]): Promise<readonly string[]> {
    this.files.set('index.json', JSON.stringify({ schemaVersion: 2, manifests }));
    return validateImage({ text: (path) => this.files.get(path), layer: async () => undefined });
  }
}

const short = (problems: readonly string[]): string[] =>
  problems.map((each) => each.replace(/sha256:[0-9a-f]{64}/g, 'it'));

test('an image index is right as its images are', async () => {
  const layout = new Layout();
  const index = encodePlatforms([layout.image('amd64'), layout.image('arm64')]);
  assert.deepEqual(await layout.problems(layout.add(index)), []);
});

for (const [name, indexOf, expected] of [
  [
    'a manifest that is for another platform than is said',
    (layout: Layout) => encodePlatforms([layout.image('amd64', 'arm64')]),
    ['it is for linux/amd64, and is said to be for another platform'],
  ],
  [
    'two for one platform',
    (layout: Layout) => encodePlatforms([layout.image('amd64'), layout.image('amd64')]),
    ['it has two manifests for linux/amd64'],
  ],
  ['none', () => encodePlatforms([]), ['it is not an index with manifests']],
  [
    'an index in it',
    (layout: Layout) => encodePlatforms([layout.add(encodePlatforms([layout.image('amd64')]))]),
    ['it is not an image manifest', 'it lacks a config or layers'],
  ],
] as const)
  test(`an image index with ${name} is wrong`, async () => {
    const layout = new Layout();
    assert.deepEqual(short(await layout.problems(layout.add(indexOf(layout)))), expected);
  });

test('an image index with other bytes is wrong', async () => {
  const layout = new Layout();
  const { descriptor, text } = encodePlatforms([layout.image('amd64')]);
  const changed = JSON.stringify({ ...(JSON.parse(text) as ImageIndex), annotations: {} });
  layout.files.set(blobPath(descriptor.digest), changed);
  assert.notEqual(digestOf(changed).hash, descriptor.digest.slice(7));
  assert.deepEqual(short(await layout.problems(descriptor)), ['the blob it has other bytes']);
});
