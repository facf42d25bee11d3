import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { renderDiagnostic, type SourceFile } from '../base/index.ts';
import { type FileSystem, realHost } from '../host/index.ts';
import { type LoadedWorkspace, loadWorkspace, loadWorkspaceCached } from './index.ts';

const { fs } = realHost();
const HEAD = 'apiVersion: build.mobileops.io/v1\n';

/** Something at every place that has a span. */
const FILES: Readonly<Record<string, string>> = {
  'build-config.yaml': `${HEAD}kind: BuildConfiguration
metadata: {name: w}
spec:
  version: 1.0.0
  dependencies: {system: [git], python: [requirements.txt], node: [package.json]}
  buildSteps: [{name: a, command: ./scripts/missing.sh}, {name: b, uses: test}]
  artifacts:
    - {name: s, type: tarball, path: dist/components/b/}
    - {name: c, type: container, tags: ["\${TAG:-none}"]}
    - {name: m, type: mobile, platforms: [pwa, ios], signing: true}
  buildEnvironment: {baseImage: debian, architecture: [amd64, arm64], locale: C.UTF-8}
  quality:
    securityScan:
      accept: [{ecosystem: npm, reason: a}]
      ignore: [{id: CVE-1, reason: b, expires: 2027-01-01}]
    exceptions: [{gate: licences, target: "component:a", reason: c, expires: 2027-01-01, by: d}]
`,
  'requirements.txt': '',
  'package.json': '{}',
  'components/a/build.yaml': `${HEAD}kind: ComponentBuild
metadata: {name: a}
spec:
  needs: [b]
  env: {span: "\${SECRET:-x}", file: y}
  serve: {command: ./run, port: 80}
  dependencies: [numpy]
  buildSteps: [{name: one, command: make, env: {span: z}}]
  tests: {unit: tests/a.py, integration: tests/b.py, performance: tests/c.py}
  artifacts: [{name: out, path: out/, type: data}]
`,
  'components/b/build.sh': '#!/bin/sh\n',
  'docker/Dockerfile.base': 'FROM scratch\n',
  'docker/Dockerfile.ai': 'FROM mobileops-base\n',
  'docker/packaged.yaml': `${HEAD}kind: ImageBuild
metadata: {name: packaged}
spec:
  from: debian:bookworm
  packages: [bash, "tool=\${VERSION:-1}"]
  labels: {span: x}
  env: {span: y}
  users: [{name: app, uid: 1000}]
  paths:
    - {type: file, path: /etc/a, source: scripts/a.sh, owner: app, group: mail}
    - {type: directory, path: /srv}
`,
  'mobile/web/package.json': '{"scripts": {"build": "vite build"}}',
  'mobile/pwa/build.yaml': `${HEAD}kind: MobileBuild
metadata: {name: pwa}
spec:
  platform: pwa
  manifest: {span: [0, 1, 2], name: {span: {file: 1}}}
  web: {icon: {source: a.svg}, apps: [{app: hybrid}, {ios: ABCDE12345.a.b}]}
`,
  'mobile/hybrid/build.yaml': `${HEAD}kind: MobileBuild
metadata: {name: hybrid}
spec:
  platform: hybrid
  site: web
  android: {applicationId: a.b, signing: {storeFile: k.jks, keyAlias: k}}
`,
  'scripts/a.sh': '',
};

/** The real disk with stamps that lie `ageMs` back, except of what was written since; reads are counted. */
class Disk {
  reads = 0;
  readonly root: string;
  readonly cacheFile: string;
  readonly #aged = new Map<string, number>();

  constructor(t: TestContext, files: Readonly<Record<string, string>> = FILES) {
    this.root = mkdtempSync(join(tmpdir(), 'mobileops-cached-'));
    t.after(() => rmSync(this.root, { recursive: true }));
    this.cacheFile = join(this.root, 'build-cache/state/workspace.json');
    for (const [path, content] of Object.entries(files)) this.write(path, content);
    mkdirSync(dirname(this.cacheFile), { recursive: true });
    this.#aged.set('', 10_000);
  }

  write(path: string, content: string): void {
    mkdirSync(dirname(join(this.root, path)), { recursive: true });
    writeFileSync(join(this.root, path), content);
  }

  /** As if the clock had not moved on from then to now. */
  freeze(): void {
    this.#aged.set('', 0);
  }

  fileSystem(): FileSystem {
    return {
      ...fs,
      readFile: (path) => {
        this.reads++;
        return fs.readFile(path);
      },
      lstat: (path) => {
        const stat = fs.lstat(path);
        const ageMs = path.startsWith(dirname(this.cacheFile)) ? 0 : this.#aged.get('')!;
        return stat && { ...stat, mtimeMs: stat.mtimeMs - ageMs, ctimeMs: stat.ctimeMs - ageMs };
      },
    };
  }

  load(variables: Readonly<Record<string, string>> = {}, program = 'p1'): Promise<LoadedWorkspace> {
    this.reads = 0;
    const { root, cacheFile } = this;
    return loadWorkspaceCached({ fs: this.fileSystem(), root, cacheFile, variables, program });
  }
}

function shown({ value, diagnostics }: LoadedWorkspace): unknown {
  const texts = diagnostics.map((each) => renderDiagnostic(each));
  const withText = (key: string, each: unknown): unknown =>
    key === 'file' && typeof each === 'object' ? { ...each, text: (each as SourceFile).text } : each;
  return JSON.parse(JSON.stringify({ value, texts }, withText));
}

