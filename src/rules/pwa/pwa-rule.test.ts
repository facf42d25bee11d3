import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AssociatedApp, DeclaredApp, MobileSpec } from '../../config/index.ts';
import {
  actionOf,
  type FakeContextOptions,
  fakeContext,
  fakeNodePackage,
  fakeTree,
  located,
  mobileSpec,
  pathsOf,
  renderedDiagnostics,
} from '../testing.ts';
import { bridgeModule } from './bridge-module.ts';
import { pwaRule } from './pwa-rule.ts';

const packageJson = (value: object) => ({ 'package.json': JSON.stringify(value) });
const vite = packageJson({ scripts: { build: 'vite build' }, devDependencies: { vite: '8' } });
const plan = (
  spec: Partial<MobileSpec> = {},
  options: Partial<Omit<FakeContextOptions<MobileSpec>, 'spec'>> = {},
) => pwaRule(fakeContext({ spec: mobileSpec(spec), files: vite, ...options }));

test("the app's own build, then our commands on the site", () => {
  const locked = { node: [fakeNodePackage('vite', '8.0.0')] };
  const made = plan(
    { stamp: true, env: { A: '1' }, manifest: { name: 'N' } },
    { locked, needs: ['component:model'] },
  );
  assert.deepEqual(
    made.actions.map(({ mnemonic }) => mnemonic),
    ['NodeEnvironment', 'WebBuild', 'FinishSite'],
  );
  const build = actionOf(made, 'app:demo#build');
  assert.deepEqual(build.argv, ['npm', 'run', '--silent', 'build']);
  assert.deepEqual(
    build.mounts.map(({ at }) => at),
    ['/w/node_modules', '/tools/node', '/tools/npm', '/deps/component/model'],
  );
  assert.deepEqual([build.env.A, build.env.BUILD_VERSION], ['1', '1.0.0']);
  const finish = actionOf(made, 'app:demo#in-turn');
  assert.equal(
    finish.argv.slice(2).join(' '),
    'in-turn v1 web-manifest v2 --extra manifest.json site --then service-worker v2 site',
  );
  assert.equal(finish.description, 'finish the site: manifest, service worker');
  assert.deepEqual([finish.env, finish.mounts, finish.outputs], [{ PATH: '' }, [], ['site']]);
  const outputs = {
    'app:demo#build': fakeTree({ 'dist/index.html': '', 'src/main.ts': '' }),
    'app:demo#in-turn': fakeTree({ 'site/index.html': '', 'site/sw.js': '' }),
  };
  assert.deepEqual(pathsOf(finish.work, outputs), ['manifest.json', 'site/index.html']);
  assert.deepEqual(pathsOf(made.exports, outputs), ['index.html', 'sw.js']);
  assert.deepEqual(
    made.artifacts.map(({ path, isFile }) => [path, isFile]),
    [['mobile/demo', false]],
  );
});

test('script and output may be named', () => {
  const made = plan(
    { web: { script: 'site', output: 'build/' } },
    { files: packageJson({ scripts: { site: 'webpack' } }) },
  );
  assert.deepEqual(actionOf(made, 'app:demo#build').argv.at(-1), 'site');
  const outputs = { 'app:demo#build': fakeTree({ 'build/index.html': '' }) };
  assert.deepEqual(pathsOf(actionOf(made, 'app:demo#in-turn').work, outputs), ['site/index.html']);
});

test('icons are drawn from one file, apart from the build', () => {
  const icon = { source: located('art/icon.svg'), background: '#123', inset: 12 };
  const spec = { web: { script: 'build', output: 'dist', icon } };
  const made = plan(spec, { files: { ...vite, 'art/icon.svg': '<svg/>' } });
  const drawn = actionOf(made, 'app:demo#web-icons');
  assert.deepEqual(
    drawn.argv.slice(2).join(' '),
    'web-icons v1 --renderer /tools/resvg --background #123 --inset 12 art/icon.svg icons',
  );
  assert.deepEqual(
    drawn.mounts.map(({ at }) => at),
    ['/tools/resvg'],
  );
  assert.deepEqual(pathsOf(drawn.work), ['art/icon.svg']);
  const { argv } = actionOf(made, 'app:demo#in-turn');
  assert.match(argv.join(' '), / web-manifest v2 --icons icons site --then /);
  const refused = plan(spec);
  assert.match(renderedDiagnostics(refused), /error\[pwa\/no-icon\] the drawing art\/icon\.svg is not among/);
});

test('a site is built with the module that calls its app', () => {
  const bridge = { module: 'src/native.ts', methods: [{ name: 'half', parameters: [] }] };
  const spec = { web: { script: 'build', output: 'dist', bridge } };
  const made = plan(spec);
  assert.deepEqual(pathsOf(actionOf(made, 'app:demo#build').work), ['package.json', 'src/native.ts']);
  const [, module] = made.artifacts;
  assert.deepEqual([module!.path, pathsOf(module!.tree)], ['mobile/demo-bridge', ['native.ts']]);
  const copied = plan(spec, { files: { ...vite, 'src/native.ts': bridgeModule(bridge.methods) } });
  assert.equal(renderedDiagnostics(copied), '');
  const stale = plan(spec, { files: { ...vite, 'src/native.ts': 'old' } });
  assert.match(
    renderedDiagnostics(stale),
    /src\/native\.ts: error\[pwa\/stale-bridge\] src\/native\.ts is not what `web\.bridge` gives/,
  );
});

