/** Copies of sources, and of what git knows of them. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { realHost } from '../src/host/index.ts';
import { FakeProcesses } from '../src/host/testing.ts';
import { makeRepository, readRepository } from '../src/repro/builds/git-copy.ts';
import { copySources } from '../src/repro/builds/source-copy.ts';
import { snapshotSources } from '../src/workspace/index.ts';

const host = realHost();
const base = mkdtempSync(join(tmpdir(), 'mobileops-copies-'));
after(() => rmSync(base, { recursive: true }));

const git = (cwd: string, ...args: string[]): string =>
  execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@t', ...args], {
    cwd,
    encoding: 'utf8',
  }).trim();

function repository(): string {
  const top = mkdtempSync(join(base, 'top-'));
  const workspace = join(top, 'apps', 'p');
  mkdirSync(join(workspace, 'sub'), { recursive: true });
  writeFileSync(join(workspace, 'a.txt'), 'a');
  writeFileSync(join(workspace, 'sub', 'run.sh'), 'true');
  chmodSync(join(workspace, 'sub', 'run.sh'), 0o755);
  symlinkSync('a.txt', join(workspace, 'link'));
  writeFileSync(join(top, '.gitignore'), '*.log\n');
  writeFileSync(join(workspace, 'kept.log'), 'tracked though ignored');
  git(top, 'init', '--quiet', '--initial-branch', 'trunk');
  git(top, 'add', '--force', '.');
  git(top, 'commit', '--quiet', '-m', 'first');
  writeFileSync(join(workspace, 'new.txt'), 'not committed');
  writeFileSync(join(workspace, 'other.log'), 'ignored');
  return workspace;
}

async function sourcesOf(root: string) {
  const { fs, processes, env } = host;
  const { value } = await snapshotSources({ fs, processes, variables: env.variables, root });
  return value;
}

test('a copy has the sources, the commit and the branch of the original', async () => {
  const workspace = repository();
  const sources = await sourcesOf(workspace);
  const known = await readRepository(host, workspace);
  assert.equal(known?.prefix, 'apps/p');
  const top = join(base, 'the copy');
  const to = join(top, known.prefix);
  const paths = sources.paths('');
  assert.deepEqual(paths, ['a.txt', 'kept.log', 'link', 'new.txt', 'sub/run.sh']);
  assert.deepEqual(
    copySources({ fs: host.fs, from: workspace, to, paths, umask: 0o077, order: 'reversed' }),
    [],
  );
  const tracked = paths.map((path) => `${known.prefix}/${path}`);
  assert.equal(await makeRepository(host, top, { repository: known, paths: tracked }), undefined);
  const copied = await sourcesOf(to);
  assert.deepEqual(copied.paths(''), paths);
  assert.equal(
    copied.digest('').hash,
    sources.digest('').hash,
    'the same tree: contents, links and rights to execute',
  );
  assert.equal(git(to, 'rev-parse', 'HEAD'), git(workspace, 'rev-parse', 'HEAD'));
  assert.equal(git(to, 'branch', '--show-current'), 'trunk');
  assert.equal(git(to, 'log', '-1', '--format=%ct'), git(workspace, 'log', '-1', '--format=%ct'));
  assert.equal(statSync(join(to, 'a.txt')).mode & 0o777, 0o600);
  assert.equal(statSync(join(to, 'sub/run.sh')).mode & 0o777, 0o700);
  assert.equal(statSync(join(to, 'sub')).mode & 0o777, 0o700);
});

test('a head that is on no branch, and a repository without a commit', async () => {
  const workspace = repository();
  git(workspace, 'checkout', '--quiet', '--detach');
  const known = await readRepository(host, workspace);
  const top = mkdtempSync(join(base, 'detached-'));
  assert.equal(await makeRepository(host, top, { repository: known, paths: [] }), undefined);
  assert.equal(git(top, 'rev-parse', 'HEAD'), git(workspace, 'rev-parse', 'HEAD'));
  const empty = mkdtempSync(join(base, 'empty-'));
  git(empty, 'init', '--quiet');
  const without = await readRepository(host, empty);
  assert.equal(without?.commit, undefined);
});

test('what is in no repository is copied all the same', async () => {
  const folder = mkdtempSync(join(base, 'plain-'));
  writeFileSync(join(folder, 'a'), 'text');
  const known = await readRepository(host, folder);
  const to = join(base, 'plain copy');
  copySources({ fs: host.fs, from: folder, to, paths: ['a'], umask: 0o022, order: 'sorted' });
  assert.equal(await makeRepository(host, to, { repository: known, paths: ['a'] }), undefined);
  assert.equal(readFileSync(join(to, 'a'), 'utf8'), 'text');
  assert.deepEqual((await sourcesOf(to)).paths(''), ['a']);
});

test('without git nothing is made of the copy', async () => {
  const without = { ...host, processes: new FakeProcesses() };
  assert.equal(await readRepository(without, base), undefined);
  assert.equal(await makeRepository(without, base, { repository: undefined, paths: ['a'] }), undefined);
  assert.ok(!existsSync(join(base, '.git')));
});

test('a repository with digests of SHA-256', async () => {
  const workspace = mkdtempSync(join(base, 'sha256-'));
  git(workspace, 'init', '--quiet', '--object-format=sha256');
  writeFileSync(join(workspace, 'a'), 'a');
  git(workspace, 'add', '.');
  git(workspace, 'commit', '--quiet', '-m', 'first');
  const known = await readRepository(host, workspace);
  const top = mkdtempSync(join(base, 'sha256-copy-'));
  assert.equal(await makeRepository(host, top, { repository: known, paths: ['a'] }), undefined);
  assert.equal(git(top, 'rev-parse', 'HEAD'), git(workspace, 'rev-parse', 'HEAD'));
  assert.equal(git(top, 'ls-files'), 'a');
});

test('a file that went away is told', () => {
  const to = join(base, 'gone');
  const options = { fs: host.fs, from: base, to, umask: 0, order: 'sorted' } as const;
  assert.deepEqual(copySources({ ...options, paths: ['nothing/here'] }), ['nothing/here']);
});
