/** The example of docs/reproducibility.md is what `app diff` says, and its table names every cause. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { dexOf } from '../src/repro/testing.ts';

const ROOT = join(import.meta.dirname, '..');
const TEXT = readFileSync(join(ROOT, 'docs/reproducibility.md'), 'utf8');

const marker = (id: string): string => `~~R8{"backend":"dex","pg-map-id":"${id}"}`;
const FILES: readonly (readonly [path: string, content: string | Buffer])[] = [
  ['mine/assets/licences.txt', 'Apache-2.0\nMIT\n'],
  ['fdroid/assets/licences.txt', 'Apache-2.0\r\nMIT\r\n'],
  ['mine/assets/built.txt', 'built 2026-11-20T10:00:00Z\n'],
  ['fdroid/assets/built.txt', 'built 2026-11-21T11:30:00Z\n'],
  ['mine/classes.dex', dexOf(['LMain;', marker('4f1c0a7')])],
  ['fdroid/classes.dex', dexOf(['LMain;', marker('b2d94e1')])],
];

test('app diff prints what the page shows', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mobileops-doc-'));
  try {
    for (const [path, content] of FILES) {
      mkdirSync(join(folder, dirname(path)), { recursive: true });
      writeFileSync(join(folder, path), content);
    }
    const { stdout, status } = spawnSync(
      process.execPath,
      [join(ROOT, 'src/main.ts'), 'app', 'diff', 'mine', 'fdroid'],
      {
        cwd: folder,
        encoding: 'utf8',
        env: { PATH: process.env.PATH, HOME: folder },
      },
    );
    assert.equal(status, 1);
    const [, expected] = /\$ mobileops app diff mine fdroid\n([\s\S]*?)```/.exec(TEXT) ?? [];
    assert.equal(stdout.replaceAll(folder, '/w'), expected);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('each cause that is planted in a test stands in the table', () => {
  const tests = readFileSync(join(ROOT, 'src/repro/diff-files.test.ts'), 'utf8');
  const planted = new Set(
    [...tests.matchAll(/ \| ([A-Za-z0-9 ,]+)'/g)].flatMap(([, kinds]) => kinds!.split(',')),
  );
  const told = new Set([...TEXT.matchAll(/^\| `([A-Za-z0-9 ]+)`/gm)].map(([, kind]) => kind!));
  assert.ok(planted.size > 10);
  assert.deepEqual(
    [...planted].filter((kind) => !told.has(kind)),
    [],
  );
});
