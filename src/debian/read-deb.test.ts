import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { FakeProcesses, fakeEnv, MemoryFileSystem } from '../host/testing.ts';
import { debMembers, listAr } from './ar.ts';
import { readDebTar, rootPath } from './deb-tar.ts';
import { readDeb } from './read-deb.ts';
import { type FakeDeb, type FakeMember, fakeDeb, fakeTar } from './testing.ts';

const RUNS = Number(process.env.MOBILEOPS_FUZZ_RUNS ?? 500);

async function read(bytes: Uint8Array, processes = new FakeProcesses()) {
  const fs = new MemoryFileSystem();
  fs.makeDirectory('/spool');
  fs.writeFile('/x.deb', bytes);
  const signal = new AbortController().signal;
  const result = await readDeb('/x.deb', {
    host: { fs, processes, env: fakeEnv() },
    directory: '/spool',
    scratch: 's',
    signal,
  });
  return { fs, result };
}

const FILES: readonly FakeMember[] = [
  { path: './' },
  { path: './usr/bin/' },
  { path: './usr/bin/tool', content: 'hello\n', mode: 0o4755, gid: 42 },
  { path: './usr/bin/same', target: './usr/bin/tool', type: '1' },
  { path: './usr/bin/link', target: '../lib/x' },
  { path: `./usr/share/${'long/'.repeat(30)}name`, content: 'deep' },
];

for (const ending of ['', '.gz', '.zst'] as const) {
  test(`a package with ${ending || 'plain'} archives is read`, async () => {
    const deb = fakeDeb({
      ending,
      files: FILES,
      info: { postinst: '#!/bin/sh\n' },
      control: { Depends: 'a' },
    });
    const { fs, result } = await read(deb);
    assert.ok(result.ok);
    const { name, control, info, entries } = result.value;
    assert.equal(name, 'tiny');
    assert.equal(control.get('depends'), 'a');
    assert.deepEqual([...info.keys()], ['postinst']);
    assert.deepEqual(
      entries.map(({ kind, path, mode, gid, target }) => [
        kind,
        path.slice(0, 20),
        mode.toString(8),
        gid,
        target,
      ]),
      [
        ['directory', '', '755', 0, ''],
        ['directory', 'usr/bin', '755', 0, ''],
        ['file', 'usr/bin/tool', '4755', 42, ''],
        ['hardlink', 'usr/bin/same', '644', 0, 'usr/bin/tool'],
        ['symlink', 'usr/bin/link', '644', 0, '../lib/x'],
        ['file', 'usr/share/long/long/', '644', 0, ''],
      ],
    );
    const content = entries[2]!.content;
    assert.ok(content && 'file' in content);
    assert.equal(fs.readText(content.file), 'hello\n');
    assert.deepEqual(
      fs.readDirectory('/spool').filter(({ name: each }) => !/^[0-9a-f]{64}$/.test(each)),
      [],
      'nothing but contents is left',
    );
  });
}

test('an xz archive is expanded by the program of the machine', async () => {
  const tar = fakeTar([{ path: './x', content: 'y' }]);
  const control = fakeTar([{ path: './control', content: 'Package: tiny\nVersion: 1\n' }]);
  const right = fakeDeb({
    members: [
      ['debian-binary', Buffer.from('2.0\n')],
      ['_a', Buffer.from('x')],
      ['control.tar', control],
      ['data.tar.xz', Buffer.from('packed')],
    ],
  });
  const absent = await read(right);
  assert.deepEqual(absent.result, { ok: false, failure: 'xz is not installed' });
  const fs = new MemoryFileSystem();
  fs.makeDirectory('/spool');
  fs.writeFile('/x.deb', right);
  const processes = new FakeProcesses({
    run: ({ argv, options }) => {
      assert.equal(fs.readText(argv.at(-1)!), 'packed');
      if (typeof options.output === 'object') fs.writeFile(options.output.path, tar);
      return {};
    },
  });
  const host = { fs, processes, env: fakeEnv() };
  const result = await readDeb('/x.deb', {
    host,
    directory: '/spool',
    scratch: 's',
    signal: new AbortController().signal,
  });
  assert.ok(result.ok);
  assert.deepEqual(
    result.value.entries.map(({ path }) => path),
    ['x'],
  );
});

