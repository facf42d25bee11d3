import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadParser } from '../config/index.ts';
import { realHost } from '../host/index.ts';
import { fakeEnv, MemoryFileSystem } from '../host/testing.ts';
import type { OpenedWorkspace } from './opened-workspace.ts';
import { buildSettings, stampOf } from './surroundings.ts';

const { parseBuildConfiguration } = await loadParser();
const COMMIT = { hash: 'c0ffee', time: 1_700_000_000, branch: 'main' };

function settingsOf(spec: string, variables: Readonly<Record<string, string>> = {}) {
  const text = `apiVersion: build.mobileops.io/v1\nkind: BuildConfiguration\nmetadata: {name: a}\nspec:\n  version: 1.0.0\n${spec}`;
  const { value, diagnostics } = parseBuildConfiguration({ path: 'build-config.yaml', text });
  assert.deepEqual(diagnostics, []);
  const opened = { root: '/w', workspace: { configuration: value } } as unknown as OpenedWorkspace;
  const fs = new MemoryFileSystem();
  fs.makeDirectory('/usr/lib/locale/de_DE.utf8');
  return buildSettings({ ...realHost(), fs, env: fakeEnv({ variables }) }, opened, COMMIT);
}

test('the zone and the locale of the configuration are those of the build', () => {
  const { timezone, locale } = settingsOf(
    '  buildEnvironment: {timezone: Europe/Berlin, locale: de_DE.UTF-8}\n',
  );
  assert.deepEqual([timezone, locale], ['Europe/Berlin', 'de_DE.UTF-8']);
  const other = settingsOf('  buildEnvironment: {locale: tr_TR.UTF-8}\n');
  assert.deepEqual([other.timezone, other.locale], ['UTC', 'C.UTF-8']);
});

test('what a build is called is said by variables, or else by the configuration and git', () => {
  const { commitTime, ...own } = stampOf({}, '1.0.0', COMMIT);
  assert.deepEqual(own, {
    ...{ version: '1.0.0', buildNumber: 1, commit: 'c0ffee' },
    buildId: '20231114221320-c0ffee',
  });
  assert.equal(commitTime, COMMIT.time);
  const variables = { BUILD_VERSION: '2.0.0', BUILD_NUMBER: '42', BUILD_ID: 'night-7', GIT_COMMIT: 'abc' };
  const told = stampOf(variables, '1.0.0', COMMIT);
  assert.deepEqual(
    [told.version, told.buildNumber, told.buildId, told.commit],
    ['2.0.0', 42, 'night-7', 'abc'],
  );
});

test('images are of the registry that REGISTRY says, or else of the one of the configuration', () => {
  const spec = '  artifacts: [{name: i, type: container, registry: r.example/team}]\n';
  assert.equal(settingsOf(spec).registry, 'r.example/team');
  assert.equal(settingsOf(spec, { REGISTRY: 'localhost:5000' }).registry, 'localhost:5000');
  assert.equal(settingsOf('').registry, 'localhost');
});
