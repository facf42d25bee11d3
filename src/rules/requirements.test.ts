import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ComponentSpec, TargetSpec } from '../config/index.ts';
import { requirementsOf } from './requirements.ts';
import {
  componentSpec,
  type FakeFiles,
  fakeSources,
  imageSpec,
  located,
  mobileSpec,
  scriptsSpec,
} from './testing.ts';

const of = (spec: TargetSpec, files?: FakeFiles) =>
  requirementsOf({ directory: 'folder', spec }, files ? fakeSources(files) : undefined, {
    imagePrefix: 'mobileops-',
    architecture: 'amd64',
  });
const step = (command: string) => [{ name: 'a', command: located(command) }];

test('tools of a component', () => {
  const check = (spec: Partial<ComponentSpec>, files: FakeFiles | undefined, expected: string) => {
    const { tools, testTools = [] } = of(componentSpec(spec), files);
    assert.equal(
      [tools, ...(testTools.length > 0 ? [testTools] : [])].map((each) => each.join(' ')).join(' + '),
      expected,
    );
  };
  check({}, {}, 'bash');
  check({ buildSteps: step('./build.sh') }, { 'build.sh': 'gcc -c a.c && python3 x' }, 'bash python cc');
  check({ buildSteps: step('make -C src') }, { 'src/a.c': '' }, 'bash make cc');
  check({ buildSteps: step('make') }, { Makefile: 'build:\n\tnode x.js\n' }, 'bash node make');
  check({ buildSteps: step('npm run build') }, undefined, 'bash node npm');
  check({ dependencies: [located('numpy')] }, undefined, 'bash python uv');
  check({ tests: { unit: located('tests') } }, { 'tests/test_a.py': '' }, 'bash python + uv pytest');
  const both = { dependencies: [located('numpy')], tests: { unit: located('tests') } };
  check(both, { 'tests/test_a.py': '' }, 'bash python uv + pytest');
  check(
    { tests: { unit: located('t/a.test.ts') } },
    { 't/a.test.ts': '', 'package.json': '{}' },
    'bash node npm',
  );
  check({ buildSteps: step('echo pythonic unmake') }, {}, 'bash');
});

test('a package.json makes a node folder', () => {
  assert.equal(of(componentSpec(), { 'package.json': '{}' }).nodeFolder, 'folder');
  assert.equal(of(componentSpec(), { 'sub/package.json': '{}' }).nodeFolder, undefined);
  assert.equal(of(mobileSpec()).nodeFolder, 'folder');
});

test('other targets', () => {
  assert.deepEqual(of(scriptsSpec()).tools, ['bash', 'shellcheck']);
  assert.deepEqual(of(imageSpec()), { tools: [], python: false });
  assert.ok(of(mobileSpec({ rule: 'hybrid' })).tools.includes('aapt2'));
});
