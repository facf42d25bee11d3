/** The command line from end to end: a small workspace of its own, the real program, what people and scripts see. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { until } from './e2e/rig.ts';
import { processesWith } from './run-rig.ts';

const MAIN = join(import.meta.dirname, '..', 'src', 'main.ts');
const base = mkdtempSync(join(tmpdir(), 'mobileops-cli-'));
after(() => rmSync(base, { recursive: true, force: true }));

const CONFIGURATION = `apiVersion: build.mobileops.io/v1
kind: BuildConfiguration
metadata:
  name: small
spec:
  version: 1.2.3
`;

function component(name: string, command: string, more = ''): Record<string, string> {
  return {
    [`components/${name}/build.yaml`]: `apiVersion: build.mobileops.io/v1
kind: ComponentBuild
metadata:
  name: ${name}
spec:
  buildSteps:
    - name: make
      command: ${JSON.stringify(command)}
${more}  artifacts:
    - name: ${name}
      path: out
      type: data
`,
    [`components/${name}/input.txt`]: `${name}\n`,
  };
}

/** A workspace with these files, and the cache of nobody else. */
function workspace(name: string, files: Readonly<Record<string, string>>): string {
  const root = join(base, name);
  for (const [path, text] of Object.entries({ 'build-config.yaml': CONFIGURATION, ...files })) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

const env = (): NodeJS.ProcessEnv => ({
  PATH: process.env.PATH,
  HOME: join(base, 'home'),
  MOBILEOPS_CACHE: join(base, 'cache'),
});

interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function run(root: string, ...words: string[]): Ran {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...words], {
    cwd: root,
    env: env(),
    encoding: 'utf8',
  });
  return { code: status, out: stdout, err: stderr };
}

const COPY = 'mkdir -p out && cp input.txt out/';

test('build, again, and again after each kind of change', () => {
  const root = workspace('steady', { ...component('a', COPY), ...component('b', COPY, '  needs: [a]\n') });
  const built = run(root, 'build');
  assert.equal(built.code, 0, built.err);
  assert.match(built.out, /^built in .*: 2 ran, 0 cached, 0 of 2 targets up to date$/m);
  assert.match(built.out, /^a +2 B {2}[0-9a-f]{12} {2}dist\/components\/a\/$/m);
  assert.match(run(root, 'build').out, /^nothing to do \(2 targets up to date, \S+\)\n$/);

  rmSync(join(root, 'dist/components/a/out/input.txt'));
  assert.match(run(root, 'build').out, /a\/ \(put back\)/);
  assert.equal(readFileSync(join(root, 'dist/components/a/out/input.txt'), 'utf8'), 'a\n');

  writeFileSync(join(root, 'components/a/input.txt'), 'other\n');
  assert.match(run(root, 'build', 'component:a').out, /1 ran, 0 cached/);
  assert.match(
    run(root, 'why', 'component:a').out,
    /component:a#make ran in .* because\n {2}input\.txt changed/,
  );
  writeFileSync(join(root, 'components/a/input.txt'), 'a\n');
  assert.match(run(root, 'build', 'component:a').out, /0 ran, 1 cached/);
});

test('records: build information, metrics, log, events, trace', () => {
  const root = workspace('records', component('a', `echo said; ${COPY}`));
  assert.equal(run(root, 'build', '--events', 'events', '--profile', 'trace').code, 0);
  const read = (path: string): string => readFileSync(join(root, path), 'utf8');
  const info = JSON.parse(read('dist/build-info.json'));
  assert.deepEqual(Object.keys(info), ['buildId', 'version', 'timestamp', 'commit', 'branch']);
  assert.deepEqual([info.version, info.commit, info.branch], ['1.2.3', 'unknown', 'unknown']);
  const metrics = JSON.parse(read('dist/build-metrics.json'));
  assert.deepEqual(
    [metrics.status, metrics.build_id, metrics.components['component:a'].status],
    ['success', info.buildId, 'success'],
  );
  const [log] = readdirSync(join(root, 'build-cache/logs'));
  assert.match(read(`build-cache/logs/${log}`), / finished component:a#make \(exit 0, .*\n {2}\| said\n/);
  const types = read('events')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).type);
  const expected = ['stream.started', 'build.started', 'build.planned', 'action.ready', 'action.started'];
  assert.deepEqual(types, [...expected, 'action.finished', 'build.finished']);
  assert.equal(JSON.parse(read('trace')).traceEvents.at(-1).ph, 'X');
});

test('JSON is the only thing on standard output', () => {
  const root = workspace('json', component('a', `: json; ${COPY}`));
  const { code, out, err } = run(root, 'build', '--json');
  assert.equal(code, 0);
  const document = JSON.parse(out);
  assert.deepEqual([document.version, document.exitCode, document.counts.ran], [1, 0, 1]);
  assert.match(err, /^\[1\/1\] component:a {2}make/m);
});

