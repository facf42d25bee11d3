import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { realHost } from '../host/index.ts';
import { dexJoin } from './dex-join.ts';

/** A file that defines these classes: its header, strings, types and class definitions, as far as a reader follows them. */
function dexOf(...names: readonly string[]): Buffer {
  const rows = names.length;
  const [strings, types, classes, data] = [0x70, 0x70 + 4 * rows, 0x70 + 8 * rows, 0x70 + 40 * rows];
  const texts = names.map((name) => Buffer.from(`\0L${name.replaceAll('.', '/')};\0`));
  const bytes = Buffer.concat([Buffer.alloc(data), ...texts]);
  bytes.writeUInt32LE(strings, 0x3c);
  bytes.writeUInt32LE(types, 0x44);
  bytes.writeUInt32LE(rows, 0x60);
  bytes.writeUInt32LE(classes, 0x64);
  let place = data;
  texts.forEach((text, index) => {
    bytes.writeUInt32LE(place, strings + 4 * index);
    bytes.writeUInt32LE(index, types + 4 * index);
    bytes.writeUInt32LE(index, classes + 32 * index);
    place += text.length;
  });
  return bytes;
}

/** What is made of files by path, or the failure's message. */
async function joined(
  files: Readonly<Record<string, Buffer>>,
): Promise<Readonly<Record<string, Buffer>> | string> {
  const folder = mkdtempSync(join(tmpdir(), 'dex-join-'));
  try {
    for (const [path, bytes] of Object.entries(files)) {
      mkdirSync(join(folder, dirname(path)), { recursive: true });
      writeFileSync(join(folder, path), bytes);
    }
    const context = { fs: realHost().fs, workingDirectory: folder, temporaryDirectory: folder };
    const done = await dexJoin(['--out', 'dex', 'own', 'libraries'], context);
    if (!done.ok) return done.failure.message;
    const out = join(folder, 'dex');
    return Object.fromEntries(readdirSync(out).map((name) => [name, readFileSync(join(out, name))]));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test('files keep their order and their bytes, whatever their numbers were', async () => {
  const own = dexOf('a.Main');
  const many = Object.fromEntries(
    Array.from({ length: 10 }, (_, index) => [
      `libraries/classes${index === 0 ? '' : index + 1}.dex`,
      dexOf(`lib.C${index}`, `lib.D${index}`),
    ]),
  );
  const made = await joined({ 'own/classes.dex': own, ...many, 'own/classes.jar': Buffer.from('none') });
  assert.deepEqual(made, {
    'classes.dex': own,
    ...Object.fromEntries(Object.values(many).map((bytes, index) => [`classes${index + 2}.dex`, bytes])),
  });
});

test('a class in two of them is told', async () => {
  const files = { 'own/classes.dex': dexOf('a.Main', 'b.Twice'), 'libraries/classes.dex': dexOf('b.Twice') };
  assert.equal(await joined(files), 'b.Twice is in own and in libraries: leave one of them out');
});
