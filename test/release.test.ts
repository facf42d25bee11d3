/** A release of a repository with keys: what goes out, what is said of it, and that it is the same again. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { assertValid } from './document-schemas.ts';

const ROOT = join(import.meta.dirname, '..');
const base = mkdtempSync(join(tmpdir(), 'mobileops-releases-'));
const root = join(base, 'app');
const hasGpg = spawnSync('gpg', ['--version']).status === 0;
after(() => rmSync(base, { recursive: true, force: true }));

const FILES = {
  'app/build-config.yaml':
    'apiVersion: build.mobileops.io/v1\nkind: BuildConfiguration\nmetadata: {name: small}\nspec: {version: 1.0.0}\n',
  'app/components/a/build.yaml': `apiVersion: build.mobileops.io/v1
kind: ComponentBuild
metadata: {name: a}
spec:
  buildSteps:
    - {name: make, command: "mkdir out && cp input.txt out/"}
  artifacts:
    - {name: a, path: out, type: data}
`,
  'app/components/a/input.txt': 'a\n',
  'app/.gitignore': 'dist/\nbuild-cache/\n',
};

function git(...words: string[]): string {
  const identity = ['-c', 'user.name=a', '-c', 'user.email=a@b', '-c', 'commit.gpgsign=false'];
  const done = spawnSync('git', [...identity, ...words], {
    cwd: root,
    env: { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null' },
    encoding: 'utf8',
  });
  assert.equal(done.status, 0, done.stderr);
  return done.stdout.trim();
}

before(() => {
  for (const [path, text] of Object.entries(FILES)) {
    mkdirSync(dirname(join(base, path)), { recursive: true });
    writeFileSync(join(base, path), text);
  }
  for (const name of ['cosign-ec.key', 'cosign-ec.pub', 'openpgp-pgp-secret.txt', 'openpgp-pgp-public.txt'])
    copyFileSync(join(ROOT, 'test/fixtures/signing', name), join(base, name));
  git('init', '-q', '-b', 'main');
  git('remote', 'add', 'origin', 'https://user:secret@git.example.com/team/app.git');
  git('add', '-A');
  git('commit', '-q', '-m', 'feat(a): begin');
});

function run(line: readonly string[], variables: Readonly<Record<string, string>> = {}) {
  const env = {
    PATH: process.env.PATH,
    HOME: base,
    MOBILEOPS_CACHE: join(base, 'cache'),
    COSIGN_PASSWORD: 'pw',
    GIT_CONFIG_GLOBAL: '/dev/null',
    ...variables,
  };
  const argv = [join(ROOT, 'src/main.ts'), ...line];
  const done = spawnSync(process.execPath, argv, { cwd: root, env, encoding: 'utf8' });
  return { code: done.status, out: done.stdout, err: done.stderr };
}

test('all that stands against a release is said before anything is built', () => {
  const refused = run(
    [
      'release',
      'v1.0.0',
      '--key',
      '../none',
      '--key',
      '../cosign-ec.pub',
      '--past-gate',
      'coverage: later',
      '--past-gate',
      'x',
    ],
    { BUILDER_ID: 'somewhere' },
  );
  assert.equal(refused.code, 2);
  for (const code of [
    'release/bad-exception',
    'release/not-checked',
    'release/bad-builder',
    'signing/no-key',
    'signing/key-unreadable',
  ])
    assert.match(refused.err, new RegExp(`error\\[${code}\\]`));
  assert.match(refused.err, /--past-gate "test-coverage: the simulator/);
  assert.deepEqual(readdirSync(root).sort(), ['.git', '.gitignore', 'build-config.yaml', 'components']);
  const wanted = run(['release', 'v1.0.0'], { SIGNING_KEY: '../gone' });
  assert.match(wanted.err, /gone: error\[signing\/no-key\].*SIGNING_KEY asks for/);
});

/** What a check would find is not of interest here. */
const UNCHECKED = ['--unchecked', 'nobody looked'];
const KEYS = ['--key', '../openpgp-pgp-secret.txt', '--key', '../cosign-ec.key'];
const PUBLIC = ['--key', '../openpgp-pgp-public.txt', '--key', '../cosign-ec.pub'];

