/** The program and the streams it is given: exit codes when nobody reads, or when nothing can be written. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';

const MAIN = join(import.meta.dirname, 'main.ts');
const folder = mkdtempSync(join(tmpdir(), 'mobileops-main-'));
/** Beside the workspace: a store that lies in one without git is among its sources while it changes. */
const cache = mkdtempSync(join(tmpdir(), 'mobileops-main-cache-'));
after(() => {
  for (const path of [folder, cache]) rmSync(path, { recursive: true, force: true });
});

const HEAD = 'apiVersion: build.mobileops.io/v1\nkind: ';
const STEPS = { good: 'mkdir out && echo good > out/f', bad: 'exit 4' };

writeFileSync(
  join(folder, 'build-config.yaml'),
  `${HEAD}BuildConfiguration\nmetadata: {name: small}\nspec: {version: 1.0.0}\n`,
);
for (const [name, command] of Object.entries(STEPS)) {
  mkdirSync(join(folder, 'components', name), { recursive: true });
  const spec = `spec:\n  buildSteps: [{name: make, command: "${command}"}]\n  artifacts: [{name: ${name}, path: out, type: data}]\n`;
  writeFileSync(
    join(folder, 'components', name, 'build.yaml'),
    `${HEAD}ComponentBuild\nmetadata: {name: ${name}}\n${spec}`,
  );
}

/** Runs the program in a line of bash, where it is `"$@"`. */
function bash(line: string, ...words: string[]): { code: number | null; err: string } {
  const { status, stderr } = spawnSync('bash', ['-c', line, 'bash', process.execPath, MAIN, ...words], {
    cwd: folder,
    env: { PATH: process.env.PATH, HOME: folder, MOBILEOPS_CACHE: cache },
    encoding: 'utf8',
  });
  return { code: status, err: stderr };
}

const UNREAD = '"$@" | true; exit ${PIPESTATUS[0]}';
const NEITHER_READ = '"$@" 2>&1 | true; exit ${PIPESTATUS[0]}';

test('a build that nobody reads goes on and ends with its own exit code', () => {
  assert.equal(bash(UNREAD, 'build', '-k').code, 1);
  assert.equal(readFileSync(join(folder, 'dist/components/good/out/f'), 'utf8'), 'good\n');
  assert.ok(existsSync(join(folder, 'dist/build-metrics.json')));
  assert.equal(bash(NEITHER_READ, 'build', 'bad').code, 1);
  assert.equal(bash(UNREAD, 'build', 'good').code, 0);
  assert.deepEqual(bash(NEITHER_READ, 'build', 'nothing'), { code: 2, err: '' });
  assert.deepEqual(bash(UNREAD, '--help'), { code: 0, err: '' });
});

const FULL = 'error[cli/disk] standard output cannot be written: the disk is full\n';

test('a result that cannot be written is said, with exit code 3 unless the build says worse', () => {
  assert.deepEqual(bash('"$@" > /dev/full', 'graph'), { code: 3, err: FULL });
  assert.deepEqual(bash('"$@" > /dev/full', 'build', 'good'), { code: 3, err: FULL });
  assert.deepEqual(bash('"$@" > /dev/full', 'build', 'bad').code, 1);
  assert.deepEqual(bash('"$@" 2> /dev/full', 'build', 'nothing').code, 2);
});

test('`./mobileops` starts the same program, kept as Node has made it, and actions find our own commands at one place', () => {
  const root = join(import.meta.dirname, '..');
  const { stdout } = spawnSync(join(root, 'mobileops'), ['--version'], { encoding: 'utf8' });
  assert.match(stdout, /^mobileops \d+\.\d+\.\d+-source\n$/);
  assert.ok(existsSync(join(root, 'build-cache', 'compile-cache')));
  assert.ok(existsSync(join(root, 'scripts', 'tools.mjs')));
  const bundle = readFileSync(join(root, 'scripts', 'bundle.mjs'), 'utf8');
  assert.match(bundle, /'scripts\/tools': join\(ROOT, 'src', 'tools', 'main.ts'\)/);
});
