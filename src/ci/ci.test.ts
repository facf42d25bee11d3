import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { parse } from 'yaml';
import type { GlobalStep } from '../config/index.ts';
import { ciJunit, environmentProblems, githubWorkflows, pipelineOf } from './index.ts';

const located = <T>(value: T) => ({
  value,
  span: { file: { path: 'build-config.yaml', text: '' }, start: 0, end: 0 },
});

describe('the steps of a pipeline', () => {
  const step = (name: string, rest: { command?: string; uses?: string }): GlobalStep => ({
    name,
    ...(rest.command === undefined ? {} : { command: located(rest.command) }),
    ...(rest.uses === undefined ? {} : { uses: located(rest.uses) }),
  });
  const told = (buildSteps: GlobalStep[], variables: Record<string, string> = {}, scripts: string[] = []) =>
    pipelineOf({ configuration: { buildSteps, version: '1.0.0' }, variables, scripts }).map(
      ({ name, run, notRun }) => {
        const what = 'command' in run ? run.command : `mobileops ${run.words.join(' ')}`;
        return `${name}: ${notRun ?? what}`;
      },
    );

  test('are the global ones, in their order', () =>
    assert.deepEqual(told([step('one', { command: './a.sh' }), step('two', { uses: 'test' })]), [
      'one: ./a.sh',
      'two: mobileops test',
    ]));
  test('have a limit of their own where they say so', () => {
    const buildSteps = [{ ...step('one', { uses: 'test' }), timeoutMs: 5000 }, step('two', { command: 'x' })];
    const steps = pipelineOf({ configuration: { buildSteps, version: '1.0.0' }, variables: {}, scripts: [] });
    assert.deepEqual(
      steps.map(({ limitMs }) => limitMs),
      [5000, undefined],
    );
  });
  test('begin with the syntax of the scripts', () =>
    assert.deepEqual(told([step('one', { command: 'x' })], {}, ["scripts/it's.sh"]), [
      "script-syntax: failed=0\nbash -n 'scripts/it'\\''s.sh' || failed=1\nexit $failed",
      'one: x',
    ]));
  test('are what every platform needs, where there are none', () => {
    const [validate, prepare, build, check, pack, release, publish] = told([]);
    assert.equal(pack, 'package: mobileops package');
    assert.deepEqual(
      [validate, prepare, build],
      ['validate: mobileops validate', 'prepare: mobileops prepare --tests', 'build: mobileops build all'],
    );
    assert.match(check ?? '', /^check: mobileops check --report build-cache\/ci\/gates\.json/);
    assert.match(release ?? '', /BUILD_VERSION is not set/);
    assert.match(publish ?? '', /BUILD_VERSION is not set/);
  });
  test('release a version that is named, instead of an archive alone, and publish it where there is a place', () => {
    assert.deepEqual(told([], { BUILD_VERSION: 'v2.0.0' }).slice(-3), [
      'package: the release has an archive of its own',
      'release: mobileops release v2.0.0',
      'publish: neither ARTIFACT_REPO_URL nor PUSH_IMAGES says where to',
    ]);
    const places = { BUILD_VERSION: '2.0.0', ARTIFACT_REPO_URL: 'http://127.0.0.1' };
    assert.equal(told([], places).at(-1), 'publish: mobileops publish');
  });
});

test('what is missing is told by its name, all at once', () => {
  const problems = environmentProblems({
    variables: { ARTIFACT_REPO_URL: 'x', SONAR_HOST_URL: 'y', SONAR_TOKEN: 'z' },
    has: (tool) => tool === 'bash',
    specs: [],
    required: ['SIGNING_KEY'],
  });
  assert.deepEqual(
    problems.map(({ message }) => message),
    [
      'git is not on PATH',
      'python3 is not on PATH',
      'SIGNING_KEY is not set: --require names it',
      'ARTIFACT_REPO_TOKEN is not set: ARTIFACT_REPO_URL is set',
    ],
  );
});

