/** Releases of a repository, one after the other: what is recorded, and what is refused. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Rig } from './rig.ts';

class Repository {
  readonly rig: Rig;

  constructor(rig: Rig) {
    this.rig = rig;
    this.git('init', '-q', '-b', 'main');
    writeFileSync(join(rig.workspace, '.gitignore'), 'dist/\nbuild-cache/\n');
    this.commit('one');
  }

  git(...args: string[]): string {
    const identity = ['-c', 'user.name=a', '-c', 'user.email=a@b', '-c', 'commit.gpgsign=false'];
    const { status, stdout, stderr } = spawnSync('git', [...identity, ...args], {
      cwd: this.rig.workspace,
      env: { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null' },
      encoding: 'utf8',
    });
    assert.equal(status, 0, `git ${args.join(' ')}: ${stderr}`);
    return stdout.trim();
  }

  commit(message: string): string {
    this.git('add', '-A');
    this.git('commit', '-q', '--allow-empty', '-m', message);
    return this.git('rev-parse', 'HEAD');
  }

  async release(...words: string[]): Promise<{ readonly code: number | null; readonly output: string }> {
    return this.rig.run(['release', ...words, '--unchecked', 'a test']);
  }

  get ledger(): string {
    const path = join(this.rig.workspace, 'mobileops.versions');
    return existsSync(path) ? readFileSync(path, 'utf8') : '';
  }
}

const COMPONENT = { app: { command: 'echo same > out.txt' } };

test('a release is recorded; the same version of another commit, or an older one, is refused', async () => {
  await using rig = new Rig(COMPONENT);
  const repository = new Repository(rig);
  const first = await repository.release('v1.1.0');
  assert.equal(first.code, 0, first.output);
  assert.match(first.output, /1\.1\.0 stands in mobileops\.versions now: commit it/);
  assert.match(repository.ledger, /"version":"1\.1\.0","number":10100099,"channel":"stable"/);

  const before = repository.ledger;
  const again = await repository.release('v1.1.0');
  assert.equal(again.code, 0, again.output);
  assert.equal(repository.ledger, before, 'the same release is the same line');

  repository.commit('the ledger');
  for (const [version, code] of [
    ['v1.1.0', 'version/reused'],
    ['v1.0.9', 'version/going-back'],
    ['v1.1.0+x', 'version/reused'],
  ] as const) {
    const refused = await repository.release(version);
    assert.equal(refused.code, 2, refused.output);
    assert.match(refused.output, new RegExp(`^mobileops\\.versions:4:\\d+: error\\[${code}\\]`, 'm'));
  }
  assert.equal(repository.ledger, before);
  const older = await repository.release('v1.0.9', '--channel', '1.0.x');
  assert.equal(older.code, 0, older.output);
  const check = await rig.run(['version', 'check']);
  assert.match(check.output, /mobileops\.versions: 2 releases, none against another/);
});

test('two branches that release the same version are found when they meet', async () => {
  await using rig = new Rig(COMPONENT);
  const repository = new Repository(rig);
  repository.git('checkout', '-q', '-b', 'other');
  assert.equal((await repository.release('v1.0.0')).code, 0);
  const theirs = repository.commit('released there');
  repository.git('checkout', '-q', 'main');
  repository.commit('something else');
  assert.equal((await repository.release('v1.0.0')).code, 0);
  repository.commit('released here');
  const merged = spawnSync('git', ['merge', theirs], { cwd: rig.workspace, encoding: 'utf8' });
  assert.notEqual(merged.status, 0, 'both have written the same line');
  assert.equal((await rig.run(['version', 'check'])).code, 2);
  const lines = repository.ledger.split('\n').filter((line) => line.includes('"commit"'));
  const body = lines.map((line) => line.replace(/,$/, '')).join(',\n');
  rig.write('mobileops.versions', `{\n  "version": 1,\n  "releases": [\n${body}\n  ]\n}\n`);
  const { code, output } = await rig.run(['version', 'check']);
  assert.equal(code, 2, output);
  assert.match(output, /error\[version\/two-releases\] 1\.0\.0 \(number 10000099/);
  repository.commit('merged');
  assert.match((await repository.release('v1.0.1')).output, /version\/two-releases/);
});

test('a tag on another commit is refused before anything is built', async () => {
  await using rig = new Rig(COMPONENT);
  const repository = new Repository(rig);
  repository.git('tag', 'v1.0.0');
  repository.commit('two');
  const { code, output } = await repository.release('v1.0.0');
  assert.equal(code, 2);
  assert.match(output, /version\/tagged-elsewhere/);
  assert.equal(existsSync(join(rig.workspace, 'dist')), false);
});

test('a trial with changes that are not committed is recorded nowhere', async () => {
  await using rig = new Rig(COMPONENT);
  const repository = new Repository(rig);
  rig.write('components/app/new', 'x');
  assert.match((await repository.release('v1.0.0')).output, /cli\/dirty-tree/);
  const { code, output } = await repository.release('v1.0.0', '--allow-dirty');
  assert.equal(code, 0, output);
  assert.match(output, /not in the ledger of versions/);
  assert.equal(repository.ledger, '');
});

test('version show tells all names, and whether one is free', async () => {
  await using rig = new Rig(COMPONENT);
  const repository = new Repository(rig);
  const shown = async (...words: string[]): Promise<Record<string, unknown>> =>
    JSON.parse((await rig.run(['version', 'show', ...words, '--json'])).output) as Record<string, unknown>;
  const { version, channel, number, wheel, shortVersion, isFree } = await shown('v2.1.0-rc.3');
  assert.deepEqual(
    [version, channel, number, wheel, shortVersion, isFree],
    ['2.1.0-rc.3', 'rc', 20_100_064, '2.1.0rc3', '2.1.0', true],
  );
  await repository.release('v2.1.0-rc.3');
  assert.equal((await shown('v2.1.0-rc.3')).isReleased, true);
  repository.commit('the ledger');
  assert.deepEqual([(await shown('v2.1.0-rc.3')).isFree, (await shown('v2.1.0-rc.4')).isFree], [false, true]);
  assert.equal((await shown()).version, '1.0.0', 'by default that of the configuration');
});

test('a version that has no number asks for BUILD_NUMBER', async () => {
  await using rig = new Rig(COMPONENT);
  const repository = new Repository(rig);
  const { code, output } = await repository.release('v2026.11.0');
  assert.equal(code, 2);
  assert.match(output, /version\/no-number\] 2026\.11\.0 has no number[\s\S]*set BUILD_NUMBER/);
  const { code: given } = await rig.run(['release', 'v2026.11.0', '--unchecked', 'a test'], {
    env: { BUILD_NUMBER: '42' },
  });
  assert.equal(given, 0);
  assert.match(repository.ledger, /"version":"2026\.11\.0","number":42/);
});

test('a built file with another version fails the release, by its name', async () => {
  const write = (version: string): string =>
    `mkdir -p out && echo '{"name":"x","version":"'${version}'"}' > out/package.json`;
  await using rig = new Rig({
    stamped: { command: write('$BUILD_VERSION'), artifact: 'out', more: '  stamp: true\n' },
    constant: { command: write('1.0.0'), artifact: 'out' },
  });
  const repository = new Repository(rig);
  const first = await repository.release('v1.0.0');
  assert.equal(first.code, 0, first.output);
  assert.match(first.output, /1\.0\.0 was read in 2 built files/);
  repository.commit('the ledger');
  const { code, output } = await repository.release('v1.0.1');
  assert.equal(code, 1, output);
  assert.match(
    output,
    /^dist\/components\/constant\/out: error\[version\/mismatch\] version in package\.json is 1\.0\.0, and for 1\.0\.1 it has to be 1\.0\.1$/m,
  );
  assert.doesNotMatch(output, /stamped.*mismatch/);
  assert.equal(existsSync(join(rig.workspace, 'dist/release/mobileops-1.0.1.tar.gz')), false);
  assert.doesNotMatch(repository.ledger, /1\.0\.1/);
});
