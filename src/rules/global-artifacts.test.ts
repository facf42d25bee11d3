import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { GlobalArtifact, TargetSpec } from '../config/index.ts';
import { planTarget } from './plan-target.ts';
import {
  actionOf,
  componentSpec,
  type FakeFiles,
  fakeContext,
  fakeTree,
  imageSpec,
  located,
  pathsOf,
  renderedDiagnostics,
  scriptsSpec,
} from './testing.ts';

const plan = (spec: TargetSpec, files: FakeFiles, artifacts: readonly GlobalArtifact[]) =>
  planTarget(fakeContext({ spec, files, configuration: { artifacts } }));

const tarball = (path: string, compression: 'gzip' | 'zstd' | 'none' = 'gzip'): GlobalArtifact => ({
  name: 'all',
  type: 'tarball',
  path: located(path),
  compression,
});
const data = (path: string): GlobalArtifact => ({ name: 'all', type: 'data', path: located(path) });

const COMPONENT = componentSpec({
  buildSteps: [{ name: 'build', command: located('make') }],
  artifacts: [
    { name: 'site', path: located('dist/site/'), type: 'data' },
    { name: 'engine', path: located('dist/engine.bin'), type: 'binary' },
  ],
});
const BUILT = {
  'component:demo#build': fakeTree({ 'dist/site/a': '', 'dist/site/b/c': '', 'dist/engine.bin*': '' }),
};

test("the document's tarball of the scripts", () => {
  const made = plan(scriptsSpec(), { 'a.sh': '' }, [tarball('dist/scripts/')]);
  const pack = actionOf(made, 'scripts#pack:all');
  assert.deepEqual(pack.argv.slice(-6), ['v1', '--format', 'tar.gz', '--out', 'all.tar.gz', 'content']);
  assert.deepEqual(pathsOf(pack.work, { 'scripts#check': fakeTree({ 'scripts/a.sh*': '' }) }), [
    'content/scripts/a.sh*',
  ]);
  assert.deepEqual(
    made.artifacts.map(({ name, path }) => [name, path]),
    [
      ['scripts', 'scripts'],
      ['mobileops-scripts', 'mobileops-scripts-1.0.0.tar.gz'],
      ['all', 'artifacts/all.tar.gz'],
    ],
  );
});

test('each compression has its format', () => {
  const path = (compression: 'zstd' | 'none') =>
    plan(scriptsSpec(), { 'a.sh': '' }, [tarball('dist/scripts', compression)]).artifacts.at(-1)?.path;
  assert.equal(path('zstd'), 'artifacts/all.tar.zst');
  assert.equal(path('none'), 'artifacts/all.tar');
});

test('a component: all of it, a folder of it, a file of it', () => {
  const packed = (path: string) =>
    pathsOf(actionOf(plan(COMPONENT, {}, [tarball(path)]), 'component:demo#pack:all').work, BUILT);
  assert.deepEqual(packed('./dist/components/demo/'), [
    'content/demo/engine.bin*',
    'content/demo/site/a',
    'content/demo/site/b/c',
  ]);
  assert.deepEqual(packed('dist/components/demo/site/b'), ['content/b/c']);
  assert.deepEqual(packed('dist/components/demo/engine.bin'), ['content/engine.bin*']);
  assert.deepEqual(packed('dist/components/demo/site/absent'), ['failed: nothing-at-path']);
});

test('files as they are', () => {
  const taken = (path: string) => {
    const made = plan(COMPONENT, {}, [data(path)]).artifacts.at(-1)!;
    return [made.path, made.isFile, ...pathsOf(made.tree, BUILT)];
  };
  assert.deepEqual(taken('dist/components/demo/site/'), ['artifacts/all', false, 'a', 'b/c']);
  assert.deepEqual(taken('dist/components/demo/engine.bin'), ['artifacts/all', false, 'engine.bin*']);
});

test('other targets have nothing to do with it', () => {
  const paths = (artifact: GlobalArtifact) => plan(COMPONENT, {}, [artifact]).artifacts.length;
  assert.equal(paths(data('dist/components/other/site')), 2);
  assert.equal(paths(data('dist/scripts')), 2);
});

test('what the target does not leave is an error', () => {
  const made = plan(COMPONENT, {}, [data('dist/components/demo/absent')]);
  assert.match(renderedDiagnostics(made), /component:demo leaves nothing at dist\/components\/demo\/absent/);
});

test("images have the tags of the global file, and the version's", () => {
  const tags = (stated: readonly string[] | undefined) => {
    const containers: GlobalArtifact[] = stated
      ? [{ name: 'images', type: 'container', registry: 'r', tags: stated }]
      : [];
    const made = plan(imageSpec(), { 'docker/Dockerfile.demo': 'FROM scratch\n' }, containers);
    const { argv } = actionOf(made, 'image:demo#tag');
    return argv.filter((_, index) => argv[index - 1] === '--tag');
  };
  assert.deepEqual(tags(undefined), ['latest', '1.0.0']);
  assert.deepEqual(tags(['stable', '1.0.0']), ['stable', '1.0.0']);
});
