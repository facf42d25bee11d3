import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { digestOf } from '../base/index.ts';
import { diffImages } from './diff-images.ts';
import { layoutOf, open, tarOf, type WrittenImage, type WrittenMember, worldOf } from './testing.ts';

const LAYERS = [tarOf([{ name: 'a', content: 'one' }]), tarOf([{ name: 'b', content: 'two' }])];
const CONFIG = { config: { Cmd: ['run'] } };

/** A layout as a tar, with folders and `./` before its names as `tar -c .` makes it. */
function tarOfFiles(files: ReadonlyMap<string, Buffer>): Buffer {
  const members = [...files].map(([path, content]): WrittenMember => ({ name: `./${path}`, content }));
  return tarOf([{ name: './', type: '5' }, { name: './blobs/', type: '5' }, ...members]);
}

/** As `docker save` made it for long: layers in folders of their own, one that stands twice as a link. */
function dockerArchive(tags: readonly string[], config: object = CONFIG): Buffer {
  const [one, two] = LAYERS as [Buffer, Buffer];
  const diffIds = [one, two, one].map((layer) => `sha256:${digestOf(layer).hash}`);
  const platform = { os: 'linux', architecture: 'amd64' };
  const document = Buffer.from(
    JSON.stringify({ ...platform, ...config, rootfs: { type: 'layers', diff_ids: diffIds } }),
  );
  const name = `${digestOf(document).hash}.json`;
  const Layers = ['1/layer.tar', '2/layer.tar', '3/layer.tar'];
  return tarOf([
    { name: '1/layer.tar', content: one },
    { name: '2/layer.tar', content: two },
    { name: '3/layer.tar', type: '2', target: '../1/layer.tar' },
    { name, content: document },
    { name: 'manifest.json', content: JSON.stringify([{ Config: name, RepoTags: tags, Layers }]) },
  ]);
}

const image = (more: Partial<WrittenImage> = {}): WrittenImage => ({
  layers: LAYERS,
  config: CONFIG,
  ...more,
});

test('a layout is the same as a folder, a tar and a compressed tar', async () => {
  const files = layoutOf([image()]);
  const world = worldOf({ '/folder': files, '/tar': tarOfFiles(files), '/tgz': gzipSync(tarOfFiles(files)) });
  const opened = await open(world, '/folder');
  assert.ok(opened.ok);
  assert.equal(opened.value.layers.length, 2);
  for (const path of ['/tar', '/tgz']) {
    const other = await open(world, path);
    assert.ok(other.ok, JSON.stringify(other));
    const diff = await diffImages(opened.value, other.value, { withMembers: false });
    assert.ok(diff.ok && diff.value.isSame);
  }
});

test('an archive of docker save is the same as a layout of the same layers and config', async () => {
  const [one, two] = LAYERS as [Buffer, Buffer];
  const world = worldOf({
    '/a': layoutOf([image({ layers: [one, two, one] })]),
    '/b': dockerArchive(['x:1']),
  });
  const [a, b] = [await open(world, '/a'), await open(world, '/b', { tag: '1' })];
  assert.ok(a.ok && b.ok, JSON.stringify(b));
  const diff = await diffImages(a.value, b.value, { withMembers: true });
  assert.ok(diff.ok && diff.value.isSame, JSON.stringify(diff));
});

test('a config that is not what its name says is refused', async () => {
  const archive = dockerArchive(['x:1']).toString('latin1').replaceAll('"run"', '"rum"');
  const bytes = Buffer.from(archive, 'latin1');
  const opened = await open(worldOf({ '/a': bytes }), '/a');
  assert.ok(!opened.ok && opened.failure.code === 'inspection/damaged');
});

const ARM = { os: 'linux', architecture: 'arm64' };
const AMD = { os: 'linux', architecture: 'amd64' };

/** What is chosen of several, by its command; or how it is refused. */
function chooses(
  title: string,
  [images, how]: readonly [readonly WrittenImage[], Parameters<typeof open>[2]],
  expected: string,
): void {
  test(`chooses: ${title}`, async () => {
    const opened = await open(worldOf({ '/a': layoutOf(images) }), '/a', how);
    const config = opened.ok ? (opened.value.config.config as { Cmd: string[] }).Cmd.join() : undefined;
    assert.equal(
      opened.ok ? config : `${opened.failure.code}: ${opened.failure.message}; ${opened.failure.hint}`,
      expected,
    );
  });
}

const made = (name: string, more: Partial<WrittenImage>): WrittenImage =>
  image({ config: { config: { Cmd: [name] } }, ...more });
const BOTH = [made('arm', { platform: ARM }), made('amd', { platform: AMD })];

chooses('the only one, whatever it is for', [[BOTH[0]!], {}], 'arm');
chooses("the machine's of several", [BOTH, {}], 'amd');
chooses('the one that is asked for', [BOTH, { platform: ARM }], 'arm');
chooses(
  'none for a platform that is not there',
  [BOTH, { platform: { os: 'linux', architecture: 's390x' } }],
  'inspection/no-match: no image is for linux/s390x; there is linux/arm64; linux/amd64',
);
chooses('by tag', [[made('one', { tag: '1' }), made('two', { tag: '2' })], { tag: '2' }], 'two');
chooses('one image with two tags', [[made('one', { tag: '1' }), made('one', { tag: '2' })], {}], 'one');
chooses(
  'not between two tags',
  [[made('one', { tag: '1' }), made('two', { tag: '2' })], {}],
  'inspection/several-images: it holds 1 for linux/amd64; 2 for linux/amd64; add a tag: a:TAG',
);
chooses(
  'no tag that is not there',
  [[made('one', { tag: '1' })], { tag: '3' }],
  'inspection/no-match: no image has the tag 3; there is 1 for linux/amd64',
);

test('other platforms of an index may be absent, attestations are no images', async () => {
  const files = layoutOf(BOTH);
  const index = JSON.parse(files.get('index.json')!.toString());
  for (const [at, digest] of [
    [0, 'a'.repeat(64)],
    [2, 'b'.repeat(64)],
  ] as const) {
    index.manifests[at] = {
      ...index.manifests[0],
      digest: `sha256:${digest}`,
      ...(at === 2 ? { annotations: { 'vnd.docker.reference.type': 'attestation-manifest' } } : {}),
    };
  }
  const opened = await open(
    worldOf({ '/a': files.set('index.json', Buffer.from(JSON.stringify(index))) }),
    '/a',
  );
  assert.ok(opened.ok);
  assert.equal(opened.value.platform.architecture, 'amd64');
});
