/** Examples of docs/dependencies.md are what the program says. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { VERBS } from '../src/cli/verb-table.ts';

const ROOT = join(import.meta.dirname, '..');
const TEXT = readFileSync(join(ROOT, 'docs/dependencies.md'), 'utf8');
const PLATFORM = join(ROOT, 'examples/platform');

function run(words: readonly string[], folder = PLATFORM) {
  return spawnSync(process.execPath, [join(ROOT, 'src/main.ts'), ...words, '-C', folder], {
    encoding: 'utf8',
    env: { PATH: process.env.PATH, HOME: tmpdir(), MOBILEOPS_CACHE: join(tmpdir(), 'mobileops-no-cache') },
  });
}

test('deps why prints what the page shows', () => {
  const [, words = '', expected] = /\$ mobileops (deps why .*)\n([\s\S]*?)```/.exec(TEXT) ?? [];
  const { stdout, status } = run(words.split(' '));
  assert.equal(stdout, expected);
  assert.equal(status, 0);
});

test('deps update refuses a name with a version, where it would renew nothing', () => {
  const { stderr, status } = run(['deps', 'update', 'flask==2.3.2', 'no-such-package', '--dry-run']);
  assert.match(stderr, /the lock has no package 'flask==2\.3\.2'/);
  assert.match(stderr, /the lock has no package 'no-such-package'/);
  assert.equal(status, 2);
});

test('deps update tells all flags that exclude each other', () => {
  const flags = ['--write', '--cooldown', '168h', '--database', 'x', '--max-age', '3'];
  const { stderr, status } = run(['deps', 'update', ...flags]);
  assert.match(stderr, /error\[cli\/exclusive-flags\] --write and --cooldown exclude each other/);
  assert.match(stderr, /--max-age belongs to --security[\s\S]*--database belongs to --security/);
  assert.equal(status, 2);
});

test('an update for the sake of security resolves nothing where no advisory hits, and says what it looked at', () => {
  const { stdout, stderr, status } = run(['deps', 'update', '--security', '--write', 'numpy']);
  assert.match(stdout, /^nothing changes\n\nadvisories for PyPI: \d+ as of /);
  assert.equal(stderr, '');
  assert.equal(status, 0);
});

test('the contradiction of the page is told like that', () => {
  const [, shown = ''] = /```text\n(requirements-dev\.txt:[\s\S]*?)\n```/.exec(TEXT) ?? [];
  const golden = readFileSync(join(ROOT, 'test/golden/contradictions/document.txt'), 'utf8');
  assert.ok(shown.length > 100 && golden.includes(shown));
});

test('the commands of the page are commands, and every verb of deps is on it', () => {
  const commands = [...TEXT.matchAll(/mobileops (deps [a-z]+)([^\n`|]*)/g)];
  for (const [line, name, rest = ''] of commands) {
    const verb = VERBS.find((each) => each.name === name);
    assert.ok(verb, line);
    for (const [, flag] of rest.matchAll(/--([a-z-]+)/g))
      assert.ok(['json', 'help'].includes(flag!) || verb.flags.some((each) => each.name === flag), line);
  }
  const named = new Set(commands.map(([, name]) => name));
  const missing = VERBS.filter(({ name }) => name.startsWith('deps ') && !named.has(name));
  assert.deepEqual(missing, []);
});

test('licences that the lock tells are listed, refused ones end in 1, and unknown ones are no pass', () => {
  const listed = run(['deps', 'licenses']);
  assert.match(listed.stdout, /^Apache-2\.0 \(\d+ packages\)\n {2}com\.squareup\.okhttp3:okhttp /m);
  assert.equal(listed.status, 0);
  const denied = run(['deps', 'licenses', '--deny', 'apache-2.0']);
  assert.match(
    denied.stderr,
    /error\[cli\/refused-licence\] pkg:maven\/com\.squareup\.okhttp3\/okhttp@\S+ is under Apache-2\.0/,
  );
  assert.equal(denied.status, 1);
  const allowed = run(['deps', 'licenses', '--allow', 'Apache-2.0', '--json']);
  const { exitCode, packages, diagnostics } = JSON.parse(allowed.stdout) as {
    exitCode: number;
    packages: { verdict: string }[];
    diagnostics: { code: string }[];
  };
  assert.equal(exitCode, 1);
  assert.ok(packages.some(({ verdict }) => verdict === 'unknown'));
  assert.deepEqual(
    diagnostics.map(({ code }) => code),
    ['cli/unknown-licence'],
  );
});

function copiedPlatform(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'mobileops-audit-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const isSource = (path: string): boolean => !/\/(build-cache|build|dist|node_modules)$/.test(path);
  cpSync(PLATFORM, folder, { recursive: true, filter: isSource });
  return folder;
}

test('of a lock that is stale an update for the sake of security does not say that no advisory hits it', (t) => {
  const stale = copiedPlatform(t);
  appendFileSync(join(stale, 'requirements.txt'), '\nidna==3.10\n');
  const { stdout, stderr, status } = run(['deps', 'update', '--security', 'numpy'], stale);
  assert.match(stderr, /error\[dependencies\/stale-lock\] the lock is stale for /);
  assert.match(stdout, /^nothing changes\n\n[\s\S]*not scanned: sources: /);
  assert.equal(status, 1);
});

test('an audit without advisories for a part of the packages is no pass', (t) => {
  const strict = copiedPlatform(t);
  const config = join(strict, 'build-config.yaml');
  const text = readFileSync(config, 'utf8');
  const accepted = / {6}accept:\n(?: {8}- .*\n)+/;
  assert.match(text, accepted, 'the platform accepts what it has no advisories of');
  writeFileSync(config, text.replace(accepted, ''));
  const { status, stderr, stdout } = run(['deps', 'audit', '--fail-on', 'none'], strict);
  assert.match(stderr, /error\[scan\/no-database\] there are no advisories for Debian/);
  assert.match(stdout, /not scanned: sources: /);
  assert.equal(status, 1);
});
