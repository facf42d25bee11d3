import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MemoryFileSystem } from '../../host/testing.ts';
import { explain } from '../causes/explain.ts';
import { SIDES } from '../testing.ts';
import { Comparison } from './compare-contents.ts';
import { compareEntries } from './compare-entries.ts';
import { diskEntries } from './entries.ts';

type Files = Readonly<Record<string, string>>;

function folder(files: Files): MemoryFileSystem {
  const fs = new MemoryFileSystem();
  fs.makeDirectory('/x');
  for (const [path, text] of Object.entries(files)) {
    const full = `/x/${path}`;
    fs.makeDirectory(full.slice(0, full.lastIndexOf('/')));
    if (text.startsWith('-> ')) fs.symlink(text.slice(3), full);
    else fs.writeFile(full, text, path.endsWith('.sh') ? 0o755 : 0o644);
  }
  return fs;
}

/** Lines of place, field and kinds of causes. */
async function check(a: Files, b: Files, expected: readonly string[]): Promise<void> {
  const comparison = new Comparison();
  await compareEntries(comparison, ['x'], diskEntries(folder(a), '/x'), diskEntries(folder(b), '/x'));
  const { consequences } = comparison;
  const lines = comparison.found.map((found) => {
    const { place, field, causes } = explain(found, { sides: SIDES, consequences });
    return `${place.join(' > ')} | ${field} | ${causes.map(({ kind }) => kind).join()}`;
  });
  assert.deepEqual(lines, expected);
}

test('files, links and folders are compared by their names', async () => {
  await check({ a: '1', 'd/b': '2', l: '-> a' }, { a: '1', 'd/b': '2', l: '-> a' }, []);
  await check({ a: 'cat' }, { a: 'dog' }, ['x > a | content | unknown']);
  await check({ l: '-> a' }, { l: '-> b' }, ['x > l | target | unknown']);
  await check({ l: '-> a' }, { l: 'text' }, ['x > l | type | unknown']);
  await check({ 'a.sh': '' }, { 'a.sh': '' }, []);
  await check({ 'd/a': '1', 'd/e/f': '1' }, { g: '1' }, [
    'x > d | only in the first build (directory) | unknown',
    'x > g | only in the second build (file) | unknown',
  ]);
});

test('a blob that is named by its digest, and what names it, follow from it', async () => {
  const one = '7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed';
  const other = 'd9298a10d1b0735837dc4bd85dac641b0f3cef27a47e5d53a54f2f3f5b2fcffa';
  await check(
    { [`blobs/sha256/${one}`]: 'one', 'index.json': `{"digest":"sha256:${one}"}` },
    { [`blobs/sha256/${other}`]: 'other', 'index.json': `{"digest":"sha256:${other}"}` },
    [
      `x > blobs/sha256/${one} | only in the first build (file) | follows`,
      `x > blobs/sha256/${other} | only in the second build (file) | follows`,
      'x > index.json | content | follows',
    ],
  );
});
