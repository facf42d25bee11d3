import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderDiagnostic } from '../base/index.ts';
import { parseBuildConfiguration } from './build-configuration.ts';
import type { MobileSpec } from './model.ts';
import { configurationNotes, type NoteFacts, summaryOfNotes } from './notes.ts';
import { DEFAULT_TARGET_SETTINGS } from './target-settings.ts';

const HEAD =
  'apiVersion: build.mobileops.io/v1\nkind: BuildConfiguration\nmetadata: {name: a}\nspec:\n  version: 1.0.0\n';
const FACTS: NoteFacts = { architecture: 'amd64', locale: 'C.UTF-8', apps: [], hasImages: false };
const PWA: MobileSpec = { ...DEFAULT_TARGET_SETTINGS, rule: 'pwa' };
const UNSIGNED: MobileSpec = { ...DEFAULT_TARGET_SETTINGS, rule: 'hybrid' };

function parsed(spec: string) {
  const { value, diagnostics } = parseBuildConfiguration({ path: 'build-config.yaml', text: HEAD + spec });
  assert.deepEqual(diagnostics, []);
  return value!;
}

/** `spec` gives exactly these notes: the underlined text, then the beginning of what is said of it. */
function check(
  spec: string,
  expected: readonly (readonly [string, string])[],
  facts: Partial<NoteFacts> = {},
) {
  const notes = configurationNotes(parsed(spec), { ...FACTS, ...facts });
  assert.deepEqual(
    notes.map(({ span, severity }) => [severity, span!.file.text.slice(span!.start, span!.end)]),
    expected.map(([text]) => ['note', text]),
  );
  for (const [index, [, message]] of expected.entries()) assert.ok(notes[index]!.message.startsWith(message));
}

test('a file that asks for nothing more gets no notes', () => {
  check('', []);
  check('  buildEnvironment: {architecture: [amd64], timezone: Europe/Berlin, locale: C.UTF-8}\n', []);
});

test('keys that this version or machine does not act on get a note each', () => {
  check('  buildEnvironment: {baseImage: "debian:12"}\n', [
    ['"debian:12"', 'steps do not run in this image'],
  ]);
  check('  buildEnvironment: {architecture: [amd64, arm64]}\n', [['arm64', 'nothing is built for arm64']]);
  check('  buildEnvironment: {architecture: [amd64]}\n', [['amd64', 'nothing is built for amd64']], {
    architecture: 'arm64',
  });
  check('  dependencies: {node: [package.json]}\n', [['node', 'no target installs']]);
  check('  buildSteps: [{name: a, uses: build}]\n', [
    ['buildSteps', 'a build does not run the global steps'],
  ]);
});

test('a locale is noted only where another one takes its place', () => {
  const spec = '  buildEnvironment: {locale: en_US.UTF-8}\n';
  check(spec, [['en_US.UTF-8', 'steps run with C.UTF-8']]);
  check(spec, [], { locale: 'en_US.UTF-8' });
});

test('an artifact of apps that are not there, or not signed as it says', () => {
  const apps = (rest: string) => `  artifacts: [{name: apps, type: mobile, ${rest}}]\n`;
  check(apps('platforms: [pwa, ios]'), [['ios', 'the workspace has no app for ios']], { apps: [PWA] });
  check(apps('platforms: [pwa, hybrid], signing: true'), [['true', 'an app that is meant is not signed']], {
    apps: [PWA, UNSIGNED],
  });
  const android = {
    applicationId: 'a.b',
    label: 'a',
    compileSdk: 34,
    minSdk: 21,
    targetSdk: 34,
    signing: {
      storeFile: { value: 'k', span: { file: { path: '', text: '' }, start: 0, end: 0 } },
      keyAlias: 'a',
      kind: 'debug',
    },
  } as const;
  const signed: MobileSpec = { ...UNSIGNED, android };
  check(apps('platforms: [hybrid], signing: true'), [], { apps: [signed] });
  check(apps('platforms: [hybrid]'), [], { apps: [signed] });
  check(apps('platforms: [hybrid], signing: false'), [['false', 'an app that is meant is signed']], {
    apps: [signed],
  });
});

test('a build says it in one note', () => {
  const spec = '  buildEnvironment: {baseImage: a, architecture: [arm64], locale: x}\n  buildSteps: []\n';
  assert.deepEqual(
    summaryOfNotes(parsed(spec), FACTS).map((each) => renderDiagnostic(each)),
    [
      'build-config.yaml: note[config/no-effect] this build does not act on `baseImage`, `architecture: arm64`, `buildSteps`\n' +
        '  help: `mobileops validate` says for each key why',
      'build-config.yaml:6:67: note[config/locale-replaced] steps run with C.UTF-8: this machine does not have the locale x\n' +
        '  6 |   buildEnvironment: {baseImage: a, architecture: [arm64], locale: x}\n' +
        `    | ${' '.repeat(67 - 1)}^\n` +
        '  help: install it, or write C.UTF-8',
    ],
  );
  assert.deepEqual(summaryOfNotes(parsed(''), FACTS), []);
});
