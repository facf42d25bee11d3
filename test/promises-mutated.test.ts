/**
 * Promises that are stubbed out, one at a time, in a copy of the sources: the test that guards each has to fail. Takes minutes,
 * so it runs in .ci/full alone.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { isLong } from './long.ts';
import { MUTATIONS, type Mutation } from './promise-mutations.ts';
import { PROMISES } from './promise-table.ts';

const ROOT = join(import.meta.dirname, '..');

test('each mutation changes what is there, and its test guards a promise', () => {
  const guards = PROMISES.flatMap(({ tests }) => tests.map(({ file }) => file));
  for (const { file, from, test: guard } of MUTATIONS) {
    const text = readFileSync(join(ROOT, file), 'utf8');
    assert.equal(text.split(from).length, 2, `${file} has not once: ${from}`);
    assert.ok(guards.includes(guard), `${guard} guards no promise`);
  }
});

/** The repository without what is made, whose modules are those of the original. */
function copied(): string {
  const folder = mkdtempSync(join(tmpdir(), 'mobileops-mutated-'));
  for (const name of ['src', 'test', 'bench', 'scripts', 'schemas', 'docs', 'examples', 'package.json'])
    cpSync(join(ROOT, name), join(folder, name), {
      recursive: true,
      filter: (path) => !/\/(dist|build-cache|node_modules)$/.test(path),
    });
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}

function exitCode(folder: string, file: string): number | null {
  const env: NodeJS.ProcessEnv = { ...process.env, MOBILEOPS_LONG: '' };
  // Else the runner inside would take itself for a part of this one.
  delete env.NODE_TEST_CONTEXT;
  return spawnSync(process.execPath, ['--test', file], { cwd: folder, env, stdio: 'ignore' }).status;
}

function isSeen(folder: string, { file, from, to, test: guard }: Mutation): boolean {
  const path = join(folder, file);
  const whole = readFileSync(path, 'utf8');
  writeFileSync(
    path,
    whole.replace(from, () => to),
  );
  try {
    return exitCode(folder, guard) === 1;
  } finally {
    writeFileSync(path, whole);
  }
}

if (isLong)
  test('whatever is stubbed out is seen by the test that guards it', () => {
    const folder = copied();
    try {
      const guards = [...new Set(MUTATIONS.map((each) => each.test))];
      assert.deepEqual(
        guards.filter((guard) => exitCode(folder, guard) !== 0),
        [],
        'these fail as they are',
      );
      const unseen = MUTATIONS.filter((mutation) => !isSeen(folder, mutation));
      assert.deepEqual(
        unseen.map(({ feature }) => feature),
        [],
      );
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
