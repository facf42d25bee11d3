import assert from 'node:assert/strict';
import { posix } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { Tree } from '../action/index.ts';
import { MemoryCas } from '../cas/index.ts';
import type { Lockfile } from '../dependencies/index.ts';
import {
  FakeClock,
  FakeProcesses,
  type FakeRun,
  fakeEnv,
  MemoryFileSystem,
  noHttp,
} from '../host/testing.ts';
import type { ToolName } from '../rules/index.ts';
import { resolveToolchains, toolRequirements } from './index.ts';

const JDK17 = { release: 'IMPLEMENTOR="x"\nJAVA_VERSION="17.0.15"\n', 'bin/javac': '17' };

interface Machine {
  readonly files?: Readonly<Record<string, string>>;
  readonly links?: Readonly<Record<string, string>>;
  readonly programs?: Readonly<Record<string, string>>;
  readonly run?: (argv: readonly string[]) => FakeRun | undefined;
  readonly variables?: Readonly<Record<string, string>>;
  /** Node's words; `linux-x64` unless told. */
  readonly platform?: string;
}

function machine({ files = {}, links = {}, programs = {}, run, variables = {}, platform }: Machine) {
  const [os = '', architecture = ''] = (platform ?? 'linux-x64').split('-');
  const fs = new MemoryFileSystem();
  for (const [path, content] of Object.entries(files)) {
    fs.makeDirectory(posix.dirname(path));
    fs.writeFile(path, content, 0o755);
  }
  for (const [path, target] of Object.entries(links)) {
    fs.makeDirectory(posix.dirname(path));
    fs.symlink(target, path);
  }
  const clock = new FakeClock();
  const processes = new FakeProcesses({ programs, run: ({ argv }) => run?.(argv) });
  const env = fakeEnv({
    variables: { PATH: '/usr/bin', ...variables },
    platform: os as 'linux',
    architecture,
  });
  const host = { fs, processes, clock, env, http: noHttp };
  return { host, cas: new MemoryCas({ fs, root: '/store' }) };
}

function jdk(home: string, files: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(files).map(([path, text]) => [`${home}/${path}`, text]));
}

async function resolve(name: ToolName, world: ReturnType<typeof machine>, lock?: Lockfile) {
  const { host, cas } = world;
  const found = await resolveToolchains({ host, cas, cacheDirectory: '/cache', lock, names: [name] });
  return { tool: found.toolchains.get(name)!, problems: found.problems.get(name)!, watched: found.watched };
}

interface HostCase extends Machine {
  readonly tool: ToolName;
  /** `version at`, or the code of the problem. */
  readonly expected: string;
}