test('the summary is JUnit that says what was not run', () => {
  const steps = [
    { name: 'a', status: 'passed', command: 'x', exitCode: 0, durationMs: 1500, log: 'l' },
    { name: 'b', status: 'failed', command: 'x', exitCode: 3, durationMs: 1, log: 'l' },
    { name: 'c', status: 'not-run', command: 'x', why: 'b failed' },
  ] as const;
  const about = {
    version: 1,
    exitCode: 3,
    buildId: 'id',
    buildVersion: '1',
    commit: 'c',
    branch: 'main',
  } as const;
  const text = ciJunit({ ...about, startedAt: '', durationMs: 1, steps }, () => '<last> words');
  assert.match(text, /tests="3" failures="1" skipped="1"/);
  assert.match(text, /name="a" time="1\.500"\/>/);
  assert.match(text, /<failure message="ended with exit code 3">&lt;last&gt; words<\/failure>/);
  assert.match(text, /<skipped message="b failed"\/>/);
});

interface Job {
  readonly steps: readonly {
    readonly uses?: string;
    readonly run?: string;
    readonly with?: Readonly<Record<string, unknown>>;
  }[];
  readonly permissions?: Readonly<Record<string, string>>;
  readonly defaults?: object;
  readonly 'timeout-minutes'?: number;
}

/** That of the machine, or one that is built. */
function actionlintProgram(): string | undefined {
  if (!spawnSync('actionlint', ['-version']).error) return 'actionlint';
  const folder = join(
    process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'),
    'mobileops-bench',
    'actionlint-1.7.12',
  );
  const path = join(folder, 'actionlint');
  if (existsSync(path)) return path;
  const go = spawnSync('go', ['version']).error ? '/usr/local/go/bin/go' : 'go';
  const module = 'github.com/rhysd/actionlint/cmd/actionlint@v1.7.12';
  mkdirSync(folder, { recursive: true });
  const built = spawnSync(go, ['install', module], { env: { ...process.env, GOBIN: folder } });
  return built.status === 0 ? path : undefined;
}

describe('the workflows of GitHub', () => {
  const options = { branch: "it's", folder: 'examples/platform', program: './mobileops', install: 'npm ci' };
  const files = Object.entries(githubWorkflows(options));

  for (const [name, text] of files)
    test(`${name}: pinned, with the least that it may do`, () => {
      const workflow = parse(text);
      assert.deepEqual(workflow.permissions, { contents: 'read' });
      assert.deepEqual([workflow.on.push, workflow.on.pull_request], Array(2).fill({ branches: ["it's"] }));
      for (const job of Object.values<Job>(workflow.jobs)) {
        assert.ok(job['timeout-minutes'] && job.defaults);
        const writes = Object.entries(job.permissions ?? {}).flatMap(([what, level]) =>
          level === 'write' ? [what] : [],
        );
        assert.deepEqual(writes, name === 'security.yml' ? ['security-events'] : []);
        for (const step of job.steps) {
          if (step.uses === undefined) continue;
          assert.match(step.uses, /^[\w-]+\/[\w./-]+@[0-9a-f]{40}$/);
          if (step.uses.startsWith('actions/checkout@'))
            assert.equal(step.with?.['persist-credentials'], false);
        }
      }
      assert.doesNotMatch(text, /\$\{\{ *secrets|pull_request_target/);
    });

  test('what they run: the pipeline, and the scan with the bill of materials', () => {
    const commands = files.flatMap(([name, text]) =>
      Object.values<Job>(parse(text).jobs).flatMap(({ steps }) =>
        steps.flatMap(({ run = '' }) =>
          run.startsWith('./mobileops ') ? [`${name}: ${run.split(' ').slice(1).join(' ')}`] : [],
        ),
      ),
    );
    assert.deepEqual(commands, [
      'mobileops.yml: ci --report build-cache/ci/ci.xml --report build-cache/ci/ci.json',
      'security.yml: scan --update',
      'security.yml: version check',
      'security.yml: sbom --format spdx --output sbom.spdx.json',
      'security.yml: scan --format sarif --output scan.sarif',
    ]);
  });

  const testLong = process.env.MOBILEOPS_LONG === '1' ? test : () => {};
  testLong('actionlint has nothing against them', (t) => {
    const actionlint = actionlintProgram();
    if (actionlint === undefined) return t.skip('not run: actionlint is missing');
    const folder = mkdtempSync(join(tmpdir(), 'workflows-'));
    t.after(() => rmSync(folder, { recursive: true, force: true }));
    mkdirSync(join(folder, '.github/workflows'), { recursive: true });
    const paths = files.map(([name, text]) => {
      const path = join(folder, '.github/workflows', name);
      writeFileSync(path, text);
      return path;
    });
    assert.equal(execFileSync(actionlint, paths, { cwd: folder }).toString(), '');
  });
});
