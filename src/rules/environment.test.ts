import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PlannedAction } from '../action/index.ts';
import { joinEnvironments } from './environment.ts';
import { nodeEnvironment } from './environment-node.ts';
import { pythonEnvironment } from './environment-python.ts';
import { stepAction } from './step.ts';
import { componentSpec, fakeContext, fakeNodePackage, fakeTree, fakeWheel, pathsOf } from './testing.ts';

const context = fakeContext({ spec: componentSpec({ env: { PATH: '/own', PYTHONPATH: 'lib' } }) });
const tree = (files: Record<string, string>) => ({ kind: 'tree', tree: fakeTree(files) }) as const;

test('node packages are unpacked by our own command, in any order', () => {
  const a = fakeNodePackage('a', '1.0.0');
  const nested = fakeNodePackage('b', '1.0.0', 'node_modules/a/node_modules/b');
  const [action] = nodeEnvironment(context, [nested, a]).actions as [PlannedAction];
  assert.deepEqual(action, nodeEnvironment(context, [a, nested]).actions[0]);
  assert.deepEqual(action.argv.slice(2), ['npm-unpack', 'v1', 'packages.json']);
  const tarballs = [a, nested].map(({ digest }) => `tarballs/${digest.hash}.tgz`);
  assert.deepEqual(pathsOf(action.work), ['packages.json', ...tarballs.sort()]);
  assert.notEqual(action.id, nodeEnvironment(context, [a]).actions[0]!.id);
  assert.deepEqual(nodeEnvironment(context, []).actions, []);
});

test('a Python environment is what the wheels brought and the interpreter', () => {
  const environment = pythonEnvironment(context, [fakeWheel('numpy', '2.0.0'), fakeWheel('attrs', '1.0')]);
  const [action] = environment.actions as [PlannedAction];
  assert.deepEqual(pathsOf(action.work), [
    'requirements.txt',
    'wheels/attrs-1.0-py3-none-any.whl',
    'wheels/numpy-2.0.0-py3-none-any.whl',
  ]);
  const made = fakeTree({
    'env/.lock': '',
    'env/pyvenv.cfg': 'of uv',
    'env/bin/python': '',
    'env/bin/python3.11': '',
    'env/bin/activate': '',
    'env/bin/activate.fish': '',
    'env/bin/f2py*': '',
    'env/bin/activate-completion*': '',
    'env/lib/python3.11/site-packages/numpy/__init__.py': '',
  });
  assert.deepEqual(pathsOf(environment.mounts[0]!.tree, { [action.id]: made }), [
    'bin/activate-completion*',
    'bin/f2py*',
    'bin/python',
    'bin/python3',
    'lib/python3.11/site-packages/numpy/__init__.py',
    'pyvenv.cfg',
  ]);
});

test('joined environments keep the first of each', () => {
  const one = {
    actions: [],
    mounts: [{ at: '/tools/a', tree: tree({ x: '' }), access: 'read-only' }],
    path: ['/a'],
    env: { A: '1' },
  } as const;
  const two = {
    actions: [],
    mounts: [{ at: '/tools/a', tree: tree({ y: '' }), access: 'read-only' }],
    path: ['/b', '/a'],
    env: { A: '2', B: '2' },
  } as const;
  const joined = joinEnvironments([one, two]);
  assert.deepEqual([joined.path, joined.env], [['/a', '/b'], { A: '1', B: '2' }]);
  assert.deepEqual(joined.mounts, one.mounts);
});

test("a target's own PATH and PYTHONPATH come first", () => {
  const environment = {
    actions: [],
    mounts: [],
    path: ['/tools/x/bin'],
    env: { PYTHONPATH: '/tools/pytest' },
  };
  const step = { name: 's', mnemonic: 'Step', description: 's', argv: ['true'], work: tree({}), environment };
  const { env } = stepAction(context, step);
  assert.deepEqual([env.PATH, env.PYTHONPATH], ['/own:/tools/x/bin', 'lib:/tools/pytest']);
});
