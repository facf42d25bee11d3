import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { digestOf, renderDiagnostic } from '../base/index.ts';
import { FakeProcesses, fakeEnv, MemoryFileSystem } from '../host/testing.ts';
import { bootstrapRoot, leafRoot } from './assemble-root.ts';
import { layerTar } from './layer-tar.ts';
import type { LockedRoot } from './model.ts';
import { type RootNode, RootTree } from './root-tree.ts';
import { type FakeDeb, fakeDeb } from './testing.ts';

const RUNS = Number(process.env.MOBILEOPS_FUZZ_RUNS ?? 500);

const DEBS: readonly FakeDeb[] = [
  {
    control: { Package: 'base', Essential: 'yes' },
    files: [{ path: './bin/sh', content: 'sh', mode: 0o755 }],
  },
  {
    control: { Package: 'tool' },
    files: [
      { path: './usr/bin/tool', content: 'tool' },
      { path: './a', type: '1', target: './usr/bin/tool' },
    ],
  },
];

function bench(programs: Readonly<Record<string, string>> = { xz: '/usr/bin/xz' }) {
  const fs = new MemoryFileSystem();
  fs.makeDirectory('/packages');
  const locked = DEBS.map((deb) => {
    const bytes = fakeDeb(deb);
    const { hash: sha256, sizeBytes } = digestOf(bytes);
    fs.writeFile(`/packages/${sha256}.deb`, bytes);
    const name = deb.control!.Package!;
    return {
      name,
      version: '1.0',
      architecture: 'all',
      archive: 'main' as const,
      path: `pool/${name}.deb`,
      sizeBytes,
      sha256,
    };
  });
  const names = locked.map(({ name }) => name);
  const root: LockedRoot = {
    ...{ distribution: 'debian', suite: 'bookworm', components: ['main'], architecture: 'amd64' },
    ...{ packages: ['tool'], essential: true, updates: true, locked, bootstrap: ['base'] },
    steps: [
      { do: 'unpack', packages: names },
      { do: 'configure', packages: names },
    ],
  };
  const host = { fs, processes: new FakeProcesses({ programs }), env: fakeEnv() };
  const signal = new AbortController().signal;
  const options = {
    host,
    signal,
    directory: '/spool',
    packagesDirectory: '/packages',
    newestAt: 1_500_000_000,
  };
  return { fs, root, options, additions: { users: [], paths: [] } };
}

test('a leaf has all packages and their status, a bootstrap the essential ones and an empty database', async () => {
  const { fs, root, options, additions } = bench();
  const leaf = await leafRoot(root, { ...options, additions });
  const first = await bootstrapRoot(root, options);
  assert.ok(leaf.ok && first.ok);
  const bytes = (tree: RootTree, path: string): string => {
    const content = tree.file(path);
    assert.ok(content, path);
    return 'bytes' in content ? Buffer.from(content.bytes).toString() : fs.readText(content.file);
  };
  assert.match(bytes(leaf.value, 'var/lib/dpkg/status'), /^Package: base\n[\s\S]*\n\nPackage: tool\n/);
  assert.equal(bytes(leaf.value, 'bin/tool'), 'tool');
  assert.equal(first.value.file('bin/tool'), undefined);
  assert.equal(bytes(first.value, 'bin/sh'), 'sh');
  assert.equal(bytes(first.value, 'var/lib/dpkg/status'), '');
  assert.match(bytes(first.value, 'usr/sbin/policy-rc.d'), /exit 101/);
  assert.equal(first.value.get('usr/sbin/policy-rc.d')?.mode, 0o755);
});

