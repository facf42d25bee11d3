import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { closeSync, ftruncateSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { type ByteStream, collect } from './byte-stream.ts';
import { TarFormatError } from './tar-format-error.ts';
import { readTar } from './tar-reader.ts';

const folder = mkdtempSync(join(tmpdir(), 'mobileops-sparse-'));
after(() => rmSync(folder, { recursive: true }));

/** A file with data at some places; many of them make a map of several blocks. */
function makeFile(name: string, places: readonly number[], sizeBytes: number): Buffer {
  const file = openSync(join(folder, name), 'w');
  for (const at of places) writeSync(file, `data at ${at}`, at);
  ftruncateSync(file, sizeBytes);
  closeSync(file);
  return readFileSync(join(folder, name));
}

/** As GNU tar writes them. */
function archive(names: readonly string[], ...format: string[]): Buffer {
  const words = ['-C', folder, '--sparse', ...format, '-cf', '-', ...names];
  return execFileSync('tar', words, { maxBuffer: 2 ** 26 });
}

async function* inParts(bytes: Uint8Array, partBytes: number): ByteStream {
  for (let at = 0; at < bytes.byteLength; at += partBytes) yield bytes.subarray(at, at + partBytes);
}

async function contents(tar: Uint8Array, partBytes = 4096): Promise<Map<string, Buffer>> {
  const found = new Map<string, Buffer>();
  for await (const member of readTar(inParts(tar, partBytes)))
    found.set(member.path, Buffer.from(await collect(member.bytes)));
  return found;
}

const POSIX = ['--format=posix', '--sparse-version=1.0'];
const FILES = {
  hole: makeFile('hole', [], 3_000_000),
  ends: makeFile('ends', [0, 2_000_000], 2_000_012),
  many: makeFile(
    'many',
    Array.from({ length: 300 }, (_, at) => at * 20_000 + 7),
    6_100_000,
  ),
  ['long'.repeat(40)]: makeFile('long'.repeat(40), [100_000], 400_000),
  plain: makeFile('plain', [0], 9),
};

test('sparse files of format 1.0 have their names, and zeros where they have holes', async () => {
  const tar = archive(Object.keys(FILES), ...POSIX);
  assert.ok(tar.byteLength < 3_000_000, 'GNU tar wrote them sparse');
  for (const partBytes of [100, 4096, tar.byteLength])
    assert.deepEqual(await contents(tar, partBytes), new Map(Object.entries(FILES)));
});

test('members after a sparse file that nobody reads are found', async () => {
  const names: string[] = [];
  const tar = archive(['many', 'plain'], ...POSIX);
  for await (const { path, sizeBytes } of readTar(inParts(tar, 512))) names.push(`${path} ${sizeBytes}`);
  assert.deepEqual(names, ['many 6100000', 'plain 9']);
});

for (const format of [['--format=gnu'], ['--format=posix', '--sparse-version=0.1']])
  test(`what ${format.join(' ')} writes is refused`, async () => {
    const read = contents(archive(['hole', 'many'], ...format));
    await assert.rejects(read, /a sparse file is written in a way that is not known here/);
  });

test('a wrong map is refused', async () => {
  const tar = archive(['ends'], ...POSIX);
  const at = tar.indexOf('\n0\n') + 1;
  for (const [text, offset] of [
    ['x', at],
    ['9999', at - 2],
  ] as const) {
    const damaged = Buffer.from(tar);
    damaged.write(text, offset);
    await assert.rejects(contents(damaged), TarFormatError);
  }
});

test('a hole without end is refused where it is read', async () => {
  const file = openSync(join(folder, 'terabyte'), 'w');
  ftruncateSync(file, 2 ** 40);
  closeSync(file);
  const tar = archive(['terabyte', 'plain'], ...POSIX);
  const names: string[] = [];
  for await (const { path } of readTar(inParts(tar, 512))) names.push(path);
  assert.deepEqual(names, ['terabyte', 'plain']);
  await assert.rejects(contents(tar), /a sparse file is too large/);
});
