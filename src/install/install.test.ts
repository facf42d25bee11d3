/** An installation that is killed at any step names the old release or the new one, whole; what is not proved or not safe never gets in. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { digestOf, fail, ok } from '../base/index.ts';
import { CrashError, MemoryFileSystem } from '../host/testing.ts';
import { indexName, indexText } from '../release/index.ts';
import { install, rollback, type Wanted } from './install.ts';
import { Installation } from './installation.ts';
import { folderSource } from './release-source.ts';
import { type TestMember, tarGzOf } from './testing.ts';
import { unpackRelease } from './unpack.ts';

const { signal } = new AbortController();
const clock = { now: () => 0 };

/** Puts a release at `/from/<version>`, whose program says its version. */
function offer(fs: MemoryFileSystem, version: string, archive = archiveOf(version)): void {
  const folder = `/from/${version}`;
  fs.makeDirectory(folder);
  const name = `mobileops-${version}.tar.gz`;
  fs.writeFile(`${folder}/${name}`, archive);
  const { hash, sizeBytes } = digestOf(archive);
  const index = indexText({
    name: 'mobileops',
    version,
    channel: 'stable',
    number: 1,
    commit: 'c',
    buildId: 'b',
    timestamp: 't',
    files: [{ name, kind: 'archive', sizeBytes, sha256: hash }],
    images: [],
    gates: { state: 'green' },
  });
  fs.writeFile(`${folder}/${indexName(version)}`, index);
}

function archiveOf(version: string): Buffer {
  return tarGzOf([
    { path: 'bin/', type: '5', mode: 0o755 },
    { path: 'bin/run', content: `run ${version}`, mode: 0o755 },
    { path: 'bin/link', type: '2', target: 'run' },
    { path: 'data', content: 'x'.repeat(2000) },
  ]);
}

const proved = async () => ok(['key']);

function installing(
  fs: MemoryFileSystem,
  version: string,
  verify: Parameters<typeof install>[1]['verify'] = proved,
) {
  const wanted: Wanted = { kind: 'version', version, below: version };
  const installation = new Installation(fs, '/opt');
  const request = {
    installation,
    source: folderSource(fs, '/from'),
    wanted,
    fingerprints: [],
    verify,
    signal,
  };
  return { installation, run: () => install({ fs, clock }, request) };
}

/** What whoever runs the current release sees: all of it, or nothing. */
function seen(fs: MemoryFileSystem): string | undefined {
  const current = new Installation(fs, '/opt').current();
  if (current === undefined) return undefined;
  assert.equal(fs.readText(`/opt/versions/${current}/bin/run`), `run ${current}`);
  assert.equal(fs.readText(`/opt/versions/${current}/data`).length, 2000);
  assert.equal(fs.readLink(`/opt/versions/${current}/bin/link`), 'run');
  return current;
}

test('installed, updated, rolled back, and forward again', async () => {
  const fs = new MemoryFileSystem();
  for (const version of ['1.0.0', '2.0.0', '3.0.0']) offer(fs, version);
  for (const version of ['1.0.0', '2.0.0']) {
    const done = await installing(fs, version).run();
    assert.ok(done.ok && done.value.gates?.state === 'green');
    assert.equal(seen(fs), version);
  }
  const installation = new Installation(fs, '/opt');
  const back = rollback(installation);
  assert.deepEqual(back, { ok: true, value: { version: '1.0.0', from: '2.0.0' } });
  assert.equal(seen(fs), '1.0.0');
  const none = rollback(installation);
  assert.equal(none.ok ? '' : none.failure.code, 'release/no-rollback');
  await installing(fs, '3.0.0').run();
  assert.deepEqual(rollback(installation).ok && installation.current(), '1.0.0');
  const known = await installing(fs, '2.0.0').run();
  assert.ok(known.ok && known.value.isKnown);
  assert.equal(fs.lstat('/opt/versions/2.0.0/bin/run')?.mode, 0o755);
  assert.deepEqual(
    fs.readDirectory('/opt').map(({ name }) => name),
    ['current', 'state.json', 'versions'],
  );
});

test('killed at any step of an installation or a rollback, what is current is whole, and the next run ends it', async () => {
  let isDone = false;
  let at = 0;
  for (; !isDone; at++) {
    assert.ok(at < 400);
    const fs = new MemoryFileSystem();
    for (const version of ['1.0.0', '2.0.0']) offer(fs, version);
    await installing(fs, '1.0.0').run();
    fs.crashAfter(at);
    try {
      const done = await installing(fs, '2.0.0').run();
      assert.ok(done.ok);
      rollback(new Installation(fs, '/opt'));
      isDone = true;
    } catch (error) {
      assert.ok(error instanceof CrashError, String(error));
    }
    fs.restart();
    assert.match(seen(fs) ?? '', /^[12]\.0\.0$/);
    assert.ok((await installing(fs, '2.0.0').run()).ok);
    assert.equal(seen(fs), '2.0.0');
    assert.ok(rollback(new Installation(fs, '/opt')).ok);
    assert.equal(seen(fs), '1.0.0');
  }
  assert.ok(at > 20, String(at));
});

test('a full disk leaves the old release', async () => {
  const fs = new MemoryFileSystem();
  for (const version of ['1.0.0', '2.0.0']) offer(fs, version);
  await installing(fs, '1.0.0').run();
  fs.addFault({ operation: 'write', path: /tree/, code: 'ENOSPC' });
  await assert.rejects(installing(fs, '2.0.0').run(), { code: 'ENOSPC' });
  assert.equal(seen(fs), '1.0.0');
  assert.equal(fs.lstat('/opt/.staging'), undefined);
});

