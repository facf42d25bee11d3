import assert from 'node:assert/strict';
import { posix } from 'node:path';
import { test } from 'node:test';
import { treeFromFiles } from '../action/index.ts';
import { MemoryCas } from '../cas/index.ts';
import { FakeClock, FakeProcesses, fakeEnv, MemoryFileSystem, noHttp } from '../host/testing.ts';
import type { Toolchain, ToolName } from '../rules/index.ts';
import { archiveMaking, archiveMemo, rememberArchive } from './class-archives.ts';
import { resolveToolchains } from './index.ts';

const HOME = '/usr/lib/jvm/java-17';

function machine(version = '17.0.15', modules = 'classes') {
  const fs = new MemoryFileSystem();
  const files = {
    [`${HOME}/release`]: `JAVA_VERSION="${version}"\n`,
    [`${HOME}/bin/javac`]: '',
    [`${HOME}/lib/modules`]: modules,
    '/var/lib/dpkg/info/jdk.list': `${HOME}/bin/javac\n`,
  };
  for (const [path, content] of Object.entries(files)) {
    fs.makeDirectory(posix.dirname(path));
    fs.writeFile(path, content, 0o755);
  }
  const env = fakeEnv({ variables: { PATH: '/usr/bin' }, platform: 'linux' as const });
  const host = {
    fs,
    processes: new FakeProcesses({ programs: {} }),
    clock: new FakeClock(),
    env,
    http: noHttp,
  };
  const cas = new MemoryCas({ fs, root: '/store' });
  return { host, options: { fs, cas, cacheDirectory: '/cache' } };
}

async function resolved({ host, options }: ReturnType<typeof machine>) {
  const names: ToolName[] = ['java'];
  const { toolchains, watched } = await resolveToolchains({ host, ...options, lock: undefined, names });
  return { java: toolchains.get('java')!, watched };
}

function put({ options }: ReturnType<typeof machine>, java: Toolchain): string {
  const memo = archiveMemo(options, java, java);
  const digest = options.cas.put('archive');
  rememberArchive(options, memo, treeFromFiles(new Map([['classes.jsa', { digest, isExecutable: false }]])));
  return memo;
}

test('a tool has the archive of its classes once that was made, and its place is watched before', async () => {
  const world = machine();
  const before = await resolved(world);
  assert.equal(before.java.classArchive, undefined);
  const memo = put(world, before.java);
  assert.ok(before.watched.includes(memo));
  const { classArchive } = (await resolved(world)).java;
  assert.equal(classArchive?.file, '/tools/class-archives/java/classes.jsa');
  assert.equal(classArchive.mount.access, 'read-only');
  assert.equal(classArchive.mount.tree.kind, 'tree');
});

for (const [what, version, modules] of [
  ['of another version', '17.0.16', 'classes'],
  ['with other classes', '17.0.15', 'other classes'],
] as const) {
  test(`no archive is taken for a JDK ${what}`, async () => {
    const old = machine();
    const { java } = await resolved(old);
    const now = machine(version, modules);
    assert.notEqual(
      archiveMemo(now.options, (await resolved(now)).java, (await resolved(now)).java),
      archiveMemo(old.options, java, java),
    );
  });
}

test('each archive is made without random addresses, in one order, and taken back by the JVM', async () => {
  const { java } = await resolved(machine());
  for (const name of ['java', 'r8', 'kotlin'] as const) {
    const { argv, output, files } = archiveMaking({ ...java, name }, java);
    assert.equal(output, 'classes.jsa');
    assert.equal(argv[4], HOME);
    assert.match(argv[2]!, /setarch -R .*-Xshare:dump/);
    assert.match(argv[2]!, /LC_ALL=C sort -u/);
    assert.match(argv[2]!, /-Xshare:on .*-version\n$/);
    assert.ok(files.length > 0);
  }
});
