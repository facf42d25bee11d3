import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { renderDiagnostic } from '../base/index.ts';
import type { Parsed } from './check-shape.ts';
import { parseBuildConfiguration, parseComponentBuild, parseMobileBuild } from './parser.ts';

const DOCUMENT = join(import.meta.dirname, '../../test/fixtures/document');
const read = (path: string) => ({ path, text: readFileSync(join(DOCUMENT, path), 'utf8') });
const HEAD = 'apiVersion: build.mobileops.io/v1\n';

/** Plain values without places. */
function plain<T>({ value, diagnostics }: Parsed<T>): unknown {
  assert.deepEqual(
    diagnostics.map((each) => renderDiagnostic(each)),
    [],
  );
  return JSON.parse(JSON.stringify(value, (key, each) => (key === 'span' ? undefined : each)));
}
const at = (value: string) => ({ value });

test("the document's global file means what it says", () => {
  assert.deepEqual(plain(parseBuildConfiguration(read('build-config.yaml'))), {
    name: 'mobileops-build-config',
    version: '1.0.0',
    environment: {
      baseImage: at('ubuntu:22.04'),
      architectures: ['amd64', 'arm64'].map(at),
      timezone: 'UTC',
      locale: 'en_US.UTF-8',
    },
    dependencies: {
      system: ['curl', 'git', 'build-essential', 'python3', 'python3-pip', 'nodejs', 'npm'].map(at),
      python: ['requirements.txt', 'requirements-dev.txt'].map(at),
      node: ['package.json', 'package-lock.json'].map(at),
    },
    buildSteps: [
      { name: 'setup-environment', command: at('./scripts/setup-build-env.sh') },
      { name: 'install-dependencies', command: at('./scripts/install-deps.sh') },
      { name: 'compile-components', command: at('./scripts/compile.sh') },
      { name: 'run-tests', command: at('./scripts/run-tests.sh') },
      { name: 'package-artifacts', command: at('./scripts/package.sh') },
      { name: 'security-scan', command: at('./scripts/security-scan.sh') },
    ],
    artifacts: [
      { name: 'platform-scripts', type: 'tarball', path: at('dist/scripts/'), compression: 'gzip' },
      {
        name: 'container-images',
        type: 'container',
        registry: 'ghcr.io/spiralgang',
        tags: ['latest', '1.0.0'],
      },
      {
        name: 'mobile-apps',
        type: 'mobile',
        platforms: ['android', 'ios'].map(at),
        signing: { value: true },
      },
    ],
    quality: {
      codeQuality: { enabled: true, threshold: 8 },
      testCoverage: { enabled: true, threshold: 80 },
      securityScan: { enabled: true, allowHighSeverity: false, maxAgeDays: 30, accept: [], ignore: [] },
      performanceTest: { enabled: true, maxResponseTimeMs: 200 },
      licences: { enabled: false, deny: [], allowUnknown: false },
      isStated: true,
      exceptions: [],
    },
    imagePrefix: 'mobileops-',
    runNetwork: false,
    stated: [{ key: 'locale' }, { key: 'buildSteps' }, { key: 'node' }],
  });
});

test("the document's component means what it says", () => {
  assert.deepEqual(plain(parseComponentBuild(read('components/ai-core/build.yaml'))), {
    name: at('ai-core'),
    hasSteps: true,
    refusals: [],
    spec: {
      rule: 'component',
      needs: [],
      env: {},
      network: false,
      stamp: false,
      cache: true,
      dependencies: ['tensorflow>=2.12.0', 'torch>=2.0.0', 'numpy>=1.24.0', 'scikit-learn>=1.3.0'].map(at),
      buildSteps: [
        { name: 'prepare-models', command: at('python scripts/prepare-models.py') },
        { name: 'compile-inference-engine', command: at('make -C inference/') },
        { name: 'package-models', command: at('tar -czf ai-models.tar.gz models/') },
      ],
      tests: {
        unit: at('tests/unit/test_ai_core.py'),
        integration: at('tests/integration/test_ai_integration.py'),
        performance: at('tests/performance/benchmark_inference.py'),
      },
      artifacts: [
        { name: 'ai-core-engine', path: at('dist/ai-core/'), type: 'binary' },
        { name: 'ai-models', path: at('ai-models.tar.gz'), type: 'data' },
      ],
    },
  });
});

