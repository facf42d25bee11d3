/** What a script sees of `app diff`, by the real program. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { zipOf } from '../../repro/testing.ts';

const MAIN = join(import.meta.dirname, '..', '..', 'main.ts');
const root = mkdtempSync(join(tmpdir(), 'mobileops-app-diff-'));
after(() => rmSync(root, { recursive: true, force: true }));

before(() => {
  writeFileSync(join(root, 'a.apk'), zipOf([{ name: 'a', content: 'one\n' }]));
  copyFileSync(join(root, 'a.apk'), join(root, 'same.apk'));
  writeFileSync(join(root, 'b.apk'), zipOf([{ name: 'a', content: 'one\r\n' }]));
  mkdirSync(join(root, 'folder'));
});

function run(...words: readonly string[]): {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
} {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, 'app', 'diff', ...words], {
    cwd: root,
    env: { PATH: process.env.PATH, HOME: root, MOBILEOPS_CACHE: join(root, 'cache') },
    encoding: 'utf8',
  });
  return { code: status, out: stdout, err: stderr };
}

test('the exit code says whether two files are the same', () => {
  assert.deepEqual(run('a.apk', 'same.apk', '--quiet'), { code: 0, out: 'the same\n', err: '' });
  assert.deepEqual(run('a.apk', 'b.apk', '--quiet'), {
    code: 1,
    out: 'not the same: 1 difference\n',
    err: '',
  });
});

test('a difference is told with its cause and its cure', () => {
  const { out } = run('a.apk', 'b.apk');
  assert.match(out, /a {2}content, line 1/);
  assert.match(out, /cause {2}line ends: lines end with CR LF in the second build/);
  assert.match(out, /cures\n {2}line ends: .*eol=lf/);
});

test('the document has the same', () => {
  const { out } = run('a.apk', 'b.apk', '--json');
  const { exitCode, isSame, differences } = JSON.parse(out) as {
    exitCode: number;
    isSame: boolean;
    differences: { place: string[]; causes: { kind: string }[] }[];
  };
  assert.deepEqual([exitCode, isSame, differences.length], [1, false, 1]);
  assert.deepEqual(
    differences[0]?.causes.map(({ kind }) => kind),
    ['line ends'],
  );
});

test('what cannot be compared is wrong input', () => {
  for (const other of ['nothing.apk', 'folder']) {
    const { code, err } = run('a.apk', other);
    assert.equal(code, 2);
    assert.match(err, /cli\/not-comparable/);
  }
});
