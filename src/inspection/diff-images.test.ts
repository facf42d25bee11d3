import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { diffImages, type ImageDiff } from './diff-images.ts';
import { diffText } from './diff-text.ts';
import { layoutOf, open, tarOf, type WrittenImage, type WrittenMember, worldOf } from './testing.ts';

async function diffOf(a: WrittenImage, b: WrittenImage, withMembers = false): Promise<ImageDiff> {
  const world = worldOf({ '/a': layoutOf([a]), '/b': layoutOf([b]) });
  const [openedA, openedB] = [await open(world, '/a'), await open(world, '/b')];
  assert.ok(openedA.ok && openedB.ok);
  const diff = await diffImages(openedA.value, openedB.value, { withMembers });
  assert.ok(diff.ok, JSON.stringify(diff));
  return diff.value;
}

/** The lines about files and members, or about documents, as people read them. */
function linesOf(diff: ImageDiff, ...titles: readonly string[]): string {
  return diffText(diff)
    .split('\n\n')
    .filter((part) => titles.some((title) => part.startsWith(title)))
    .map((part) => part.split('\n').slice(1).join('\n'))
    .join('\n');
}

interface Layers {
  readonly a: readonly (readonly WrittenMember[])[];
  readonly b: readonly (readonly WrittenMember[])[];
}

function files(title: string, { a, b }: Layers, expected: string): void {
  test(`files: ${title}`, async () => {
    const diff = await diffOf(
      { layers: a.map((each) => tarOf(each)) },
      { layers: b.map((each) => tarOf(each)) },
    );
    assert.equal(linesOf(diff, 'files'), expected);
    assert.ok(!diff.isSame || a === b);
  });
}

const FILE: WrittenMember = { name: 'f', content: 'one\ntwo\nthree\n' };

files('a mode', { a: [[FILE]], b: [[{ ...FILE, mode: 0o600 }]] }, '  f  mode 0644 -> 0600');
files('an owner', { a: [[FILE]], b: [[{ ...FILE, uid: 7 }]] }, '  f  uid 0 -> 7');
files(
  'a time',
  { a: [[FILE]], b: [[{ ...FILE, pax: { mtime: '-1.500' } }]] },
  '  f  mtime 1970-01-01T00:00:00Z -> 1969-12-31T23:59:59.5Z',
);
files(
  'a text',
  { a: [[FILE]], b: [[{ ...FILE, content: 'one\ntw\u001b[o\nthree\n' }]] },
  [
    '  f  size 14 -> 16',
    '  f  content sha256:b6285c57e879 -> sha256:2ded0ee3d497',
    '  f  line 2, column 3: "two\\n" -> "tw\\x1b[o\\n"',
  ].join('\n'),
);
files(
  'bytes',
  { a: [[{ ...FILE, content: 'a\0b' }]], b: [[{ ...FILE, content: 'a\0c' }]] },
  ['  f  content sha256:59b271ae1bbc -> sha256:b179f49283f5', '  f  differs from byte 2 on'].join('\n'),
);
files(
  'a link',
  {
    a: [[{ name: 'l', type: '2', target: 'x' }]],
    b: [[{ name: 'l', type: '2', target: 'y\n' }]],
  },
  '  l  target x -> y\\n',
);
files(
  'a device and its numbers',
  {
    a: [[{ name: 'd', type: '3', device: [1, 3] }]],
    b: [[{ name: 'd', type: '4', device: [1, 5] }]],
  },
  ['  d  type character-device -> block-device', '  d  device 1:3 -> 1:5'].join('\n'),
);
files(
  'extended attributes, of which values are bytes',
  {
    a: [[{ ...FILE, pax: { 'SCHILY.xattr.user.a': 'x', 'SCHILY.xattr.security.capability': '\x01\xff' } }]],
    b: [[{ ...FILE, pax: { 'SCHILY.xattr.user.a': 'y' } }]],
  },
  ['  f  xattr security.capability 0x01ff -> none', '  f  xattr user.a "x" -> "y"'].join('\n'),
);
/** A hole of 4 bytes, then 5 of data. */
const SPARSE: WrittenMember = {
  name: 'GNUSparseFile.0/f',
  content: `1\n4\n5\n${'\0'.repeat(506)}hello`,
  pax: {
    'GNU.sparse.major': '1',
    'GNU.sparse.minor': '0',
    'GNU.sparse.name': 'f',
    'GNU.sparse.realsize': '9',
  },
};
files(
  'a file with a hole, by what it holds',
  { a: [[SPARSE]], b: [[{ ...FILE, content: '\0\0\0\0hello' }]] },
  '',
);
files(
  'a name that is not UTF-8',
  {
    a: [[{ name: Uint8Array.of(0x66, 0xff, 0x66), mode: 0o644 }]],
    b: [[{ name: Uint8Array.of(0x66, 0xfe, 0x66), mode: 0o644 }]],
  },
  ['  f\\xfef  added  file 0644 0:0 0 B', '  f\\xfff  removed  file 0644 0:0 0 B'].join('\n'),
);
files(
  'hard links that came apart',
  {
    a: [
      [
        { ...FILE, name: 'a' },
        { name: 'b', type: '1', target: './a' },
      ],
    ],
    b: [
      [
        { ...FILE, name: 'a' },
        { ...FILE, name: 'b' },
      ],
    ],
  },
  '  b  hard link with a -> none',
);
files(
  'a whiteout, wherever it stands, hides what lower layers have and not its own',
  {
    a: [
      [{ name: 'd/x' }, { name: 'y' }],
      [{ name: 'd/new' }, { name: '.wh.d' }, { name: '.wh.y' }],
    ],
    b: [[{ name: 'd/new' }]],
  },
  '',
);
files(
  'an opaque folder',
  {
    a: [
      [{ name: 'd/', type: '5', mode: 0o755 }, { name: 'd/x/y' }],
      [{ name: 'd/new' }, { name: 'd/.wh..wh..opq' }],
    ],
    b: [[{ name: 'd/', type: '5', mode: 0o755 }, { name: 'd/new' }]],
  },
  '',
);
files(
  'a folder that a file replaces, and again',
  {
    a: [[{ name: 'd/x' }], [{ name: 'd' }], [{ name: 'd/y' }]],
    b: [[{ name: 'd/y' }]],
  },
  '',
);
files(
  'a member below a link of a lower layer',
  {
    a: [[{ name: 'usr/lib/a' }, { name: 'lib', type: '2', target: '/usr/lib' }], [{ name: 'lib/b' }]],
    b: [[{ name: 'usr/lib/a' }, { name: 'usr/lib/b' }, { name: 'lib', type: '2', target: '/usr/lib' }]],
  },
  '',
);

