/** Examples of docs/versions.md are what the program says. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseLedger, versionDiagnostics } from '../src/versions/index.ts';

const ROOT = join(import.meta.dirname, '..');
const TEXT = readFileSync(join(ROOT, 'docs/versions.md'), 'utf8');

test('version show prints what the page shows', () => {
  const [, words = '', expected] = /\$ mobileops (version show .*)\n([\s\S]*?)```/.exec(TEXT) ?? [];
  const { stdout } = spawnSync(process.execPath, [join(ROOT, 'src/main.ts'), ...words.split(' ')], {
    cwd: tmpdir(),
    encoding: 'utf8',
    env: { PATH: process.env.PATH, HOME: tmpdir() },
  });
  assert.equal(stdout, expected);
});

test('the ledger of the page is one', () => {
  const [, text] = /```json\n([\s\S]*?)```/.exec(TEXT) ?? [];
  const ledger = parseLedger(text);
  assert.ok(ledger.ok);
  assert.equal(ledger.value.releases.length, 1);
});

test('codes of the page are codes', () => {
  const codes = [...TEXT.matchAll(/`(version\/[a-z-]+)`/g)].map(([, code]) => code!);
  assert.ok(codes.length > 5);
  for (const code of codes) assert.ok(code in versionDiagnostics, code);
});
