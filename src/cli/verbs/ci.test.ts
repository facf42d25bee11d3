import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { runIn } from '../testing.ts';

const CONFIGURATION = (steps: string): string => `apiVersion: build.mobileops.io/v1
kind: BuildConfiguration
metadata: {name: pipeline}
spec:
  version: 1.2.3
  buildSteps:
${steps}
`;

function workspace(t: TestContext, steps: string, scripts: Readonly<Record<string, string>> = {}): string {
  const root = mkdtempSync(join(tmpdir(), 'mobileops-ci-'));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  writeFileSync(join(root, 'build-config.yaml'), CONFIGURATION(steps));
  mkdirSync(join(root, 'scripts'));
  for (const [name, text] of Object.entries(scripts))
    writeFileSync(join(root, 'scripts', name), text, { mode: 0o755 });
  return root;
}

test('steps run in order at the root, as one build, until one fails; cleaning up is done all the same', async (t) => {
  const steps = `    - {name: first, command: "mkdir -p build-cache/temp && echo $BUILD_ID >id && pwd"}
    - {name: second, uses: validate}
    - {name: third, command: "echo to standard error >&2; exit 7"}
    - {name: fourth, command: "touch fourth"}`;
  const root = workspace(t, steps);
  const { code, out, err } = await runIn(root, ['ci', '--report', 'ci.xml', '--report', 'ci.json']);
  assert.equal(code, 1, err);
  const run = JSON.parse(readFileSync(join(root, 'ci.json'), 'utf8'));
  const told = run.steps.map(
    ({ name, status, exitCode, why }: Record<string, string>) => `${name} ${status} ${exitCode ?? why}`,
  );
  assert.deepEqual(told, [
    'first passed 0',
    'second passed 0',
    'third failed 7',
    'fourth not-run third failed',
  ]);
  assert.equal(readFileSync(join(root, 'id'), 'utf8').trim(), run.buildId);
  assert.ok(!existsSync(join(root, 'fourth')) && !existsSync(join(root, 'build-cache/temp')));
  assert.equal(readFileSync(join(root, run.steps[2].log), 'utf8'), 'to standard error\n');
  assert.match(readFileSync(join(root, 'ci.xml'), 'utf8'), /to standard error/);
  assert.deepEqual(JSON.parse(readFileSync(join(root, 'dist/build-info.json'), 'utf8')).version, '1.2.3');
  assert.match(out, /FAILED +third +\S+, exit code 7: build-cache\/ci\/03-third\.log/);
});

test('a script with a wrong syntax stops everything, and each one is named', async (t) => {
  const root = workspace(t, '    - {name: first, command: "touch first"}', {
    'a.sh': 'if\n',
    'b.sh': 'do\n',
    'c.sh': 'ls\n',
  });
  const { code, out } = await runIn(root, ['ci']);
  assert.equal(code, 1);
  assert.match(out, /scripts\/a\.sh/);
  assert.match(out, /scripts\/b\.sh/);
  assert.ok(!existsSync(join(root, 'first')));
});

test('one of our own verbs says by its exit code what kind of failure it was', async (t) => {
  const root = workspace(t, '    - {name: first, uses: test}\n    - {name: broken, uses: publish}');
  const { code, out } = await runIn(root, ['ci', '--json']);
  const run = JSON.parse(out);
  assert.equal(run.exitCode, code);
  assert.deepEqual([run.steps[1].name, run.steps[1].exitCode], ['broken', code]);
  assert.equal(code, 2);
});

test('a variable that is asked for and not set stops it before it begins', async (t) => {
  const root = workspace(t, '    - {name: first, command: "touch first"}');
  const { code, err } = await runIn(root, ['ci', '--require', 'SIGNING_KEY']);
  assert.equal(code, 3);
  assert.match(err, /ci\/missing-variable\] SIGNING_KEY is not set/);
  assert.ok(!existsSync(join(root, 'first')));
});

test('workflows are written, and those of another hand left alone', async (t) => {
  const root = workspace(t, '    - {name: first, command: "true"}');
  const folder = join(root, '.github/workflows');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'security.yml'), 'name: mine\n');
  const refused = await runIn(root, ['ci', 'generate', 'github']);
  assert.equal(refused.code, 2);
  assert.match(refused.err, /ci\/workflow-exists/);
  assert.ok(!existsSync(join(folder, 'mobileops.yml')));
  assert.equal(
    (await runIn(root, ['ci', 'generate', 'github', '--force', '--program', './mobileops'])).code,
    0,
  );
  assert.match(readFileSync(join(folder, 'mobileops.yml'), 'utf8'), /run: \.\/mobileops ci --report/);
  const bare = await runIn(root, ['ci', 'generate', 'github', '--branch', 'trunk']);
  assert.equal(bare.code, 0);
  assert.match(bare.err, /package-lock\.json: warning\[ci\/nothing-installed\]/);
  assert.equal((await runIn(root, ['ci', 'generate', 'github', '--install', 'make tools'])).err, '');
  writeFileSync(join(root, 'package-lock.json'), '{}');
  assert.equal((await runIn(root, ['ci', 'generate', 'github', '--branch', 'trunk'])).err, '');
  assert.match(readFileSync(join(folder, 'security.yml'), 'utf8'), /branches: \['trunk'\]/);
  assert.equal((await runIn(root, ['ci', 'generate', 'gitlab'])).code, 2);
});