test('a global file may say only its version', () => {
  const text = `${HEAD}kind: BuildConfiguration\nmetadata: {name: least}\nspec: {version: 2.0.0-rc.1+b7}\n`;
  assert.deepEqual(plain(parseBuildConfiguration({ path: 'a', text })), {
    name: 'least',
    version: '2.0.0-rc.1+b7',
    environment: { architectures: [], timezone: 'UTC', locale: 'C.UTF-8' },
    dependencies: { system: [], python: [], node: [] },
    buildSteps: [],
    artifacts: [],
    quality: {
      codeQuality: { enabled: true, threshold: 8 },
      testCoverage: { enabled: true, threshold: 80 },
      securityScan: { enabled: true, allowHighSeverity: false, maxAgeDays: 30, accept: [], ignore: [] },
      performanceTest: { enabled: true, maxResponseTimeMs: 200 },
      licences: { enabled: false, deny: [], allowUnknown: false },
      isStated: false,
      exceptions: [],
    },
    imagePrefix: 'mobileops-',
    runNetwork: false,
    stated: [],
  });
});

test('every addition of a component is taken', () => {
  const text = `${HEAD}kind: ComponentBuild
metadata: {name: all}
spec:
  needs: [network, image:base]
  inputs: ["src/**"]
  outputs: [out]
  env: {PORT: 8080, DEBUG: true, HEX: 0x1F, NAME: "\${USER_NAME}", HOME_: $$HOME}
  network: true
  stamp: true
  resources: {cpus: 2, memory: 1.5GiB}
  timeout: 10m
  cache: false
  serve: {command: ./run, port: 80, paths: [/api?a=b], duration: 2s}
  buildSteps:
    - name: one
      command: echo \${NOT_OURS} $$
      env: {A: b}
      network: false
      stamp: true
      timeout: 1.5s
      cache: true
      resources: {memory: 512MiB}
      staging: copy
`;
  const parsed = parseComponentBuild({ path: 'a', text }, { variables: { USER_NAME: 'me' } });
  assert.deepEqual([...parsed.variables], ['USER_NAME']);
  assert.deepEqual(parsed.value?.refusals, []);
  const { spec } = plain(parsed) as { spec: unknown };
  assert.deepEqual(spec, {
    rule: 'component',
    needs: ['network', 'image:base'].map(at),
    inputs: ['src/**'],
    outputs: ['out'],
    env: { PORT: '8080', DEBUG: 'true', HEX: '0x1F', NAME: 'me', HOME_: '$HOME' },
    network: true,
    stamp: true,
    resources: { cpus: 2, memoryBytes: 1610612736 },
    timeoutMs: 600_000,
    cache: false,
    serve: {
      command: at('./run'),
      port: 80,
      health: '/health',
      paths: ['/api?a=b'],
      startTimeoutMs: 30_000,
      durationMs: 2000,
      connections: 10,
    },
    dependencies: [],
    tests: {},
    artifacts: [],
    buildSteps: [
      {
        name: 'one',
        command: at('echo ${NOT_OURS} $$'),
        env: { A: 'b' },
        network: false,
        stamp: true,
        timeoutMs: 1500,
        cache: true,
        resources: { memoryBytes: 536870912 },
        staging: 'copy',
      },
    ],
  });
});

test('a hybrid app has its site, its Android part and defaults', () => {
  const text = `${HEAD}kind: MobileBuild
metadata: {name: hybrid}
spec:
  platform: hybrid
  site: app:webapp
  serve: x
  android:
    applicationId: io.mobileops.demo
    signing: {storeFile: debug.jks, keyAlias: debug, kind: debug}
`;
  const parsed = parseMobileBuild({ path: 'a', text });
  assert.deepEqual(
    parsed.value?.refusals.map(({ message }) => message),
    ['`serve` is not supported yet'],
  );
  assert.deepEqual((plain(parsed) as { spec: unknown }).spec, {
    rule: 'hybrid',
    needs: [],
    env: {},
    network: false,
    stamp: false,
    cache: true,
    site: at('app:webapp'),
    android: {
      applicationId: 'io.mobileops.demo',
      label: 'hybrid',
      compileSdk: 34,
      minSdk: 21,
      targetSdk: 34,
      signing: { storeFile: at('debug.jks'), keyAlias: 'debug', kind: 'debug' },
    },
  });
});

test('a PWA has its script, its folder and its manifest', () => {
  const text = `${HEAD}kind: MobileBuild
metadata: {name: webapp}
spec:
  platform: pwa
  manifest: {short_name: Ops, icons: [{src: a.png}], span: {file: 1}}
`;
  assert.deepEqual((plain(parseMobileBuild({ path: 'a', text })) as { spec: unknown }).spec, {
    rule: 'pwa',
    needs: [],
    env: {},
    network: false,
    stamp: false,
    cache: true,
    web: { script: 'build', output: 'dist' },
    manifest: { short_name: 'Ops', icons: [{ src: 'a.png' }] },
  });
});

