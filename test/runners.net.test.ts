/** Real test runners and a bundler of npm's, locked, prepared and run by the product; skipped where npm's registry is not reached. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, type TestContext, test } from 'node:test';

const MAIN = join(import.meta.dirname, '..', 'src', 'main.ts');
const base = mkdtempSync(join(tmpdir(), 'mobileops-runners-'));
after(() => rmSync(base, { recursive: true, force: true }));
/** A machine without a network must not hold up the tests; but in CI, where they have to run, one lost packet is no reason. */
const RETRIES = process.env.CI === 'true' ? '4' : '0';
/** Of all: Node and what several of them depend on are fetched once. */
const SHARED = {
  MOBILEOPS_CACHE: join(base, 'cache'),
  npm_config_cache: join(base, 'npm'),
  npm_config_prefer_offline: 'true',
  npm_config_fetch_retries: RETRIES,
  npm_config_fetch_retry_mintimeout: '1000',
};

interface Project {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly files: Readonly<Record<string, string>>;
  /** Lines of YAML below `spec`. */
  readonly spec: string;
  /** A component unless told. */
  readonly kind?: 'MobileBuild';
  readonly scripts?: Readonly<Record<string, string>>;
}

const COMMONJS = `const sum = require('./sum.cjs');\n`;
const SUM = 'module.exports = (a, b) => a + b;\n';
const TESTS = `test('adds <two> "numbers"', () => { expect(sum(1, 2)).toBe(3); });\ntest.skip('later', () => {});\n`;
const UNIT = '  tests:\n    unit: sum.test';

const PROJECTS: Readonly<Record<string, Project>> = {
  'jest without jest-junit': {
    dependencies: { jest: '30.5.2' },
    files: {
      'sum.cjs': SUM,
      'sum.test.cjs': COMMONJS + TESTS,
      'jest.config.cjs': "module.exports = { testMatch: ['**/*.test.cjs'] };\n",
    },
    spec: `${UNIT}.cjs\n`,
  },
  'jest with jest-junit': {
    dependencies: { jest: '30.5.2', 'jest-junit': '17.0.0' },
    files: {
      'sum.cjs': SUM,
      'sum.test.cjs': COMMONJS + TESTS,
      'jest.config.cjs': "module.exports = { testMatch: ['**/*.test.cjs'] };\n",
    },
    spec: `${UNIT}.cjs\n`,
  },
  vitest: {
    dependencies: { vitest: '5.1.1' },
    files: {
      'sum.cjs': SUM,
      'sum.test.mjs': `import { expect, test } from 'vitest';\nimport sum from './sum.cjs';\n${TESTS}`,
    },
    spec: `${UNIT}.mjs\n`,
  },
};

for (const [name, project] of Object.entries(PROJECTS)) {
  test(`${name} runs the tests of a component and reports them`, (t) => {
    const workspace = preparedWorkspace(t, project);
    if (!workspace) return;
    const ran = run(workspace, ['test', 'a', '--json']);
    assert.equal(ran.status, 0, ran.stdout + ran.stderr);
    const junit = readFileSync(join(workspace, 'build-cache/test-reports/component-a-unit.xml'), 'utf8');
    assert.match(junit, /<testcase[^>]*adds &lt;two&gt; &quot;numbers&quot;/);
    assert.match(junit, /later[\s\S]*<skipped/);
    writeFileSync(join(workspace, 'components/a/sum.cjs'), 'module.exports = () => 4;\n');
    const failed = run(workspace, ['test', 'a', '--json']);
    assert.equal(failed.status, 1, failed.stdout);
  });
}