function contents(): ReadonlyMap<string, string> {
  const folder = join(root, 'dist/release');
  return new Map(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'latin1')]));
}

test('a signed release is proved by each key, from its commit, and made again it is the same', (t) => {
  if (!hasGpg) return t.skip('not run: gpg is missing');
  const made = run(['release', 'v1.0.0', 'First', ...UNCHECKED, ...KEYS, '--json']);
  assert.equal(made.code, 0, made.err);
  const { release } = JSON.parse(made.out);
  assert.deepEqual(
    release.documents.map((name: string) => name.replace('mobileops-1.0.0', '')),
    [
      '.tar.gz',
      '.tar.gz.sha256',
      '-manifest.json',
      '-notes.txt',
      '-changelog.md',
      '-sbom.spdx.json',
      '-sbom.cdx.json',
      '-release.json',
      '-provenance.json',
    ],
  );
  assert.equal(release.signatures.length, 19);
  assert.deepEqual(release.gates, { state: 'not-checked', reason: 'nobody looked' });
  assert.match(made.err, /the quality gates were not checked: nobody looked/);
  assert.match(made.err, /no built file says its version, so that 1\.0\.0 was compared with none/);
  const first = contents();
  assert.match(
    first.get('mobileops-1.0.0-changelog.md')!,
    /## Features\n\n- \*\*a:\*\* begin \([0-9a-f]{12}\)/,
  );
  assert.match(
    first.get('mobileops-1.0.0-changelog.md')!,
    /## Quality gates\n\n- the quality gates were not checked: nobody looked\n/,
  );
  assertValid('spdx', first.get('mobileops-1.0.0-sbom.spdx.json')!);
  assertValid('cyclonedx', first.get('mobileops-1.0.0-sbom.cdx.json')!);
  const provenance = first.get('mobileops-1.0.0-provenance.json')!;
  assert.match(provenance, /"uri":"git\+https:\/\/git\.example\.com\/team\/app\.git"/);
  assert.doesNotMatch(provenance, /secret|pw"/);
  const source = git('rev-parse', 'HEAD');
  const proved = run(['verify', 'dist/release', ...PUBLIC, '--source', source]);
  assert.equal(proved.code, 0, proved.err);
  assert.match(proved.out, /SLSA build level 1: the builder is a machine of whoever ran it/);
  const other = run(['verify', 'dist/release', ...PUBLIC, '--source', 'https://git.example.com/team/other']);
  assert.equal(other.code, 1);
  assert.match(other.err, /error\[signing\/other-source\]/);
  assert.equal(run(['release', 'v1.0.0', 'First', ...UNCHECKED, ...KEYS]).code, 0);
  assert.deepEqual(contents(), first);
});

test('a hosted builder is named, and reaches level 2 only for who expects it', () => {
  const builder = 'https://ci.example.com/builders/release';
  git('add', '-A');
  git('commit', '-q', '-m', 'docs: the ledger');
  const made = run(['release', 'v1.1.0', ...UNCHECKED, '--key', '../cosign-ec.key'], { BUILDER_ID: builder });
  assert.equal(made.code, 0, made.err);
  const files = ['dist/release/mobileops-1.1.0.tar.gz', '--key', '../cosign-ec.pub'];
  const statement = ['--provenance', 'dist/release/mobileops-1.1.0-provenance.sigstore.json'];
  const level = (...words: string[]): string | undefined =>
    /level \d/.exec(run(['verify', ...files, ...statement, ...words]).out)?.[0];
  assert.equal(level('--builder', builder), 'level 2');
  assert.equal(level(), 'level 1');
  assert.equal(level('--builder', 'https://elsewhere.example.com'), undefined);
  const changelog = contents().get('mobileops-1.1.0-changelog.md')!;
  assert.match(changelog, /Changes since 1\.0\.0/);
  assert.doesNotMatch(changelog, /begin/);
});

test('a check counts for the release of its commit, with nothing beside it', () => {
  const beside = join(root, 'beside.txt');
  writeFileSync(beside, '');
  const other = run(['check']);
  assert.equal(other.code, 0, other.err);
  assert.match(other.err, /no release takes this for a check of its commit: beside\.txt is not committed/);
  rmSync(beside);
  const refused = run(['release', 'v1.1.0']);
  assert.equal(refused.code, 2);
  assert.match(refused.err, /error\[release\/not-checked\]/);
  const checked = run(['check']);
  assert.equal(checked.code, 0, checked.err);
  assert.doesNotMatch(checked.err, /no release takes/);
});

test('signatures of an earlier release of the version do not stay', () => {
  const made = run(['release', 'v1.1.0', '--json']);
  assert.equal(made.code, 0, made.err);
  assert.deepEqual(JSON.parse(made.out).release.gates, { state: 'green' });
  assert.match(made.err, /not signed: no key was named/);
  const left = [...contents().keys()].filter((name) => /1\.1\.0.*(asc|sigstore\.json)$/.test(name));
  assert.deepEqual(left, []);
});

test('a package is made of what is there, and takes no version', () => {
  const ledger = (): string | undefined => {
    const path = join(root, 'mobileops.versions');
    return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
  };
  const before = ledger();
  const made = run(['package', '--json'], { BUILD_VERSION: '1.0.0' });
  assert.equal(made.code, 0, made.err);
  const { version, files } = JSON.parse(made.out).package;
  assert.equal(version, '1.0.0');
  assert.deepEqual(
    files.map(({ path }: { path: string }) => path),
    ['.tar.gz', '.tar.gz.sha256', '-manifest.json'].map((end) => `dist/package/mobileops-1.0.0${end}`),
  );
  assert.equal(ledger(), before);
});

test('the images of a release are signed by a key in PEM, and an OpenPGP key says that it signs none', (t) => {
  if (!hasGpg) return t.skip('not run: gpg is missing');
  mkdirSync(join(root, 'docker'));
  writeFileSync(join(root, 'docker/Dockerfile.base'), 'FROM scratch\nCOPY components /\n');
  git('add', '-A');
  git('commit', '-q', '-m', 'feat: an image');
  const variables = { REGISTRY: 'r.example.com/team' };
  const words = ['release', 'v1.2.0', ...UNCHECKED];
  const made = run([...words, '--key', '../cosign-ec.key'], variables);
  assert.equal(made.code, 0, made.err);
  const ours = (): ReadonlyMap<string, string> =>
    new Map([...contents()].filter(([name]) => name.startsWith('mobileops-1.2.0')));
  const first = ours();
  for (const [name, text] of first) {
    mkdirSync(join(base, 'made'), { recursive: true });
    writeFileSync(join(base, 'made', name), text, 'latin1');
  }
  const proved = run([
    'verify',
    '../made',
    '--key',
    '../cosign-ec.pub',
    '--source',
    git('rev-parse', 'HEAD'),
  ]);
  assert.equal(proved.code, 0, proved.err);
  const image = 'mobileops-1.2.0-image-base';
  assert.match(proved.out, new RegExp(`${image}\\.sigstore\\.json: good signature of an image`));
  assert.match(
    proved.out,
    / {2}r\.example\.com\/team\/mobileops-base:1\.2\.0 sha256:[0-9a-f]{64}\n {2}not checked/,
  );
  assert.match(proved.out, new RegExp(`${image}-payload\\.json: good`));
  const plain = run([...words, '--key', '../openpgp-pgp-secret.txt'], variables);
  assert.match(plain.err, /the images are not signed: only a key in PEM signs images/);
  const left = [...ours().keys()].filter((name) => name.startsWith(image));
  assert.deepEqual(left.sort(), [`${image}-payload.json`, `${image}-payload.json.asc`]);
});
