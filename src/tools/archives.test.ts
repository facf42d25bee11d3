import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { digestOf } from '../base/index.ts';
import { realHost } from '../host/index.ts';
import { collect } from './byte-stream.ts';
import { dispatch } from './dispatch.ts';
import { TarFormatError } from './tar-format-error.ts';
import { readTar } from './tar-reader.ts';
import { type TarEntry, tarBytes } from './tar-writer.ts';

function temporary(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'mobileops-archive-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function run(folder: string, ...argv: string[]): ReturnType<typeof dispatch> {
  return dispatch(argv, { fs: realHost().fs, workingDirectory: folder, temporaryDirectory: folder });
}

function has(tool: string): boolean {
  return spawnSync(tool, ['--version']).error === undefined;
}

const LONG = `${'deep/'.repeat(18)}${'x'.repeat(100)}.txt`;
const TOO_LONG = `${'y'.repeat(180)}/${'z'.repeat(180)}`;
const FILES: Readonly<Record<string, string>> = {
  'run.sh*': '#!/bin/sh\necho hi\n',
  'a b.txt': 'blank',
  'lib/native.so': 'ELF'.repeat(100),
  'res/icon.png': 'PNG'.repeat(100),
  'text/large.txt': 'all work and no play\n'.repeat(5000),
  'umläut.txt': 'ü',
  empty: '',
  [LONG]: 'long',
  [TOO_LONG]: 'too long for ustar',
};

function makeFolder(root: string, files = FILES): string {
  const folder = join(root, 'in');
  for (const [path, content] of Object.entries(files)) {
    const place = join(folder, path.replace(/\*$/, ''));
    mkdirSync(dirname(place), { recursive: true });
    writeFileSync(place, content);
    chmodSync(place, path.endsWith('*') ? 0o755 : 0o600);
    utimesSync(place, Math.random() * 1e9, Math.random() * 1e9);
  }
  return folder;
}

/** A changed digest means changed bytes: raise the command's version in `commands.ts` and in `rules/own-commands.ts`. */
const GOLDEN: readonly (readonly [args: readonly string[], hash: string])[] = [
  [
    ['archive', 'v1', '--format', 'tar', '--out', 'out', 'in'],
    'ede8d108f8bdb188b9058c94e8e44c72dad316e014a94ddce82fbb64e5e135fd',
  ],
  [
    ['archive', 'v1', '--format', 'tar.gz', '--out', 'out', '--prefix', 'p/q/', 'in'],
    '51577912f5060c777b3cacac61b092c102f4db6f4fbdddfd18864d5b89ab6fb9',
  ],
  [
    ['archive', 'v1', '--format', 'tar.zst', '--out', 'out', '--time', '0', 'in'],
    '06d72191081cf8db1c37a63b43090703d1d8a774d2fbcfd9fdfeb4a0468c5295',
  ],
  [
    ['archive', 'v1', '--format', 'zip', '--out', 'out', 'in'],
    '13b6a1d8489cb14871c04f00bfa80e3ff7f82af0c5b8f7e0f0c6411141a7d906',
  ],
  [
    ['zip', 'v1', '--out', 'out', '--store', 'so,png', 'in'],
    '69f07c8780b5be2339e049fd8a88fd30004fb83a8d2516b7594b07548df9b419',
  ],
];

for (const [args, hash] of GOLDEN) {
  test(`the same folder gives the same bytes: ${args.join(' ')}`, async (t) => {
    const root = temporary(t);
    makeFolder(root);
    assert.deepEqual(await run(root, ...args), { ok: true, value: undefined });
    assert.equal(digestOf(readFileSync(join(root, 'out'))).hash, hash);
  });
}

test('the host reads what archive wrote', async (t) => {
  if (!has('tar') || !has('unzip')) return t.skip('not run: tar or unzip is missing');
  const root = temporary(t);
  symlinkSync('run.sh', join(makeFolder(root), 'link'));
  for (const format of ['tar', 'tar.gz', 'zip']) {
    const out = join(root, `out.${format}`);
    const unpacked = join(root, `unpacked-${format}`);
    mkdirSync(unpacked);
    assert.ok(
      (await run(root, 'archive', 'v1', '--format', format, '--out', out, '--prefix', 'top', 'in')).ok,
    );
    if (format === 'zip')
      execFileSync('unzip', ['-q', out], { cwd: unpacked, env: { ...process.env, LC_ALL: 'C.UTF-8' } });
    else execFileSync('tar', ['xf', out], { cwd: unpacked });
    execFileSync('diff', ['-r', join(root, 'in'), join(unpacked, 'top')]);
    execFileSync('test', ['-x', join(unpacked, 'top/run.sh'), '-a', '-L', join(unpacked, 'top/link')]);
  }
});

test('python reads a zip, and its stored entries are aligned', async (t) => {
  if (!has('python3')) return t.skip('not run: python3 is missing');
  const root = temporary(t);
  makeFolder(root);
  assert.ok((await run(root, 'zip', 'v1', '--out', 'o.zip', '--store', 'so,png', 'in')).ok);
  const script = `
import zipfile, json, struct
f = open('o.zip', 'rb'); z = zipfile.ZipFile(f); assert z.testzip() is None
def data(i):
    f.seek(i.header_offset + 26); n, e = struct.unpack('<HH', f.read(4)); return i.header_offset + 30 + n + e
print(json.dumps({i.filename: [i.compress_type, data(i), i.date_time[0], len(i.extra)] for i in z.infolist()}))
`;
  const entries: Record<string, [number, number, number, number]> = JSON.parse(
    execFileSync('python3', ['-c', script], { cwd: root, encoding: 'utf8' }),
  );
  assert.equal(entries['lib/native.so']![0], 0);
  assert.equal(entries['lib/native.so']![1] % 16384, 0);
  assert.equal(entries['res/icon.png']![1] % 4, 0);
  assert.equal(entries['text/large.txt']![0], 8);
  assert.ok(Object.values(entries).every(([, , year, extra]) => year === 1980 && extra === 0));
  assert.deepEqual(Object.keys(entries), Object.keys(entries).sort());
});