const HOST: Readonly<Record<string, HostCase>> = {
  'an API level of the SDK': {
    tool: 'android-platform-37',
    files: { '/sdk/platforms/android-37/android.jar': 'classes', '/sdk/platforms/android-37/data/x': 'x' },
    variables: { ANDROID_HOME: '/sdk' },
    expected: '37 /tools/android-platform-37/android.jar',
  },
  'an API level that the SDK has not': {
    tool: 'android-platform-37',
    files: { '/sdk/platforms/android-36/android.jar': 'classes' },
    variables: { ANDROID_HOME: '/sdk' },
    expected: 'toolchain/missing',
  },
  'an API level of an SDK, without one': { tool: 'android-platform-37', expected: 'toolchain/missing' },
  'bash of /usr/bin': { tool: 'bash', files: { '/usr/bin/bash': '' }, expected: 'host /usr/bin/bash' },
  'no cc': { tool: 'cc', expected: 'toolchain/missing' },
  'python by its link': {
    tool: 'python',
    files: { '/usr/bin/python3.12': '' },
    links: { '/usr/bin/python3': 'python3.12' },
    expected: '3.12 /usr/bin/python3',
  },
  'an old python3 and a newer one beside it': {
    tool: 'python',
    files: { '/usr/bin/python3.9': '', '/usr/bin/python3.13': '' },
    links: { '/usr/bin/python3': 'python3.9' },
    expected: '3.13 /usr/bin/python3.13',
  },
  'an old python': {
    tool: 'python',
    files: { '/usr/bin/python3.9': '' },
    links: { '/usr/bin/python3': 'python3.9' },
    expected: 'toolchain/too-old',
  },
  'no python': { tool: 'python', expected: 'toolchain/missing' },
  'a JDK of a package': {
    tool: 'java',
    files: {
      ...jdk('/usr/lib/jvm/java-17', JDK17),
      '/var/lib/dpkg/info/openjdk-17-jdk-headless:amd64.list': '/usr/lib/jvm/java-17/bin/javac\n',
    },
    expected: '17.0.15 /usr/lib/jvm/java-17',
  },
  'the oldest that is new enough': {
    tool: 'java',
    files: {
      ...jdk('/usr/lib/jvm/java-8', { release: 'JAVA_VERSION="1.8.0_392"', 'bin/javac': '8' }),
      ...jdk('/usr/lib/jvm/java-21', { release: 'JAVA_VERSION="21.0.1"', 'bin/javac': '21' }),
      ...jdk('/usr/lib/jvm/java-17', JDK17),
      '/var/lib/dpkg/info/jdk.list': '/usr/lib/jvm/java-17/bin/javac\n/usr/lib/jvm/java-21/bin/javac\n',
    },
    expected: '17.0.15 /usr/lib/jvm/java-17',
  },
  'a JDK that no package owns is brought in': {
    tool: 'java',
    files: jdk('/usr/lib/jvm/temurin', JDK17),
    expected: '17.0.15 /tools/java',
  },
  'a JDK of JAVA_HOME': {
    tool: 'java',
    files: jdk('/opt/jdk', JDK17),
    variables: { JAVA_HOME: '/opt/jdk' },
    expected: '17.0.15 /tools/java',
  },
  'a runtime without a compiler': {
    tool: 'java',
    files: { '/usr/lib/jvm/jre/release': 'JAVA_VERSION="17"', '/usr/lib/jvm/jre/bin/java': '' },
    expected: 'toolchain/missing',
  },
  'an old JDK': {
    tool: 'java',
    files: jdk('/usr/lib/jvm/java-11', { release: 'JAVA_VERSION="11.0.2"', 'bin/javac': '11' }),
    expected: 'toolchain/too-old',
  },
};

for (const [name, { tool, expected, ...rest }] of Object.entries(HOST)) {
  test(`a tool of the machine: ${name}`, async () => {
    const found = await resolve(tool, machine(rest));
    const { version, files } = found.tool;
    const at = files.home ?? files.python ?? files.jar ?? files[tool];
    assert.equal(found.problems[0]?.code ?? `${version} ${at}`, expected);
    if (found.problems[0]) {
      assert.match(found.problems[0].hint ?? '', /apt-get install|sdkmanager/);
      assert.equal(found.problems[0].cause, 'environment');
    }
  });
}

const outside: Machine = {
  files: { '/opt/py/bin/python3.12': 'python', '/opt/py/lib/os.py': 'os', '/etc/site.py': 'site' },
  links: {
    '/opt/py/bin/python3': 'python3.12',
    '/opt/py/lib/site.py': '/etc/site.py',
    '/opt/py/lib/broken': '/nowhere',
  },
  programs: { python3: '/shims/python3' },
  run: (argv) => ({ stdout: argv.at(-1)!.includes('base_prefix') ? '/opt/py\n' : '3.12\n' }),
};

test('a Python elsewhere is mounted whole: inner links stay, outer ones become files', async () => {
  const world = machine({ ...outside, files: { ...outside.files, '/shims/python3': '#!/bin/sh' } });
  const { tool } = await resolve('python', world);
  assert.equal(tool.files.python, '/tools/python/bin/python3');
  const tree = treeOf(tool);
  assert.deepEqual(paths(tree), ['bin/python3 -> python3.12', 'bin/python3.12', 'lib/os.py', 'lib/site.py']);
  assert.equal(treeOf((await resolve('python', world)).tool).digest.hash, tree.digest.hash);
  world.host.fs.writeFile('/opt/py/lib/os.py', 'changed', 0o755);
  assert.notEqual(treeOf((await resolve('python', world)).tool).digest.hash, tree.digest.hash);
});

