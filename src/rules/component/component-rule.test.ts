import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ComponentSpec } from '../../config/index.ts';
import {
  actionOf,
  componentSpec,
  type FakeContextOptions,
  fakeContext,
  fakeNodePackage,
  fakeTree,
  fakeWheel,
  located,
  pathsOf,
  renderedDiagnostics,
} from '../testing.ts';
import { componentRule } from './component-rule.ts';

type Options = Partial<Omit<FakeContextOptions<ComponentSpec>, 'spec'>>;
const plan = (spec: Partial<ComponentSpec>, options: Options = {}) =>
  componentRule(fakeContext({ spec: componentSpec(spec), ...options }));
const step = (name: string, command: string, more = {}) => ({ name, command: located(command), ...more });

test('steps are a chain over the whole folder', () => {
  const made = plan(
    {
      buildSteps: [
        step('one', 'echo 1 > a'),
        step('two', './two.sh', { network: true, timeoutMs: 5000, env: { B: '2' } }),
      ],
      env: { A: '1', B: '1' },
    },
    { files: { 'two.sh*': '' } },
  );
  const one = actionOf(made, 'component:demo#one');
  const two = actionOf(made, 'component:demo#two');
  assert.deepEqual(one.argv, ['bash', '-c', 'echo 1 > a']);
  assert.deepEqual(pathsOf(one.work), ['two.sh*']);
  assert.deepEqual(two.work, { kind: 'output', action: one.id });
  assert.deepEqual([one.outputs, one.network, two.network, two.timeoutMs], [[''], false, true, 5000]);
  assert.deepEqual([one.env.A, one.env.B, two.env.A, two.env.B], ['1', '1', '1', '2']);
});

test('the stamp reaches only steps that ask for it', () => {
  const made = plan({ buildSteps: [step('plain', 'true'), step('stamped', 'true', { stamp: true })] });
  assert.equal(actionOf(made, 'component:demo#plain').env.BUILD_VERSION, undefined);
  const { BUILD_VERSION, BUILD_NUMBER, SOURCE_DATE_EPOCH } = actionOf(made, 'component:demo#stamped').env;
  assert.deepEqual([BUILD_VERSION, BUILD_NUMBER, SOURCE_DATE_EPOCH], ['1.0.0', '1', '1767225600']);
});

test('needed targets stand below /deps', () => {
  const made = plan({ buildSteps: [step('a', 'true')] }, { needs: ['component:net-work', 'scripts'] });
  const { mounts, env } = actionOf(made, 'component:demo#a');
  assert.deepEqual(
    mounts.map(({ at }) => at),
    ['/deps/component/net-work', '/deps/scripts/scripts'],
  );
  assert.deepEqual([env.DEPS, env.DEPS_COMPONENT_NET_WORK], ['/deps', '/deps/component/net-work']);
});

test('Python and Node environments are actions of their own, shared by content', () => {
  const locked = {
    python: { run: [fakeWheel('numpy', '2.0.0')], dev: [] },
    node: [fakeNodePackage('vite', '8.0.0')],
  };
  const options = { locked, files: { 'package.json': '{}' } };
  const spec = { dependencies: [located('numpy')], buildSteps: [step('a', 'python x.py')] };
  const made = plan(spec, options);
  const other = plan(spec, { ...options, label: 'component:other' });
  const environments = made.actions.slice(0, 2).map(({ id }) => id.replace(/[0-9a-f]{16}/, '…'));
  assert.deepEqual(environments, ['environment:python:…', 'environment:node:…']);
  assert.deepEqual(
    made.actions.slice(0, 2).map(({ id }) => id),
    other.actions.slice(0, 2).map(({ id }) => id),
  );
  assert.deepEqual(
    made.actions.slice(0, 2).map(({ owner }) => owner),
    [undefined, undefined],
  );
  const { mounts, env } = actionOf(made, 'component:demo#a');
  assert.deepEqual(
    mounts.map(({ at, access }) => `${at} ${access}`),
    [
      '/tools/python-env read-only',
      '/w/node_modules scratch',
      '/tools/node read-only',
      '/tools/npm read-only',
    ],
  );
  assert.equal(env.PATH, '/tools/python-env/bin:/w/node_modules/.bin:/tools/node/bin:/tools/npm/bin');
});

test('python without packages needs no action', () => {
  const made = plan({ buildSteps: [step('a', 'python3 x.py')] });
  assert.deepEqual(
    made.actions.map(({ id }) => id),
    ['component:demo#a'],
  );
  assert.deepEqual(pathsOf(made.actions[0]!.mounts[0]!.tree), ['bin/python', 'bin/python3', 'pyvenv.cfg']);
});

