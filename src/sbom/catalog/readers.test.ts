import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import type { Found } from './found.ts';
import { type FileSight, sinkFor } from './sink-for.ts';
import { elfWithSection, goInfoBytes, jarOf } from './testing.ts';

/** What is found in a file, given in chunks of `chunkBytes`. */
function foundIn(
  path: string,
  content: string | Uint8Array,
  { chunkBytes = 1 << 20, ...sight }: Partial<FileSight> & { readonly chunkBytes?: number } = {},
): readonly Found[] {
  const bytes = Buffer.from(content);
  const sink = sinkFor({ path, sizeBytes: bytes.length, isExecutable: false, ...sight }, { withLocks: true });
  assert.ok(sink, `nobody reads ${path}`);
  for (let at = 0; at < bytes.length; at += chunkBytes) sink.take(bytes.subarray(at, at + chunkBytes));
  return sink.end();
}

/** `name version licence`, and what it needs. */
function shown(one: Found): string {
  if (one.kind === 'package') {
    const needs = one.needs?.length
      ? ` -> ${one.needs.map((need) => [need].flat().join('|')).join(', ')}`
      : '';
    const more = Object.entries(one.qualifiers ?? {}).map(([key, value]) => ` ${key}=${value}`);
    const licence = one.licence === undefined ? '' : ` (${one.licence})`;
    return `${one.ecosystem} ${one.name} ${one.version}${licence}${more.join('')}${needs}${one.inside ? ` in ${one.inside}` : ''}`;
  }
  if (one.kind === 'file')
    return `${one.type} ${one.name} ${one.version ?? '-'}${one.inside ? ` in ${one.inside}` : ''}`;
  if (one.kind === 'licence') return `licence of ${one.package}: ${one.licence}`;
  if (one.kind === 'system')
    return `system ${one.id} ${one.version ?? '-'} ${one.codename ?? '-'} ${one.name}`;
  if (one.kind === 'project')
    return `project ${one.name ?? '-'} at ${one.at} -> ${one.needs.flat().join(', ')}`;
  return `not listed: ${one.why}`;
}

const STATUS = `Package: libc6
Status: install ok installed
Architecture: amd64
Source: glibc
Version: 2.36-9+deb12u4
Depends: libgcc-s1, debconf (>= 0.5) | debconf-2.0
Description: a library
 Depends: not a field

Package: gone
Status: deinstall ok config-files
Version: 1.0

Package: gcc
Status: install ok installed
Architecture: amd64
Source: gcc-defaults (1.203)
Version: 4:12.2.0-3
Provides: c-compiler
`;

const COPYRIGHT = `Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: one

Files: *
Copyright: 2020 Somebody
License: GPL-2+ or Artistic
 The text.

Files: debian/*
License: Expat

License: BSD-3-clause
 Only the text.
`;

const METADATA = `Metadata-Version: 2.1
Name: Some.Package
Version: 1.2.3
License: BSD
Classifier: Programming Language :: Python
Classifier: License :: OSI Approved :: MIT License
Requires-Dist: idna (<4,>=2.5)
Requires-Dist: PySocks!=1.5.7 ; extra == 'socks'
Requires-Dist: tomli>=1; python_version < '3.11'

Name: not-a-field
`;

