import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readManifest } from './manifest-document.ts';

const IMAGE = 'application/vnd.oci.image.manifest.v1+json';
const INDEX = 'application/vnd.oci.image.index.v1+json';
const LAYER = 'application/vnd.oci.image.layer.v1.tar+gzip';
const digest = (letter: string): string => `sha256:${letter.repeat(64)}`;
const config = { mediaType: 'application/vnd.oci.image.config.v1+json', digest: digest('a'), size: 2 };
const layer = { mediaType: LAYER, digest: digest('b'), size: 3 };
const image = { schemaVersion: 2, mediaType: IMAGE, config, layers: [layer] };

test('an image names its config and layers once each, without those of others', () => {
  const foreign = {
    ...layer,
    digest: digest('c'),
    mediaType: 'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip',
  };
  const text = JSON.stringify({ ...image, layers: [layer, layer, foreign], subject: layer });
  assert.deepEqual(readManifest(text, `${IMAGE}; charset=utf-8`), {
    ok: true,
    value: {
      ...{ kind: 'image', mediaType: IMAGE, annotations: undefined, subject: layer.digest, manifests: [] },
      artifactType: config.mediaType,
      blobs: [
        { digest: digest('a'), sizeBytes: 2 },
        { digest: digest('b'), sizeBytes: 3 },
      ],
    },
  });
});

test('a manifest without its own type is what its sender says', () => {
  const { mediaType: _, ...rest } = image;
  const docker = 'application/vnd.docker.distribution.manifest.v2+json';
  const read = readManifest(JSON.stringify(rest), docker);
  assert.equal(read.ok && read.value.mediaType, docker);
});

const WRONG: readonly (readonly [string, unknown, string, readonly string[]])[] = [
  ['no object', [], IMAGE, ['the manifest is not a JSON object']],
  [
    'two types',
    image,
    INDEX,
    [
      `the manifest calls itself \`${IMAGE}\` and its sender calls it \`${INDEX}\``,
      '`manifests` is not a list',
      'an index has neither `config` nor `layers`',
    ],
  ],
  [
    'another type',
    { schemaVersion: 2 },
    'text/html',
    ['manifests of the type `text/html` are not supported'],
  ],
  [
    'all at once',
    { schemaVersion: 1, config: { ...config, size: -1 }, layers: 'none', annotations: { a: 1 } },
    IMAGE,
    [
      '`schemaVersion` is not 2',
      '`config.size` is not a size',
      '`layers` is not a list',
      '`annotations` is not a map from text to text',
    ],
  ],
  [
    'a digest that is none',
    { ...image, layers: [{ ...layer, digest: 'sha256:1' }] },
    IMAGE,
    ['`layers[0].digest` is not a digest by sha256 or sha512'],
  ],
  [
    'data of other content',
    { ...image, config: { ...config, data: 'e30=' } },
    IMAGE,
    ['`config.data` is not the content that its digest names'],
  ],
  [
    'an index with layers',
    { schemaVersion: 2, mediaType: INDEX, manifests: [], layers: [] },
    INDEX,
    ['an index has neither `config` nor `layers`'],
  ],
];

for (const [name, document, type, problems] of WRONG) {
  test(`refused: ${name}`, () => {
    assert.deepEqual(readManifest(JSON.stringify(document), type), { ok: false, failure: problems });
  });
}

test('no text makes it throw', () => {
  const part = fc.constantFrom(image, config, layer, null, 1, 'x', [], {}, IMAGE, INDEX);
  const documents = fc.record(
    {
      schemaVersion: fc.constantFrom(1, 2),
      mediaType: part,
      config: part,
      layers: fc.array(part),
      manifests: fc.array(part),
      subject: part,
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(
      fc.oneof(
        documents.map((each) => JSON.stringify(each)),
        fc.string(),
      ),
      fc.constantFrom(IMAGE, INDEX),
      (text, type) => {
        readManifest(text, type);
      },
    ),
  );
});
