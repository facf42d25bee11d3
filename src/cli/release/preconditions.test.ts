import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { runIn } from '../testing.ts';

const COMPONENT = `apiVersion: build.mobileops.io/v1
kind: ComponentBuild
metadata: {name: a}
spec:
  buildSteps:
    - {name: make, command: "echo a > out"}
  artifacts:
    - {name: a, path: out, type: data}
`;
const CONFIGURATION = `apiVersion: build.mobileops.io/v1
kind: BuildConfiguration
metadata: {name: small}
spec: {version: 1.0.0}
`;

/** A repository with one commit, and its hash. */
function repository(t: TestContext): { readonly root: string; readonly commit: string } {
  const root = mkdtempSync(join(tmpdir(), 'mobileops-gates-'));
  t.after(() => rmSync(root, { recursive: true, force: true, maxRetries: 5 }));
  const git = (...words: readonly string[]): string => {
    const identity = ['-c', 'user.name=a', '-c', 'user.email=a@b', '-c', 'commit.gpgsign=false'];
    const env = { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null' };
    const done = spawnSync('git', [...identity, ...words], { cwd: root, encoding: 'utf8', env });
    assert.equal(done.status, 0, done.stderr);
    return done.stdout.trim();
  };
  writeFileSync(join(root, 'build-config.yaml'), CONFIGURATION);
  mkdirSync(join(root, 'components/a'), { recursive: true });
  writeFileSync(join(root, 'components/a/build.yaml'), COMPONENT);
  writeFileSync(join(root, '.gitignore'), 'build-cache/\ncache/\ndist/\n');
  git('init', '-q');
  git('add', '-A');
  git('commit', '-qm', 'feat: begin');
  return { root, commit: git('rev-parse', 'HEAD') };
}

test('a red gate of the last check stops a release before anything is built, unless it is excepted with a reason, which the release keeps', async (t) => {
  const { root, commit } = repository(t);
  const gates = [{ name: 'test-coverage', state: 'red', why: 'component:a: 61 %, wanted at least 80 %' }];
  mkdirSync(join(root, 'build-cache'));
  writeFileSync(join(root, 'build-cache/gates.json'), JSON.stringify({ version: 1, commit, gates }));
  const stopped = await runIn(root, ['release', 'v1.0.0']);
  assert.equal(stopped.code, 2);
  assert.match(stopped.err, /error\[release\/red-gate\] the gate test-coverage is red: component:a: 61 %/);
  assert.equal(existsSync(join(root, 'dist')), false);
  const past = await runIn(root, ['release', 'v1.0.0', '--past-gate', 'test-coverage: rewritten in May']);
  assert.equal(past.code, 0, past.err);
  const index = JSON.parse(readFileSync(join(root, 'dist/release/mobileops-1.0.0-release.json'), 'utf8'));
  const exceptions = [{ gate: 'test-coverage', reason: 'rewritten in May' }];
  assert.deepEqual(index.gates, { state: 'excepted', exceptions });
});
