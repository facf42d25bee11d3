import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { realHost } from '../../host/index.ts';
import { collect } from '../byte-stream.ts';
import { type TarEntry, tarBytes } from '../tar-writer.ts';
import { readArchive } from './archive-tree.ts';

const { fs } = realHost();

interface Part {
  readonly path: string;
  /** Of a link; with `hard` in front, of a hard one. */
  readonly to?: string;
  readonly type?: string;
}

/** A tar of empty files and links; paths that end in `/` are folders. */
async function tarOf(parts: readonly Part[]): Promise<Buffer> {
  const entries = parts.map(({ path, to }): TarEntry => {
    const common = { mode: 0o644, uid: 1, gid: 2, modifiedAt: 0 };
    if (to !== undefined) return { ...common, kind: 'symlink', path, target: to.replace('hard ', '') };
    if (path.endsWith('/')) return { ...common, kind: 'directory', path: path.slice(0, -1) };
    return { ...common, kind: 'file', path, sizeBytes: 0, async *bytes() {} };
  });
  const bytes = await collect(tarBytes(entries));
  for (const [at, { to, type }] of parts.entries()) {
    const flag = type ?? (to?.startsWith('hard ') ? '1' : undefined);
    if (flag === undefined) continue;
    const header = bytes.subarray(at * 512, at * 512 + 512);
    header[156] = flag.charCodeAt(0);
    header.write('        ', 148);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  }
  return bytes;
}

/** Paths; `+` in front of a folder that the archive does not have. */
async function read(bytes: Uint8Array): Promise<string[] | string | undefined> {
  const root = mkdtempSync(join(tmpdir(), 'mobileops-archive-'));
  try {
    const path = join(root, 'a');
    writeFileSync(path, bytes);
    const result = await readArchive(fs, path, 'a.tar');
    if (!result.ok) return result.failure;
    const { tree, implied } = result.value ?? {};
    return tree
      ?.below('')
      .map(
        ([each, node]) =>
          `${implied?.has(each) ? '+' : ''}${each}${node.kind === 'symlink' ? `->${node.target}` : ''}`,
      );
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

function check(name: string, parts: readonly Part[], expected: readonly string[] | string): void {
  test(name, async () => assert.deepEqual(await read(await tarOf(parts)), expected));
}

check(
  'members, with the folders that are missing',
  [{ path: 'a/' }, { path: './a/b' }, { path: '/c/d' }],
  ['a', 'a/b', '+c', 'c/d'],
);
check('a member over a link takes its place', [{ path: 'l', to: '/etc/passwd' }, { path: 'l' }], ['l']);
check(
  'a link out of the archive leads to its own root',
  [{ path: 'l', to: '../../../etc' }, { path: 'l/passwd' }],
  ['+etc', 'etc/passwd', 'l->../../../etc'],
);
check('a hard link is another name', [{ path: 'a' }, { path: 'b', to: 'hard a' }], ['a', 'b']);
check(
  'a hard link out of it',
  [{ path: 'b', to: 'hard ../../etc/shadow' }],
  'a.tar: the member b is a hard link to ../../etc/shadow, which is no file of it',
);
check('a member outside', [{ path: '../x' }], 'a.tar: the member ../x lies outside the archive');
check(
  'a member outside, further in',
  [{ path: 'a/../../x' }],
  'a.tar: the member a/../../x lies outside the archive',
);
check('a member in a file', [{ path: 'a' }, { path: 'a/b' }], 'a.tar: the member a/b lies in a file');
check(
  'a loop',
  [{ path: 'a', to: 'b' }, { path: 'b', to: 'a' }, { path: 'a/x' }],
  'a.tar: the member a/x lies behind a loop of links',
);
check(
  'a device',
  [{ path: 'null', type: '3' }],
  'a.tar: the member null is a device or another thing that no layer gets',
);

test('compressed and plain ones are the same; what is none is a file', async () => {
  const tar = await tarOf([{ path: 'a' }]);
  for (const bytes of [tar, gzipSync(tar), zstdCompressSync(tar)]) assert.deepEqual(await read(bytes), ['a']);
  const none = ['', 'text', gzipSync('text'), tar.subarray(0, 100), new Uint8Array(2048)];
  for (const bytes of none) assert.equal(await read(Buffer.from(bytes)), undefined);
});

test('what cannot be unpacked is named', async () => {
  assert.match(String(await read(Buffer.from('BZh91AY'))), /no decoder for bzip2 here/);
  assert.match(String(await read(Buffer.from('fd377a585a0000', 'hex'))), /no decoder for xz here/);
  const tar = await tarOf([{ path: 'a' }, { path: 'b' }]);
  tar[600] = 0xff;
  assert.match(String(await read(tar)), /^a.tar is damaged/);
});

test('damage anywhere ends in a failure or in fewer members', async () => {
  const tar = await tarOf([{ path: 'a/' }, { path: 'a/b' }, { path: 'l', to: 'a' }, { path: 'l/c' }]);
  await fc.assert(
    fc.asyncProperty(
      fc.nat(tar.byteLength - 1),
      fc.nat(255),
      fc.boolean(),
      async (at, byte, isCompressed) => {
        const damaged = Buffer.from(tar);
        damaged[at] = byte;
        const result = await read(isCompressed ? gzipSync(damaged).subarray(0, 400) : damaged);
        assert.ok(result === undefined || typeof result === 'string' || Array.isArray(result));
      },
    ),
    { numRuns: 200 },
  );
});
