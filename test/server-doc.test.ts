/** The examples of docs/server.md, one after the other, as a script that ends at the first that fails. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { freePort } from '../bench/images/daemon.ts';
import { findProgram } from '../bench/images/tool-environment.ts';
import { layoutOf, tarOf } from '../src/inspection/testing.ts';
import { temporaryFolder } from '../src/server/testing.ts';

const ROOT = join(import.meta.dirname, '..');
const PAGE = readFileSync(join(ROOT, 'docs/server.md'), 'utf8');
const run = promisify(execFile);

test('the examples of the page work', async (t) => {
  if (findProgram('skopeo', []) === undefined) return t.skip('skopeo is missing');
  const folder = temporaryFolder(t);
  const layer = tarOf([{ name: 'hello', content: 'world', mtime: 315_532_800 }]);
  for (const [path, bytes] of layoutOf([{ layers: [layer] }])) {
    const file = join(folder, 'image', path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, bytes);
  }
  const program = join(folder, 'bin/mobileops');
  mkdirSync(dirname(program));
  writeFileSync(program, `#!/bin/sh\nexec '${process.execPath}' '${join(ROOT, 'src/main.ts')}' "$@"\n`);
  chmodSync(program, 0o755);
  const examples = [...PAGE.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map((match) => match[1]!);
  assert.ok(examples.length === 8);
  const port = await freePort();
  const script = ['set -e -m -o pipefail', "trap 'kill -9 %1 2>/dev/null || true' EXIT", ...examples].join(
    '\n',
  );
  const { stdout } = await run('bash', ['-c', script.replaceAll('8080', String(port))], {
    cwd: folder,
    env: { PATH: `${join(folder, 'bin')}:${process.env.PATH}`, HOME: folder },
    timeout: 300_000,
  });
  for (const said of [
    /"status":"ready"/,
    /2 {2}ci +write/,
    /token 4 is of no use/,
    /"code":"DENIED","message":"this token is for oci:team\/web,npm:@web\/\* only/,
    /"Digest": "sha256:/,
    /"1\.0\.0"/,
  ])
    assert.match(stdout, said);
  assert.match(stdout, /mobileops_http_requests_total\{operation="GET \/ready",status="200"\}/);
});

test('flags of the page are flags', async () => {
  const { VERBS } = await import('../src/cli/verb-table.ts');
  const known = VERBS.filter(({ name }) => name.startsWith('serve')).flatMap(({ flags }) =>
    flags.map((flag) => flag.name),
  );
  const named = [...PAGE.matchAll(/--([a-z][a-z-]+)/g)].map((match) => match[1]!);
  const clients = ['dest-tls-verify', 'dest-creds', 'tls-verify', 'creds', 'user'];
  assert.deepEqual(
    named.filter((name) => !known.includes(name) && !clients.includes(name)),
    [],
  );
  for (const name of known) assert.ok(named.includes(name), `--${name} is not on the page`);
});

test('the tests that the page names are there', () => {
  const named = [...PAGE.matchAll(/^\| .* \| `(.*\.ts)`: “(.*)” \|$/gm)];
  assert.ok(named.length > 15);
  for (const [, file = '', name = ''] of named)
    assert.ok(readFileSync(join(ROOT, file), 'utf8').includes(name), `${file} has no test “${name}”`);
});
