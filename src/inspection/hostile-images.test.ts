/** What is not what it says gives a clear answer, never a wrong one. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { digestOf } from '../base/index.ts';
import { diffImages } from './diff-images.ts';
import type { InspectionFailure } from './fault.ts';
import { sizeReport } from './size-report.ts';
import { layoutOf, open, tarOf, type WrittenMember, worldOf } from './testing.ts';

async function failureOf(
  files: ReadonlyMap<string, Buffer> | Buffer,
): Promise<InspectionFailure | undefined> {
  const world = worldOf({ '/a': files });
  const opened = await open(world, '/a');
  if (!opened.ok) return opened.failure;
  const measured = await sizeReport(opened.value);
  const compared = await diffImages(opened.value, opened.value, { withMembers: true });
  assert.equal(measured.ok, compared.ok);
  if (!measured.ok && !compared.ok) assert.deepEqual(measured.failure, compared.failure);
  return measured.ok ? undefined : measured.failure;
}

async function refused(
  files: ReadonlyMap<string, Buffer> | Buffer,
  code: string,
  message: RegExp,
): Promise<void> {
  const failure = await failureOf(files);
  assert.equal(failure?.code, `inspection/${code}`, JSON.stringify(failure));
  assert.match(failure.message, message);
  assert.equal(failure.place, 'a');
  assert.notEqual(failure.hint, '');
}

function badLayer(title: string, layers: readonly Buffer[], message: RegExp): void {
  test(`refuses a layer: ${title}`, () => refused(layoutOf([{ layers }]), 'bad-layer', message));
}

const layerOf = (...members: readonly WrittenMember[]): Buffer[] => [tarOf(members)];
const FILE: WrittenMember = { name: 'etc/passwd', content: 'x'.repeat(600) };
const PLAIN = tarOf([FILE]);

badLayer(
  'a name that leaves the root',
  layerOf({ name: 'a/../../b' }),
  /^layer 1 .* leads out of the root: a\/\.\.\/\.\.\/b$/,
);
badLayer(
  'a hard link out of the root',
  layerOf({ name: 'a', type: '1', target: '../b' }),
  /hard link leads out of the root/,
);
badLayer(
  'a hard link to nothing',
  layerOf({ name: 'a', type: '1', target: 'b' }),
  /a is a hard link to something that is not there: b/,
);
badLayer(
  'a hard link to a folder',
  layerOf({ name: 'd/x' }, { name: 'a', type: '1', target: 'd' }),
  /a hard link to a folder/,
);
badLayer('a file in place of the root', layerOf({ name: './' + '.' }), /takes the place of the root/);
badLayer('no name', layerOf({ name: '' }), /a name that no file can have/);
badLayer(
  'a zero byte in a name',
  layerOf({ name: 'x', pax: { path: 'a\0b' } }),
  /a name that no file can have/,
);
badLayer(
  'a name longer than Linux takes',
  layerOf({ name: 'x', pax: { path: 'a/'.repeat(3000) } }),
  /a name of 6000 bytes/,
);
badLayer(
  'links in a circle',
  layerOf({ name: 'a', type: '2', target: 'b' }, { name: 'b', type: '2', target: 'a' }, { name: 'a/x' }),
  /links that go in a circle/,
);
badLayer('an end in the middle', [PLAIN.subarray(0, 700)], /ends too early/);
badLayer('an end in the padding', [PLAIN.subarray(0, 512 + 600 + 10)], /ends too early/);
badLayer('a size that is too large', layerOf({ ...FILE, sizeBytes: 2 ** 30 }), /ends too early/);
badLayer('a wrong checksum', [Buffer.concat([Buffer.from([0x41]), PLAIN.subarray(1)])], /checksum/);
badLayer('more behind its end', [Buffer.concat([PLAIN, PLAIN])], /bytes behind the end/);
badLayer(
  'a member hidden behind one zero block',
  [Buffer.concat([PLAIN.subarray(0, -512), PLAIN])],
  /bytes behind the end/,
);
badLayer(
  'a sparse file',
  layerOf({ name: 'x', pax: { 'GNU.sparse.major': '1' } }),
  /a sparse file is written in a way that is not known here/,
);
badLayer(
  'a member of unknown kind',
  layerOf({ name: 'x', type: 'V' }),
  /stored in a way that layers do not use/,
);
badLayer('an owner that is no number', layerOf({ name: 'x', pax: { uid: 'abc' } }), /an owner is no number/);
badLayer('a time that is no number', layerOf({ name: 'x', pax: { mtime: '1e3' } }), /a time is not a number/);
badLayer('no archive', [Buffer.from('text'.repeat(300))], /layer 1 .* cannot be unpacked/);

test('refuses gzip that ends too early, and what is not gzip but says so', async () => {
  const cut = (tar: Buffer): Buffer => gzipSync(tar).subarray(0, -12);
  await refused(
    layoutOf([{ layers: [PLAIN], compress: cut }]),
    'bad-layer',
    /gzip is damaged or ends too early/,
  );
  const wrong = (): Buffer => Buffer.from([0x1f, 0x8b, 1, 2, 3, 4]);
  await refused(layoutOf([{ layers: [PLAIN], compress: wrong }]), 'bad-layer', /gzip is damaged/);
});

/** A layout with one thing in it changed. */
function changed(
  change: (files: Map<string, Buffer>, digests: Record<'manifest' | 'config' | 'layer', string>) => void,
): Map<string, Buffer> {
  const files = layoutOf([{ layers: [PLAIN] }]);
  const index = JSON.parse(files.get('index.json')!.toString());
  const at = (digest: string): string => `blobs/sha256/${digest.slice(7)}`;
  const manifest = JSON.parse(files.get(at(index.manifests[0].digest))!.toString());
  change(files, {
    manifest: at(index.manifests[0].digest),
    config: at(manifest.config.digest),
    layer: at(manifest.layers[0].digest),
  });
  return files;
}

