import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { makeCatalogue } from '../catalogue.ts';
import type { Found } from '../found.ts';
import { jarOf } from '../testing.ts';
import { sinkInFolder } from '../zip-package.ts';

function found(path: string, content: string | Uint8Array): readonly Found[] {
  const bytes = Buffer.from(content);
  const sink = sinkInFolder({ path, sizeBytes: bytes.length, isExecutable: false });
  assert.ok(sink, `nobody reads ${path}`);
  sink.take(bytes);
  return sink.end();
}

/** Purls and edges, without what all of them have. */
function listed(path: string, content: string | Uint8Array): string[] {
  const { packages, edges, notListed } = makeCatalogue([{ path, found: found(path, content) }]);
  const short = (purl: string): string => purl.replace(/^pkg:/, '');
  return [
    ...packages.map(
      ({ purl, scopes }) => `${short(purl)}${scopes.includes('run') ? '' : ` (${scopes.join()})`}`,
    ),
    ...edges.map(({ from, to }) => `${short(from)} -> ${short(to)}`),
    ...notListed.map(({ place, why }) => `${place}: ${why}`),
  ];
}

const CARGO = `version = 4

[[package]]
name = "app"
version = "0.1.0"
dependencies = [
 "serde 1.0.200",
 "libc",
]

[[package]]
name = "serde"
version = "1.0.200"
source = "registry+https://github.com/rust-lang/crates.io-index"
checksum = "${'a'.repeat(64)}"
dependencies = ["libc"]

[[package]]
name = "libc"
version = "0.2.150"
source = "registry+https://github.com/rust-lang/crates.io-index"
`;

const POETRY = `[[package]]
name = "requests"
version = "2.31.0"
description = "name = \\"no\\""
files = [
    {file = "requests-2.31.0.whl", hash = "sha256:00"},
]

[package.dependencies]
idna = ">=2.5,<4"
"charset.normalizer" = ">=2"

[package.extras]
socks = ["PySocks (>=1.5.6)"]

[[package]]
name = "idna"
version = "3.4"

[metadata]
lock-version = "2.0"
`;

const UV = `version = 1

[[package]]
name = "anyio"
version = "4.3.0"
source = { registry = "https://index.example/simple" }
dependencies = [
    { name = "idna" },
    { name = "sniffio", marker = "python_full_version < '3.13'" },
]

[[package]]
name = "idna"
version = "3.6"
`;

const GO_MOD = `module example.org/app

go 1.22

require golang.org/x/sys v0.1.0

require (
	example.org/a v1.2.3
	example.org/b v1.0.0 // indirect
	example.org/c v1.0.0
)

replace (
	example.org/b => example.org/fork v1.0.1
	example.org/c => ../c
)
`;

const V1 = JSON.stringify({
  lockfileVersion: 1,
  dependencies: {
    a: { version: '1.0.0', requires: { b: '^2' }, dependencies: { b: { version: '2.0.0' } } },
    b: { version: '1.0.0', dev: true },
    other: { version: 'npm:real@3.0.0' },
    folder: { version: 'file:../folder' },
  },
});

const WORKSPACES = JSON.stringify({
  lockfileVersion: 3,
  packages: {
    '': { name: 'root', workspaces: ['packages/*'] },
    'node_modules/ours': { resolved: 'packages/ours', link: true },
    'packages/ours': { name: 'ours', version: '1.0.0', dependencies: { a: '*' } },
    'node_modules/a': { version: '1.0.0', resolved: 'git+ssh://git@example.org/a.git#abc' },
    'packages/ours/node_modules/a': { version: '2.0.0' },
    'node_modules/both': { version: '1.0.0', devOptional: true },
    'node_modules/tests': { version: '1.0.0', dev: true },
  },
});