test('apps that may show the site, with their certificates', () => {
  const storeFile = located('keystore/debug.p12');
  const declared = (kind: 'debug' | 'release', certificates?: readonly string[]): DeclaredApp => ({
    directory: 'mobile/hybrid',
    applicationId: `com.example.${kind}`,
    signing: { storeFile, keyAlias: 'key', kind, ...(certificates ? { certificates } : {}) },
  });
  const app = (given?: DeclaredApp): AssociatedApp => ({
    ...{ kind: 'target', app: located('app:hybrid') },
    ...(given ? { declared: given } : {}),
  });
  const planned = (apps: readonly AssociatedApp[], files = { 'keystore/debug.p12': '' }) =>
    plan({ web: { script: 'build', output: 'dist', apps } }, { folders: { 'mobile/hybrid': files } });
  const made = planned([
    app(declared('release', ['AB'])),
    app(declared('debug')),
    { kind: 'android', applicationId: 'com.other', certificates: ['CD'] },
    { kind: 'ios', appId: 'ABCDE12345.com.other' },
  ]);
  const { work, argv } = actionOf(made, 'app:demo#in-turn');
  assert.match(argv.join(' '), / --then site-associations v2 --apps apps\.json site --then service-worker /);
  assert.deepEqual(
    pathsOf(work, {
      'app:demo#build': fakeTree({ 'dist/index.html': '' }),
    }),
    ['apps.json', 'keys/1/keystore/debug.p12', 'site/index.html'],
  );
  const text = JSON.parse(/"path":"apps.json","content":("(?:[^"\\]|\\.)*")/.exec(JSON.stringify(work))![1]!);
  assert.deepEqual(JSON.parse(text), {
    android: [
      { applicationId: 'com.example.release', certificates: ['AB'], keys: [] },
      {
        applicationId: 'com.example.debug',
        certificates: [],
        keys: [
          {
            storeFile: 'keys/1/keystore/debug.p12',
            keyAlias: 'key',
            shownAs: 'mobile/hybrid/keystore/debug.p12',
          },
        ],
      },
      { applicationId: 'com.other', certificates: ['CD'], keys: [] },
    ],
    ios: ['ABCDE12345.com.other'],
  });

  const refused = (apps: readonly AssociatedApp[], files?: { 'keystore/debug.p12': string }): string =>
    renderedDiagnostics(planned(apps, files)).split('\n')[0]!;
  assert.match(refused([app()]), /error\[pwa\/not-an-app\] app:hybrid is no Android app$/);
  assert.match(
    refused([app(declared('release'))]),
    /\[pwa\/no-certificate\] the certificate of the release key of app:hybrid is not known$/,
  );
  assert.match(
    refused([app({ directory: 'mobile/hybrid', applicationId: 'a.b' })]),
    /\[pwa\/no-certificate\] app:hybrid names no key/,
  );
  assert.match(
    refused([app(declared('debug'))], {} as never),
    /\[pwa\/no-certificate\] the key store keystore\/debug\.p12 is not among the files of app:hybrid$/,
  );
});

test("the package's test script", () => {
  const check = (
    script: string,
    expected: { args?: string; options?: string; junit?: boolean } | undefined,
  ) => {
    const made = plan({}, { files: packageJson({ scripts: { build: 'x', test: script } }) });
    const planned = made.tests.find(({ category }) => category === 'unit');
    if (!expected) return assert.equal(planned, undefined);
    assert.ok(planned, script);
    assert.equal(planned.action.argv.join(' '), `npm test --silent${expected.args ?? ''}`);
    assert.equal(planned.action.env.NODE_OPTIONS, expected.options);
    assert.equal(planned.junit, expected.junit ? 'mobileops-junit.xml' : undefined);
  };
  check('echo "Error: no test specified" && exit 1', undefined);
  check('./check.sh', {});
  check('tsc && vitest', {
    args: ' -- --run --reporter=default --reporter=junit --outputFile.junit=mobileops-junit.xml',
    junit: true,
  });
  const measured = '--coverage --coverageReporters=lcovonly --coverageDirectory=mobileops-coverage';
  check('jest', { args: ` -- --ci --watchman=false --cacheDirectory=/tmp/jest ${measured}` });
  check("node --test 'tests/*.test.ts'", {
    options:
      '--test-reporter=spec --test-reporter-destination=stdout --test-reporter=junit --test-reporter-destination=mobileops-junit.xml',
    junit: true,
  });
});

test('the site is shown in a browser as a test', () => {
  const [shown] = plan().tests;
  assert.deepEqual(shown!.action.argv.slice(2), ['web-check', 'v1', 'site', 'out']);
  assert.deepEqual(
    [shown!.category, shown!.junit, shown!.keeps, shown!.action.callsMachine],
    ['integration', 'out/junit.xml', 'out/screenshots', true],
  );
});

test('what is missing is named', () => {
  const check = (spec: Partial<MobileSpec>, files: Record<string, string>, expected: string) => {
    const made = plan(spec, { files });
    assert.equal(renderedDiagnostics(made).split('\n')[0], expected);
    assert.deepEqual(made.actions, []);
  };
  check({}, {}, 'mobile/demo/package.json: error[pwa/no-package] mobile/demo has no package.json');
  check(
    {},
    { 'package.json': '[' },
    'mobile/demo/package.json: error[pwa/no-package] it is not a JSON object',
  );
  check(
    {},
    packageJson({ scripts: { built: 'x' } }),
    'mobile/demo/package.json: error[pwa/no-script] it has no script "build"',
  );
  check(
    { site: located('app:x') },
    vite,
    'build.yaml:1:1: error[pwa/not-supported] `site` has no meaning for a web app',
  );
  check(
    { outputs: ['dist'] },
    vite,
    'mobile/demo/build.yaml: error[pwa/not-supported] `outputs` has no meaning for a web app',
  );
});