test('the shared library of a Python elsewhere is found, and no other beside it', async () => {
  const libraries = { '/opt/py/lib/libpython3.12.so.1.0': 'so', '/opt/py/lib/libssl.so.3': 'ssl' };
  const files = { ...outside.files, ...libraries, '/shims/python3': '#!/bin/sh' };
  const { tool } = await resolve('python', machine({ ...outside, files }));
  assert.equal(tool.env.LD_LIBRARY_PATH, '/tools/python-library');
  const [, library] = tool.mounts.map(({ tree }) => (tree.kind === 'tree' ? tree.tree : undefined));
  assert.deepEqual(paths(library!), ['libpython3.12.so.1.0']);
});

test('all files of a tool that is mounted whole are watched', async () => {
  const { watched } = await resolve('java', machine({ files: jdk('/usr/lib/jvm/temurin', JDK17) }));
  assert.ok(watched.includes('/usr/lib/jvm/temurin/bin/javac'), watched.join(' '));
});

function treeOf(tool: { readonly mounts: readonly { readonly tree: unknown }[] }): Tree {
  const expression = tool.mounts[0]!.tree as { kind: string; tree: Tree };
  assert.equal(expression.kind, 'tree');
  return expression.tree;
}

function paths(tree: Tree, prefix = ''): string[] {
  return [
    ...tree.files.map(({ name }) => `${prefix}${name}`),
    ...tree.symlinks.map(({ name, target }) => `${prefix}${name} -> ${target}`),
    ...tree.directories.flatMap((each) => paths(each.tree, `${prefix}${each.name}/`)),
  ].sort();
}

function lockOf(
  name: string,
  ecosystem: 'node' | 'maven',
  blob: { hash: string; sizeBytes: number },
): Lockfile {
  const file = { name, version: '1', file: `${name}.bin`, sha256: blob.hash, sizeBytes: blob.sizeBytes };
  const tools = { [name]: { from: { version: '1' }, ecosystem, files: [file] } };
  return {
    version: 2,
    tools,
    python: {},
    wheels: {},
    node: {},
    maven: {},
  };
}

test('a jar is mounted as it is', async () => {
  const world = machine({});
  const lock = lockOf('r8', 'maven', world.cas.put('jar'));
  const { tool, problems } = await resolve('r8', world, lock);
  assert.deepEqual(problems, []);
  assert.deepEqual(tool.files, { jar: '/tools/r8/r8.jar' });
  assert.deepEqual(paths(treeOf(tool)), ['r8.jar']);
});

test('an npm package is unpacked once, with its links', async () => {
  const world = machine({});
  const archive = gzipSync(
    Buffer.concat([tarFile('package/bin/npm-cli.js'), tarFile('package/docs/a'), Buffer.alloc(1024)]),
  );
  const lock = lockOf('npm', 'node', world.cas.put(archive));
  const { tool } = await resolve('npm', world, lock);
  assert.deepEqual(tool.path, ['/tools/npm/path']);
  const expected = ['bin/npm-cli.js', 'path/npm -> ../bin/npm-cli.js', 'path/npx -> ../bin/npx-cli.js'];
  assert.deepEqual(paths(treeOf(tool)), expected);
  let reads = 0;
  const get = world.cas.get.bind(world.cas);
  world.cas.get = (digest) => {
    if (digest.hash === lock.tools.npm!.files[0]!.sha256) reads++;
    return get(digest);
  };
  assert.deepEqual(paths(treeOf((await resolve('npm', world, lock)).tool)), expected);
  assert.equal(reads, 0);
});

function tarFile(path: string): Buffer {
  const block = Buffer.alloc(512);
  block.write(path, 0);
  block.write('0000755\0', 100);
  block.write('00000000000\0', 124);
  block.write('        ', 148);
  block.write('0', 156);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}

