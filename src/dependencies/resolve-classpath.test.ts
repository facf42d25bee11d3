import assert from 'node:assert/strict';
import { posix } from 'node:path';
import { test } from 'node:test';
import { zipOf } from '../archives/testing.ts';
import { compareGradleVersions, renderDiagnostic } from '../base/index.ts';
import type { AndroidDependency } from '../config/index.ts';
import type { FakeCall, FakeRun, MemoryFileSystem } from '../host/testing.ts';

import { lockLibraries } from './lock-libraries.ts';
import type { LockedLibrary } from './model.ts';
import { CACHE, fakeWorld, library } from './testing.ts';

/** A module of a repository that exists only here. */
interface Published {
  /** `group:artifact:version`, asked for in Maven's scope `compile`. */
  readonly api?: readonly string[];
  /** The same in scope `runtime`. */
  readonly runtime?: readonly string[];
  readonly type?: 'aar' | 'pom' | 'zip';
  /** Of a BOM. */
  readonly manages?: readonly string[];
  /** Gradle's metadata: what the variants for Android say. */
  readonly floors?: readonly string[];
  readonly standIn?: string;
}

type Repository = Readonly<Record<string, Published>>;

const moduleOf = (coordinate: string): string => coordinate.split(':', 2).join(':');
const versionOf = (coordinate: string): string => coordinate.split(':')[2] ?? '';
const valuesOf = (argv: readonly string[], flag: string): string[] =>
  argv.flatMap((word, at) => (argv[at - 1] === flag ? [word] : []));

/** coursier as far as we ask it: the highest version wins, a BOM decides over what modules ask for. */
function coursier(fs: MemoryFileSystem, repository: Repository, { argv }: FakeCall): FakeRun {
  const report = valuesOf(argv, '--json-output-file')[0]!;
  const asked = argv.slice(argv.indexOf(report) + 1).filter((word) => word !== '--intransitive');
  const alone = new Set(valuesOf(argv, '--intransitive').map((word) => word.replace(/,ext=.*$/, '')));
  const forced = new Map(valuesOf(argv, '--force-version').map((each) => [moduleOf(each), versionOf(each)]));
  const managed = new Map(
    valuesOf(argv, '--bom')
      .flatMap((bom) => repository[bom]?.manages ?? [])
      .map((each) => [moduleOf(each), versionOf(each)]),
  );
  const scope = valuesOf(argv, '--default-configuration')[0];
  const [only = 'jar'] = /type=(\w+)/.exec(asked[0] ?? '')?.slice(1) ?? [];
  const chosen = new Map<string, string>();
  const wants = new Map<string, readonly string[]>();
  const said: string[] = [];
  const wantsOf = (word: string, version: string): readonly string[] => {
    if (alone.has(word)) return [];
    const published = repository[`${moduleOf(word)}:${version}`];
    const all = [...(published?.api ?? []), ...(scope === 'compile' ? [] : (published?.runtime ?? []))];
    const excluded = [...word.matchAll(/exclude=([^,%]+)%([^,]+)/g)].map(([, a, b]) => `${a}:${b}`);
    return all.filter((each) => !excluded.includes(moduleOf(each)));
  };
  for (let isNew = true; isNew; ) {
    isNew = false;
    const seen = new Set<string>();
    const queue = asked.map((word) => word.replace(/,ext=.*$/, ''));
    for (let at = 0; at < queue.length; at++) {
      const word = queue[at]!;
      if (seen.has(word)) continue;
      seen.add(word);
      const module = moduleOf(word.split(',')[0]!);
      const own = versionOf(word.split(',')[0]!);
      const isRoot = at < asked.length;
      const version = forced.get(module) ?? (own === '' || !isRoot ? (managed.get(module) ?? own) : own);
      const before = chosen.get(module);
      if (before === undefined || compareGradleVersions(version, before) > 0) {
        chosen.set(module, version);
        isNew = true;
      }
      const next = wantsOf(word, chosen.get(module)!);
      if (!alone.has(word)) wants.set(module, next.map(moduleOf));
      queue.push(...next);
    }
  }
  const dependencies: object[] = [];
  for (const [module, version] of chosen) {
    const [group = '', artifact] = module.split(':');
    const published = repository[`${module}:${version}`];
    const folder = `${valuesOf(argv, '--cache')[0]}/${group}/${artifact}/${version}`;
    const isMetadata = only === 'module';
    const isThere = published && (!isMetadata || published.floors || published.standIn);
    if (!isThere) {
      said.push(
        `Error downloading ${module}:${version}`,
        `  not found: repo://here/${group.replaceAll('.', '/')}/${artifact}/${version}/${artifact}-${version}.${only}`,
      );
      continue;
    }
    const kind = isMetadata || only === 'pom' ? only : (published.type ?? 'jar');
    const file = `${folder}/${artifact}-${version}.${kind}`;
    fs.makeDirectory(posix.dirname(file));
    fs.writeFile(file, contentOf(`${module}:${version}`, published, kind));
    fs.writeFile(
      `${folder}/${artifact}-${version}.pom`,
      `${published.floors || published.standIn ? '<!-- do_not_remove: published-with-gradle-metadata -->' : ''}
       <packaging>${published.type ?? 'jar'}</packaging>`,
    );
    const isFile = only !== 'jar' || kind === 'jar' || kind === 'aar';
    dependencies.push({
      coord: `${module}${kind === 'jar' ? '' : `:${kind}`}:${version}`,
      file: isFile ? file : null,
      directDependencies: (wants.get(module) ?? []).map((each) => `${each}:${chosen.get(each)}`),
    });
  }
  if (said.length > 0 && !argv.includes('--force-fetch'))
    return { code: 1, stderr: `Resolution error: ${said.join('\n')}\n` };
  fs.writeFile(report, JSON.stringify({ dependencies }));
  return { stderr: said.join('\n') };
}