test('what engines take differently is warned of', async () => {
  const diff = await diffOf(
    {
      layers: [
        tarOf([{ name: '/etc/x' }, { name: 'l', type: '2', target: 'etc' }]),
        tarOf([{ name: 'l/y' }]),
      ],
    },
    { layers: [tarOf([{ name: 'etc/x' }])] },
  );
  assert.deepEqual(
    diff.diagnostics.map(({ code, severity, path, message }) => [code, severity, path, message]),
    [
      [
        'inspection/doubtful-member',
        'warning',
        'a',
        'layer 1: the name of etc/x begins with /, which was left out',
      ],
      ['inspection/doubtful-member', 'warning', 'a', 'layer 2: l/y lies below a link, which was followed'],
    ],
  );
});

function documents(title: string, [a, b]: readonly [object, object], expected: string): void {
  test(`documents: ${title}`, async () => {
    const diff = await diffOf({ layers: [], config: a }, { layers: [], config: b });
    assert.equal(linesOf(diff, 'config'), expected);
    assert.ok(!diff.isSame);
  });
}

documents(
  'a variable, a label, a port, a command',
  [
    {
      config: {
        Env: ['A=1', 'B=2'],
        Labels: { 'org.x': 'y' },
        ExposedPorts: { '80/tcp': {} },
        Cmd: ['a', 'b'],
      },
    },
    { config: { Env: ['A=1', 'B=3', 'C='], ExposedPorts: {}, Cmd: ['a'] } },
  ],
  [
    '  config.Cmd  ["a","b"] -> ["a"]',
    '  config.Env.B  "2" -> "3"',
    '  config.Env.C  none -> ""',
    '  config.ExposedPorts["80/tcp"]  {} -> none',
    '  config.Labels  {"org.x":"y"} -> none',
  ].join('\n'),
);
documents(
  'only the order of variables',
  [{ config: { Env: ['A=1', 'B=2'] } }, { config: { Env: ['B=2', 'A=1'] } }],
  '  config.Env  ["A=1","B=2"] -> ["B=2","A=1"]  (the same variables, in another order or written twice)',
);
documents(
  'an entry of the history between others, and a time',
  [
    {
      history: [
        { created_by: 'x', created: '1' },
        { created_by: 'z', empty_layer: true },
      ],
    },
    {
      history: [
        { created_by: 'x', created: '2' },
        { created_by: 'y\u009b' },
        { created_by: 'z', empty_layer: true },
      ],
    },
  ],
  ['  history[0].created  "1" -> "2"', '  history[1]  none -> {"created_by":"y\\u{9b}"}'].join('\n'),
);
documents(
  'a long value is shown where it begins to differ',
  [{ author: `${'x'.repeat(300)}A` }, { author: `${'x'.repeat(300)}B` }],
  `  author  …${'x'.repeat(30)}A" -> …${'x'.repeat(30)}B"`,
);

