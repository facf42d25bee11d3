import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderDiagnostic } from '../base/index.ts';
import { FakeProcesses, fakeEnv, MemoryFileSystem } from '../host/testing.ts';
import { unpackedDatabase } from './dpkg-database.ts';
import { applyLeafRules } from './leaf-rules.ts';
import { packageTree } from './package-tree.ts';
import { readDeb, type UnpackedPackage } from './read-deb.ts';
import { type RootEntry, RootTree } from './root-tree.ts';
import { type FakeDeb, fakeDeb } from './testing.ts';

const NEWEST = 1_500_000_000;

async function unpacked(fs: MemoryFileSystem, debs: readonly FakeDeb[]): Promise<readonly UnpackedPackage[]> {
  fs.makeDirectory('/spool');
  const host = { fs, processes: new FakeProcesses(), env: fakeEnv() };
  const options = { host, directory: '/spool', signal: new AbortController().signal };
  return Promise.all(
    debs.map(async (deb, at) => {
      fs.writeFile(`/${at}.deb`, fakeDeb(deb));
      const result = await readDeb(`/${at}.deb`, { ...options, scratch: `s${at}` });
      assert.ok(result.ok, result.ok ? '' : result.failure);
      return result.value;
    }),
  );
}

const shown = (entry: RootEntry): string => {
  const target = 'target' in entry ? ` -> ${entry.target}` : '';
  return `${entry.kind[0]}${entry.kind === 'symlink' ? '' : entry.mode.toString(8)} ${entry.path}${target}`;
};

async function treeOf(debs: readonly FakeDeb[]): Promise<readonly string[]> {
  const { tree, problems } = packageTree(await unpacked(new MemoryFileSystem(), debs), { newestAt: NEWEST });
  return [...problems.map((each) => renderDiagnostic(each).split('\n')[0]!), ...tree.entries().map(shown)];
}

const BASE = [
  's bin -> usr/bin',
  's lib -> usr/lib',
  's sbin -> usr/sbin',
  'd755 usr',
  'd755 usr/bin',
  'd755 usr/lib',
  'd755 usr/sbin',
];

const CASES: Readonly<
  Record<string, { readonly debs: readonly FakeDeb[]; readonly expected: readonly string[] }>
> = {
  'what is shipped in /bin lies in /usr/bin': {
    debs: [
      {
        files: [
          { path: './bin/' },
          { path: './bin/sh', target: 'dash' },
          { path: './lib64/' },
          { path: './lib64/ld.so', content: 'x' },
        ],
      },
    ],
    expected: [
      's bin -> usr/bin',
      's lib -> usr/lib',
      's lib64 -> usr/lib64',
      's sbin -> usr/sbin',
      ...BASE.slice(3, 5),
      's usr/bin/sh -> dash',
      'd755 usr/lib',
      'd755 usr/lib64',
      'f644 usr/lib64/ld.so',
      'd755 usr/sbin',
    ],
  },
  'a package that ships the links itself says nothing new': {
    debs: [
      {
        files: [
          { path: './bin', target: 'usr/bin' },
          { path: './lib', target: 'usr/lib' },
        ],
      },
    ],
    expected: BASE,
  },
  'the first name of a file holds it': {
    debs: [
      {
        files: [
          { path: './z', content: 'x', mode: 0o4755 },
          { path: './a', type: '1', target: './z', mode: 0o4755 },
        ],
      },
    ],
    expected: ['f4755 a', ...BASE, 'h4755 z -> a'],
  },
  'a folder that is there keeps its mode': {
    debs: [
      { files: [{ path: './tmp/', mode: 0o1777 }] },
      { control: { Package: 'b' }, files: [{ path: './tmp/' }, { path: './tmp/x' }] },
    ],
    expected: [
      's bin -> usr/bin',
      's lib -> usr/lib',
      's sbin -> usr/sbin',
      'd1777 tmp',
      'f644 tmp/x',
      ...BASE.slice(3),
    ],
  },
  'a file of another package stays its': {
    debs: [
      { files: [{ path: './x', content: '1' }] },
      { control: { Package: 'b' }, files: [{ path: './x', content: '2' }] },
    ],
    expected: [
      'error[debian/path-conflict] the package b cannot be unpacked: /x is in tiny too',
      ...BASE,
      'f644 x',
    ],
  },
  'by another name of its place too': {
    debs: [
      { files: [{ path: './bin/x', content: '1' }] },
      { control: { Package: 'b' }, files: [{ path: './usr/bin/x', content: '2' }] },
    ],
    expected: [
      'error[debian/path-conflict] the package b cannot be unpacked: /usr/bin/x is in tiny too',
      ...BASE.slice(0, 5),
      'f644 usr/bin/x',
      ...BASE.slice(5),
    ],
  },
  'a package replaces what it says that it does': {
    debs: [
      { files: [{ path: './x', mode: 0o600 }] },
      { control: { Package: 'b', Replaces: 'c, tiny (<< 2)' }, files: [{ path: './x', mode: 0o640 }] },
    ],
    expected: [...BASE, 'f640 x'],
  },
  'a path over a link stays in the root': {
    debs: [
      {
        files: [
          { path: './etc/' },
          { path: './a', target: '../../../../etc' },
          { path: './a/shadow', content: 'x' },
        ],
      },
    ],
    expected: ['s a -> ../../../../etc', 's bin -> usr/bin', 'd755 etc', 'f644 etc/shadow', ...BASE.slice(1)],
  },
  'links in a circle': {
    debs: [
      {
        files: [
          { path: './a', target: 'b' },
          { path: './b', target: 'a' },
          { path: './a/x', content: 'x' },
        ],
      },
    ],
    expected: [
      'error[debian/path-conflict] the package tiny cannot be unpacked: /a/x leads in a circle of links',
      's a -> b',
      's b -> a',
      ...BASE,
    ],
  },
  'a file where a folder is': {
    debs: [{ files: [{ path: './a/' }, { path: './a', content: 'x' }] }],
    expected: [
      'error[debian/path-conflict] the package tiny cannot be unpacked: /a is a folder there and none here',
      'd755 a',
      ...BASE,
    ],
  },
  'something in a file': {
    debs: [
      {
        files: [
          { path: './a', content: 'x' },
          { path: './a/b', content: 'x' },
        ],
      },
    ],
    expected: [
      'error[debian/path-conflict] the package tiny cannot be unpacked: /a is no folder, but something lies in it',
      'f644 a',
      ...BASE,
    ],
  },
  'a hard link to another package’s file': {
    debs: [
      { files: [{ path: './secret', content: 'x' }] },
      { control: { Package: 'b' }, files: [{ path: './y', type: '1', target: './secret' }] },
    ],
    expected: [
      'error[debian/path-conflict] the package b cannot be unpacked: /y is a link to a file of another package',
      ...BASE.slice(0, 2),
      's sbin -> usr/sbin',
      'f644 secret',
      ...BASE.slice(3),
    ],
  },
  'a hard link to nothing': {
    debs: [{ files: [{ path: './y', type: '1', target: './absent' }] }],
    expected: [
      'error[debian/path-conflict] the package tiny cannot be unpacked: /y is a link to /absent, which is no file of it',
      ...BASE,
    ],
  },
};

