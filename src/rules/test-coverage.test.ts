import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { LockedPackages, PlannedTest, ToolName } from './rule.ts';
import { coveredNode } from './test-coverage.ts';
import { plannedTests } from './test-runners.ts';
import { componentSpec, fakeContext, fakeNodePackage, fakeWheel, located } from './testing.ts';

interface Case {
  readonly files: Readonly<Record<string, string>>;
  readonly locked?: Partial<LockedPackages>;
  readonly missing?: readonly ToolName[];
  readonly category?: PlannedTest['category'];
}

function planned({ files, locked = {}, missing = [], category = 'unit' }: Case): PlannedTest[] {
  const context = fakeContext({ spec: componentSpec(), files, locked, missing });
  const { tests } = plannedTests(context, {
    category,
    path: located('tests'),
    built: { kind: 'merge', of: [] },
    environment: { actions: [], mounts: [], path: [], env: {} },
  });
  return [...tests];
}

const PYTHON = { 'tests/test_a.py': '' };
const SCRIPT = { 'tests/a.test.ts': '' };
const packages = (...names: string[]) => ({
  locked: { node: names.map((name) => fakeNodePackage(name, '1.0.0')) },
});
const wheels = (...names: string[]) => ({
  locked: { python: { run: [], dev: names.map((name) => fakeWheel(name, '1.0.0')) } },
});

describe('what a runner writes about the lines that ran', () => {
  const python = 'coverage.py mobileops-coverage.json';
  const cases: readonly (readonly [string, Case, string])[] = [
    ['pytest', { files: PYTHON }, python],
    ['pytest without coverage.py', { files: PYTHON, missing: ['coverage'] }, ''],
    ['pytest with its own', { files: PYTHON, missing: ['coverage'], ...wheels('coverage') }, python],
    ['pytest-cov', { files: PYTHON, ...wheels('coverage', 'pytest_cov', 'pytest') }, python],
    ['node:test', { files: SCRIPT }, 'lcov mobileops-coverage.info'],
    ['jest', { files: SCRIPT, ...packages('jest') }, 'lcov mobileops-coverage/lcov.info'],
    ['vitest', { files: SCRIPT, ...packages('vitest') }, ''],
    [
      'vitest with v8',
      { files: SCRIPT, ...packages('vitest', '@vitest/coverage-v8') },
      'lcov mobileops-coverage/lcov.info',
    ],
    ['what is measured by the clock', { files: { ...PYTHON, ...SCRIPT }, category: 'performance' }, ''],
  ];
  for (const [name, given, expected] of cases)
    test(name, () => {
      const found = planned(given).flatMap(({ coverage, action }) => {
        if (coverage) assert.ok((coverage.action ?? action).outputs.includes(coverage.path));
        return coverage ? [`${coverage.format} ${coverage.path}`] : [];
      });
      assert.equal(found.join(', '), expected);
    });
});

test('the `node` of a package script measures node:test alone', (t) => {
  const [mount] = coveredNode(process.execPath).mounts;
  const tree = mount!.tree;
  assert.ok(tree.kind === 'literal');
  const folder = mkdtempSync(join(tmpdir(), 'covered-node-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const shim = join(folder, 'node');
  writeFileSync(shim, tree.files[0]!.content, { mode: 0o755 });
  writeFileSync(join(folder, 'a.test.mjs'), "import test from 'node:test';\ntest('a', () => {});\n");
  const { NODE_V8_COVERAGE: _, NODE_OPTIONS: __, NODE_TEST_CONTEXT: ___, ...env } = process.env;
  const run = (...words: string[]) => execFileSync(shim, words, { cwd: folder, env }).toString();
  assert.equal(run('-p', '1'), '1\n');
  assert.ok(!readdirSync(folder).includes('mobileops-v8'));
  run('--test', 'a.test.mjs');
  assert.ok(readdirSync(join(folder, 'mobileops-v8')).length > 0);
});