const CASES: readonly (readonly [path: string, content: string | Uint8Array, found: readonly string[]])[] = [
  [
    'var/lib/dpkg/status',
    STATUS,
    [
      'dpkg libc6 2.36-9+deb12u4 arch=amd64 upstream=glibc -> libgcc-s1, debconf|debconf-2.0',
      'dpkg gcc 4:12.2.0-3 arch=amd64 upstream=gcc-defaults@1.203',
    ],
  ],
  [
    'var/lib/dpkg/status.d/base',
    'Package: base-files\nVersion: 12.4\nArchitecture: amd64\n',
    ['dpkg base-files 12.4 arch=amd64'],
  ],
  ['usr/share/doc/one/copyright', COPYRIGHT, ['licence of one: Expat AND (GPL-2+ or Artistic)']],
  [
    'usr/share/doc/one/copyright',
    COPYRIGHT.replace('Expat', 'other'),
    ['licence of one: (GPL-2+ or Artistic) AND other'],
  ],
  ['usr/share/doc/one/copyright', 'Format: x\n\nFiles: *\nLicense: see below\n', []],
  ['usr/share/doc/one/copyright', 'It was packaged by somebody.\nLicense: GPL', []],
  [
    'etc/os-release',
    'NAME="Debian GNU/Linux"\nID=debian\nVERSION_ID="12"\nVERSION_CODENAME=bookworm\nPRETTY_NAME=\'Debian 12\'\n',
    ['system debian 12 bookworm Debian 12'],
  ],
  ['usr/lib/os-release', 'NAME=x\n', []],
  [
    'opt/v/site-packages/some_package-1.2.3.dist-info/METADATA',
    METADATA,
    ['PyPI Some.Package 1.2.3 (MIT License) -> idna, tomli'],
  ],
  [
    'usr/lib/python3/dist-packages/six-1.16.0.egg-info',
    'Name: six\nVersion: 1.16.0\nLicense: MIT\n',
    ['PyPI six 1.16.0 (MIT)'],
  ],
  [
    'x.egg-info/PKG-INFO',
    'Name: x\nVersion: 1\nLicense: UNKNOWN\nLicense-Expression: MIT OR ISC\n',
    ['PyPI x 1 (MIT OR ISC)'],
  ],
  [
    'app/node_modules/@a/b/package.json',
    '{"name":"@a/b","version":"1.0.0","license":{"type":"ISC"},"dependencies":{"c":"^1"},"peerDependencies":{"d":"*"}}',
    ['npm @a/b 1.0.0 (ISC) -> c, d'],
  ],
  [
    'node_modules/old/package.json',
    '{"name":"old","version":"0.1.0","licenses":[{"type":"MIT"},{"type":"GPL"}]}',
    ['npm old 0.1.0 (MIT OR GPL)'],
  ],
  ['node_modules/bad/package.json', '{"name":"bad"', []],
  ['META-INF/androidx.core_core-ktx.version', '1.9.0\n', ['Maven androidx.core:core-ktx 1.9.0']],
  [
    'META-INF/com.google.android.material_material.version',
    '1.8.0',
    ['Maven com.google.android.material:material 1.8.0'],
  ],
  [
    'META-INF/kotlinx_coroutines_core.version',
    '1.7.1',
    ['Maven org.jetbrains.kotlinx:kotlinx-coroutines-core 1.7.1'],
  ],
  ['META-INF/androidx.a_b.version', "task ':x' property 'version'", []],
  [
    'play-services-basement.properties',
    'version=18.1.0\nclient=play-services-basement\n',
    ['Maven com.google.android.gms:play-services-basement 18.1.0'],
  ],
  ['lib/apk/db/installed', 'P:musl\n', ['not listed: packages of Alpine are not read']],
];

for (const [path, content, expected] of CASES) {
  test(`${path}: ${expected.join('; ') || 'nothing'}`, () => {
    assert.deepEqual(foundIn(path, content).map(shown), expected);
    assert.deepEqual(foundIn(path, content, { chunkBytes: 7 }).map(shown), expected);
  });
}

const pom = (group: string, artifact: string, version: string): Record<string, string> => ({
  [`META-INF/maven/${group}/${artifact}/pom.properties`]: `#x\nversion=${version}\ngroupId=${group}\nartifactId=${artifact}\n`,
});