const HOSTILE: Readonly<Record<string, { readonly deb: FakeDeb | Uint8Array; readonly problem: RegExp }>> = {
  'a path that climbs': {
    deb: { files: [{ path: './a/../../etc/passwd' }] },
    problem: /no path below the root/,
  },
  'a path that begins with ..': { deb: { files: [{ path: '../x' }] }, problem: /no path below the root/ },
  'an absolute path': { deb: { files: [{ path: '/etc/passwd' }] }, problem: /no path below the root/ },
  'an empty part': { deb: { files: [{ path: './a//b' }] }, problem: /no path below the root/ },
  'a line end in a path': { deb: { files: [{ path: './a\nb' }] }, problem: /no path below the root/ },
  'a hard link out of the root': {
    deb: { files: [{ path: './a', type: '1', target: '../../etc/shadow' }] },
    problem: /link to nowhere/,
  },
  'an absolute hard link': {
    deb: { files: [{ path: './a', type: '1', target: '/etc/shadow' }] },
    problem: /link to nowhere/,
  },
  'a link to nothing': { deb: { files: [{ path: './a', type: '2' }] }, problem: /link to nowhere/ },
  'a character device': { deb: { files: [{ path: './dev/x', type: '3' }] }, problem: /device or pipe/ },
  'a block device': { deb: { files: [{ path: './dev/x', type: '4' }] }, problem: /device or pipe/ },
  'a pipe': { deb: { files: [{ path: './dev/x', type: '6' }] }, problem: /device or pipe/ },
  'a pax header': { deb: { files: [{ path: './x', type: 'x' }] }, problem: /unknown type/ },
  'a folder with content': { deb: { files: [{ path: './x/', content: 'y' }] }, problem: /is no file/ },
  'a root that is a file': { deb: { files: [{ path: './', type: '0' }] }, problem: /root itself/ },
  'a control file twice over': { deb: { control: { Version: '1\n\nPackage: b' } }, problem: /control file/ },
  'a control file with a field twice': {
    deb: { control: { Version: '1\nPackage: b' } },
    problem: /control file/,
  },
  'another format': {
    deb: { members: [['debian-binary', Buffer.from('3.0\n')]] },
    problem: /not of format 2\.0/,
  },
  'archives that are absent': {
    deb: { members: [['debian-binary', Buffer.from('2.0\n')]] },
    problem: /lacks its control/,
  },
  'data that is not gzip': {
    deb: {
      members: [
        ['debian-binary', Buffer.from('2.0\n')],
        ['control.tar', fakeTar([{ path: './control', content: 'Package: a\n' }])],
        ['data.tar.gz', Buffer.from('no gzip at all')],
      ],
    },
    problem: /cannot be expanded/,
  },
  'no archive': { deb: Buffer.from('<html>'), problem: /no ar archive/ },
  'nothing at all': { deb: Buffer.alloc(0), problem: /no ar archive/ },
  'a cut archive': { deb: fakeDeb({ files: FILES }).subarray(0, 300), problem: /ends too early|damaged/ },
};

for (const [name, { deb, problem }] of Object.entries(HOSTILE)) {
  test(`${name} is refused`, async () => {
    const { fs, result } = await read(deb instanceof Uint8Array ? deb : fakeDeb(deb));
    assert.ok(!result.ok);
    assert.match(result.failure, problem);
    assert.deepEqual(
      fs.readDirectory('/spool').filter(({ name: each }) => /tar/.test(each)),
      [],
    );
  });
}

/** Bytes changed at a few places. */
const damaged = (bytes: Uint8Array) =>
  fc
    .array(fc.tuple(fc.nat(bytes.byteLength - 1), fc.nat(255)), { minLength: 1, maxLength: 8 })
    .map((changes) => {
      const copy = Uint8Array.from(bytes);
      for (const [at, byte] of changes) copy[at] = byte;
      return copy;
    });

function readTarOf(bytes: Uint8Array) {
  let at = 0;
  const take = (count: number): Uint8Array | undefined => {
    if (at + count > bytes.byteLength) return undefined;
    at += count;
    return bytes.subarray(at - count, at);
  };
  return readDebTar({
    take,
    content: (_, count) => (take(count) ? { ok: true, value: undefined } : { ok: false, failure: 'cut' }),
  });
}

test('any bytes are a package or refused', () => {
  const whole = fakeDeb({ ending: '', files: FILES });
  const any = fc.oneof(
    damaged(whole),
    fc.uint8Array({ maxLength: 4096 }),
    fc.nat(whole.byteLength).map((end) => whole.subarray(0, end)),
  );
  fc.assert(
    fc.property(any, (bytes) => {
      const readAt = (offset: number, count: number): Uint8Array => bytes.subarray(offset, offset + count);
      const listed = listAr(readAt, bytes.byteLength);
      if (!listed.ok) return;
      for (const { offset, sizeBytes } of listed.value) assert.ok(offset + sizeBytes <= bytes.byteLength);
      debMembers(listed.value, readAt);
    }),
    { numRuns: RUNS },
  );
});

test('whatever an archive holds, no path leaves the root', () => {
  const name = fc.oneof(
    fc
      .array(fc.constantFrom('.', '..', '', 'a', 'usr', '\n', '\u00e4', 'b c'), { maxLength: 6 })
      .map((parts) => parts.join('/')),
    fc.string({ maxLength: 150 }),
  );
  const member = fc.record({
    path: name,
    target: name,
    type: fc.constantFrom('0', '1', '2', '5', 'L', 'K', '3', 'x'),
  });
  const tar = fc
    .array(member, { maxLength: 6 })
    .map((members) => fakeTar(members.filter(({ path }) => path !== '')));
  fc.assert(
    fc.property(fc.oneof(tar, damaged(fakeTar(FILES)), fc.uint8Array({ maxLength: 2048 })), (bytes) => {
      const result = readTarOf(bytes);
      if (!result.ok) return;
      for (const { kind, path, target } of result.value) {
        for (const each of kind === 'hardlink' ? [path, target] : [path]) {
          assert.ok(
            !each.startsWith('/') && each.split('/').every((part) => part !== '..' && part !== '.'),
            each,
          );
          if (each !== '') assert.equal(rootPath(each), each);
        }
      }
    }),
    { numRuns: RUNS },
  );
});