test('a failure: its output at once, what was left out because of it, exit code 1', () => {
  const root = workspace('failing', {
    ...component('a', 'echo the reason; exit 3'),
    ...component('b', COPY, '  needs: [a]\n'),
    ...component('c', COPY),
  });
  const { code, out } = run(root, 'build', '-k', '-j1');
  assert.equal(code, 1);
  assert.match(out, /^failed: component:a {2}make: ended with exit code 3\n {2}the reason$/m);
  assert.match(out, /^ {2}skipped {2}component:b#make {2}because component:a#make failed$/m);
  assert.ok(existsSync(join(root, 'dist/components/c/out/input.txt')));
});

test('wrong input is exit code 2 and names the place', () => {
  const root = workspace('wrong', {
    ...component('a', COPY),
    'components/b/build.yaml': 'kind: Component\n',
  });
  for (const verb of ['build', 'validate', 'graph']) {
    const { code, err } = run(root, verb);
    assert.equal(code, 2);
    assert.match(err, /^components\/b\/build\.yaml:1:\d+: error\[config\//m);
  }
  assert.equal(run(base, 'build').code, 2);
});

test('an unknown target is named with its neighbour', () => {
  const root = workspace('unknown', component('alpha', COPY));
  const { code, err } = run(root, 'build', 'alpa');
  assert.equal(code, 2);
  assert.match(err, /alpha/);
});

test('clean removes what was made, and the cache brings it back', () => {
  const root = workspace('clean', component('a', COPY));
  run(root, 'build');
  assert.equal(run(root, 'clean').code, 0);
  assert.deepEqual(readdirSync(root).sort(), ['build-config.yaml', 'components']);
  assert.match(run(root, 'build').out, /0 ran, 1 cached/);
});

test('a release: refused when it cannot be told what it is of, made when asked', () => {
  const root = workspace('release', component('a', COPY));
  assert.match(run(root, 'release', 'v1.0.0').err, /error\[cli\/dirty-tree\]/);
  const git = (...words: readonly string[]) =>
    spawnSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...words], { cwd: root });
  git('init', '-q');
  git('add', '-A');
  git('commit', '-q', '-m', 'feat: a');
  run(root, 'build');
  const unignored = run(root, 'release', 'v1.0.0').err;
  assert.match(unignored, /help: write dist\/ and build-cache\/ into \.gitignore/);
  rmSync(join(root, '.git'), { recursive: true });
  rmSync(join(root, 'dist'), { recursive: true });
  const { code, out, err } = run(root, 'release', 'v1.0.0', 'First', '--allow-dirty');
  assert.equal(code, 0, err);
  assert.match(out, /^dist\/release\/mobileops-1\.0\.0\.tar\.gz {2}/m);
  const folder = join(root, 'dist/release');
  const sum = spawnSync('sha256sum', ['-c', 'mobileops-1.0.0.tar.gz.sha256'], {
    cwd: folder,
    encoding: 'utf8',
  });
  assert.equal(sum.stdout, 'mobileops-1.0.0.tar.gz: OK\n');
  const list = spawnSync('tar', ['-tzf', 'mobileops-1.0.0.tar.gz'], { cwd: folder, encoding: 'utf8' });
  assert.deepEqual(list.stdout.trim().split('\n'), [
    'build-info.json',
    'components/',
    'components/a/',
    'components/a/out/',
    'components/a/out/input.txt',
  ]);
  const before = readFileSync(join(folder, 'mobileops-1.0.0.tar.gz'));
  run(root, 'release', 'v1.0.0', '--allow-dirty');
  assert.ok(before.equals(readFileSync(join(folder, 'mobileops-1.0.0.tar.gz'))));
});

test('interrupted: exit code 130, nothing left running', async () => {
  // Of this run alone, as another may be on the same machine.
  const seconds = `987.${process.pid}`;
  const root = workspace('interrupted', component('a', `echo begun; sleep ${seconds}; ${COPY}`));
  const child = spawn(process.execPath, [MAIN, 'build', '--events', 'events'], {
    cwd: root,
    env: env(),
    stdio: 'ignore',
  });
  const closed = new Promise<number | null>((resolve) => child.on('close', resolve));
  await until(
    'the action is started',
    () =>
      existsSync(join(root, 'events')) &&
      readFileSync(join(root, 'events'), 'utf8').includes('action.started'),
  );
  child.kill('SIGINT');
  assert.equal(await closed, 130);
  await until('no process is left', () => processesWith(seconds).length === 0);
});
