/** `mobileops sbom` on a small workspace: the examples of docs/sbom.md, their documents, and that they are the same again. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { assertValid } from './document-schemas.ts';

const ROOT = join(import.meta.dirname, '..');
const PAGE = readFileSync(join(ROOT, 'docs/sbom.md'), 'utf8');
const EXAMPLES = /```sh\n([\s\S]*?)```/.exec(PAGE)![1]!.trim().split('\n');
const base = mkdtempSync(join(tmpdir(), 'mobileops-sbom-'));
after(() => rmSync(base, { recursive: true, force: true }));

const LOCK = {
  name: 'web',
  lockfileVersion: 3,
  packages: {
    '': {
      name: 'web',
      version: '1.0.0',
      dependencies: { left: '^1.0.0' },
      devDependencies: { tested: '2.0.0' },
    },
    'node_modules/left': {
      version: '1.3.0',
      license: 'Our own terms',
      integrity: `sha512-${Buffer.alloc(64, 7).toString('base64')}`,
      dependencies: { right: '*' },
    },
    'node_modules/left/node_modules/right': { version: '3.0.0', license: '(MIT OR Apache-2.0)' },
    'node_modules/right': { version: '4.0.0' },
    'node_modules/tested': { version: '2.0.0', dev: true, dependencies: { right: '4' } },
  },
};

const FILES: Readonly<Record<string, string>> = {
  'build-config.yaml':
    'apiVersion: build.mobileops.io/v1\nkind: BuildConfiguration\nmetadata: {name: small}\nspec: {version: 1.0.0}\n',
  'components/web/build.yaml':
    'apiVersion: build.mobileops.io/v1\nkind: ComponentBuild\nmetadata: {name: web}\nspec:\n  buildSteps:\n    - {name: make, command: "true"}\n',
  'components/web/tiny.onnx': '\x08\x07\x12\x07pytorch',
  'web/package-lock.json': JSON.stringify(LOCK),
  'models/tiny.gguf': 'GGUF\0\0\0\0',
};

before(() => {
  for (const [path, text] of Object.entries(FILES)) {
    mkdirSync(dirname(join(base, 'a', path)), { recursive: true });
    writeFileSync(join(base, 'a', path), text);
  }
  cpSync(join(base, 'a'), join(base, 'b/another folder'), { recursive: true });
});

function run(folder: string, words: readonly string[], variables: Readonly<Record<string, string>> = {}) {
  const env = { PATH: process.env.PATH, HOME: base, MOBILEOPS_CACHE: join(base, 'cache'), ...variables };
  const argv = [join(ROOT, 'src/main.ts'), ...words];
  return spawnSync(process.execPath, argv, { cwd: join(base, folder), encoding: 'utf8', env });
}

interface Told {
  readonly format: 'spdx' | 'cyclonedx';
  readonly text: string;
}

/** The document of an example, wherever it went. */
function documentOf(folder: string, example: string): Told {
  const words = example.split(' ').slice(1);
  const done = run(folder, words);
  assert.equal(done.status, 0, `${example}: ${done.stderr}`);
  const format = words.includes('cyclonedx') ? 'cyclonedx' : 'spdx';
  const at = words.indexOf('--output');
  if (at >= 0) return { format, text: readFileSync(join(base, folder, words[at + 1]!), 'utf8') };
  if (!words.includes('--json')) return { format, text: done.stdout };
  return { format, text: JSON.stringify(JSON.parse(done.stdout).document) };
}

for (const example of EXAMPLES) {
  test(`${example}: valid, and the same in another folder`, () => {
    const { format, text } = documentOf('a', example);
    assertValid(format, text);
    assert.equal(documentOf('b/another folder', example).text, text);
  });
}