test('a jar is what Maven left in it, with what lies in it', () => {
  const inner = jarOf({ ...pom('org.in', 'inner', '2.0') });
  const jar = jarOf({
    ...pom('com.ours', 'app', '1.0'),
    ...pom('org.shaded', 'shaded', '3.1'),
    'META-INF/maven/com.ours/app/pom.xml':
      '<project><licenses><license><name>MIT</name></license></licenses></project>',
    'BOOT-INF/lib/inner-2.0.jar': inner,
  });
  assert.deepEqual(foundIn('srv/app-1.0.jar', jar).map(shown), [
    'Maven com.ours:app 1.0 (MIT)',
    'Maven org.shaded:shaded 3.1',
    'Maven org.in:inner 2.0 in !/BOOT-INF/lib/inner-2.0.jar',
  ]);
});

test('a jar that says no group is a library without one', () => {
  const jar = jarOf({
    'META-INF/MANIFEST.MF':
      'Manifest-Version: 1.0\r\nBundle-SymbolicName: org.exam\r\n ple.lib;x=y\r\nBundle-Version: 4.2\r\n',
  });
  assert.deepEqual(foundIn('lib.jar', jar).map(shown), ['library org.example.lib 4.2']);
  assert.deepEqual(foundIn('kotlin-stdlib-1.9.10.jar', jarOf({ a: '' })).map(shown), [
    'library kotlin-stdlib 1.9.10',
  ]);
  assert.deepEqual(foundIn('broken.jar', 'PK').map(shown), [
    'not listed: as an archive of Java, it is no zip archive',
  ]);
});

const GO_MODULES = [
  'path\texample.org/tool',
  'mod\texample.org/tool\tv1.2.3\th1:x=',
  'dep\tgolang.org/x/sys\tv0.1.0\th1:y=',
  'dep\texample.org/old\tv0.0.1',
  '=>\texample.org/new\tv0.0.2\th1:z=',
  'build\t-compiler=gc',
].join('\n');

test('a program of Go is found wherever it stands, however the bytes come', () => {
  const expected = [
    'Go example.org/tool v1.2.3 -> golang.org/x/sys, example.org/new, stdlib',
    'Go golang.org/x/sys v0.1.0',
    'Go example.org/new v0.0.2',
    'Go stdlib 1.22.3',
  ];
  const info = goInfoBytes('go1.22.3', GO_MODULES);
  const decoy = Buffer.concat([Buffer.alloc(5), info.subarray(0, 14), Buffer.alloc(13)]);
  for (const before of [0, 16, 4096]) {
    const program = Buffer.concat([
      Buffer.from('\x7fELF'),
      Buffer.alloc(12),
      decoy,
      Buffer.alloc(before),
      info,
      Buffer.alloc(9),
    ]);
    for (const chunkBytes of [5, 31, 1000, 1 << 20]) {
      const found = foundIn('usr/bin/tool', program, { isExecutable: true, sizeBytes: 200_000, chunkBytes });
      assert.deepEqual(found.map(shown), expected, `${before} ${chunkBytes}`);
    }
  }
});

test('a program of old Go is told, one cut off says nothing, a script is let pass', () => {
  const program = (info: Buffer): Buffer => Buffer.concat([Buffer.from('\x7fELF'), Buffer.alloc(12), info]);
  const old = goInfoBytes('go1.17', '');
  old[15] = 0;
  const sight = { isExecutable: true, sizeBytes: 200_000 };
  assert.match(foundIn('bin/old', program(old), sight).map(shown).join(), /before 1\.18/);
  const cut = goInfoBytes('go1.22.3', GO_MODULES).subarray(0, -20);
  assert.deepEqual(foundIn('bin/cut', program(cut), sight), []);
  assert.deepEqual(foundIn('bin/x.sh', '#!/bin/sh\n', sight), []);
});

test('a program of Rust says its crates where cargo auditable built it', () => {
  const packages = [
    { name: 'tool', version: '0.1.0', source: 'local', dependencies: [1, 2] },
    { name: 'libc', version: '0.2.150', source: 'registry' },
    { name: 'cc', version: '1.0.0', source: 'registry', kind: 'build' },
  ];
  const program = elfWithSection('.dep-v0', deflateSync(Buffer.from(JSON.stringify({ packages }))));
  const found = foundIn('usr/bin/tool', program, { isExecutable: true, sizeBytes: 200_000, chunkBytes: 50 });
  assert.deepEqual(found.map(shown), [
    'crates.io tool 0.1.0 source=local -> libc@0.2.150',
    'crates.io libc 0.2.150',
  ]);
});

