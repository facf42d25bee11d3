import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { formatLabel, renderDiagnostic } from '../base/index.ts';
import { realHost } from '../host/index.ts';
import { findWorkspaceRoot, loadWorkspace } from './index.ts';

const { fs } = realHost();
const HEAD = 'apiVersion: build.mobileops.io/v1\n';
const GLOBAL = `${HEAD}kind: BuildConfiguration\nmetadata: {name: w}\nspec: {version: 1.0.0}\n`;

function workspace(t: TestContext, files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), 'mobileops-workspace-'));
  t.after(() => rmSync(root, { recursive: true }));
  for (const [path, content] of Object.entries({ 'build-config.yaml': GLOBAL, ...files })) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  return root;
}

/** Each target as `label rule`, with its commands and what is implied. */
async function check(
  t: TestContext,
  files: Readonly<Record<string, string>>,
  expected: readonly string[],
  problems: readonly string[] = [],
): Promise<void> {
  const root = workspace(t, files);
  const { value, diagnostics } = await loadWorkspace({ fs, root, variables: {} });
  const shown = value?.targets.map(({ label, spec, implied, refusals }) =>
    [
      formatLabel(label),
      spec.rule,
      ...(spec.rule === 'component' ? spec.buildSteps.map(({ command }) => command.value) : []),
      ...implied.map((each) => `<- ${each.value}`),
      ...(refusals ?? []).map(({ message }) => `refused: ${message}`),
    ].join(' | '),
  );
  assert.deepEqual(
    diagnostics.map(({ code, path, span }) => `${code} ${path ?? span?.file.path}`),
    problems,
  );
  assert.deepEqual(shown, expected);
}

test('an empty workspace has no targets', (t) => check(t, {}, []));

test('components are recognised by what their folders hold', (t) =>
  check(
    t,
    {
      'components/a/build.sh': '#!/bin/sh\n',
      'components/a/Makefile': 'build:\n',
      'components/b/Makefile': 'VAR := 1\nbuild : x\n\ttrue\n',
      'components/c/package.json': '{"name": "build", "scripts": {"build": "tsc"}}',
      'components/d/build.yaml': `${HEAD}kind: ComponentBuild\nmetadata: {name: d}\nspec: {}\n`,
      'components/d/build.sh': '#!/bin/sh\n',
      'components/e/build.yaml': `${HEAD}kind: ComponentBuild\nmetadata: {name: e}\nspec: {buildSteps: []}\n`,
      'components/e/build.sh': '#!/bin/sh\n',
      'components/f/Makefile': 'build := 1\n.PHONY: build\n',
      'components/g/package.json': '{"scripts": {"start": "x"}}',
      'components/.hidden/build.sh': '',
      'components/README.md': '',
    },
    [
      'component:a | component | ./build.sh',
      'component:b | component | make build',
      'component:c | component | npm run build',
      'component:d | component | ./build.sh',
      'component:e | component',
    ],
    ['workspace/not-recognised components/f', 'workspace/not-recognised components/g'],
  ));

test('images stand on images of the workspace where the prefix and the name fit', (t) =>
  check(
    t,
    {
      'docker/base.yaml': `${HEAD}kind: ImageBuild\nmetadata: {name: base}\nspec: {from: 'debian:bookworm'}\n`,
      'docker/Dockerfile.ai': 'FROM mobileops-base:latest\nCOPY --from=mobileops-missing /a /b\n',
      'docker/Dockerfile.ai.dockerignore': 'x\n',
      'docker/compose.yaml': 'services: {}\n',
      'docker/Dockerfile': 'FROM scratch\n',
    },
    ['image:ai | image | <- image:base', 'image:base | packages'],
  ));

test('an image of packages has the name of its file', async (t) => {
  const root = workspace(t, {
    'docker/a.yaml': `${HEAD}kind: ImageBuild\nmetadata: {name: b}\nspec: {from: 'debian:bookworm'}\n`,
  });
  const { value, diagnostics } = await loadWorkspace({ fs, root, variables: {} });
  assert.equal(value, undefined);
  assert.deepEqual(
    diagnostics.map((each) => renderDiagnostic(each).split('\n')[0]),
    ['docker/a.yaml:3:18: error[workspace/wrong-image-name] the image of docker/a.yaml is `a`, not `b`'],
  );
});

test('the prefix of images is the one that the configuration names', (t) =>
  check(
    t,
    {
      'build-config.yaml': GLOBAL.replace('1.0.0', '1.0.0, imagePrefix: our-'),
      'docker/Dockerfile.base': 'FROM mobileops-tool\n',
      'docker/Dockerfile.tool': 'FROM our-base\n',
    },
    ['image:base | image', 'image:tool | image | <- image:base'],
  ));

test('apps are recognised, and a hybrid one needs its site', (t) =>
  check(
    t,
    {
      'mobile/android/gradlew': '',
      'mobile/ios/fastlane/Fastfile': '',
      'mobile/web/package.json': '{"scripts": {"build": "vite build"}}',
      'mobile/hybrid/build.yaml': `${HEAD}kind: MobileBuild\nmetadata: {name: hybrid}\nspec: {platform: hybrid, site: web, android: {applicationId: a.b}}\n`,
    },
    ['app:android | android', 'app:hybrid | hybrid | <- web', 'app:ios | ios', 'app:web | pwa'],
  ));

test('all shell scripts are one target', async (t) => {
  await check(t, { 'scripts/a.sh': '', 'scripts/b.py': '' }, ['scripts | scripts']);
  await check(t, { 'scripts/b.py': '' }, []);
});

test('the root is found from within', (t) => {
  const root = workspace(t, { 'components/a/src/x': '' });
  assert.equal(findWorkspaceRoot(fs, join(root, 'components/a/src')), root);
  assert.equal(findWorkspaceRoot(fs, root), root);
  assert.equal(findWorkspaceRoot({ lstat: () => undefined }, '/a/b'), undefined);
});

test('problems of all files come in one run', async (t) => {
  const root = workspace(t, {
    'build-config.yaml': GLOBAL.replace('version', 'versoin'),
    'components/a/build.yaml': `${HEAD}kind: ComponentBuild\nmetadata: {name: a}\nspec: {neds: []}\n`,
    'mobile/b/build.yaml': 'x\n',
  });
  const { value, diagnostics } = await loadWorkspace({ fs, root, variables: {} });
  assert.equal(value, undefined);
  assert.deepEqual(
    diagnostics.map((each) => renderDiagnostic(each).split('\n')[0]),
    [
      'build-config.yaml:4:1: error[config/missing-key] the key `version` is missing',
      'build-config.yaml:4:8: error[config/unknown-key] the key `versoin` has no meaning here',
      'components/a/build.yaml:4:8: error[config/unknown-key] the key `neds` has no meaning here',
      'mobile/b/build.yaml:1:1: error[config/wrong-type] expected a mapping of keys, found the text `x`',
    ],
  );
});