test('a lock of npm: who needs whom by the rules of Node, with scopes, hashes and licences', () => {
  const { text } = documentOf('a', 'mobileops sbom web --format cyclonedx');
  const { components, dependencies } = JSON.parse(text);
  const needs = Object.fromEntries(
    dependencies.map(({ ref, dependsOn = [] }: { ref: string; dependsOn?: string[] }) => [ref, dependsOn]),
  );
  assert.deepEqual(needs['project:.'], ['pkg:npm/left@1.3.0', 'pkg:npm/tested@2.0.0']);
  assert.deepEqual(needs['pkg:npm/left@1.3.0'], ['pkg:npm/right@3.0.0']);
  assert.deepEqual(needs['pkg:npm/tested@2.0.0'], ['pkg:npm/right@4.0.0']);
  const [left] = components.filter(({ name }: { name: string }) => name === 'left');
  assert.deepEqual(left.licenses, [{ license: { name: 'Our own terms', acknowledgement: 'declared' } }]);
  assert.deepEqual(left.hashes, [{ alg: 'SHA-512', content: '07'.repeat(64) }]);
  const [tested] = components.filter(({ name }: { name: string }) => name === 'tested');
  assert.equal(tested.scope, 'excluded');
});

test('a workspace lists its targets and models, and says that there is no lock', () => {
  const done = run('a', ['sbom', '--format', 'cyclonedx']);
  const { components, compositions, metadata } = JSON.parse(done.stdout);
  assert.deepEqual(
    components.map(({ type, name }: { type: string; name: string }) => `${type} ${name}`),
    ['application web', 'machine-learning-model tiny.onnx', 'machine-learning-model tiny.gguf'],
  );
  assert.equal(compositions[0].aggregate, 'incomplete');
  assert.equal(metadata.component.name, 'small');
  assert.match(done.stderr, /not complete: mobileops\.lock: it is not there/);
});

test('SOURCE_DATE_EPOCH is the time, and one that is none is refused', () => {
  const at = run('a', ['sbom', 'web'], { SOURCE_DATE_EPOCH: '1700000000' });
  assert.equal(JSON.parse(at.stdout).creationInfo.created, '2023-11-14T22:13:20Z');
  const refused = run('a', ['sbom', 'web'], { SOURCE_DATE_EPOCH: 'now' });
  assert.equal(refused.status, 2);
  assert.match(refused.stderr, /error\[sbom\/bad-time\]/);
});

test('what is not there, and what cannot be written, is refused', () => {
  const absent = run('a', ['sbom', './absent']);
  assert.equal(absent.status, 2);
  assert.match(absent.stderr, /there is no such file/);
  const unwritable = run('a', ['sbom', 'web', '-o', 'absent/x.json']);
  assert.equal(unwritable.status, 2);
  assert.match(unwritable.stderr, /error\[cli\/no-file\]/);
});

test('a build writes the bill of each image that it made, where it is asked to', () => {
  const folder = join(base, 'image');
  const files = {
    'build-config.yaml': FILES['build-config.yaml']!,
    'docker/Dockerfile.tiny': 'FROM scratch\nCOPY v /opt/v\nCOPY os-release /etc/os-release\n',
    'v/some-1.0.dist-info/METADATA': 'Name: some\nVersion: 1.0\nLicense: MIT\n',
    'os-release': 'ID=debian\nVERSION_ID=12\n',
  };
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  const done = run('image', ['images', 'tiny', '--sbom', 'cyclonedx']);
  assert.equal(done.status, 0, done.stderr);
  const text = readFileSync(join(folder, 'dist/sbom/images-tiny.cdx.json'), 'utf8');
  assertValid('cyclonedx', text);
  const shown = run('image', ['sbom', 'image:tiny']);
  assertValid('spdx', shown.stdout);
  const { components } = JSON.parse(text);
  assert.deepEqual(
    components.map((one: { 'bom-ref': string }) => one['bom-ref']),
    ['pkg:pypi/some@1.0', 'system:debian@12'],
  );
  assert.match(shown.stdout, /brought by layer 1 /);
});
