/** Every command of docs/signing.md and docs/releases.md runs, in the order of the pages, with the words that stand there. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { signingDiagnostics } from '../src/signing/index.ts';

const ROOT = join(import.meta.dirname, '..');
const base = mkdtempSync(join(tmpdir(), 'mobileops-pages-'));
const app = join(base, 'app');
const hasGpg = spawnSync('gpg', ['--version']).status === 0;
after(() => rmSync(base, { recursive: true, force: true }));

const KEYS = {
  'cosign-ec.key': 'cosign.key',
  'cosign-ec.pub': 'cosign.pub',
  'openpgp-pgp-secret.txt': 'release-secret.asc',
  'openpgp-pgp-public.txt': 'release-public.asc',
};

const FILES = {
  'app.apk': 'an app',
  'notes.txt': 'notes',
  'app/scripts/build.sh': '#!/bin/sh\n',
  'app/build-config.yaml':
    'apiVersion: build.mobileops.io/v1\nkind: BuildConfiguration\nmetadata: {name: app}\nspec: {version: 1.0.0}\n',
  'app/components/a/build.yaml':
    'apiVersion: build.mobileops.io/v1\nkind: ComponentBuild\nmetadata: {name: a}\nspec:\n  buildSteps:\n    - {name: make, command: "mkdir out && echo a > out/a"}\n  artifacts:\n    - {name: a, path: out, type: data}\n',
  'app/.gitignore': 'dist/\nbuild-cache/\nscripts/\nmobileops.integrity*\n',
};

function git(...words: string[]): void {
  const done = spawnSync(
    'git',
    ['-c', 'user.name=a', '-c', 'user.email=a@b', '-c', 'commit.gpgsign=false', ...words],
    {
      cwd: app,
      env: { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null' },
    },
  );
  assert.equal(done.status, 0, String(done.stderr));
}

before(() => {
  for (const [path, text] of Object.entries(FILES)) {
    mkdirSync(dirname(join(base, path)), { recursive: true });
    writeFileSync(join(base, path), text);
  }
  for (const [name, as] of Object.entries(KEYS))
    copyFileSync(join(ROOT, 'test/fixtures/signing', name), join(base, as));
  git('init', '-q');
  git('remote', 'add', 'origin', 'https://git.example.com/team/app.git');
  git('add', '-A');
  git('commit', '-q', '-m', 'feat: begin');
});

/** The commands of a page, with the places of a server in a folder of ours. */
function commands(page: string): string[] {
  const text = readFileSync(join(ROOT, 'docs', page), 'utf8');
  return [...text.matchAll(/```sh\n([\s\S]*?)```/g)]
    .flatMap(([, block = '']) => block.split('\n'))
    .filter((line) => line.startsWith('$ mobileops '))
    .map((line) => line.slice('$ mobileops '.length).replace(/ \/(srv|opt)\//g, ` ${base}/$1/`));
}

function run(command: string) {
  const words = [...command.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, word]) => quoted ?? word!);
  const env = {
    PATH: process.env.PATH,
    HOME: base,
    MOBILEOPS_CACHE: join(base, 'cache'),
    COSIGN_PASSWORD: 'pw',
    GIT_CONFIG_GLOBAL: '/dev/null',
  };
  const argv = [join(ROOT, 'src/main.ts'), ...words];
  return spawnSync(process.execPath, argv, { cwd: base, env, encoding: 'utf8' });
}

test('the commands of both pages do what the pages say', (t) => {
  if (!hasGpg) return t.skip('not run: gpg is missing');
  rmSync(join(app, 'scripts'), { recursive: true });
  // The page of releases makes what the page of signing verifies.
  const [check, release, ...later] = commands('releases.md');
  const signing = commands('signing.md');
  for (const command of [check!, release!]) {
    const { status, stderr } = run(command);
    assert.equal(status, 0, `${command}: ${stderr}`);
  }
  mkdirSync(join(app, 'scripts'));
  writeFileSync(join(app, 'scripts/build.sh'), '#!/bin/sh\n');
  for (const command of [...signing, ...later.slice(0, -1)]) {
    const { status, stderr } = run(command);
    assert.equal(status, 0, `${command}: ${stderr}`);
  }
  assert.match(run(later.at(-1)!).stderr, /error\[release\/no-rollback\]/, 'there is one release alone');
});

test('what the pages name is there', () => {
  for (const page of ['signing.md', 'releases.md']) {
    const text = readFileSync(join(ROOT, 'docs', page), 'utf8');
    for (const [, code] of text.matchAll(/`(signing\/[a-z-]+)`/g))
      assert.ok(code! in signingDiagnostics, code);
  }
});
