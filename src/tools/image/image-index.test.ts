import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MemoryFileSystem } from '../../host/testing.ts';
import { type Descriptor, encodePlatforms, type NotBuilt, notBuiltText } from '../../oci/index.ts';
import { imageIndex } from './image-index.ts';

function descriptorFor(architecture: string): Descriptor {
  const digit = architecture === 'amd64' ? 'a' : 'b';
  const mediaType = 'application/vnd.oci.image.manifest.v1+json';
  const platform = { architecture, os: 'linux' };
  return { mediaType, digest: `sha256:${digit.repeat(64)}`, size: 7, platform };
}

type Images = Readonly<Record<string, NotBuilt | 'built' | 'absent'>>;

async function join(images: Images) {
  const fs = new MemoryFileSystem();
  fs.makeDirectory('/w');
  for (const [architecture, image] of Object.entries(images)) {
    const folder = `/w/linux-${architecture}`;
    fs.makeDirectory(folder);
    const index = { schemaVersion: 2, manifests: [descriptorFor(architecture)] };
    if (image === 'built') fs.writeFile(`${folder}/index.json`, JSON.stringify(index));
    else if (image !== 'absent') fs.writeFile(`${folder}/not-built.json`, notBuiltText(image));
  }
  const args = Object.keys(images).flatMap((each) => ['--platform', `linux/${each}`]);
  const context = { fs, workingDirectory: '/w', temporaryDirectory: '/tmp' };
  const result = await imageIndex(['--out', 'joined', ...args], context);
  const read = (path: string) => JSON.parse(fs.readText(`/w/joined/${path}`));
  return { fs, read, failure: result.ok ? undefined : result.failure.message };
}

const REASON = { reason: 'it runs commands', hint: 'do not' };

test('images of two platforms are one index, which the layout names', async () => {
  const { fs, read, failure } = await join({ arm64: 'built', amd64: 'built' });
  assert.equal(failure, undefined);
  const { descriptor, text } = encodePlatforms([descriptorFor('arm64'), descriptorFor('amd64')]);
  assert.deepEqual(read('layout/index.json').manifests, [descriptor]);
  assert.equal(fs.readText(`/w/joined/layout/blobs/sha256/${descriptor.digest.slice(7)}`), text);
  assert.deepEqual(read('remarks.json'), []);
});

test('an index names what was built, and the remarks what was not', async () => {
  const { read, failure } = await join({ amd64: 'built', arm64: REASON });
  assert.equal(failure, undefined);
  const [top] = read('layout/index.json').manifests;
  assert.deepEqual(read(`layout/blobs/sha256/${top.digest.slice(7)}`).manifests, [descriptorFor('amd64')]);
  assert.deepEqual(read('remarks.json'), [{ platform: 'linux/arm64', ...REASON }]);
});

test('an image of one platform is no index', async () => {
  const { fs, read } = await join({ arm64: 'built' });
  assert.deepEqual(read('layout/index.json').manifests, [descriptorFor('arm64')]);
  assert.deepEqual(fs.readDirectory('/w/joined/layout/blobs/sha256'), []);
});

for (const [name, images, expected] of [
  ['for none', { amd64: { reason: 'x' }, arm64: REASON }, /not built for linux\/amd64: x\n.*help: do not$/s],
  ['for the only one', { arm64: REASON }, /^not built for linux\/arm64: it runs commands\n {2}help: do not$/],
  ['and it was not said why', { amd64: 'built', arm64: 'absent' }, /linux-arm64 does not hold an image/],
] as const)
  test(`an image that was built ${name} fails`, async () => {
    assert.match((await join(images)).failure ?? '', expected);
  });
