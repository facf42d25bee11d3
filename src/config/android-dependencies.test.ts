import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { renderDiagnostic } from '../base/index.ts';
import { parseMobileBuild } from './parser.ts';

function parse(dependencies: string, platform = 'android') {
  const text = `apiVersion: build.mobileops.io/v1
kind: MobileBuild
metadata: {name: demo}
spec:
  platform: ${platform}
  ${platform === 'hybrid' ? 'site: app:web' : 'needs: []'}
  android:
    applicationId: com.example.demo
    dependencies:
${dependencies.replace(/^/gm, '      ')}`;
  return parseMobileBuild({ path: 'build.yaml', text });
}

test("libraries are read in Gradle's words, in their order and with their places", () => {
  const { value, diagnostics } = parse(`implementation:
  - com.squareup.okio:okio-jvm:3.6.0
  - x:held:1.0!!
  - platform: x:bom:1.0
  - module: x:free
    exclude: ["a:b", "c:*"]
    transitive: false
testImplementation: [junit:junit:4.13.2]`);
  assert.deepEqual(diagnostics, []);
  const { libraries = [] } = value!.spec;
  assert.deepEqual(
    libraries.map(({ coordinate, ...rest }) => ({ ...rest, coordinate: coordinate.value })),
    [
      { configuration: 'implementation', coordinate: 'com.squareup.okio:okio-jvm:3.6.0' },
      { configuration: 'implementation', coordinate: 'x:held:1.0', isStrict: true },
      { configuration: 'implementation', coordinate: 'x:bom:1.0', kind: 'platform' },
      { configuration: 'implementation', coordinate: 'x:free', isAlone: true, exclude: ['a:b', 'c:*'] },
      { configuration: 'testImplementation', coordinate: 'junit:junit:4.13.2' },
    ].map((each) => ({ kind: 'module', isStrict: false, isAlone: false, exclude: [], ...each })),
  );
  const [{ span }] = [libraries[3]!.coordinate];
  assert.equal(span.file.text.slice(span.start, span.end), 'x:free');
});

const REFUSED: Readonly<Record<string, readonly [dependencies: string, expected: RegExp]>> = {
  'a version that moves': [
    'implementation: ["x:y:1.+"]',
    /`x:y:1\.\+` is not a Maven coordinate with an exact version/,
  ],
  'a range': ['implementation: ["x:y:[1.0,2.0)"]', /is not a Maven coordinate/],
  'the latest version': ['implementation: ["x:y:latest.release"]', /is not a Maven coordinate/],
  'a snapshot': ['implementation: ["x:y:1.0-SNAPSHOT"]', /is not a Maven coordinate/],
  'a classifier': ['implementation: ["x:y:1.0:sources"]', /is not a Maven coordinate/],
  'an option': ['implementation: ["--repository:y:1.0"]', /is not a Maven coordinate/],
  'no version': ['implementation: ["x:y"]', /`x:y` has no version, and the app has no platform/],
  'a platform without a version': [
    'implementation: [{platform: "x:y"}]',
    /the platform `x:y` has no version/,
  ],
  'two versions that are held': [
    'implementation: ["x:y:1.0!!", "x:z:1.0!!"]\ntestImplementation: [{module: "x:y:2.0!!"}]',
    /build\.yaml:11:37: error.*`x:y` is held at two versions, `x:y:1\.0!!` and `x:y:2\.0!!`.*build\.yaml:10:24: .*held here first/s,
  ],
  'neither module nor platform': [
    'implementation: [{exclude: ["a:b"]}]',
    /either a `module` or a `platform`/,
  ],
  'both of them': [
    'implementation: [{module: "x:y:1", platform: "x:z:1"}]',
    /either a `module` or a `platform`/,
  ],
  'an unknown key of a library': ['implementation: [{modul: "x:y:1"}]', /did you mean `module`/],
  'an unknown configuration': ['implementaion: ["x:y:1"]', /did you mean `implementation`/],
  'no list': ['implementation: x:y:1', /expected a list/],
  'a number': ['implementation: [1]', /build\.yaml:10:24/],
};

for (const [name, [dependencies, expected]] of Object.entries(REFUSED)) {
  test(`a library that cannot be taken is refused with its place: ${name}`, () => {
    const { value, diagnostics } = parse(dependencies);
    assert.equal(value, undefined);
    assert.match(diagnostics.map((each) => renderDiagnostic(each)).join('\n'), expected);
  });
}

test('a hybrid app takes no libraries', () => {
  const { diagnostics } = parse('implementation: ["x:y:1"]', 'hybrid');
  assert.match(renderDiagnostic(diagnostics[0]!), /a hybrid app takes no libraries/);
});

test('the example of the page is taken', () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/android-dependencies.md'), 'utf8');
  const text = /```yaml\n(.*?)```/s.exec(page)![1]!;
  const { value, diagnostics } = parseMobileBuild({ path: 'build.yaml', text });
  assert.deepEqual(diagnostics, []);
  assert.equal(value!.spec.libraries?.length, 6);
});
