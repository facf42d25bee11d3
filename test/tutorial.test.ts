/** The commands of docs/tutorial.md, one after the other, as a script that ends at the first that fails. */
import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { freePort } from '../bench/images/daemon.ts';
import { temporaryFolder } from '../src/server/testing.ts';

const ROOT = join(import.meta.dirname, '..');
const PAGE = readFileSync(join(ROOT, 'docs/tutorial.md'), 'utf8');
const run = promisify(execFile);

test('the commands of the page lead from an empty folder to a release that is installed, updated and rolled back', async (t) => {
  for (const tool of ['openssl', 'curl'])
    if (spawnSync(tool, ['version']).error) return t.skip(`not run: ${tool} is missing`);
  const folder = temporaryFolder(t);
  const program = join(folder, 'bin/mobileops');
  mkdirSync(dirname(program));
  writeFileSync(program, `#!/bin/sh\nexec '${process.execPath}' '${join(ROOT, 'src/main.ts')}' "$@"\n`);
  chmodSync(program, 0o755);
  const examples = [...PAGE.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map((match) => match[1]!);
  assert.equal(examples.length, 8);
  const head = ['set -e -o pipefail', "trap 'kill -9 %1 2>/dev/null || true' EXIT"];
  const script = [...head, ...examples].join('\n').replaceAll('8080', String(await freePort()));
  const author = { GIT_CONFIG_GLOBAL: '/dev/null', EMAIL: 'a@example.com' };
  const { stdout } = await run('bash', ['-c', script], {
    cwd: folder,
    env: { ...author, PATH: `${dirname(program)}:${process.env.PATH}`, HOME: folder },
    timeout: 300_000,
  });
  const greetings = stdout.split('\n').filter((line) => /^(HELLO|GOOD)/.test(line));
  assert.deepEqual(greetings, ['HELLO', 'HELLO, WORLD', 'GOOD MORNING', 'HELLO, WORLD']);
  assert.match(stdout, /nothing to do/);
  assert.match(stdout, /mobileops-1\.0\.0\.tar\.gz\.sigstore\.json/);
});
