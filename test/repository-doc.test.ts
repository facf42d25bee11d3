/** The examples of docs/repository.md, one after the other, as a script that ends at the first that fails. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { freePort } from '../bench/images/daemon.ts';
import { apkOf } from '../src/apps/testing.ts';
import { temporaryFolder } from '../src/server/testing.ts';

const ROOT = join(import.meta.dirname, '..');
const PAGE = readFileSync(join(ROOT, 'docs/repository.md'), 'utf8');
const run = promisify(execFile);

const MAKE_WHEEL = `
import zipfile
with zipfile.ZipFile("hello-1.0-py3-none-any.whl", "w") as wheel:
    wheel.writestr("hello/__init__.py", "")
    wheel.writestr("hello-1.0.dist-info/METADATA", "Metadata-Version: 2.1\\nName: hello\\nVersion: 1.0\\n")
    wheel.writestr("hello-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
    wheel.writestr("hello-1.0.dist-info/RECORD", "")
`;

test('the examples of the page work', async (t) => {
  const folder = temporaryFolder(t);
  for (const version of ['1.0.0', '1.1.0']) writeFileSync(join(folder, `app-${version}.apk`), apkOf({}));
  writeFileSync(join(folder, 'notes.txt'), 'what is new\n');
  writeFileSync(join(folder, 'make-wheel.py'), MAKE_WHEEL);
  const program = join(folder, 'bin/mobileops');
  mkdirSync(dirname(program));
  writeFileSync(program, `#!/bin/sh\nexec '${process.execPath}' '${join(ROOT, 'src/main.ts')}' "$@"\n`);
  chmodSync(program, 0o755);
  const pip = join(folder, 'bin/pip');
  writeFileSync(pip, '#!/bin/sh\nexec python3 -m pip --disable-pip-version-check --no-cache-dir "$@"\n');
  chmodSync(pip, 0o755);
  const examples = [...PAGE.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map((match) => match[1]!);
  assert.equal(examples.length, 8);
  const port = await freePort();
  const head = ['set -e -m -o pipefail', "trap 'kill -9 %1 2>/dev/null || true' EXIT"];
  const { stdout } = await run(
    'bash',
    ['-c', [...head, ...examples].join('\n').replaceAll('8080', String(port))],
    {
      cwd: folder,
      env: { PATH: `${join(folder, 'bin')}:${process.env.PATH}`, HOME: folder },
      timeout: 300_000,
    },
  );
  for (const said of [
    /app-1\.1\.0\.apk: OK/,
    /"names":\["app"\]/,
    /"channel":"stable","version":"1\.0\.0"/,
    /__init__\.py/,
    /^1\.0\.0$/m,
    /^2$/m,
  ])
    assert.match(stdout, said);
});
