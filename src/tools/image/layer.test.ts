import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { realHost } from '../../host/index.ts';
import { collect } from '../byte-stream.ts';
import { type TarEntry, tarBytes } from '../tar-writer.ts';
import { FileTree } from './file-tree.ts';
import { applyLayer, contentOf, LayerContents, writeLayer } from './layer.ts';

const { fs } = realHost();

function entry(path: string, content = path): TarEntry {
  const common = { mode: 0o644, uid: 0, gid: 0, modifiedAt: 0 };
  if (path.endsWith('/')) return { ...common, kind: 'directory', path: path.slice(0, -1) };
  const bytes = Buffer.from(content);
  return {
    ...common,
    kind: 'file',
    path,
    sizeBytes: bytes.byteLength,
    async *bytes() {
      yield bytes;
    },
  };
}

/** A hard link, which our own writer has no need of. */
async function withHardLink(entries: readonly TarEntry[], link: string, target: string): Promise<Buffer> {
  const bytes = await collect(tarBytes([...entries, { ...entry(link, ''), kind: 'symlink', target }]));
  const header = bytes.subarray(bytes.byteLength - 3 * 512, bytes.byteLength - 2 * 512);
  header[156] = '1'.charCodeAt(0);
  header.write('        ', 148);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return bytes;
}

test('layers lie over each other, with whiteouts, and their files can be read', async (t) => {
  const root = mkdtempSync(join(tmpdir(), 'mobileops-layer-'));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  const layers = [
    await withHardLink(
      [
        entry('etc/'),
        entry('etc/passwd', 'one'),
        entry('etc/old'),
        entry('opt/'),
        entry('opt/a'),
        entry('opt/d/'),
        entry('opt/d/x'),
      ],
      'etc/twin',
      'etc/passwd',
    ),
    await collect(
      tarBytes([
        entry('etc/passwd', 'two'),
        entry('etc/.wh.old', ''),
        entry('opt/.wh..wh..opq', ''),
        entry('opt/b'),
        entry('../../escape', 'e'),
      ]),
    ),
  ];
  const tree = new FileTree();
  for (const [index, bytes] of layers.entries()) {
    const path = join(root, `layer${index}`);
    writeFileSync(path, gzipSync(bytes));
    await applyLayer(fs, tree, path);
  }
  assert.deepEqual(
    tree.below('').map(([path]) => path),
    ['escape', 'etc', 'etc/passwd', 'etc/twin', 'opt', 'opt/b'],
  );
  const temporaryDirectory = join(root, 'tmp');
  mkdirSync(temporaryDirectory);
  const contents = new LayerContents({ fs, workingDirectory: root, temporaryDirectory });
  const nodes = ['etc/passwd', 'etc/twin', 'opt/b'].map((path) => tree.get(path)!);
  const onDisk = await contents.extract(nodes);
  const texts = await Promise.all(
    nodes.map(async (node) => {
      const file = onDisk.get(node)!;
      assert.ok(file.kind === 'file');
      return (await collect(contentOf(fs, file))).toString();
    }),
  );
  assert.deepEqual(texts, ['two', 'one', 'opt/b']);
});

test('attributes, pipes and devices come through a tree into a layer', async (t) => {
  const root = mkdtempSync(join(tmpdir(), 'mobileops-layer-'));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  const xattrs = { 'user.binary': '\0\xff=\n', 'user.a': '' };
  const others: TarEntry[] = [
    { ...entry('was/a-file'), kind: 'fifo', mode: 0o620 },
    { ...entry('device'), kind: 'character', device: { major: 300_000, minor: 7 }, uid: 3 },
    { ...entry('file'), xattrs },
    { ...entry('folder/'), xattrs },
  ];
  const write = async (name: string, bytes: Uint8Array): Promise<string> => {
    writeFileSync(join(root, name), gzipSync(bytes));
    return join(root, name);
  };
  const tree = new FileTree();
  await applyLayer(fs, tree, await write('below', await collect(tarBytes([entry('was/a-file')]))));
  await applyLayer(fs, tree, await write('above', await collect(tarBytes(others))));
  const nodes = new Map(tree.below('').filter(([, { kind }]) => kind !== 'file'));
  const written = await writeLayer({ fs, workingDirectory: root, temporaryDirectory: root }, root, {
    nodes,
    modifiedAt: 0,
  });
  const again = new FileTree();
  await applyLayer(fs, again, written.path);
  const plain = { mode: 0o644, uid: 0, gid: 0 };
  assert.deepEqual(again.get('was/a-file'), {
    ...plain,
    kind: 'special',
    mode: 0o620,
    file: { type: 'fifo', major: 0, minor: 0 },
  });
  assert.deepEqual(again.get('device'), {
    ...plain,
    kind: 'special',
    uid: 3,
    file: { type: 'character', major: 300_000, minor: 7 },
  });
  assert.deepEqual(again.get('folder'), { ...plain, kind: 'directory', xattrs });
  assert.deepEqual(tree.get('file')?.xattrs, xattrs);
});
