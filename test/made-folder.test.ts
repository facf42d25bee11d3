/** `scripts/made-folder.mjs`: what the server shows is made by whoever comes first, several processes at once among them. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';

const SCRIPT = join(import.meta.dirname, '..', 'scripts', 'made-folder.mjs');
const ROUNDS = 300;

/** Makes the folder of one stamp after another, and says how often. */
const MAKER = `
const [script, folder, rounds] = process.argv.slice(1);
const { writeFileSync } = await import('node:fs');
const { makeFolder } = await import(script);
for (let round = 1; round <= Number(rounds); round++)
  makeFolder(folder, String(round), (made) => {
    writeFileSync(made + '/page.html', String(round));
    return { pages: {}, files: { 'page.html': 'text/html' } };
  });
`;

test('processes that make a folder at once do not get into each other’s way, and one of theirs is there whole', async (t) => {
  const base = mkdtempSync(join(tmpdir(), 'mobileops-made-'));
  t.after(() => rmSync(base, { recursive: true, force: true }));
  const folder = join(base, 'web');
  const argv = ['--input-type=module', '-e', MAKER, SCRIPT, folder, String(ROUNDS)];
  await Promise.all([1, 2, 3].map(() => promisify(execFile)(process.execPath, argv)));
  assert.deepEqual(readdirSync(base), ['web']);
  const { stamp } = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'));
  assert.equal(readFileSync(join(folder, 'page.html'), 'utf8'), stamp);
});