test('a link has no place in a zip of an app', async (t) => {
  const root = temporary(t);
  symlinkSync('run.sh', join(makeFolder(root), 'link'));
  const message = 'link is a symbolic link; a zip file holds plain files only';
  assert.deepEqual(await run(root, 'zip', 'v1', '--out', 'o.zip', 'in'), {
    ok: false,
    failure: { kind: 'input', message },
  });
});

test('what is not understood is refused', async (t) => {
  const root = temporary(t);
  for (const argv of [
    [],
    ['zap', 'v1'],
    ['zip', 'v9', '--out', 'x', '.'],
    ['zip', 'v1', '--level', '3', '.'],
    ['zip', 'v1', '.'],
    ['archive', 'v1', '--format', 'rar', '--out', 'x', '.'],
    ['toString', 'v1'],
  ]) {
    const result = await run(root, ...argv);
    assert.ok(!result.ok && result.failure.kind === 'usage', argv.join(' '));
  }
});

const name = fc.string({
  unit: fc.constantFrom('a', 'b', 'é', '-', '.x', '字', 'long-name-'),
  minLength: 1,
  maxLength: 30,
});
const anyEntry: fc.Arbitrary<TarEntry> = fc
  .record({
    kind: fc.constantFrom('file', 'directory', 'symlink'),
    path: fc.array(name, { minLength: 1, maxLength: 8 }).map((names) => names.join('/')),
    mode: fc.integer({ min: 0, max: 0o7777 }),
    uid: fc.oneof(fc.integer({ min: 0, max: 2000 }), fc.integer({ min: 0, max: 2 ** 32 - 2 })),
    gid: fc.integer({ min: 0, max: 2 ** 32 - 2 }),
    target: name,
    content: fc.uint8Array({ maxLength: 1500 }),
  })
  .map(({ content, kind, ...entry }) => ({
    ...entry,
    kind: kind as TarEntry['kind'],
    modifiedAt: 315532800,
    sizeBytes: kind === 'file' ? content.byteLength : 0,
    async *bytes() {
      yield content;
    },
  }));

test('what the tar writer wrote the tar reader reads', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(anyEntry, { maxLength: 5 }),
      fc.integer({ min: 1, max: 700 }),
      async (entries, chunkBytes) => {
        const bytes = await collect(tarBytes(entries));
        const seen: unknown[] = [];
        for await (const member of readTar(chunksOf(bytes, chunkBytes))) {
          const content = member.uid % 2 === 0 ? (await collect(member.bytes)).toString('hex') : undefined;
          seen.push({ ...pickMember(member), content });
        }
        const expected = await Promise.all(
          entries.map(async (entry) => ({
            ...pickMember({
              ...entry,
              path: entry.kind === 'directory' ? `${entry.path}/` : entry.path,
              target: entry.kind === 'symlink' ? entry.target! : '',
            }),
            content:
              entry.uid % 2 === 0
                ? entry.kind === 'file'
                  ? (await collect(entry.bytes!())).toString('hex')
                  : ''
                : undefined,
          })),
        );
        assert.deepEqual(seen, expected);
      },
    ),
    { numRuns: 100 },
  );
});

function pickMember({
  kind,
  path,
  mode,
  uid,
  gid,
  target,
}: {
  kind: string;
  path: string;
  mode: number;
  uid: number;
  gid: number;
  target: string;
}): object {
  return { kind, path, mode, uid, gid, target };
}

async function* chunksOf(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.byteLength; at += size) yield bytes.subarray(at, at + size);
}

test('the size of a member without content is no reason to pass over anything', async () => {
  const common = { mode: 0o755, uid: 0, gid: 0, modifiedAt: 0 };
  const entries: TarEntry[] = [
    { ...common, kind: 'directory', path: 'd' },
    { ...common, kind: 'symlink', path: 'l', target: 'd' },
  ];
  const bytes = await collect(tarBytes(entries));
  const header = bytes.subarray(0, 512);
  header.write('00000000005', 124);
  header.write(' '.repeat(8), 148);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  const names: string[] = [];
  for await (const { path } of readTar(chunksOf(bytes, 512))) names.push(path);
  assert.deepEqual(names, ['d/', 'l']);
});

test('hostile bytes end the tar reader with its own error', async () => {
  const entry: TarEntry = {
    kind: 'file',
    path: `${'n'.repeat(300)}`,
    mode: 0o644,
    uid: 2 ** 31,
    gid: 0,
    modifiedAt: 0,
    sizeBytes: 3,
    async *bytes() {
      yield Buffer.from('abc');
    },
  };
  const valid = await collect(tarBytes([entry]));
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.nat(valid.byteLength - 1), fc.nat(255)), { maxLength: 4 }),
      fc.nat(valid.byteLength),
      async (flips, end) => {
        const bytes = Buffer.from(valid);
        for (const [at, value] of flips) bytes[at] = value;
        try {
          for await (const member of readTar(chunksOf(bytes.subarray(0, end), 512)))
            await collect(member.bytes);
        } catch (error) {
          assert.ok(error instanceof TarFormatError, String(error));
        }
      },
    ),
    { numRuns: 300 },
  );
});
