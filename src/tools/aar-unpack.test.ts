import assert from 'node:assert/strict';
import { lstatSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { type ZipMember, zipOf } from '../archives/testing.ts';
import { realHost } from '../host/index.ts';
import { aarUnpack } from './aar-unpack.ts';

/** What lies in the folder afterwards, or the failure's message. */
async function unpacked(archive: Buffer): Promise<readonly string[] | string> {
  const folder = mkdtempSync(join(tmpdir(), 'aar-unpack-'));
  try {
    mkdirSync(join(folder, 'w'));
    writeFileSync(join(folder, 'w', 'a.aar'), archive);
    const context = { fs: realHost().fs, workingDirectory: join(folder, 'w'), temporaryDirectory: folder };
    const done = await aarUnpack(['a.aar', 'library'], context);
    assert.deepEqual(readdirSync(folder), ['w'], 'nothing is written outside');
    const names = readdirSync(join(folder, 'w'), { recursive: true, encoding: 'utf8' }).sort();
    if (!done.ok) assert.deepEqual(names, ['a.aar'], 'nothing is written');
    const files = names.filter((name) => lstatSync(join(folder, 'w', name)).isFile());
    return done.ok ? files.filter((name) => name !== 'a.aar') : done.failure.message;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const MANIFEST: ZipMember = { path: 'AndroidManifest.xml', content: '<manifest package="a.b"/>' };

test('what an app takes of a library is unpacked, and nothing else', async () => {
  const names = [
    ...['classes.jar', 'libs/extra.jar', 'res/values/values.xml', 'res/', 'assets/a b/c.txt', 'R.txt'],
    ...[
      'jni/arm64-v8a/liba.so',
      'proguard.txt',
      'lint.jar',
      'annotations.zip',
      'libs/deep/er.jar',
      'public.txt',
    ],
  ];
  const members = names.map((path) => ({ path, content: path.endsWith('/') ? '' : path }));
  assert.deepEqual(
    await unpacked(zipOf([MANIFEST, ...members])),
    [
      ...['AndroidManifest.xml', 'R.txt', 'assets/a b/c.txt', 'classes.jar', 'jni/arm64-v8a/liba.so'],
      ...['libs/extra.jar', 'proguard.txt', 'res/values/values.xml'],
    ].map((name) => `library/${name}`),
  );
});

const HOSTILE: Readonly<Record<string, readonly [archive: Buffer, message: RegExp]>> = {
  'a path that leads out': [
    zipOf([MANIFEST, { path: 'res/../../../x', content: 'x' }]),
    /unsafe path "res\/\.\./,
  ],
  'an absolute path': [zipOf([MANIFEST, { path: '/res/x', content: 'x' }]), /unsafe path/],
  'a path with a backslash': [zipOf([MANIFEST, { path: 'res\\x', content: 'x' }]), /unsafe path/],
  'a link': [zipOf([MANIFEST, { path: 'res/x', content: '/etc', mode: 0o120777 }]), /res\/x is a link/],
  'a bomb': [
    zipOf([MANIFEST, { path: 'res/x', content: 'x', sizeBytes: 2 ** 32 - 1 }]),
    /more than 2048 MiB/,
  ],
  'a size that is not true': [zipOf([MANIFEST, { path: 'res/x', content: 'xyz', sizeBytes: 2 }]), /damaged/],
  'a file in a file': [
    zipOf([MANIFEST, { path: 'res/x/y', content: 'y' }, { path: 'res/x', content: 'x' }]),
    /"res\/x\/y" lies in a file/,
  ],
  'no zip': [Buffer.from('<html>not found</html>'), /no zip archive/],
};

for (const [name, [archive, message]] of Object.entries(HOSTILE)) {
  test(`a hostile library is refused as a whole: ${name}`, async () => {
    assert.match(String(await unpacked(archive)), message);
  });
}