function ggufBytes(pairs: Readonly<Record<string, string>>): Buffer {
  const text = (value: string): Buffer => {
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(Buffer.byteLength(value)));
    return Buffer.concat([length, Buffer.from(value)]);
  };
  const header = Buffer.alloc(24);
  header.write('GGUF');
  header.writeBigUInt64LE(BigInt(Object.keys(pairs).length), 16);
  const kind = Buffer.from([8, 0, 0, 0]);
  return Buffer.concat([
    header,
    ...Object.entries(pairs).flatMap(([key, value]) => [text(key), kind, text(value)]),
  ]);
}

const SAFETENSORS = JSON.stringify({ __metadata__: { license: 'apache-2.0', name: 'tiny' } });
const MODELS: readonly (readonly [path: string, content: Buffer, facts: string])[] = [
  ['m/a.gguf', ggufBytes({ 'general.architecture': 'llama', 'general.license': 'mit' }), 'GGUF llama mit'],
  [
    'm/a.safetensors',
    Buffer.concat([Buffer.from([SAFETENSORS.length, 0, 0, 0, 0, 0, 0, 0]), Buffer.from(SAFETENSORS)]),
    'safetensors - apache-2.0',
  ],
  ['m/a.pkl', Buffer.from([0x80, 4, 0x95]), 'pickle - -'],
  ['m/a.tflite', Buffer.from('\0\0\0\0TFL3'), 'TensorFlow Lite - -'],
  ['m/a.onnx', Buffer.from('\x08\x07\x12\x07pytorch'), 'ONNX - -'],
  ['m/a.pt', Buffer.from('no model'), 'not recognised - -'],
  [
    'm/pytorch_model-00001-of-2.bin',
    Buffer.from('PK\x03\x04 archive/data.pkl'),
    'PyTorch (zip with a pickle) - -',
  ],
];

for (const [path, content, expected] of MODELS) {
  test(`model ${path}: ${expected}`, () => {
    const [one] = foundIn(path, content, { chunkBytes: 3 });
    assert.equal(one?.kind === 'file' && one.type, 'machine-learning-model');
    if (one?.kind !== 'file') return;
    assert.equal(
      [one.facts!['model:format'], one.facts!['model:architecture'] ?? '-', one.licence ?? '-'].join(' '),
      expected,
    );
    assert.match(one.hashes![0]!.hex, /^[0-9a-f]{64}$/);
  });
}

test('no bytes make a reader throw', () => {
  const good = [
    ...CASES.map(([path, content]) => [path, Buffer.from(content)] as const),
    ...MODELS.map(([path, content]) => [path, content] as const),
    ['a.jar', jarOf({ ...pom('g', 'a', '1'), 'x.jar': jarOf({}) })] as const,
    [
      'bin/go',
      Buffer.concat([Buffer.from('\x7fELF'), Buffer.alloc(12), goInfoBytes('go1.22.3', GO_MODULES)]),
    ] as const,
    ['bin/rust', elfWithSection('.dep-v0', deflateSync(Buffer.from('{"packages":[{}]}')))] as const,
  ];
  const damage = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { maxLength: 8 });
  fc.assert(
    fc.property(
      fc.constantFrom(...good),
      damage,
      fc.nat(),
      fc.uint8Array({ maxLength: 200 }),
      ([path, bytes], changes, cut, noise) => {
        const damaged = Buffer.from(bytes.subarray(0, bytes.length - (cut % (bytes.length + 1)) * (cut % 2)));
        for (const [at, value] of changes) if (damaged.length > 0) damaged[at % damaged.length] = value;
        for (const content of [damaged, noise])
          foundIn(path, content, { isExecutable: true, sizeBytes: 200_000 });
      },
    ),
    { numRuns: 2000 },
  );
});