test('what leaves a component', () => {
  const files = { 'a.c': '', 'dist/old': '' };
  const after = fakeTree({
    ...files,
    'dist/demo/engine*': '1',
    'models.tar.gz': '2',
    'log.txt': '',
    '__pycache__/x': '',
  });
  const check = (spec: Partial<ComponentSpec>, exported: string[], dist: Record<string, string[]>) => {
    const made = plan({ buildSteps: [step('a', 'make')], ...spec }, { files });
    const outputs = {
      'component:demo#a': after,
      'component:demo#pack:pack': fakeTree({ 'pack.tar.gz': '' }),
    };
    assert.deepEqual(pathsOf(made.exports, outputs), exported);
    const laid = made.artifacts.map(({ path, name, tree }) => [`${name} -> ${path}`, pathsOf(tree, outputs)]);
    assert.deepEqual(Object.fromEntries(laid), dist);
  };
  const artifact = (name: string, path: string, type: 'binary' | 'data' | 'tarball' = 'data') => ({
    name,
    path: located(path),
    type,
  });
  check({}, ['dist/demo/engine*', 'log.txt', 'models.tar.gz'], {
    'demo -> components/demo': ['engine*', 'log.txt', 'models.tar.gz'],
  });
  check({ outputs: ['dist/'] }, ['dist/demo/engine*', 'dist/old'], {
    'demo -> components/demo': ['engine*', 'old'],
  });
  check({ outputs: ['*.tar.gz'] }, ['models.tar.gz'], { 'demo -> components/demo': ['models.tar.gz'] });
  check({ outputs: ['absent'] }, ['failed: nothing-at-path'], {
    'demo -> components/demo': ['failed: nothing-at-path'],
  });
  check({ artifacts: [artifact('engine', 'dist/demo/')] }, ['dist/demo/engine*'], {
    'engine -> components/demo': ['engine*'],
  });
  check(
    { artifacts: [artifact('engine', 'dist/demo/'), artifact('models', './models.tar.gz')] },
    ['dist/demo/engine*', 'models.tar.gz'],
    {
      'engine, models -> components/demo': ['engine*', 'models.tar.gz'],
    },
  );
  check(
    { artifacts: [artifact('log', 'log.txt'), artifact('models', 'models.tar.gz')] },
    ['log.txt', 'models.tar.gz'],
    {
      'log -> components/demo/log.txt': ['log.txt'],
      'models -> components/demo/models.tar.gz': ['models.tar.gz'],
    },
  );
  check({ artifacts: [artifact('engine', 'dist/demo/engine')] }, ['dist/demo/engine*'], {
    'engine -> components/demo': ['engine*'],
  });
  check({ artifacts: [artifact('pack', 'dist/demo', 'tarball')] }, ['dist/demo/engine*'], {
    'pack -> components/demo/pack.tar.gz': ['pack.tar.gz'],
  });
});

test('a component without steps is its sources', () => {
  assert.deepEqual(pathsOf(plan({}, { files: { 'a.json': '' } }).exports), ['a.json']);
});

test('tests run on the built folder with the runner of their kind', () => {
  const check = (path: string, options: Options, expected: string[][]) => {
    const spec = { buildSteps: [step('a', 'make')], tests: { performance: located(path) } };
    const made = plan(spec, options);
    assert.equal(renderedDiagnostics(made), '');
    assert.deepEqual(
      made.tests.map(({ action, junit }) => [action.id, junit ?? '', action.argv.join(' ')]),
      expected,
    );
    for (const { action } of made.tests)
      assert.deepEqual(action.work, { kind: 'output', action: 'component:demo#a' });
  };
  const junit = 'mobileops-junit.xml';
  const pytest = 'python -m pytest -p no:cacheprovider --junitxml=mobileops-junit.xml';
  const node = `node --test --test-reporter=spec --test-reporter-destination=stdout --test-reporter=junit --test-reporter-destination=${junit}`;
  check('tests/b.py', { files: { 'tests/b.py': '' } }, [
    ['component:demo#test:performance:pytest', junit, `${pytest} tests/b.py`],
  ]);
  check('./tests/', { files: { 'tests/test_b.py': '', 'tests/x.test.ts': '', 'tests/help.ts': '' } }, [
    ['component:demo#test:performance:pytest', junit, `${pytest} tests`],
    ['component:demo#test:performance:node', junit, `${node} tests/x.test.ts`],
  ]);
  check(
    't.test.mjs',
    {
      files: { 't.test.mjs': '', 'package.json': '{}' },
      locked: { node: [fakeNodePackage('vitest', '5.0.0')] },
    },
    [
      [
        'component:demo#test:performance:vitest',
        junit,
        `vitest run --reporter=default --reporter=junit --outputFile.junit=${junit} t.test.mjs`,
      ],
    ],
  );
  check(
    't.test.js',
    {
      files: { 't.test.js': '', 'package.json': '{}' },
      locked: { node: [fakeNodePackage('jest', '30.0.0'), fakeNodePackage('jest-junit', '17.0.0')] },
    },
    [
      [
        'component:demo#test:performance:jest',
        junit,
        'jest --runTestsByPath t.test.js --ci --watchman=false --cacheDirectory=/tmp/jest --reporters=default --reporters=jest-junit',
      ],
    ],
  );
});

test('pytest comes from the development requirements, else it is provisioned', () => {
  const tests = { unit: located('test_a.py') };
  const files = { 'test_a.py': '' };
  const dev = [fakeWheel('pytest', '9.0.0')];
  const own = plan({ tests }, { files, locked: { python: { run: [], dev } } });
  assert.deepEqual(
    own.actions.map(({ mnemonic }) => mnemonic),
    ['PythonEnvironment'],
  );
  assert.deepEqual(
    own.tests[0]!.action.mounts.map(({ at }) => at),
    ['/tools/python-env'],
  );
  assert.deepEqual(plan({ tests }, { files }).actions, []);
});

test('tests that cannot be run are named with their line', () => {
  const check = (path: string, files: Record<string, string>, expected: string) => {
    const text = renderedDiagnostics(plan({ tests: { unit: located(path) } }, { files }));
    assert.equal(text.split('\n')[0], expected);
  };
  check(
    'tests/a.py',
    {},
    'build.yaml:1:1: error[rules/missing-tests] no test at tests/a.py in components/demo',
  );
  check('t.c', { 't.c': '' }, 'build.yaml:1:1: error[rules/unknown-test-kind] no test runner for t.c');
});
