import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderDiagnostic } from '../base/index.ts';
import { parseMobileBuild } from './parser.ts';

function parse(lines: string) {
  const text = `apiVersion: build.mobileops.io/v1
kind: MobileBuild
metadata: {name: demo}
spec:
  platform: android
  android:
    applicationId: com.example.demo
${lines.replace(/^/gm, '    ')}`;
  return parseMobileBuild({ path: 'build.yaml', text });
}

test('libraries of a module are seen by it, and by those that see it where it gives them on', () => {
  const { value, diagnostics } = parse(`modules:
  - name: core
    dependencies: { api: ["x:api:1"], implementation: ["x:own:1"], runtimeOnly: ["x:late:1"] }
  - { name: middle, dependencies: { api: [":core"] } }
  - { name: side, dependencies: { implementation: [":core"] } }
dependencies: { implementation: [":middle", ":side", "x:app:1"] }`);
  assert.deepEqual(diagnostics, []);
  assert.deepEqual(
    value!.spec.libraries!.map(({ coordinate, module, seenBy }) => [coordinate.value, module, seenBy]),
    [
      ['x:app:1', undefined, undefined],
      ['x:own:1', 'core', ['core']],
      ['x:api:1', 'core', ['core', '', 'middle', 'side']],
      ['x:late:1', 'core', []],
    ],
  );
  assert.deepEqual(
    value!.spec.android!.uses!.map(({ module, isApi }) => [module.value, isApi]),
    [
      ['middle', false],
      ['side', false],
    ],
  );
});

const REFUSED: Readonly<Record<string, readonly [lines: string, expected: RegExp]>> = {
  'a module that is not there': [
    'modules: [{name: core}]\ndependencies: {implementation: [":croe"]}',
    /error\[config\/unknown-module\] the app has no module `croe`[\s\S]*did you mean `:core`\?/,
  ],
  'a module where there is none': [
    'dependencies: {implementation: [":core"]}',
    /the app has no module `core`[\s\S]*add it to `modules`: \{ name: core \}/,
  ],
  'a circle': [
    `modules:
  - { name: a, dependencies: { implementation: [":b"] } }
  - { name: b, dependencies: { api: [":c"] } }
  - { name: c, dependencies: { implementation: [":a"] } }`,
    /error\[config\/module-cycle\] modules take each other in a circle: :a takes :b takes :c takes :a[\s\S]*:c takes :a here/,
  ],
  'a module that takes itself': [
    'modules: [{name: a, dependencies: {api: [":a"]}}]',
    /in a circle: :a takes :a/,
  ],
  'two of one name': ['modules: [{name: a}, {name: a, directory: b}]', /the name `a` stands twice/],
  'a module for tests alone': [
    'modules: [{name: a}]\ndependencies: {testImplementation: [":a"]}',
    /a module of the app is not taken by `testImplementation`/,
  ],
  'a path outside': ['modules: [{name: a, directory: ../a}]', /`..\/a` is not a path inside its folder/],
};

for (const [name, [lines, expected]] of Object.entries(REFUSED)) {
  test(`modules refuse ${name}`, () => {
    assert.match(
      parse(lines)
        .diagnostics.map((each) => renderDiagnostic(each))
        .join('\n'),
      expected,
    );
  });
}