test('refuses blobs that are not what their digest says', async () => {
  const other = gzipSync(tarOf([{ name: 'other' }]));
  for (const which of ['manifest', 'config', 'layer'] as const) {
    await refused(
      changed((files, at) => files.delete(at[which])),
      'damaged',
      /is not there/,
    );
    const flip = changed((files, at) => {
      const bytes = Buffer.from(files.get(at[which])!);
      bytes[bytes.byteLength - 3]! ^= 1;
      files.set(at[which], bytes);
    });
    await refused(
      flip,
      'damaged',
      which === 'layer' ? /has the digest sha256:\w+, not sha256:/ : /has other bytes/,
    );
  }
  await refused(
    changed((files, at) => files.set(at.layer, other)),
    'damaged',
    /has \d+ bytes, not \d+|has the digest/,
  );
  await refused(
    changed((files, at) => files.set(at.layer, Buffer.concat([files.get(at.layer)!, Buffer.from('x')]))),
    'damaged',
    /bytes, not/,
  );
});

test('refuses a layer that unpacks to other bytes than the config says', async () => {
  const files = layoutOf([{ layers: [PLAIN], compress: () => gzipSync(tarOf([{ name: 'other' }])) }]);
  await refused(files, 'damaged', /layer 1 unpacks to sha256:\w+, not to sha256:/);
});

test('refuses documents that are no documents', async () => {
  const withIndex = (text: string): Map<string, Buffer> =>
    changed((files) => files.set('index.json', Buffer.from(text)));
  await refused(withIndex('{'), 'bad-document', /index\.json is not a JSON object/);
  await refused(withIndex('[]'), 'bad-document', /index\.json is not a JSON object/);
  await refused(withIndex('{"manifests": 3}'), 'bad-document', /is not a list/);
  await refused(
    withIndex('{"manifests": [{"digest": "sha256:../../etc/passwd", "size": 1}]}'),
    'bad-document',
    /no sha256 digest/,
  );
  await refused(withIndex('{"manifests": []}'), 'no-image', /holds no image/);
  await refused(withIndex(`{"manifests": ${'['.repeat(100_000)}`), 'bad-document', /is not a JSON object/);
  await refused(new Map([['file', Buffer.from('x')]]), 'no-image', /neither an OCI layout/);
  await refused(Buffer.from('plain text, no archive'), 'no-image', /cannot be read/);
});

test('refuses an index that leads to itself', async () => {
  let text = Buffer.from('{}');
  const files = layoutOf([]);
  for (let depth = 0; depth < 8; depth++) {
    const { hash, sizeBytes } = digestOf(text);
    files.set(`blobs/sha256/${hash}`, text);
    const mediaType = 'application/vnd.oci.image.index.v1+json';
    text = Buffer.from(
      JSON.stringify({ manifests: [{ mediaType, digest: `sha256:${hash}`, size: sizeBytes }] }),
    );
  }
  await refused(files.set('index.json', text), 'bad-document', /nested too deeply/);
});

test('a layer with any bytes changed is refused or is the same image as its documents say', async () => {
  const members = [
    FILE,
    { name: 'l', type: '2', target: 'x' },
    { ...FILE, name: 'p', pax: { mtime: '1.5' } },
  ];
  const tar = tarOf(members);
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.nat(tar.byteLength - 1), fc.nat(255)), { minLength: 1 }),
      async (edits) => {
        const bytes = Buffer.from(tar);
        for (const [at, byte] of edits) bytes[at] = byte;
        for (const [at] of edits) correctChecksum(bytes, at - (at % 512));
        // As one who makes hostile layers with right digests would.
        const failure = await failureOf(layoutOf([{ layers: [bytes], compress: (each) => each }]));
        assert.ok(failure === undefined || failure.code === 'inspection/bad-layer', JSON.stringify(failure));
      },
    ),
    { numRuns: 500 },
  );
});

/** Where the block says that it is a header. */
function correctChecksum(bytes: Buffer, at: number): void {
  if (bytes.toString('latin1', at + 257, at + 262) !== 'ustar') return;
  bytes.fill(0x20, at + 148, at + 156);
  const sum = bytes.subarray(at, at + 512).reduce((total, byte) => total + byte, 0);
  bytes.write(`${sum.toString(8).padStart(6, '0')}\0 `, at + 148, 'latin1');
}

test('stops when it is told to', async () => {
  const controller = new AbortController();
  const { fs } = worldOf({ '/a': layoutOf([{ layers: [PLAIN] }]) });
  const opened = await open({ fs, signal: controller.signal }, '/a');
  assert.ok(opened.ok);
  controller.abort(new Error('enough'));
  await assert.rejects(sizeReport(opened.value), /enough/);
});