function contentOf(coordinate: string, published: Published, kind: string): Buffer | string {
  if (kind === 'aar')
    return zipOf([
      { path: 'AndroidManifest.xml', content: '<manifest package="a.b"/>' },
      { path: 'classes.jar' },
    ]);
  if (kind !== 'module') return `${kind} ${coordinate}`;
  const [group, module, version] = published.standIn?.split(':') ?? [];
  const variants = ['java-api', 'java-runtime'].map((usage) => ({
    attributes: { 'org.gradle.usage': usage },
    dependencyConstraints: (published.floors ?? []).map((floor) => {
      const [of, name, requires] = floor.split(':');
      return { group: of, module: name, version: { requires } };
    }),
    ...(published.standIn === undefined ? {} : { 'available-at': { group, module, version } }),
  }));
  return JSON.stringify({ variants });
}

async function locked(repository: Repository, dependencies: readonly AndroidDependency[]) {
  let fs: MemoryFileSystem | undefined;
  const first = (call: FakeCall): FakeRun | undefined =>
    call.argv[0] === '/usr/bin/coursier' ? coursier(fs!, repository, call) : undefined;
  const world = fakeWorld({ first });
  fs = world.fs;
  const signal = new AbortController().signal;
  const context = { host: world.host, cas: world.cas, cacheDirectory: CACHE, sink: () => {}, signal };
  return lockLibraries(context, 'the libraries of app:a', dependencies);
}

/** Each library as `artifact:version`, with what it is not there for of compiling (c), running (r) and tests (C, R). */
function shown(libraries: readonly LockedLibrary[]): string {
  const letters = { compile: 'c', runtime: 'r', testCompile: 'C', testRuntime: 'R' } as const;
  return libraries
    .map(({ name, version, classpaths }) => {
      const modules = classpaths.filter((each) => each.startsWith('compile:')).map((each) => each.slice(7));
      const own: string = (Object.keys(letters) as (keyof typeof letters)[])
        .filter((each) => classpaths.includes(each))
        .map((each): string => letters[each])
        .concat(modules)
        .join('');
      return `${name.split(':')[1]}:${version}${own === 'crCR' ? '' : ` ${own}`}`;
    })
    .join(', ');
}

