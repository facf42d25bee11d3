/** The examples of docs/ci.md with the real program: a run, its page on the server, and workflows. */
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { promisify } from 'node:util';
import { startTestServer, temporaryFolder } from '../src/server/testing.ts';
import { until } from './e2e/rig.ts';

const ROOT = join(import.meta.dirname, '..');
const MAIN = join(ROOT, 'src/main.ts');
const PAGE = readFileSync(join(ROOT, 'docs/ci.md'), 'utf8');
const run = promisify(execFile);

function block(language: string): string[] {
  const blocks = PAGE.matchAll(new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\`$`, 'gm'));
  return [...blocks].map((match) => match[1]!);
}

function workspace(t: TestContext, configuration: string, setup: string): string {
  const folder = join(temporaryFolder(t), 'work');
  const files = {
    'build-config.yaml': configuration,
    'scripts/setup.sh': `#!/bin/bash\n${setup}\n`,
    'mobileops.lock': readFileSync(join(ROOT, 'examples/platform/mobileops.lock')),
  };
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text, { mode: 0o755 });
  }
  const program = join(folder, '../bin/mobileops');
  mkdirSync(dirname(program));
  writeFileSync(program, `#!/bin/sh\nexec '${process.execPath}' '${MAIN}' "$@"\n`, { mode: 0o755 });
  return folder;
}

function variablesOf(folder: string, more: Record<string, string> = {}): Record<string, string> {
  const PATH = `${join(folder, '../bin')}:${process.env.PATH}`;
  return { PATH, HOME: join(folder, '..'), MOBILEOPS_CACHE: join(folder, '../cache'), ...more };
}

test('the examples of the page work, and the run is on the page of the server', async (t) => {
  const server = await startTestServer(t);
  const [configuration] = block('yaml');
  const folder = workspace(t, configuration!, `echo "the token is $METRICS_TOKEN"`);
  await run('git', ['init', '-q', folder]);
  const env = variablesOf(folder, {
    METRICS_URL: `${server.url}/builds`,
    METRICS_TOKEN: server.tokens.write,
  });
  const { stdout, stderr } = await run('bash', ['-e', '-c', block('sh').join('\n')], { cwd: folder, env });
  assert.match(stdout, /passed +script-syntax[\s\S]*passed +setup[\s\S]*passed +check-configuration/);
  assert.match(stdout, /\.github\/workflows\/mobileops\.yml\n\.github\/workflows\/security\.yml/);
  const summary = JSON.parse(readFileSync(join(folder, 'ci.json'), 'utf8'));
  assert.equal(summary.steps[0].command, 'bash -n scripts/*.sh');
  const { log } = summary.steps.find(({ name }: { name: string }) => name === 'setup');
  assert.equal(readFileSync(join(folder, log), 'utf8'), 'the token is ***\n');
  assert.ok(!`${stdout}${stderr}`.includes(server.tokens.write));
  assert.match(readFileSync(join(folder, 'ci.xml'), 'utf8'), /<testcase classname="ci" name="greet"/);
  // A machine with much to do may be too late with its answer; then the run waits.
  await run('mobileops', ['metrics', 'send'], { cwd: folder, env });
  const page = await (await server.fetch('/ci', { as: 'read' })).text();
  assert.match(page, new RegExp(`aria-label="Run ${summary.buildId}: passed"`));
  assert.match(page, />passed<\/span><span>check-configuration<\/span>/);
  writeFileSync(join(folder, '.github/workflows/security.yml'), '# mine\n');
  await assert.rejects(
    run('mobileops', ['ci', 'generate', 'github', '--check'], { cwd: folder, env }),
    ({ code, stderr: said }: { code: number; stderr: string }) =>
      code === 1 && /ci\/workflow-out-of-date/.test(said) && !/mobileops\.yml/.test(said),
  );
});

const STEPS = (...commands: string[]): string => `apiVersion: build.mobileops.io/v1
kind: BuildConfiguration
metadata: {name: pocket}
spec:
  version: 1.0.0
  buildSteps:
${commands.map((command, at) => `    - {name: step-${at}, command: ${JSON.stringify(command)}}`).join('\n')}
`;

/** Tells of its process, and leaves a child of its own behind. */
const LASTING = 'mkdir -p build-cache/temp; sleep 300 & echo "begun $!"; wait';

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/^\S+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

test('a signal ends the step with its children, and cleaning up is not left out', async (t) => {
  const folder = workspace(t, STEPS(LASTING, 'echo never'), 'true');
  const words = [MAIN, 'ci', '--json', '--report', 'ci.xml'];
  const child = spawn(process.execPath, words, { cwd: folder, env: variablesOf(folder) });
  t.after(() => child.kill('SIGKILL'));
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (out += chunk));
  const begun = new Promise<number>((resolve) =>
    child.stderr.on('data', (chunk: Buffer) => {
      err += chunk;
      const pid = /begun (\d+)/.exec(err)?.[1];
      if (pid !== undefined) resolve(Number(pid));
    }),
  );
  const pid = await begun;
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  child.kill('SIGTERM');
  assert.equal(await ended, 130);
  await until('its child is gone', () => !isAlive(pid));
  const { exitCode, steps } = JSON.parse(out);
  assert.equal(exitCode, 130);
  assert.deepEqual(
    steps.map(({ status, why }: Record<string, string>) => `${status}: ${why ?? ''}`),
    ['passed: ', 'interrupted: the pipeline was interrupted', 'not-run: the pipeline was interrupted'],
  );
  assert.ok(!existsSync(join(folder, 'build-cache/temp')));
  assert.match(
    readFileSync(join(folder, 'ci.xml'), 'utf8'),
    /<failure message="the pipeline was interrupted"/,
  );
});

for (const [what, limit, own] of [
  ['the limit of the run', '3s', ''],
  ['its own limit', '1h', ', timeout: 3s'],
] as const)
  test(`a step beyond ${what} is ended with its children, also those that outlive their parent`, async (t) => {
    const steps = STEPS('sleep 300 & echo "begun $!"', 'echo never');
    const folder = workspace(t, steps.replace(/}(?=\n *- {name: step-1)/, `${own}}`), 'true');
    const options = { cwd: folder, env: variablesOf(folder) };
    let pid = 0;
    await assert.rejects(
      run(process.execPath, [MAIN, 'ci', '--step-limit', limit], options),
      ({ code, stdout, stderr }: Record<'code' | 'stdout' | 'stderr', string>) => {
        assert.equal(Number(code), 1);
        assert.match(stdout!, /FAILED +step-0 .*it was ended after 3(\.0+)? ?s/);
        assert.match(stdout!, /not run +step-1 +step-0 failed/);
        pid = Number(/begun (\d+)/.exec(`${stdout}${stderr}`)![1]);
        return true;
      },
    );
    await until('its child is gone', () => !isAlive(pid));
  });

test('flags of the page are flags, and all of them are there', async () => {
  const { VERBS } = await import('../src/cli/verb-table.ts');
  const known = VERBS.filter(({ name }) => /^ci\b/.test(name)).flatMap(({ flags }) =>
    flags.map(({ name }) => name),
  );
  const named = new Set([...PAGE.matchAll(/--([a-z][a-z-]+)/g)].map((match) => match[1]!));
  assert.deepEqual(
    [...named].filter((name) => ![...known, 'json'].includes(name)),
    [],
  );
  assert.deepEqual(
    known.filter((name) => !named.has(name)),
    [],
  );
});
