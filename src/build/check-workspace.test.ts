import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { realHost } from '../host/index.ts';
import { checkWorkspace } from './check-workspace.ts';
import { sourceProgram } from './testing.ts';

const HEAD = 'apiVersion: build.mobileops.io/v1\n';
const file = (kind: string, name: string, spec: string): string =>
  `${HEAD}kind: ${kind}\nmetadata: {name: ${name}}\nspec: ${spec}\n`;

/** The workspace gives exactly these: `severity code place`. */
async function check(files: Readonly<Record<string, string>>, expected: readonly string[]): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'mobileops-check-'));
  try {
    const all = { 'build-config.yaml': file('BuildConfiguration', 'w', '{version: 1.0.0}'), ...files };
    for (const [path, text] of Object.entries(all)) {
      mkdirSync(dirname(join(directory, path)), { recursive: true });
      writeFileSync(join(directory, path), text);
    }
    const { signal } = new AbortController();
    const checked = await checkWorkspace({
      host: realHost(),
      program: sourceProgram,
      sink: () => {},
      signal,
      directory,
    });
    assert.deepEqual(
      checked.diagnostics
        .map(({ severity, code, span, path }) => `${severity} ${code} ${span?.file.path ?? path}`)
        .sort(),
      expected,
    );
  } finally {
    rmSync(directory, { recursive: true });
  }
}

test('a workspace that can be built is valid', () =>
  check({ 'components/a/build.sh': 'true\n', 'docker/Dockerfile.base': 'FROM scratch\n' }, []));

test('what a build would refuse is told, also below a target that is refused', () =>
  check(
    {
      'docker/Dockerfile.base': 'FROM ubuntu:22.04\nRUN true\n',
      'docker/Dockerfile.top': 'FROM mobileops-base\nFOO x\nADD https://example.com/a /a\n',
      'mobile/native/gradlew': '#!/bin/sh\n',
      'mobile/phone/fastlane/Fastfile': '',
      'mobile/site/package.json': '{"scripts": {"build": "x"}}',
      'mobile/site/build.yaml': file('MobileBuild', 'site', '{platform: pwa, web: {script: absent}}'),
      'components/a/build.yaml': file(
        'ComponentBuild',
        'a',
        '{tests: {unit: tests}, buildSteps: [{name: b, command: "true"}]}',
      ),
      'components/b/build.yaml': file(
        'ComponentBuild',
        'b',
        '{tests: {unit: t}, buildSteps: [{name: b, command: "true"}]}',
      ),
      'components/b/t/notes.md': '',
    },
    [
      'error dependencies/no-lock mobileops.lock',
      'error image/add-url docker/Dockerfile.top',
      'error image/unknown-instruction docker/Dockerfile.top',
      'error pwa/no-script mobile/site/package.json',
      'error rules/gradle-module mobile/native',
      'error rules/gradle-wrapper mobile/native',
      'error rules/gradle-wrapper mobile/native',
      'error rules/ios-incomplete mobile/phone',
      'error rules/missing-tests components/a/build.yaml',
      'error rules/missing-tests components/b/build.yaml',
      'warning workspace/missing-file components/a/build.yaml',
    ],
  ));

test('a locale, an image and steps that a build does not act on are noted', () =>
  check(
    {
      'build-config.yaml': file(
        'BuildConfiguration',
        'w',
        '{version: 1.0.0, buildEnvironment: {baseImage: a, locale: xx_XX.UTF-8}, buildSteps: []}',
      ),
    },
    [
      'note config/locale-replaced build-config.yaml',
      'note config/no-effect build-config.yaml',
      'note config/no-effect build-config.yaml',
    ],
  ));