const CASES: readonly (readonly [path: string, content: string, lines: readonly string[]])[] = [
  [
    'Cargo.lock',
    CARGO,
    ['cargo/libc@0.2.150', 'cargo/serde@1.0.200', 'cargo/serde@1.0.200 -> cargo/libc@0.2.150'],
  ],
  ['poetry.lock', POETRY, ['pypi/idna@3.4', 'pypi/requests@2.31.0', 'pypi/requests@2.31.0 -> pypi/idna@3.4']],
  ['uv.lock', UV, ['pypi/anyio@4.3.0', 'pypi/idna@3.6', 'pypi/anyio@4.3.0 -> pypi/idna@3.6']],
  [
    'go.mod',
    GO_MOD,
    ['golang/example.org/a@v1.2.3', 'golang/example.org/fork@v1.0.1', 'golang/golang.org/x/sys@v0.1.0'],
  ],
  [
    'app/gradle.lockfile',
    '# a comment\ncom.squareup.okio:okio:3.6.0=releaseRuntimeClasspath,testCompile\njunit:junit:4.13.2=testRuntimeClasspath\nempty=\n',
    ['maven/com.squareup.okio/okio@3.6.0', 'maven/junit/junit@4.13.2 (development)'],
  ],
  [
    'requirements-dev.txt',
    '--index-url x\nidna==3.4 \\\n    --hash=sha256:00\nPyYAML[x]==6.0 ; python_version > "3"\nnumpy>=1\nflask\n',
    [
      'pypi/idna@3.4',
      'pypi/pyyaml@6.0',
      'requirements-dev.txt: 2 of its requirements do not say one version',
    ],
  ],
  [
    'package-lock.json',
    V1,
    [
      'npm/a@1.0.0',
      'npm/b@1.0.0 (development)',
      'npm/b@2.0.0',
      'npm/real@3.0.0',
      'npm/a@1.0.0 -> npm/b@2.0.0',
    ],
  ],
  [
    'web/package-lock.json',
    WORKSPACES,
    [
      'npm/a@1.0.0?vcs_url=git%2Bssh://git%40example.org/a.git%23abc',
      'npm/a@2.0.0',
      'npm/both@1.0.0',
      'npm/tests@1.0.0 (development)',
      'project:web/packages/ours -> npm/a@2.0.0',
    ],
  ],
  ['yarn.lock', 'x', ['yarn.lock: of the locks of Node, that of npm is read']],
  ['package-lock.json', '{', ['package-lock.json: it is not JSON']],
  [
    'out/images/base/oci-layout',
    '{}',
    [
      'out/images/base/oci-layout: an image in a folder or an archive is listed by itself: `mobileops sbom` of it',
    ],
  ],
];

for (const [path, content, lines] of CASES) {
  test(`${path}: ${lines.join('; ')}`, () => assert.deepEqual(listed(path, content), lines));
}

test('a zip is what its files say, at their places', () => {
  const wheel = jarOf({
    'some-1.0.dist-info/METADATA': 'Name: some\nVersion: 1.0\nRequires-Dist: vendored\n',
    'vendored-2.0.dist-info/METADATA': 'Name: vendored\nVersion: 2.0\n',
    'lib/inner.jar': jarOf({ 'META-INF/maven/g/a/pom.properties': 'groupId=g\nartifactId=a\nversion=3\n' }),
  });
  assert.deepEqual(listed('some-1.0-py3-none-any.whl', wheel), [
    'maven/g/a@3',
    'pypi/some@1.0',
    'pypi/vendored@2.0',
    'pypi/some@1.0 -> pypi/vendored@2.0',
  ]);
  assert.deepEqual(listed('broken.whl', 'PK'), ['broken.whl: as a zip, it is no zip archive, or is cut off']);
});

test('no bytes make a lock throw', () => {
  const damage = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { maxLength: 12 });
  const paths = CASES.map(([path, content]) => [path, Buffer.from(content)] as const);
  fc.assert(
    fc.property(fc.constantFrom(...paths), damage, fc.json(), ([path, bytes], changes, json) => {
      const damaged = Buffer.from(bytes);
      for (const [at, value] of changes) damaged[at % damaged.length] = value;
      for (const content of [damaged, json, `{"packages":${json}}`, `{"dependencies":${json}}`])
        listed(path, content);
    }),
    { numRuns: 1000 },
  );
});