test('a hit reads no file and gives what the load gave, places included', async (t) => {
  const disk = new Disk(t);
  const first = await disk.load();
  assert.ok(disk.reads > 5);
  const second = await disk.load();
  assert.equal(disk.reads, 0);
  assert.deepEqual(shown(second), shown(first));
  assert.deepEqual(shown(first), shown(await loadWorkspace({ fs, root: disk.root, variables: {} })));
  assert.equal(first.diagnostics.length, 4);
});

const CHANGES: Readonly<Record<string, (disk: Disk) => void>> = {
  'an edited file': (disk) =>
    disk.write('components/a/build.yaml', FILES['components/a/build.yaml']!.replace('one', 'two')),
  'an edited script that a component was recognised by': (disk) =>
    disk.write('components/b/build.sh', '#!/bin/bash\n'),
  'a build.yaml where there was none': (disk) =>
    disk.write(
      'components/b/build.yaml',
      `${HEAD}kind: ComponentBuild\nmetadata: {name: b}\nspec: {buildSteps: []}\n`,
    ),
  'a new component': (disk) => disk.write('components/c/build.sh', ''),
  'a removed component': (disk) => rmSync(join(disk.root, 'components/a'), { recursive: true }),
  'a new image': (disk) => disk.write('docker/Dockerfile.tools', 'FROM scratch\n'),
  'a new app': (disk) => disk.write('mobile/new/gradlew', ''),
  'a new script': (disk) => disk.write('scripts/b.sh', ''),
  'a missing script that appears': (disk) => disk.write('scripts/missing.sh', ''),
  'a missing test that appears': (disk) => disk.write('components/a/tests/a.py', ''),
  'a file that disappears': (disk) => rmSync(join(disk.root, 'requirements.txt')),
};

for (const [name, change] of Object.entries(CHANGES)) {
  test(`a miss: ${name}`, async (t) => {
    const disk = new Disk(t);
    await disk.load();
    change(disk);
    const loaded = await disk.load();
    assert.ok(disk.reads > 0);
    assert.deepEqual(shown(loaded), shown(await loadWorkspace({ fs, root: disk.root, variables: {} })));
  });
}

test('a variable counts when it is used', async (t) => {
  const disk = new Disk(t);
  const reads = async (variables: Record<string, string>): Promise<boolean> => {
    await disk.load(variables);
    return disk.reads > 0;
  };
  assert.equal(await reads({ OTHER: '1' }), true);
  assert.equal(await reads({ OTHER: '2' }), false);
  assert.equal(await reads({ TAG: 'v1' }), true);
  assert.equal(await reads({ TAG: 'v1', SECRET: 's3cret' }), true);
  assert.equal(await reads({ TAG: 'v1', SECRET: 's3cret' }), false);
  assert.equal(await reads({ TAG: 'v1', SECRET: '' }), true);
});

test('another program does not take it over', async (t) => {
  const disk = new Disk(t);
  await disk.load({}, 'p1');
  await disk.load({}, 'p2');
  assert.ok(disk.reads > 0);
});

test('a file as new as the reading is not trusted', async (t) => {
  const disk = new Disk(t);
  disk.freeze();
  disk.write('components/a/build.yaml', FILES['components/a/build.yaml']!);
  const stamped = disk.fileSystem();
  const now = fs.lstat(join(disk.root, 'components/a/build.yaml'))!;
  const still: FileSystem = {
    ...stamped,
    lstat: (path) => {
      const stat = stamped.lstat(path);
      return path.endsWith('.began') && stat ? { ...stat, mtimeMs: now.mtimeMs } : stat;
    },
  };
  const { root, cacheFile } = disk;
  await loadWorkspaceCached({ fs: still, root, cacheFile, variables: {} });
  assert.equal(existsSync(cacheFile), false);
});

test('errors are not kept', async (t) => {
  const disk = new Disk(t, { 'build-config.yaml': 'x\n' });
  await disk.load();
  assert.equal(existsSync(disk.cacheFile), false);
});

test('a link that was followed is not trusted', async (t) => {
  const disk = new Disk(t);
  rmSync(join(disk.root, 'components/a/build.yaml'));
  disk.write('shared.yaml', FILES['components/a/build.yaml']!);
  symlinkSync('../../shared.yaml', join(disk.root, 'components/a/build.yaml'));
  assert.notEqual((await disk.load()).value, undefined);
  assert.equal(existsSync(disk.cacheFile), false);
});

test('a damaged cache is not believed', async (t) => {
  const disk = new Disk(t);
  await disk.load();
  const text = readFileSync(disk.cacheFile, 'utf8');
  for (const damaged of [
    '',
    'x',
    text.slice(0, -10),
    text.replace('"make"', '"mate"'),
    `${'0'.repeat(64)}\n{}`,
  ]) {
    assert.notEqual(damaged, text);
    writeFileSync(disk.cacheFile, damaged);
    const loaded = await disk.load();
    assert.ok(disk.reads > 0);
    assert.notEqual(loaded.value, undefined);
  }
});

test('a cache that cannot be written costs time alone', async (t) => {
  const disk = new Disk(t);
  const cacheFile = join(disk.root, 'requirements.txt/no/cache.json');
  const loaded = await loadWorkspaceCached({
    fs: disk.fileSystem(),
    root: disk.root,
    cacheFile,
    variables: {},
  });
  assert.notEqual(loaded.value, undefined);
});