const PROBLEMS: Readonly<Record<string, readonly [(given: ReturnType<typeof bench>) => void, RegExp]>> = {
  'a file that is gone': [
    ({ fs, root }) => fs.remove(`/packages/${root.locked[1]!.sha256}.deb`),
    /^error\[debian\/bad-archive\] the package file of tool 1\.0 cannot be used: it is not there/,
  ],
  'a file with another package': [
    ({ fs, root }) =>
      fs.writeFile(`/packages/${root.locked[1]!.sha256}.deb`, fakeDeb({ control: { Version: '2' } })),
    /tool 1\.0 cannot be used: it holds tiny 2/,
  ],
  'a device': [
    ({ fs, root }) =>
      fs.writeFile(
        `/packages/${root.locked[1]!.sha256}.deb`,
        fakeDeb({ files: [{ path: './dev/sda', type: '4' }] }),
      ),
    /"\.\/dev\/sda" is a device or pipe/,
  ],
};

for (const [name, [damage, expected]] of Object.entries(PROBLEMS)) {
  test(`${name} is told`, async () => {
    const given = bench();
    damage(given);
    const result = await leafRoot(given.root, { ...given.options, additions: given.additions });
    assert.ok(!result.ok);
    assert.match(result.failure.map((each) => renderDiagnostic(each)).join('\n'), expected);
  });
}

test('a machine without xz is told so', async () => {
  const { root, options } = bench({});
  const result = await bootstrapRoot(root, options);
  assert.ok(!result.ok);
  assert.deepEqual(
    result.failure.map(({ code }) => code),
    ['debian/no-xz'],
  );
});

async function tarOf(tree: RootTree, fs: MemoryFileSystem): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of layerTar(tree.entries(), { fs })) chunks.push(chunk);
  return Buffer.concat(chunks);
}

test('the bytes of a layer stay as they are', async () => {
  const { fs, root, options, additions } = bench();
  const leaf = await leafRoot(root, { ...options, additions });
  assert.ok(leaf.ok);
  const owned = { uid: 3_000_000, gid: 1, mode: 0o600, modifiedAt: 9 };
  const long = `${'d'.repeat(60)}/${'ü'.repeat(60)}`;
  leaf.value.put(long, { kind: 'file', ...owned, content: { bytes: Buffer.from('x') } });
  leaf.value.put('link', { kind: 'symlink', ...owned, target: 't'.repeat(150) });
  const bytes = await tarOf(leaf.value, fs);
  assert.equal(bytes.byteLength % 512, 0);
  assert.equal(digestOf(bytes).hash, GOLDEN);
});

/** Checked against what GNU tar lists of it. */
const GOLDEN = '216b589aadbc55e8db3baa4c4e7d8c40a2c3c218778e8e3f34d00f64768b5567';

test('whatever is put into a tree, everything lies in a folder of it', () => {
  const part = fc.constantFrom('a', 'b', 'c', '..', '.');
  const path = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'));
  const target = fc.tuple(fc.constantFrom('', '/'), path).map((parts) => parts.join(''));
  const owned = { mode: 0o755, uid: 0, gid: 0, modifiedAt: 0 };
  const node = fc.oneof(
    fc.constant<RootNode>({ kind: 'directory', ...owned }),
    target.map((to): RootNode => ({ kind: 'symlink', target: to, ...owned })),
    fc.nat(3).map((byte): RootNode => ({ kind: 'file', content: { bytes: Uint8Array.of(byte) }, ...owned })),
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(path, node), { maxLength: 12 }), (puts) => {
      const tree = new RootTree();
      for (const [at, each] of puts) tree.put(at, each);
      const nodes = new Map(tree.nodes());
      const entries = tree.entries();
      for (const { path: at } of entries) {
        assert.ok(
          at.split('/').every((each) => /^[abc]$/.test(each)),
          at,
        );
        const parent = at.split('/').slice(0, -1).join('/');
        assert.equal(nodes.get(parent)?.kind, 'directory', at);
        assert.ok(
          parent === '' ||
            entries.findIndex((each) => each.path === parent) < entries.findIndex((each) => each.path === at),
        );
      }
    }),
    { numRuns: RUNS },
  );
});