const ADDRESSES: readonly (readonly [string, boolean])[] = [
  ['https://status.example.com/', true],
  ['https://status.example.com:8443/app', true],
  ['http://localhost:5173/', true],
  // A browser installs nothing from there.
  ['http://status.example.com/', false],
  ['https://user@status.example.com/', false],
  ['https://status.example.com/?a=b', false],
  ['status.example.com', false],
  ['javascript:alert(1)', false],
  // No index of a release takes these.
  ['https://status.example.com:65535/', true],
  ['https://status.example.com:65536/', false],
  [`https://status.example.com/${'a'.repeat(473)}`, true],
  [`https://status.example.com/${'a'.repeat(474)}`, false],
];

for (const [address, isTaken] of ADDRESSES) {
  test(`a web app ${isTaken ? 'may be' : 'is not'} installed from ${address}`, () => {
    const text = `${HEAD}kind: MobileBuild
metadata: {name: webapp}
spec:
  platform: pwa
  web: {address: "${address}"}
`;
    const { value, diagnostics } = parseMobileBuild({ path: 'a', text });
    assert.deepEqual(
      isTaken ? value?.spec.web?.address : diagnostics.map(({ code }) => code),
      isTaken ? address : ['config/bad-value'],
    );
  });
}

test('BUILD_VERSION is the version unless it is given', () => {
  const text = `${HEAD}kind: BuildConfiguration
metadata: {name: v}
spec:
  version: 1.2.3
  artifacts: [{name: i, type: container, tags: ["\${BUILD_VERSION}"]}]
`;
  const tags = (variables: Record<string, string>) => {
    const artifact = parseBuildConfiguration({ path: 'a', text }, { variables }).value?.artifacts[0];
    return artifact?.type === 'container' ? artifact.tags : undefined;
  };
  assert.deepEqual(tags({}), ['1.2.3']);
  assert.deepEqual(tags({ BUILD_VERSION: '9.9.9' }), ['9.9.9']);
  assert.deepEqual(
    tags({ BUILD_VERSION: '1.0.0-rc.1+b5' }),
    ['1.0.0-rc.1+b5'],
    'an image gets it with a dash',
  );
});

test('REGISTRY is the one of the document unless it is given', () => {
  const text = `${HEAD}kind: ComponentBuild\nmetadata: {name: r}\nspec: {env: {R: "\${REGISTRY}"}}\n`;
  const registry = (variables: Record<string, string>) =>
    parseComponentBuild({ path: 'a', text }, { variables }).value?.spec.env.R;
  assert.equal(registry({}), 'ghcr.io/spiralgang');
  assert.equal(registry({ REGISTRY: 'localhost:5000' }), 'localhost:5000');
});

test('what a number, a time or a size must be more than is said', () => {
  const said = (resources: string, timeout = '1s'): string[] => {
    const step = `{name: one, command: x, timeout: ${timeout}, resources: ${resources}}`;
    const text = `${HEAD}kind: ComponentBuild\nmetadata: {name: r}\nspec: {buildSteps: [${step}]}\n`;
    const { diagnostics } = parseComponentBuild({ path: 'a', text });
    return diagnostics.map(({ message, hint }) => `${message}; ${hint}`);
  };
  assert.deepEqual(said('{cpus: 0}'), ['0 is out of range; the number is more than 0']);
  assert.deepEqual(said('{cpus: 2000}'), ['2000 is out of range; the number is at most 1024']);
  assert.deepEqual(said('{cpus: .nan}'), ['expected a number, found `.nan`; undefined']);
  assert.deepEqual(said('{memory: 0B}'), ['`0B` is out of range; write more than 0']);
  assert.deepEqual(said('{memory: 0.5B}', '0.0s'), ['`0.0s` is out of range; write more than 0']);
});

test('aliases, anchors, Windows line ends and literal texts are YAML like any other', () => {
  const text = `${HEAD}kind: ComponentBuild
metadata: {name: &name yaml}
spec:
  env: &env {A: *name}
  buildSteps:
    - name: one
      env: *env
      command: |
        first
        second
`;
  for (const each of [text, text.replaceAll('\n', '\r\n')]) {
    const { value, diagnostics } = parseComponentBuild({ path: 'a', text: each });
    assert.deepEqual(diagnostics, []);
    const step = value?.spec.buildSteps[0];
    assert.equal(step?.command.value, 'first\nsecond\n');
    assert.deepEqual({ ...step?.env }, { A: 'yaml' });
  }
});

test('a key that every object has by itself is a key like any other', () => {
  const text = `${HEAD}kind: BuildConfiguration\nmetadata: {name: {constructor: {name: {}}}}\nspec: {version: 1.0.0}\n`;
  const { diagnostics } = parseBuildConfiguration({ path: 'a', text });
  assert.deepEqual(
    diagnostics.map(({ message }) => message),
    ['expected a text, found a mapping'],
  );
});
