import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SourceFile } from '../../base/index.ts';
import type { AndroidDependency, Classpath, LibraryConfiguration } from '../../config/index.ts';
import type { Ecosystem } from '../../packages/index.ts';
import type { Lockfile, Requirements, TargetNeeds } from '../model.ts';
import { raisedFiles, withRaised } from '../updates/raise-asks.ts';
import type { WantedVersion } from './override.ts';
import { planOverrides } from './plan-overrides.ts';
import { isSameSeries } from './same-series.ts';

const wanted = (ecosystem: Ecosystem, name: string, version: string, from: string): WantedVersion => ({
  ...{ ecosystem, name, version, from: [from], reason: 'mends GHSA-a' },
});

const APP = `spec:
  android:
    dependencies:
      implementation:
      - g:a:1.0
      - module: "g:b:1.0"
        exclude: [h:c]  # not ours

      # what tests need
      testImplementation:
      - g:t:1.0
    minSdk: 24
`;

/** The libraries that a text names, of one configuration each line. */
function librariesOf(text: string): readonly AndroidDependency[] {
  const file: SourceFile = { path: 'mobile/app/build.yaml', text };
  const keys = [...text.matchAll(/\b(\w*(?:mplementation|untimeOnly)):/g)];
  return [...text.matchAll(/g:\w:[\d.]+/g)].map(({ 0: value, index }) => ({
    configuration: keys.findLast((key) => key.index < index)![1] as LibraryConfiguration,
    coordinate: { value, span: { file, start: index, end: index + value.length } },
    ...{ kind: 'module', isStrict: false, isAlone: false, exclude: [] },
  }));
}

interface World {
  readonly constraints?: string;
  readonly own?: readonly string[];
  readonly manifest?: string;
  readonly app?: string;
  readonly classpaths?: readonly Classpath[];
  readonly isLink?: true;
}

function worldOf({
  constraints,
  own = ['p'],
  manifest = '{}',
  app = APP,
  classpaths = ['runtime', 'compile'],
}: World) {
  const file = { path: 'build.yaml', text: own.join('\n') };
  const located = own.map((value) => ({ value, span: { file, start: 0, end: 0 } }));
  const target: TargetNeeds = {
    ...{ label: 'app:a', python: { requirements: located }, nodeFolder: 'web', tools: [] },
    maven: librariesOf(app),
  };
  const requirements: Requirements = {
    targets: [target],
    constraints: constraints === undefined ? [] : [{ path: 'requirements.txt', text: constraints }],
    development: undefined,
    nodeFolders: [
      { folder: 'web', manifest: { path: 'web/package.json', text: manifest }, packageLock: undefined },
    ],
    tools: [],
  };
  const library = { file: 'c.jar', sha256: '', sizeBytes: 1, type: 'jar' as const, classpaths };
  const lock: Lockfile = {
    ...{ version: 3, tools: {}, wheels: {} },
    python: { 'app:a': { from: {}, run: [{ name: 'c', version: '1.0' }], dev: [] } },
    node: { web: { from: {}, packages: ['c', 'd'].map((name) => ({ path: name, name, version: '1.0.0' })) } },
    maven: {
      'app:a': { from: {}, files: ['g:c', 'g:d'].map((name) => ({ ...library, name, version: '1.0' })) },
    },
  };
  return { requirements, lock };
}

const PYTHON = wanted('PyPI', 'c', '1.4', '1.0');
const NODE = [wanted('npm', 'c', '1.4.0', '1.0.0'), wanted('npm', 'd', '1.5.0', '1.0.0')];
const MAVEN = [wanted('Maven', 'g:c', '1.4', '1.0'), wanted('Maven', 'g:d', '1.5', '1.0')];
const PATHS = { PyPI: 'requirements.txt', npm: 'web/package.json', Maven: 'mobile/app/build.yaml' };

/** What is written, else why it is not; `nothing` where there is nothing to be done. */
function told(one: readonly WantedVersion[], world: World): string {
  const { requirements, lock } = worldOf(world);
  const found = planOverrides(one, { requirements, lock, canWrite: () => !world.isLink });
  const [first] = found;
  if (!first) return 'nothing';
  assert.equal(first.path, PATHS[first.wanted.ecosystem as keyof typeof PATHS]);
  const edits = found.flatMap(({ edit }) => edit ?? []);
  if (edits.length === 0) return `${first.line}: ${first.whyNot}`;
  const [file] = raisedFiles(edits);
  return file!.text;
}

