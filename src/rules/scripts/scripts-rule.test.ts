import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { actionOf, fakeContext, fakeTree, pathsOf, scriptsSpec } from '../testing.ts';
import { scriptsRule } from './scripts-rule.ts';

const plan = (files: Record<string, string>, inputs?: string[]) =>
  scriptsRule(
    fakeContext({ spec: scriptsSpec(inputs ? { inputs } : {}), files, stamp: { version: '2.1.0' } }),
  );

test('one action checks all scripts, another packs what passed', () => {
  const made = plan({ 'a.sh': 'a', 'b.sh*': 'b', 'README.md': '' }, ['*.sh']);
  const check = actionOf(made, 'scripts#check');
  assert.deepEqual(check.argv.slice(3), ['check', 'scripts/a.sh', 'scripts/b.sh']);
  assert.deepEqual(pathsOf(check.work), ['scripts/a.sh', 'scripts/b.sh*']);
  assert.equal(check.env.PATH, '/tools/shellcheck/bin');
  const outputs = {
    'scripts#check': fakeTree({ 'scripts/a.sh*': 'a', 'scripts/b.sh*': 'b' }),
    'scripts#pack': fakeTree({ 'scripts.tar.gz': '' }),
  };
  assert.deepEqual(pathsOf(made.exports, outputs), ['a.sh*', 'b.sh*']);
  const packed = made.actions.flatMap((each) => (each.id === check.id ? [] : pathsOf(each.work, outputs)));
  assert.deepEqual(packed, ['scripts/a.sh*', 'scripts/b.sh*']);
  assert.deepEqual(
    made.artifacts.map(({ path, isFile, tree }) => [path, isFile, pathsOf(tree, outputs)]),
    [
      ['scripts', false, ['a.sh*', 'b.sh*']],
      ['mobileops-scripts-2.1.0.tar.gz', true, ['scripts.tar.gz']],
    ],
  );
});

test('the version is in no key', () => {
  const keyed = (version: string) =>
    JSON.stringify(
      scriptsRule(fakeContext({ spec: scriptsSpec(), files: { 'a.sh': '' }, stamp: { version } })).actions,
    );
  assert.equal(keyed('1.0.0'), keyed('2.0.0'));
});

test('no scripts, nothing to do', () => {
  assert.deepEqual(plan({ 'README.md': '' }).actions, []);
});

test('every problem of every script is shown', (t) => {
  if (spawnSync('shellcheck', ['--version']).error) return t.skip('not run: shellcheck is missing');
  const check = (files: Record<string, string>, expected: { status: number; lines: RegExp[] }) => {
    const folder = mkdtempSync(join(tmpdir(), 'scripts-rule-'));
    try {
      mkdirSync(join(folder, 'scripts'));
      for (const [name, text] of Object.entries(files))
        writeFileSync(join(folder, 'scripts', name), text, { mode: 0o644 });
      const [program, ...args] = actionOf(plan(files), 'scripts#check').argv;
      const result = spawnSync(program!, args, { cwd: folder, encoding: 'utf8' });
      const output = result.stdout + result.stderr;
      for (const line of expected.lines) assert.match(output, line);
      assert.equal(result.status, expected.status, output);
      const modes = Object.keys(files).map((name) => statSync(join(folder, 'scripts', name)).mode & 0o777);
      if (result.status === 0) assert.deepEqual([...new Set(modes)], [0o755]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  };
  const fine = '#!/bin/bash\necho "$1"\n';
  check({ 'a.sh': fine, 'b.sh': fine }, { status: 0, lines: [] });
  check({ 'a.sh': '#!/bin/bash\nx=1\n' }, { status: 0, lines: [/scripts\/a\.sh:2:1: warning: .*SC2034/] });
  check(
    {
      'a.sh': '#!/bin/bash\nif true; then\n',
      'b.sh': '#!/bin/bash\nx=$(1 +)\nread -r y <<< "$@" | [ $x == ]\n',
      'c.sh': '#!/bin/bash\necho "\n',
    },
    {
      status: 1,
      lines: [
        /scripts\/a\.sh: line \d+: syntax error/,
        /scripts\/a\.sh:\d+:\d+: error/,
        /scripts\/b\.sh:\d+:\d+: error/,
        /scripts\/c\.sh: line \d+/,
      ],
    },
  );
});