const REPOSITORY: Repository = {
  'x:top:1.0': { api: ['x:low:1.0'], runtime: ['x:inner:1.0'] },
  'x:other:1.0': { api: ['x:low:2.0'] },
  'x:low:1.0': {},
  'x:low:2.0': { api: ['x:more:1.0'] },
  'x:low:3.0': {},
  'x:more:1.0': {},
  'x:inner:1.0': {},
  'x:bom:1.0': { type: 'pom', manages: ['x:low:3.0', 'x:top:1.0', 'x:inner:0.9'] },
  'x:old-bom:1.0': { type: 'pom', manages: ['x:low:0.9'] },
  'x:low:0.9': {},
  'x:inner:0.9': {},
  'x:view:1.0': { type: 'aar', floors: ['x:low:2.0', 'x:absent:9.0'], api: ['x:low:1.0'] },
  'x:multi:1.0': { standIn: 'x:multi-android:1.0' },
  'x:multi-android:1.0': { type: 'aar', api: ['x:low:1.0'] },
  'x:user:1.0': { api: ['x:multi:1.0'] },
  'x:loop-a:1.0': { api: ['x:loop-b:1.0'] },
  'x:loop-b:1.0': { api: ['x:loop-a:1.0'] },
  'x:group:1.0': { type: 'pom', api: ['x:low:1.0'] },
  'x:odd:1.0': { type: 'zip' },
  'x:broken:1.0': { api: ['x:needy:1.0'] },
  'x:needy:1.0': { api: ['x:gone:1.0'] },
  'org.jetbrains.kotlin:kotlin-stdlib:1.8.22': {},
  'org.jetbrains.kotlin:kotlin-stdlib-jdk8:1.6.21': {
    api: ['org.jetbrains.kotlin:kotlin-stdlib:1.6.21', 'org.jetbrains.kotlin:kotlin-stdlib-jdk7:1.6.21'],
  },
  'org.jetbrains.kotlin:kotlin-stdlib-jdk8:1.8.22': {
    api: ['org.jetbrains.kotlin:kotlin-stdlib-jdk7:1.8.22'],
  },
  'org.jetbrains.kotlin:kotlin-stdlib-jdk7:1.8.22': {},
  'org.jetbrains.kotlin:kotlin-stdlib-jdk7:1.6.21': {},
  'org.jetbrains.kotlin:kotlin-stdlib:1.6.21': {},
};

const CASES: Readonly<
  Record<string, readonly [dependencies: readonly AndroidDependency[], expected: string]>
> = {
  'scopes of POMs decide what is compiled with': [[library('x:top:1.0')], 'top:1.0, low:1.0, inner:1.0 rR'],
  'the highest version wins, and brings what it asks for': [
    [library('x:top:1.0'), library('x:other:1.0')],
    'top:1.0, other:1.0, low:2.0, inner:1.0 rR, more:1.0',
  ],
  'a version that is held and as high as what is asked for': [
    [library('x:top:1.0'), library('x:low:2.0', { isStrict: true })],
    'top:1.0, low:2.0, inner:1.0 rR, more:1.0',
  ],
  'what is excluded is not there, and what stands alone brings nothing': [
    [library('x:top:1.0', { exclude: ['x:inner'] }), library('x:other:1.0', { isAlone: true })],
    'top:1.0, other:1.0, low:1.0',
  ],
  'a platform gives versions and raises others, and lowers none': [
    [library('x:bom:1.0', { kind: 'platform' }), library('x:top')],
    'top:1.0, low:3.0, inner:1.0 rR',
  ],
  'a platform with an old version leaves a higher one': [
    [library('x:old-bom:1.0', { kind: 'platform' }), library('x:top:1.0')],
    'top:1.0, low:1.0, inner:1.0 rR',
  ],
  'Gradle metadata raise what is there, and bring nothing that is not': [
    [library('x:view:1.0')],
    'view:1.0, low:2.0, more:1.0',
  ],
  'the variant for Android stands in the place of a library for several systems': [
    [library('x:user:1.0')],
    'user:1.0, multi-android:1.0, low:1.0',
  ],
  "Kotlin's library and its former parts are of one version": [
    [
      library('org.jetbrains.kotlin:kotlin-stdlib-jdk8:1.6.21'),
      library('org.jetbrains.kotlin:kotlin-stdlib:1.8.22'),
    ],
    'kotlin-stdlib-jdk8:1.8.22, kotlin-stdlib:1.8.22, kotlin-stdlib-jdk7:1.8.22',
  ],
  'modules that ask for each other are no problem': [[library('x:loop-a:1.0')], 'loop-a:1.0, loop-b:1.0'],
  'a POM alone asks for others': [[library('x:group:1.0')], 'low:1.0'],
  'configurations are for what they say': [
    [
      library('x:low:1.0', { configuration: 'compileOnly' }),
      library('x:more:1.0', { configuration: 'runtimeOnly' }),
      library('x:inner:1.0', { configuration: 'testImplementation' }),
    ],
    'more:1.0 rR, low:1.0 c, inner:1.0 CR',
  ],
  'an app is compiled with the versions that it contains': [
    [library('x:low:1.0'), library('x:other:1.0', { configuration: 'runtimeOnly' })],
    'low:2.0, other:1.0 rR, more:1.0',
  ],
  'a module is compiled with what it sees, in the versions that the app contains': [
    [
      library('x:other:1.0'),
      library('x:low:1.0', { configuration: 'api', module: 'core', seenBy: ['core', 'login'] }),
      library('x:inner:1.0', { module: 'core', seenBy: ['core'] }),
    ],
    'other:1.0, low:2.0 crCR:core:login, inner:1.0 rR:core, more:1.0 crCR:core:login',
  ],
};