test('webpack builds a component', (t) => {
  const workspace = preparedWorkspace(t, {
    dependencies: { webpack: '5.113.0', 'webpack-cli': '7.3.1' },
    files: {
      'src/index.js': "import { word } from './word.js';\nconsole.log(word);\n",
      'src/word.js': "export const word = 'bundled';\n",
    },
    spec: '  buildSteps:\n    - name: bundle\n      command: webpack --mode production\n  artifacts:\n    - name: page\n      path: dist/\n      type: data\n',
  });
  if (!workspace) return;
  const built = run(workspace, ['build', 'a']);
  assert.equal(built.status, 0, built.stdout + built.stderr);
  const bundle = spawnSync(process.execPath, [join(workspace, 'dist/components/a/main.js')], {
    encoding: 'utf8',
  });
  assert.equal(bundle.stdout, 'bundled\n');
  const again = run(workspace, ['build', 'a']);
  assert.match(again.stdout + again.stderr, /nothing to do/);
});

test('webpack builds a web app that installs and works offline', (t) => {
  const workspace = preparedWorkspace(t, {
    kind: 'MobileBuild',
    dependencies: { webpack: '5.113.0', 'webpack-cli': '7.3.1', 'html-webpack-plugin': '5.6.8' },
    scripts: { build: 'webpack --mode production' },
    files: {
      'webpack.config.cjs':
        "const Html = require('html-webpack-plugin');\nmodule.exports = { entry: './src/index.js', output: { filename: '[contenthash].js' }, plugins: [new Html({ title: 'W' })] };\n",
      'src/index.js': "document.body.textContent = 'bundled';\n",
      'icon.svg':
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><circle cx="4" cy="4" r="4"/></svg>',
    },
    spec: '  platform: pwa\n  manifest: {name: W}\n  web: {icon: {source: icon.svg}, contentSecurityPolicy: {}}\n',
  });
  if (!workspace) return;
  const built = run(workspace, ['build', 'a']);
  assert.equal(built.status, 0, built.stdout + built.stderr);
  const read = (path: string): string => readFileSync(join(workspace, 'dist/mobile/a', path), 'utf8');
  const [, bundle] = /<script defer src=([0-9a-f]+\.js)>/.exec(read('index.html')) ?? [];
  assert.ok(bundle !== undefined && read('sw.js').includes(`["${bundle}","sha256-`), read('index.html'));
  assert.match(read('index.html'), /Content-Security-Policy.*script-src 'self';/);
  assert.equal(JSON.parse(read('manifest.webmanifest')).icons.length, 5);
});

function run(
  workspace: string,
  words: readonly string[],
): { status: number | null; stdout: string; stderr: string } {
  const env = { ...process.env, ...SHARED };
  return spawnSync(process.execPath, [MAIN, ...words, '-C', workspace], {
    encoding: 'utf8',
    env,
    maxBuffer: 1 << 26,
  });
}

/** Locked and prepared by the real npm; `undefined`, and the test is skipped, where its registry cannot be reached. */
function preparedWorkspace(
  t: TestContext,
  { dependencies, files, spec, kind, scripts }: Project,
): string | undefined {
  const workspace = mkdtempSync(join(base, 'workspace-'));
  const place = kind ? 'mobile/a' : 'components/a';
  const head = (kind: string, name: string): string =>
    `apiVersion: build.mobileops.io/v1\nkind: ${kind}\nmetadata:\n  name: ${name}\nspec:\n`;
  const all = {
    'build-config.yaml': `${head('BuildConfiguration', 'runners')}  version: 1.0.0\n`,
    [`${place}/build.yaml`]: head(kind ?? 'ComponentBuild', 'a') + spec,
    [`${place}/package.json`]: JSON.stringify({
      name: 'a',
      version: '1.0.0',
      private: true,
      devDependencies: dependencies,
      ...(scripts ? { scripts } : {}),
    }),
    ...Object.fromEntries(Object.entries(files).map(([path, text]) => [`${place}/${path}`, text])),
  };
  for (const [path, text] of Object.entries(all)) {
    mkdirSync(dirname(join(workspace, path)), { recursive: true });
    writeFileSync(join(workspace, path), text);
  }
  const locked = run(workspace, ['deps', 'lock']);
  if (locked.status === 3) {
    t.skip(`not run: ${locked.stderr.split('\n')[0]}`);
    return undefined;
  }
  assert.equal(locked.status, 0, locked.stdout + locked.stderr);
  return workspace;
}
