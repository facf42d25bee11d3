import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { type ZipMember, zipOf } from '../archives/testing.ts';
import { realHost } from '../host/index.ts';
import { jarResources } from './jar-resources.ts';

/** Texts by path, or the failure's message. */
async function taken(
  ...jars: readonly (readonly ZipMember[])[]
): Promise<Readonly<Record<string, string>> | string> {
  const folder = mkdtempSync(join(tmpdir(), 'jar-resources-'));
  try {
    const names = jars.map((members, index) => {
      writeFileSync(join(folder, `${index}.jar`), zipOf(members));
      return `${index}.jar`;
    });
    const context = { fs: realHost().fs, workingDirectory: folder, temporaryDirectory: folder };
    const done = await jarResources(['--out', 'out', ...names], context);
    if (!done.ok) return done.failure.message;
    const out = join(folder, 'out');
    const files = readdirSync(out, { recursive: true, encoding: 'utf8' }).filter((path) =>
      statSync(join(out, path)).isFile(),
    );
    return Object.fromEntries(files.sort().map((path) => [path, readFileSync(join(out, path), 'utf8')]));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test('files beside classes are taken, those of the build are not', async () => {
  const kept = [
    'okhttp3/internal/publicsuffixes.gz',
    'kotlin/kotlin.kotlin_builtins',
    'META-INF/lib.kotlin_module',
  ];
  const left = [
    ...['a/B.class', 'META-INF/MANIFEST.MF', 'META-INF/A.SF', 'META-INF/versions/9/a/B.class', 'LICENSE.txt'],
    ...['META-INF/maven/g/a/pom.xml', 'META-INF/proguard/rules.pro', 'META-INF/com.android.tools/r8/a.pro'],
  ];
  const members = [...kept, ...left].map((path) => ({ path, content: path }));
  assert.deepEqual(await taken(members), Object.fromEntries(kept.sort().map((path) => [path, path])));
});

test('lists of services are joined, and equal files are one', async () => {
  const services = 'META-INF/services/a.B';
  const jar = (text: string) => [
    { path: services, content: text },
    { path: 'same', content: 'x' },
  ];
  assert.deepEqual(await taken(jar('one'), jar('two')), { [services]: 'one\ntwo', same: 'x' });
});

test('two files of one name name both jars and the remedy', async () => {
  const message = await taken([{ path: 'a', content: '1' }], [{ path: 'a', content: '2' }]);
  assert.equal(message, '0.jar and 1.jar both have a, with other content: exclude one of the two libraries');
});

test('a file of one jar where another has a folder names both jars and the remedy', async () => {
  const message =
    '0.jar has the file a/b, and 1.jar a folder of that name with a/b/c/d: exclude one of the two libraries';
  assert.equal(await taken([{ path: 'a/b', content: '1' }], [{ path: 'a/b/c/d', content: '2' }]), message);
  const other = message.replace('0.jar', '2.jar').replace('1.jar', '0.jar').replace('2.jar', '1.jar');
  assert.equal(await taken([{ path: 'a/b/c/d', content: '2' }], [{ path: 'a/b', content: '1' }]), other);
  assert.deepEqual(await taken([{ path: 'a/b', content: '1' }], [{ path: 'a/bc/d', content: '2' }]), {
    'a/b': '1',
    'a/bc/d': '2',
  });
});