const CASES: Readonly<Record<string, readonly [readonly WantedVersion[], World, string]>> = {
  'a line in the root file': [[PYTHON], { constraints: 'a==1' }, 'a==1\nc>=1.4  # mends GHSA-a\n'],
  'a file that is empty': [[PYTHON], { constraints: '' }, 'c>=1.4  # mends GHSA-a\n'],
  'no root file': [[PYTHON], {}, 'c>=1.4: the workspace has no root requirement file'],
  'a root file that is a link': [
    [PYTHON],
    { constraints: 'a\n', isLink: true },
    'c>=1.4: requirements.txt is a link',
  ],
  'a line that holds it': [[PYTHON], { constraints: 'C<2\n' }, 'nothing'],
  'a component that holds it': [[PYTHON], { constraints: '', own: ['c~=1.0'] }, 'nothing'],
  'a component that asks for any': [[PYTHON], { constraints: '', own: ['c'] }, 'c>=1.4  # mends GHSA-a\n'],
  'a version that is not locked': [[{ ...PYTHON, from: ['0.9'] }], { constraints: '' }, 'nothing'],
  'members of overrides': [
    NODE,
    { manifest: '{\n  "name": "w"\n}\n' },
    '{\n  "name": "w",\n  "overrides": {\n    "c": "1.4.0",\n    "d": "1.5.0"\n  }\n}\n',
  ],
  'one that is there already': [
    NODE,
    { manifest: '{"overrides":{"c":"1.1.0"}}' },
    '{"overrides":{"c":"1.4.0","d":"1.5.0"}}',
  ],
  'one that is said for a part': [
    [NODE[0]!],
    { manifest: '{"overrides":{"p":{"c":"1.1.0"}}}' },
    '"overrides": {"c": "1.4.0"}: `overrides` of web/package.json says something else of it',
  ],
  'a package that package.json asks for': [
    [NODE[0]!],
    { manifest: '{"devDependencies":{"c":"^1.0.0"}}' },
    '"overrides": {"c": "1.4.0"}: web/package.json asks for it itself, and npm wants the same there',
  ],
  'another series': [
    [wanted('npm', 'c', '2.0.0', '1.0.0')],
    {},
    '"overrides": {"c": "2.0.0"}: 2.0.0 may not do what who wants 1.0.0 expects',
  ],
  'a list of its own, behind the others': [
    MAVEN,
    {},
    APP.replace('# not ours\n', '# not ours\n      runtimeOnly:\n        - g:c:1.4\n        - g:d:1.5\n'),
  ],
  'a list that is there': [
    MAVEN,
    { app: `${APP}other:\n  runtimeOnly:\n    - "g:r:1"\nend: 1\n` },
    `${APP}other:\n  runtimeOnly:\n    - "g:r:1"\n    - g:c:1.4\n    - g:d:1.5\nend: 1\n`,
  ],
  'of tests alone': [
    [MAVEN[0]!],
    { classpaths: ['testRuntime'] },
    APP.replace('- g:t:1.0\n', '- g:t:1.0\n      testRuntimeOnly:\n        - g:c:1.4\n'),
  ],
  'a mapping in braces': [
    [MAVEN[0]!],
    { app: 'dependencies: {implementation: ["g:a:1.0"]}\n' },
    'runtimeOnly: [g:c:1.4]: `android.dependencies` of mobile/app/build.yaml is not written with a line for each list',
  ],
  'a list in brackets gets a new one below': [
    [MAVEN[0]!],
    { app: 'dependencies:\n  implementation: ["g:a:1.0",\n    "g:b:1.0"]\n' },
    'dependencies:\n  implementation: ["g:a:1.0",\n    "g:b:1.0"]\n  runtimeOnly:\n    - g:c:1.4\n',
  ],
  'a library that the app asks for': [[wanted('Maven', 'g:a', '1.4', '1.0')], {}, 'nothing'],
  'another series of a library': [
    [wanted('Maven', 'g:c', '2.0', '1.0')],
    {},
    'runtimeOnly: [g:c:2.0]: 2.0 may not do what who wants 1.0 expects',
  ],
  'a distribution has its own way': [[wanted('Debian', 'c', '2', '1.0')], {}, 'nothing'],
};

for (const [name, [one, world, expected]] of Object.entries(CASES))
  test(`a version that only other packages ask for is raised by the way of its ecosystem: ${name}`, () => {
    assert.equal(told(one, world), expected);
  });

test('a lock is resolved with a new library where it stands in the file', () => {
  const { requirements, lock } = worldOf({});
  const found = planOverrides(MAVEN, { requirements, lock, canWrite: () => true });
  const raised = withRaised(
    requirements,
    found.flatMap(({ edit }) => edit ?? []),
  );
  assert.deepEqual(
    raised.targets[0]!.maven.map(({ configuration, coordinate }) => `${configuration} ${coordinate.value}`),
    [
      ...['implementation g:a:1.0', 'implementation g:b:1.0', 'runtimeOnly g:c:1.4', 'runtimeOnly g:d:1.5'],
      'testImplementation g:t:1.0',
    ],
  );
});

test('versions of one series have the same first number that is not 0', () => {
  const pairs: readonly (readonly [string, string])[] = [
    ...([
      ['1.0.0', '1.9.2'],
      ['1.0.0', '2.0.0'],
      ['0.2.1', '0.2.9'],
      ['0.2.1', '0.3.0'],
    ] as const),
    ...([
      ['0.0.1', '0.0.1'],
      ['0.0.1', '0.0.2'],
      ['v1.0.0', '1.2.0'],
      ['x', 'x'],
    ] as const),
  ];
  const same = (ecosystem: 'npm' | 'Maven'): string[] =>
    pairs.filter(([a, b]) => isSameSeries(ecosystem, a, b)).map((pair) => pair.join(' '));
  assert.deepEqual(same('npm'), ['1.0.0 1.9.2', '0.2.1 0.2.9', '0.0.1 0.0.1', 'v1.0.0 1.2.0']);
  assert.ok(same('Maven').includes('0.2.1 0.3.0'));
});