test('the same image is the same, and so is one with the same bytes made apart', async () => {
  const image = { layers: [tarOf([FILE])], config: { config: { Env: ['A=1'] } } };
  const diff = await diffOf(image, { ...image });
  assert.ok(diff.isSame);
  assert.match(diffText(diff), /the images are the same$/);
});

test('the same tar in another compression is said to be that', async () => {
  const layers = [tarOf([FILE])];
  for (const [compress, name] of [
    [zstdCompressSync, 'zstd'],
    [(tar: Buffer) => gzipSync(tar, { level: 1 }), 'gzip'],
    [(tar: Buffer) => tar, 'none'],
  ] as const) {
    const diff = await diffOf({ layers }, { layers, compress: (tar) => Buffer.from(compress(tar)) });
    assert.match(
      linesOf(diff, 'layers'),
      new RegExp(`the same tar sha256:\\w+, compressed differently: gzip .* -> ${name} `),
    );
    assert.equal(diff.files.length, 0);
    assert.ok(!diff.isSame);
  }
});

function members(title: string, [a, b]: readonly [Buffer, Buffer], expected: string): void {
  test(`members: ${title}`, async () => {
    const diff = await diffOf({ layers: [a] }, { layers: [b] }, true);
    assert.equal(linesOf(diff, 'members'), expected);
    assert.ok(!diff.isSame);
  });
}

members(
  'only their order',
  [
    tarOf([{ name: 'a' }, { name: 'b' }, { name: 'c' }]),
    tarOf([{ name: 'a' }, { name: 'c' }, { name: 'b' }]),
  ],
  '  the members stand in another order, from number 2 on: b in A, c in B',
);
members(
  'a name that stands twice',
  [tarOf([{ name: 'a', content: 'x' }, { name: 'a' }]), tarOf([{ name: 'a' }])],
  '  a stands 2 times in A, 1 times in B; the last counts',
);
members(
  'only the padding',
  [tarOf([FILE]), tarOf([FILE], 10_240)],
  '  the members are the same in all fields; only how their headers are written, or the padding, differs',
);
members(
  'what the files together do not show: whiteouts, names of owners, times of access',
  [
    tarOf([{ name: '.wh.x' }, { ...FILE, pax: { uname: 'root', atime: '1' } }]),
    tarOf([{ ...FILE, pax: { uname: 'user', atime: '2' } }]),
  ],
  ['  .wh.x  removed  file 0644 0:0 0 B', '  f  user name root -> user', '  f  pax atime 1 -> 2'].join('\n'),
);

test('layers that were put in another order are said to be the same', async () => {
  const [one, two] = [tarOf([{ name: 'a' }]), tarOf([{ name: 'b' }])];
  const diff = await diffOf({ layers: [one, two] }, { layers: [two, one] });
  assert.equal(linesOf(diff, 'also'), '  the layers are the same, in another order');
  assert.equal(diff.files.length, 0);
});

test('layers between equal ones are told as added', async () => {
  const [one, two, three] = ['a', 'b', 'c'].map((name) => tarOf([{ name }]));
  const diff = await diffOf({ layers: [one!, three!] }, { layers: [one!, two!, three!] });
  assert.match(linesOf(diff, 'layers'), /^ {2}\+ 2 {2}sha256:\w+ \(1 member, 1\.5 KiB\)$/);
});
