import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { unzip } from '../archives/index.ts';
import { realHost } from '../host/index.ts';
import { classLevel } from './class-level.ts';
import { writeZip } from './zip-writer.ts';

/** The head of a class file, and something behind it. */
function classOf(major: number, minor = 0): Buffer {
  return Buffer.from(
    `cafebabe${[minor, major].map((each) => each.toString(16).padStart(4, '0')).join('')}0102`,
    'hex',
  );
}

async function archive(files: Readonly<Record<string, Buffer>>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  const members = Object.entries(files).map(([path, content]) => ({
    ...{ path, mode: 0o644, isStored: true, alignment: 1, sizeBytes: content.length },
    async *bytes() {
      yield content;
    },
  }));
  const written = await writeZip(members, (chunk) => chunks.push(chunk));
  assert.ok(written.ok);
  return Buffer.concat(chunks);
}

/** What is made of an archive, or why nothing is. */
async function lowered(
  bytes: Buffer,
  args: readonly string[] = ['--out', 'made/out.jar', '--level', '61'],
): Promise<Readonly<Record<string, string>> | string> {
  const folder = mkdtempSync(join(tmpdir(), 'class-level-'));
  try {
    writeFileSync(join(folder, 'in.jar'), bytes);
    const context = { fs: realHost().fs, workingDirectory: folder, temporaryDirectory: folder };
    const done = await classLevel([...args, 'in.jar'], context);
    if (!done.ok) return `${done.failure.kind}: ${done.failure.message}`;
    const made = unzip(readFileSync(join(folder, 'made/out.jar')), { wants: () => true });
    assert.ok(made.ok);
    return Object.fromEntries(
      made.value.map(({ path, content }) => [path, Buffer.from(content).toString('hex')]),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test('newer classes are of the level, older ones and tables as they were, and nothing else is there', async () => {
  const table = Buffer.from('cafebabe00000041ffff', 'hex');
  const found = await lowered(
    await archive({
      'a/New.class': classOf(65),
      'a/Preview.class': classOf(65, 0xffff),
      'a/Old.class': classOf(52, 3),
      'a/none.class': Buffer.from('short'),
      'resources.arsc': table,
      'AndroidManifest.xml': Buffer.from('<'),
      'res/a.png': Buffer.from('png'),
      'a/resources.arsc': table,
    }),
  );
  assert.deepEqual(found, {
    'a/New.class': classOf(61).toString('hex'),
    'a/Preview.class': classOf(61).toString('hex'),
    'a/Old.class': classOf(52, 3).toString('hex'),
    'a/none.class': Buffer.from('short').toString('hex'),
    'resources.arsc': table.toString('hex'),
    'AndroidManifest.xml': '3c',
  });
});

test('what cannot be read is told with the name of the archive', async () => {
  assert.equal(await lowered(Buffer.from('PK')), 'input: in.jar: it is no zip archive, or is cut off');
  const bytes = await archive({ 'A.class': classOf(65) });
  bytes[40] = bytes[40]! ^ 1;
  assert.equal(await lowered(bytes), 'input: in.jar: A.class in it is damaged');
  assert.match(String(await lowered(bytes, ['--out', 'x'])), /^usage: class-level /);
});