for (const [name, [dependencies, expected]] of Object.entries(CASES)) {
  test(`libraries are chosen as Gradle does: ${name}`, async () => {
    const { value, diagnostics } = await locked(REPOSITORY, dependencies);
    assert.deepEqual(diagnostics, []);
    assert.equal(shown(value!), expected);
  });
}

const HELD: Readonly<
  Record<string, readonly [dependencies: readonly string[], expected: string, warning: string]>
> = {
  'a library asks for more': [
    ['x:other:1.0'],
    'low:1.0, other:1.0',
    'x:low is held at 1.0; without `!!` it would be 2.0 (asked for by x:other:1.0)',
  ],
  'metadata ask for more': [
    ['x:view:1.0'],
    'low:1.0, view:1.0',
    'x:low is held at 1.0; without `!!` it would be 2.0 (asked for by x:view:1.0)',
  ],
  'the app itself asks for more': [
    ['x:low:2.0'],
    'low:1.0',
    'x:low is held at 1.0; without `!!` it would be 2.0',
  ],
};

for (const [name, [others, expected, warning]] of Object.entries(HELD)) {
  test(`a version that is held is taken, with a warning: ${name}`, async () => {
    const held = library('x:low:1.0', { isStrict: true });
    const { value, diagnostics } = await locked(REPOSITORY, [held, ...others.map((each) => library(each))]);
    assert.equal(shown(value!), expected);
    const told = diagnostics.map(({ code, severity, message }) => `${severity} ${code}: ${message}`);
    assert.deepEqual(told, [`warning dependencies/held-below: ${warning}`]);
  });
}

test('an AAR is locked with what a build must know of it', async () => {
  const { value } = await locked(REPOSITORY, [library('x:view:1.0')]);
  const [view, low] = value!;
  assert.deepEqual([view?.type, view?.aar], ['aar', { package: 'a.b', parts: ['classes.jar'] }]);
  assert.deepEqual([low?.type, low?.aar, low?.file], ['jar', undefined, 'low-2.0.jar']);
});

const REFUSED: Readonly<Record<string, readonly [dependency: string, expected: RegExp]>> = {
  'a module that is nowhere': [
    'x:nothing:1.0',
    /^build\.yaml:1:1: error\[dependencies\/missing-artifact\] no repository has x:nothing:1\.0; asked: repo:\/\/here\n/,
  ],
  'a module that another asks for': [
    'x:broken:1.0',
    /no repository has x:gone:1\.0 \(asked for by x:broken:1\.0 → x:needy:1\.0\); asked: repo:\/\/here\n.*x:broken:1\.0/s,
  ],
  'a file of another kind': ['x:odd:1.0', /unsupported-package\] x:odd:1\.0 is of the kind `zip`/],
};

for (const [name, [dependency, expected]] of Object.entries(REFUSED)) {
  test(`what cannot be taken is said with its place: ${name}`, async () => {
    const { value, diagnostics } = await locked(REPOSITORY, [library('x:top:1.0'), library(dependency)]);
    assert.equal(value, undefined);
    assert.equal(diagnostics.length, 1);
    assert.match(renderDiagnostic(diagnostics[0]!), expected);
  });
}

test('versions have the order of Gradle', () => {
  const sorted = [
    '1.0-dev',
    '1.0-alpha',
    '1.0-beta1',
    '1.0-beta2',
    '1.0-rc1',
    '1.0-SNAPSHOT',
    '1.0-ga',
    '1.0',
  ];
  const more = ['1.0.1', '1.2', '1.10', '1.10.0-jre', '2.0.0-rc-1', '2.0.0'];
  const all = [...sorted, ...more].filter((each) => each !== '1.10.0-jre' && each !== '1.0-ga');
  for (let at = 1; at < all.length; at++)
    assert.ok(compareGradleVersions(all[at - 1]!, all[at]!) < 0, `${all[at - 1]} < ${all[at]}`);
  assert.equal(compareGradleVersions('1.0', '1.0'), 0);
});