const ABSENT: Readonly<
  Record<string, readonly [lock: (world: ReturnType<typeof machine>) => Lockfile | undefined, code: string]>
> = {
  'no lock': [() => undefined, 'toolchain/not-locked'],
  'not fetched': [
    () => lockOf('npm', 'node', { hash: 'a'.repeat(64), sizeBytes: 1 }),
    'toolchain/not-prepared',
  ],
  'no archive': [({ cas }) => lockOf('npm', 'node', cas.put('junk')), 'toolchain/bad-archive'],
  'an archive without it': [
    ({ cas }) => lockOf('npm', 'node', cas.put(gzipSync(Buffer.alloc(1024)))),
    'toolchain/bad-archive',
  ],
};

for (const [name, [lock, code]] of Object.entries(ABSENT)) {
  test(`a provisioned tool that cannot be had: ${name}`, async () => {
    const world = machine({});
    const { tool, problems } = await resolve('npm', world, lock(world));
    assert.deepEqual([tool.version, tool.mounts, problems.map((each) => each.code)], ['', [], [code]]);
  });
}

interface PlatformCase {
  readonly platform: string;
  readonly tool: ToolName;
  readonly expected: string;
}

const PLATFORMS: readonly PlatformCase[] = [
  { platform: 'linux-x64', tool: 'node', expected: 'node-linux-x64' },
  { platform: 'linux-arm64', tool: 'node', expected: 'node-linux-arm64' },
  { platform: 'darwin-arm64', tool: 'node', expected: 'toolchain/not-locked' },
  { platform: 'linux-s390x', tool: 'node', expected: 'toolchain/unsupported-platform' },
  { platform: 'linux-arm64', tool: 'aapt2', expected: 'toolchain/unsupported-platform' },
  { platform: 'darwin-arm64', tool: 'aapt2', expected: 'toolchain/not-locked' },
  { platform: 'linux-s390x', tool: 'r8', expected: 'toolchain/not-locked' },
];

/** Locked for two platforms; the second by its integrity alone. */
function nodeLock(x64: { hash: string; sizeBytes: number }): Lockfile {
  const file = (name: string, platform: string) => ({
    ...{ name, version: '24', file: `${name}.tgz`, integrity: 'sha512-AAAA', platforms: [platform] },
  });
  const known = { sha256: x64.hash, sizeBytes: x64.sizeBytes };
  const files = [
    { ...file('node-linux-x64', 'linux-x64'), ...known },
    file('node-linux-arm64', 'linux-arm64'),
  ];
  const tools = { node: { from: { version: '24' }, ecosystem: 'node', files } } as const;
  return { version: 2, tools, python: {}, wheels: {}, node: {}, maven: {} };
}

for (const { platform, tool, expected } of PLATFORMS) {
  test(`${tool} of a lock for several platforms, on ${platform}`, async () => {
    const world = machine({ platform });
    const lock = nodeLock({ hash: 'a'.repeat(64), sizeBytes: 1 });
    const [problem] = (await resolve(tool, world, lock)).problems;
    assert.ok(problem);
    const isFile = problem.code === 'toolchain/not-prepared';
    assert.equal(isFile ? /\((.*)\.tgz\)/.exec(problem.message)?.[1] : problem.code, expected);
  });
}

test('a tool is asked for with all platforms, wherever that is done', () => {
  const [aapt2, node, npm] = toolRequirements(['node', 'npm', 'aapt2', 'bash']).toSorted((a, b) =>
    a.name < b.name ? -1 : 1,
  );
  const jar = aapt2!.requirements[0]!;
  assert.deepEqual(aapt2!.platforms, { [jar]: ['linux-x64', 'darwin-x64', 'darwin-arm64'] });
  assert.deepEqual(Object.values(node!.platforms!), [['linux-x64'], ['linux-arm64'], ['darwin-arm64']]);
  assert.equal(npm!.platforms, undefined);
});
