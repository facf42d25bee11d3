import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { LockedPackages, ToolName } from '../rule.ts';
import { componentSpec, fakeContext, fakeNodePackage, fakeWheel, imageSpec, pathsOf } from '../testing.ts';
import { checkTools } from './check-tools.ts';
import { plannedChecks } from './planned-checks.ts';

interface Given {
  readonly files: Readonly<Record<string, string>>;
  readonly root?: Readonly<Record<string, string>>;
  readonly locked?: Partial<LockedPackages>;
  readonly missing?: readonly ToolName[];
}

function checksOf({ files, root = {}, locked = {}, missing = [] }: Given) {
  return plannedChecks(fakeContext({ spec: componentSpec(), files, folders: { '': root }, locked, missing }));
}

const SOURCES = {
  'a.py': 'import os\n\n# b\n',
  'src/b.ts': 'export const b = 1;\n',
  'c.sh': 'ls\n',
  'd.c': 'int x;\n',
};
const node = (...names: string[]) => ({ node: names.map((name) => fakeNodePackage(name, '9.0.0')) });
const python = (...names: string[]) => ({
  python: { run: [], dev: names.map((name) => fakeWheel(name, '4.0.0')) },
});

describe('linters of a target', () => {
  const cases: readonly (readonly [string, Given, readonly string[]])[] = [
    [
      'one for each language',
      { files: SOURCES },
      ['ruff 1.0: 1 lines of 1', 'biome 1.0: 1 lines of 1', 'shellcheck 1.0: 1 lines of 1'],
    ],
    [
      'its own pylint',
      { files: { 'a.py': '' }, locked: python('pylint', 'ruff') },
      ['pylint 4.0.0: 0 lines of 1'],
    ],
    ['its own ruff', { files: { 'a.py': '' }, locked: python('ruff') }, ['ruff 4.0.0: 0 lines of 1']],
    [
      'its own ESLint',
      { files: { 'a.js': '' }, locked: node('eslint', '@biomejs/biome') },
      ['eslint 9.0.0: 0 lines of 1'],
    ],
    [
      'its own Biome',
      { files: { 'a.js': '' }, locked: node('@biomejs/biome') },
      ['biome 9.0.0: 0 lines of 1'],
    ],
    ['a missing one', { files: { 'a.py': '' }, missing: ['ruff'] }, ['ruff : 0 lines of 1, ruff is missing']],
    ['none without sources', { files: { 'README.md': '' } }, []],
  ];
  for (const [name, given, expected] of cases)
    test(name, () => {
      const told = checksOf(given).lints.map(({ linter, version, lines, files, missing, action }) => {
        assert.equal(action === undefined, missing !== undefined);
        return `${linter} ${version}: ${lines} lines of ${files}${missing ? `, ${missing} is missing` : ''}`;
      });
      assert.deepEqual(told, expected);
    });

  test('what nobody checks is counted', () =>
    assert.deepEqual(checksOf({ files: SOURCES }).notLinted, { C: 1 }));

  test('an image has none', () => {
    const context = fakeContext({ spec: imageSpec(), files: { 'a.py': 'import os\n' } });
    assert.deepEqual(plannedChecks(context), { sources: [], lints: [], notLinted: {} });
  });
});

test('a linter sees the sources in their place, and the settings of the folders above', () => {
  const root = {
    ...{ 'ruff.toml': '', 'components/.shellcheckrc': '', 'components/demo/pyproject.toml': '' },
    ...{ 'components/other/ruff.toml': '', 'README.md': '', 'scripts/.pylintrc': '' },
  };
  const [lint] = checksOf({ files: { 'a.py': 'x = 1\n' }, root }).lints;
  assert.deepEqual(pathsOf(lint!.action!.work).sort(), [
    'components/.shellcheckrc',
    'components/demo/a.py',
    'ruff.toml',
  ]);
  assert.equal(lint!.action!.argv.at(-1), 'components/demo/a.py');
});

test('ESLint is started in the folder, where its packages are', () => {
  const [lint] = checksOf({ files: { 'a.js': '' }, locked: node('eslint') }).lints;
  const { argv, mounts, env } = lint!.action!;
  assert.deepEqual([argv[5], argv.at(-1)], ['components/demo', 'a.js']);
  assert.ok(mounts.some(({ at }) => at === '/w/components/demo/node_modules'));
  assert.match(env.PATH ?? '', /^\/w\/components\/demo\/node_modules\/\.bin:/);
});

test('tools that are locked for checks follow from the sources', () => {
  const of = (...paths: string[]) => checkTools(componentSpec(), paths).join(' ');
  assert.equal(of('a.py', 'b.tsx', 'c.sh'), 'biome coverage ruff shellcheck');
  assert.equal(of('a.md'), '');
  assert.deepEqual(checkTools(imageSpec(), ['a.py']), []);
});