for (const [name, { debs, expected }] of Object.entries(CASES)) {
  test(name, async () => assert.deepEqual(await treeOf(debs), expected));
}

test('no time is later than the newest', async () => {
  const fs = new MemoryFileSystem();
  const packages = await unpacked(fs, [
    {
      files: [
        { path: './old', modifiedAt: 5 },
        { path: './new', modifiedAt: 2_000_000_000 },
      ],
    },
  ]);
  const { tree } = packageTree(packages, { newestAt: NEWEST });
  assert.equal(tree.get('old')?.modifiedAt, 5);
  assert.equal(tree.get('new')?.modifiedAt, NEWEST);
});

test('a layer leaves out the folders that nobody asked for', () => {
  const tree = new RootTree();
  const owned = { mode: 0o700, uid: 1, gid: 1, modifiedAt: 1 };
  tree.put('tmp/a/b', { kind: 'directory', ...owned });
  tree.assume('c', { kind: 'directory', ...owned });
  assert.deepEqual(
    tree.entries({ isLayer: true }).map(({ path }) => path),
    ['tmp/a/b'],
  );
  tree.putExactly('tmp', { kind: 'directory', ...owned });
  assert.deepEqual(
    tree.entries({ isLayer: true }).map(({ path }) => path),
    ['tmp', 'tmp/a/b'],
  );
});

test("dpkg's database tells what is unpacked, and the rules what scripts would leave", async () => {
  const fs = new MemoryFileSystem();
  const packages = await unpacked(fs, [
    {
      control: { Package: 'zlib', 'Multi-Arch': 'same', Architecture: 'amd64', Description: 'a\n b' },
      info: { md5sums: 'x\n', conffiles: '/etc/z.conf\nremove-on-upgrade /etc/old\n' },
      files: [{ path: './' }, { path: './etc/' }, { path: './etc/z.conf', content: 'hello\n' }],
    },
    {
      control: { Package: 'base-passwd' },
      info: { postinst: '#!/bin/sh\n' },
      files: [{ path: './usr/share/base-passwd/passwd.master', content: 'root:*:0:0::/root:/bin/sh\n' }],
    },
    {
      control: { Package: 'ca-certificates' },
      files: ['m/b.crt', 'm/a.crt'].map((name) => ({
        path: `./usr/share/ca-certificates/${name}`,
        content: name,
      })),
    },
    {
      control: { Package: 'base-files' },
      files: [{ path: './usr/share/base-files/profile', content: 'P' }, { path: './var/' }],
    },
  ]);
  const { tree, lists, problems } = packageTree(packages, { newestAt: NEWEST });
  assert.deepEqual(problems, []);
  unpackedDatabase(tree, { packages, lists, fs, modifiedAt: NEWEST });
  applyLeafRules({ tree, fs, modifiedAt: NEWEST });
  const text = (path: string): string => {
    const content = tree.file(path);
    assert.ok(content, path);
    return 'bytes' in content ? Buffer.from(content.bytes).toString() : fs.readText(content.file);
  };
  assert.match(
    text('var/lib/dpkg/status'),
    /^Package: base-files\nStatus: install ok unpacked\nVersion: 1\.0\n[\s\S]*\n\nPackage: zlib\nStatus: install ok unpacked\nVersion: 1\.0\nArchitecture: amd64\nMulti-Arch: same\nDescription: a\n b\nConffiles:\n \/etc\/z\.conf b1946ac92492d2347c6235b4d2611184\n$/,
  );
  assert.equal(text('var/lib/dpkg/info/zlib:amd64.list'), '/.\n/etc\n/etc/z.conf\n');
  assert.equal(tree.get('var/lib/dpkg/info/base-passwd.postinst')?.mode, 0o755);
  assert.equal(text('etc/passwd'), 'root:*:0:0::/root:/bin/sh\n');
  assert.equal(text('etc/ssl/certs/ca-certificates.crt'), 'm/a.crt\nm/b.crt\n');
  assert.equal(text('etc/profile'), 'P');
  assert.equal(tree.get('var/mail')?.mode, 0o2775);
});
