import assert from 'node:assert/strict';
import { test } from 'node:test';
import { digestOf, renderDiagnostic, sha256 } from '../base/index.ts';
import type { PackageRequest } from '../debian/index.ts';
import type { FakeCall, FakeRun, MemoryFileSystem } from '../host/testing.ts';
import { lockProblems } from './check-lock.ts';
import {
  type Lockfile,
  lockedPackages,
  makeLock,
  missingFiles,
  packagePlace,
  prepare,
  readLock,
  writeLock,
} from './index.ts';
import type { Requirements, TargetNeeds } from './model.ts';
import { CACHE, type FakeWorld, fakeWorld, located } from './testing.ts';

const REQUEST: PackageRequest = {
  distribution: 'debian',
  suite: 'bookworm',
  components: ['main'],
  architecture: 'amd64',
  packages: ['tiny'],
  essential: false,
  updates: true,
};

/** A mirror whose package `tiny` is at `version`; it keeps the files of `held` alone. */
interface Mirror {
  version: string;
  held: string[];
  isDown?: boolean;
}

const fileOf = (version: string): string => `tiny ${version}`;

function answer(fs: MemoryFileSystem, mirror: Mirror, { argv }: FakeCall): FakeRun | undefined {
  const { version } = mirror;
  const { hash, sizeBytes } = digestOf(fileOf(version));
  const path = `pool/t/tiny_${version}_all.deb`;
  if (argv.includes('dump')) return {};
  if (!argv[0]?.includes('apt')) return undefined;
  if (mirror.isDown) return { code: 100, stderr: 'E: Could not connect to mirror.test:80' };
  if (argv.includes('--simulate'))
    return { stdout: `Inst tiny (${version} D [all])\nConf tiny (${version} D [all])\n` };
  if (argv.includes('--print-uris'))
    return { stdout: `'http://mirror.test/debian/${path}' x.deb ${sizeBytes} x\n` };
  if (argv.includes('show'))
    return {
      stdout: `Package: tiny\nVersion: ${version}\nArchitecture: all\nFilename: ${path}\nSize: ${sizeBytes}\nSHA256: ${hash}\n`,
    };
  return argv.includes('download-file') ? download(fs, mirror, argv.slice(2)) : {};
}

function download(fs: MemoryFileSystem, { held }: Mirror, words: readonly string[]): FakeRun {
  const missing: string[] = [];
  for (let at = 0; at < words.length; at += 3) {
    const [uri = '', to = ''] = words.slice(at);
    const version = held.find((each) => uri.endsWith(`_${each}_all.deb`));
    if (version === undefined) missing.push(uri);
    else fs.writeFile(to, fileOf(version));
  }
  return missing.length === 0
    ? {}
    : { code: 100, stderr: missing.map((uri) => `E: Failed to fetch ${uri} 404 Not Found`).join('\n') };
}

function worldOf(mirror: Mirror): FakeWorld {
  const programs = Object.fromEntries(
    ['apt-get', 'apt-cache', 'apt-config', 'gpgv', 'python3'].map((name) => [name, `/usr/bin/${name}`]),
  );
  const files = {
    '/usr/lib/apt/apt-helper': '',
    '/usr/share/keyrings/debian-archive-keyring.gpg': '',
    '/etc/apt/sources.list': 'deb http://mirror.test/debian sid main\n',
  };
  const world: FakeWorld = fakeWorld({ first: (call) => answer(world.fs, mirror, call) }, files, {
    programs,
  });
  world.fs.makeDirectory('/etc/apt/sources.list.d');
  return world;
}

function needsOf(request: Partial<PackageRequest> = {}): TargetNeeds {
  const packages = { ...REQUEST, ...request };
  return { label: 'image:base', python: { requirements: [] }, maven: [], tools: [], packages };
}

function requirementsOf(target: TargetNeeds): Requirements {
  return { targets: [target], constraints: [], development: undefined, nodeFolders: [], tools: [] };
}

async function lockIn({ host, cas, fs }: FakeWorld, target = needsOf()): Promise<Lockfile | string> {
  const made = await makeLock({
    ...{ host, cas, root: '/ws', cacheDirectory: CACHE },
    requirements: requirementsOf(target),
    previous: readLock(fs, '/ws').value,
    sink: () => {},
    signal: new AbortController().signal,
  });
  if (!made.value) return made.diagnostics.map((each) => renderDiagnostic(each)).join('\n');
  writeLock(fs, '/ws', made.value);
  const read = readLock(fs, '/ws');
  assert.deepEqual(read, { value: made.value, diagnostics: [] });
  return made.value;
}

function versionIn(lock: Lockfile | string): string | undefined {
  return typeof lock === 'string' ? lock : lock.roots?.['image:base']?.locked[0]?.version;
}

async function prepareIn({ host, cas }: FakeWorld, lock: Lockfile) {
  const fetched: string[] = [];
  const prepared = await prepare({
    ...{ host, cas, lock, cacheDirectory: CACHE, needs: [needsOf()] },
    sink: (type, payload) => {
      if (type === 'prepare.fetched') fetched.push((payload as { file: string }).file);
    },
    signal: new AbortController().signal,
  });
  return { fetched, said: prepared.diagnostics.map((each) => renderDiagnostic(each)).join('\n') };
}

test('packages are locked by label, and what was locked stays while it can be had', async () => {
  const mirror: Mirror = { version: '1', held: ['1'] };
  const world = worldOf(mirror);
  const lock = await lockIn(world);
  assert.equal(versionIn(lock), '1');
  mirror.version = '2';
  mirror.held = ['1', '2'];
  assert.deepEqual(await lockIn(world), lock);
  assert.equal(versionIn(await lockIn(world, needsOf({ components: ['main', 'contrib'] }))), '2');
});