test('nothing is fetched, unpacked or kept of what is not proved', async () => {
  const fs = new MemoryFileSystem();
  offer(fs, '1.0.0');
  const problem = { code: 'signing/unsigned', severity: 'error', message: 'no' } as const;
  const refused = await installing(fs, '1.0.0', async () => fail([problem])).run();
  assert.deepEqual(refused, { ok: false, failure: [problem] });
  assert.equal(
    fs.calls.some(({ path }) => /opt.*tar\.gz$/.test(path)),
    false,
  );
  assert.equal(fs.lstat('/opt/versions'), undefined);
});

const REPLACED: readonly (readonly [string, (fs: MemoryFileSystem) => void, string])[] = [
  [
    'another archive than the index names',
    (fs) => fs.writeFile('/from/1.0.0/mobileops-1.0.0.tar.gz', archiveOf('1.0.0').subarray(0, 100)),
    'release/changed-file',
  ],
  [
    'another whole archive',
    (fs) =>
      fs.writeFile(
        '/from/1.0.0/mobileops-1.0.0.tar.gz',
        tarGzOf([{ path: 'bin/run', content: 'evil', mode: 0o755 }]),
      ),
    'release/changed-file',
  ],
  [
    'a larger one',
    (fs) => fs.writeFile('/from/1.0.0/mobileops-1.0.0.tar.gz', Buffer.alloc(5000)),
    'release/bad-archive',
  ],
  ['none', (fs) => fs.unlink('/from/1.0.0/mobileops-1.0.0.tar.gz'), 'release/not-there'],
  ['no index', (fs) => fs.unlink('/from/1.0.0/mobileops-1.0.0-release.json'), 'release/not-there'],
  [
    'the index of another version',
    (fs) => {
      offer(fs, '0.9.0');
      fs.copyFile('/from/0.9.0/mobileops-0.9.0-release.json', '/from/1.0.0/mobileops-1.0.0-release.json');
    },
    'release/bad-index',
  ],
];

for (const [name, change, expected] of REPLACED) {
  test(`a source with ${name} installs nothing`, async () => {
    const fs = new MemoryFileSystem();
    offer(fs, '1.0.0');
    change(fs);
    const done = await installing(fs, '1.0.0').run();
    assert.equal(done.ok ? 'installed' : done.failure[0]?.code, expected);
    assert.equal(seen(fs), undefined);
  });
}

test('another archive of a version that is installed is refused', async () => {
  const fs = new MemoryFileSystem();
  offer(fs, '1.0.0');
  await installing(fs, '1.0.0').run();
  offer(fs, '1.0.0', tarGzOf([{ path: 'bin/run', content: 'other' }]));
  const done = await installing(fs, '1.0.0').run();
  assert.equal(done.ok ? '' : done.failure[0]?.code, 'release/conflict');
  assert.equal(seen(fs), '1.0.0');
});

const HOSTILE: readonly (readonly [string, readonly TestMember[], RegExp])[] = [
  ['a path that leads out', [{ path: '../evil' }], /unsafe path/],
  ['an absolute path', [{ path: '/etc/passwd' }], /unsafe path/],
  ['a backslash', [{ path: 'a\\b' }], /unsafe path/],
  ['a link that leads out', [{ path: 'a', type: '2', target: '../../etc' }], /leads out/],
  ['an absolute link', [{ path: 'a', type: '2', target: '/etc' }], /leads out/],
  ['a link out of a folder', [{ path: 'd/a', type: '2', target: '../../x' }], /leads out/],
  [
    'a file through a link',
    [
      { path: 'a', type: '2', target: 'b' },
      { path: 'a/x', content: 'x' },
    ],
    /which is none/,
  ],
  ['a hard link', [{ path: 'a', type: '1', target: 'b' }], /hard link/],
  ['a pipe', [{ path: 'a', type: '6' }], /hard link, a device or a pipe/],
  ['a file twice', [{ path: 'a' }, { path: './a' }], /twice/],
  [
    'a file and a folder',
    [
      { path: 'a', content: 'x' },
      { path: 'a/', type: '5' },
    ],
    /twice/,
  ],
  ['a size that fills the disk', [{ path: 'a', sizeBytes: 2 ** 32 }], /more than the disk|cut off|damaged/],
  ['nothing', [], /empty/],
];

for (const [name, members, expected] of HOSTILE) {
  test(`an archive with ${name} is refused`, async () => {
    const fs = new MemoryFileSystem();
    fs.capacityBytes = 2 ** 30;
    fs.writeFile('/archive', tarGzOf(members));
    const done = await unpackRelease(fs, { archive: '/archive', folder: '/out', signal });
    assert.ok(!done.ok);
    assert.match(done.failure, expected);
    assert.deepEqual(
      fs.readDirectory('/').map((entry) => entry.name),
      ['archive', 'out'],
    );
  });
}

test('a damaged archive is refused in words, whatever is damaged', async () => {
  const good = archiveOf('1.0.0');
  await fc.assert(
    fc.asyncProperty(fc.nat(good.length - 1), fc.nat(255), fc.nat(good.length), async (at, byte, length) => {
      const bytes = Buffer.from(good.subarray(0, Math.max(length, at + 1)));
      bytes[at] = byte;
      const fs = new MemoryFileSystem();
      fs.writeFile('/archive', bytes);
      const done = await unpackRelease(fs, { archive: '/archive', folder: '/out', signal });
      if (!done.ok) assert.equal(typeof done.failure, 'string');
    }),
    { numRuns: 200 },
  );
});

test('special modes and owners are dropped', async () => {
  const fs = new MemoryFileSystem();
  fs.writeFile('/archive', tarGzOf([{ path: 'a', mode: 0o6777, content: 'x' }]));
  assert.ok((await unpackRelease(fs, { archive: '/archive', folder: '/out', signal })).ok);
  assert.equal(fs.lstat('/out/a')?.mode, 0o755);
});
