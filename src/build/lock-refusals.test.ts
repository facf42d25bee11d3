import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { realHost } from '../host/index.ts';
import { knowHost } from '../host/testing.ts';
import { build } from './index.ts';
import { sourceProgram } from './testing.ts';

const PACKAGE = {
  'components/node/package.json': '{"scripts": {"build": "true"}, "dependencies": {"x": "1"}}',
};

/** A build that keeps going: its exit code, each target's status, each error. */
async function check(
  files: Readonly<Record<string, string>>,
  expected: { readonly exitCode: number; readonly targets: object; readonly errors: readonly string[] },
  mode: 'build' | 'test' = 'build',
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'mobileops-lock-'));
  try {
    const spec = '{version: 1.0.0}';
    const head = 'apiVersion: build.mobileops.io/v1\nkind: BuildConfiguration\nmetadata: {name: w}\n';
    for (const [path, text] of Object.entries({ 'build-config.yaml': `${head}spec: ${spec}\n`, ...files })) {
      mkdirSync(dirname(join(folder, 'ws', path)), { recursive: true });
      writeFileSync(join(folder, 'ws', path), text, { mode: 0o755 });
    }
    const host = realHost();
    knowHost(join(folder, 'cache'));
    const variables = { ...host.env.variables, MOBILEOPS_CACHE: join(folder, 'cache') };
    const { signal } = new AbortController();
    const environment = {
      host: { ...host, env: { ...host.env, variables } },
      program: sourceProgram,
      sink: () => {},
      signal,
    };
    const outcome = await build(
      { ...environment, directory: join(folder, 'ws') },
      { targets: ['all'], mode, keepGoing: true, jobs: 1 },
    );
    const errors = outcome.diagnostics.filter(({ severity }) => severity === 'error');
    assert.deepEqual(
      {
        exitCode: outcome.exitCode,
        targets: Object.fromEntries(outcome.targets.map(({ label, status }) => [label, status])),
        errors: errors.map(({ code }) => code).sort(),
      },
      expected,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const SHELL = { 'components/shell/build.sh': '#!/bin/bash\nmkdir dist && echo a > dist/a\n' };

test('without a lock the targets that need none are built, and other problems are told', () =>
  check(
    { ...SHELL, ...PACKAGE, 'docker/Dockerfile.a': 'FROM scratch\nRUNN x\n' },
    {
      exitCode: 2,
      targets: { 'component:node': 'failed', 'component:shell': 'built', 'image:a': 'failed' },
      errors: ['dependencies/no-lock', 'image/unknown-instruction'],
    },
  ));

test('a lock that cannot be read refuses no more', () =>
  check(
    { ...SHELL, ...PACKAGE, 'mobileops.lock': '<<<<<<< ours\n' },
    {
      exitCode: 2,
      targets: { 'component:node': 'failed', 'component:shell': 'built' },
      errors: ['dependencies/bad-lock'],
    },
  ));

test('a manifest that cannot be read is the problem of its target alone', () =>
  check(
    { ...SHELL, 'components/node/package.json': '[]', 'components/node/build.sh': 'true\n' },
    {
      exitCode: 2,
      targets: { 'component:node': 'failed', 'component:shell': 'built' },
      errors: ['dependencies/no-lock', 'dependencies/unreadable-file'],
    },
  ));

const WITH_TESTS = {
  'components/tested/build.sh': '#!/bin/bash\nmkdir dist && echo a > dist/a\n',
  'components/tested/build.yaml':
    'apiVersion: build.mobileops.io/v1\nkind: ComponentBuild\nmetadata: {name: tested}\nspec: {tests: {unit: tests}}\n',
  'components/tested/tests/test_a.py': 'def test_a(): pass\n',
};

test('what only tests take need not be locked for a build', () =>
  check(WITH_TESTS, { exitCode: 0, targets: { 'component:tested': 'built' }, errors: [] }));

test('the tests themselves are refused without it', () =>
  check(
    WITH_TESTS,
    { exitCode: 2, targets: { 'component:tested': 'failed' }, errors: ['dependencies/no-lock'] },
    'test',
  ));