test('a version that the mirror dropped is locked anew, but not where the store has it', async () => {
  const mirror: Mirror = { version: '1', held: [] };
  const world = worldOf(mirror);
  await lockIn(world);
  mirror.version = '2';
  mirror.isDown = true;
  assert.equal(versionIn(await lockIn(world)), '1', 'a mirror that is away drops nothing');
  mirror.isDown = false;
  assert.equal(versionIn(await lockIn(world)), '2');
  world.cas.put(fileOf('2'));
  mirror.version = '3';
  assert.equal(versionIn(await lockIn(world)), '2');
});

test('a package that is not there is told where it is asked for', async () => {
  const mirror: Mirror = { version: '1', held: ['1'] };
  const packages = [located('other', 'docker/base.yaml'), located('tiny=2', 'docker/base.yaml')];
  const target = { ...needsOf({ packages: ['other', 'tiny=2'] }), packagePlaces: packages };
  const world = worldOf(mirror);
  const run = world.processes.run.bind(world.processes);
  world.processes.run = (argv, options) =>
    argv.includes('--simulate')
      ? Promise.resolve({
          ...{ code: 100, signal: undefined, stdout: Buffer.alloc(0) },
          stderr: Buffer.from("E: Version '2' for 'tiny' was not found\n"),
        })
      : run(argv, options);
  assert.match(
    String(await lockIn(world, target)),
    /^docker\/base\.yaml:1:1: error\[debian\/unknown-package\].*\n.*\| tiny=2/,
  );
});

test('prepare brings packages into the store once, and tells a dropped one', async () => {
  const mirror: Mirror = { version: '1', held: ['1'] };
  const world = worldOf(mirror);
  const lock = (await lockIn(world)) as Lockfile;
  const { host, cas } = world;
  const place = await packagePlace({ host, cacheDirectory: CACHE, lock });
  const missing = () => missingFiles({ lock, needs: [needsOf()], place, cas });
  assert.deepEqual(missing(), { files: 1, sizeBytes: fileOf('1').length, unknownSizes: 0 });
  mirror.held = [];
  const { fetched, said } = await prepareIn(world, lock);
  assert.deepEqual(fetched, []);
  assert.match(said, /debian\/dropped-version.*tiny 1 of debian:bookworm \(amd64\)/s);
  assert.match(said, /`mobileops deps lock` locks the version that is there now/);
  mirror.held = ['1'];
  assert.deepEqual(await prepareIn(world, lock), { fetched: ['tiny_1_all.deb'], said: '' });
  assert.equal(missing().files, 0);
  assert.equal(cas.has(digestOf(fileOf('1'))), true);
  assert.deepEqual(await prepareIn(world, lock), { fetched: [], said: '' });
  const locked = lockedPackages(lock, { label: 'image:base', architectures: ['amd64'] }, place);
  assert.deepEqual(
    locked.roots?.amd64?.locked.map(({ sha256: hash }) => hash),
    [sha256(fileOf('1'))],
  );
});

for (const [what, request, expected] of [
  ['the same', { packages: ['tiny'] }, []],
  [
    'another package',
    { packages: ['tiny', 'more'] },
    ['the lock is stale for the packages of image:base: packages changed'],
  ],
  [
    'another release',
    { suite: 'trixie' },
    ['the lock is stale for the packages of image:base: from changed'],
  ],
  [
    'another machine',
    { architecture: 'arm64' },
    ['the lock is stale for the packages of image:base: it is not in the lock'],
  ],
] as const) {
  test(`a lock holds for its request: ${what}`, async () => {
    const lock = (await lockIn(worldOf({ version: '1', held: ['1'] }))) as Lockfile;
    const problems = lockProblems(lock, requirementsOf(needsOf(request)));
    assert.deepEqual(
      problems.map(({ diagnostic }) => diagnostic.message),
      expected,
    );
  });
}

test('packages for another platform are locked beside, and not missed where they are not', async () => {
  const own = needsOf();
  const arm64 = { ...own.packages!, architecture: 'arm64' };
  const both: TargetNeeds = { ...own, otherPackages: [arm64] };
  const mirror: Mirror = { version: '1', held: [] };
  const world = worldOf(mirror);
  const alone = (await lockIn(world)) as Lockfile;
  assert.deepEqual(lockProblems(alone, requirementsOf(both)), []);
  const lock = (await lockIn(world, both)) as Lockfile;
  assert.deepEqual(Object.keys(lock.roots ?? {}), ['image:base', 'image:base linux/arm64']);
  assert.deepEqual(lockProblems(lock, requirementsOf(both)), []);
  const changed = requirementsOf({ ...both, otherPackages: [{ ...arm64, packages: ['more'] }] });
  assert.deepEqual(
    lockProblems(lock, changed).map(({ diagnostic }) => diagnostic.message),
    ['the lock is stale for the packages of image:base for arm64: packages changed'],
  );
  const { host } = world;
  const place = await packagePlace({ host, cacheDirectory: CACHE, lock });
  const target = { label: 'image:base', architectures: ['amd64', 'arm64'] };
  assert.deepEqual(Object.keys(lockedPackages(lock, target, place).roots ?? {}), ['amd64', 'arm64']);
  mirror.version = '2';
  const renewed = (await lockIn(world, both)) as Lockfile;
  const versions = Object.values(renewed.roots ?? {}).map(({ locked }) => locked[0]?.version);
  assert.deepEqual(versions, ['2', '2'], 'versions for all platforms are of one day');
});

test('without a lock the image is named', () => {
  const [problem] = lockProblems(undefined, requirementsOf(needsOf()));
  assert.match(problem?.diagnostic.message ?? '', /the packages of image:base must be locked/);
});
