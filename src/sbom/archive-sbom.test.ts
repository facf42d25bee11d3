import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { MemoryFileSystem } from '../host/testing.ts';
import { layoutOf, tarOf } from '../inspection/testing.ts';
import { catalogueArchive, isTarArchive, type ListedArchive } from './archive-sbom.ts';

const TAR = tarOf([
  { name: './', type: '5' },
  {
    name: './app/package-lock.json',
    content: '{"lockfileVersion":3,"packages":{"node_modules/a":{"version":"1.0.0"}}}',
  },
  { name: './v/x-1.0.dist-info/METADATA', content: 'Name: x\nVersion: 1.0\n' },
  { name: './images/base/oci-layout', content: '{}' },
]);

async function listed(bytes: Uint8Array): Promise<ListedArchive & { readonly isTar: boolean }> {
  const fs = new MemoryFileSystem();
  fs.writeFile('/a.tar', bytes);
  const world = { fs, signal: new AbortController().signal };
  return { ...(await catalogueArchive(world, '/a.tar')), isTar: isTarArchive(world, '/a.tar') };
}

for (const [name, bytes] of Object.entries({
  'as it is': TAR,
  gzip: gzipSync(TAR),
  zstd: zstdCompressSync(TAR),
})) {
  test(`a tar ${name} is what its files say`, async () => {
    const { subject, catalogue, isImage, isTar } = await listed(bytes);
    assert.deepEqual([isTar, isImage, subject.type], [true, false, 'archive']);
    assert.deepEqual(
      catalogue.packages.map(({ purl }) => purl),
      ['pkg:npm/a@1.0.0', 'pkg:pypi/x@1.0'],
    );
    assert.deepEqual(
      catalogue.notListed.map(({ place }) => place),
      ['images/base/oci-layout'],
    );
  });
}

test('a tar with an image is one', async () => {
  const files = [...layoutOf([{ layers: [TAR] }])].map(([name, content]) => ({ name, content }));
  assert.equal((await listed(tarOf(files))).isImage, true);
});

test('a damaged tar has what was seen, and says that it is not all', async () => {
  const packed = gzipSync(TAR);
  const { catalogue } = await listed(packed.subarray(0, packed.length - 30));
  assert.match(catalogue.notListed.map(({ why }) => why).join(), /cannot be read to its end/);
});
