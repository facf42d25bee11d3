import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { compareTrees } from './compare-trees.ts';

const base = mkdtempSync(join(tmpdir(), 'mobileops-compare-'));
after(() => rmSync(base, { recursive: true, force: true }));
let count = 0;

function folder(files: Readonly<Record<string, string>>): string {
  const root = join(base, String(count++));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

/** The folder packed into `file`, beside nothing else. */
function packed(source: string, file: string): string {
  const root = folder({ keep: '' });
  const argv = [...'--sort=name --owner=0 --group=0 --mtime=@1 -czf'.split(' '), join(root, file), '.'];
  assert.equal(spawnSync('tar', argv, { cwd: source }).status, 0);
  return root;
}

function check(left: string, right: string, expected: readonly RegExp[]): void {
  const found = compareTrees(left, right);
  assert.equal(found.length, expected.length, found.join('\n'));
  for (const [index, pattern] of expected.entries()) assert.match(found[index]!, pattern);
}

test('equal folders have no differences', () => {
  const files = { 'a/b': 'one', c: '' };
  check(folder(files), folder(files), []);
});

test('a file is named with the first byte that differs, or with the side that has it', () => {
  check(folder({ a: 'same--', b: 'hello', x: '' }), folder({ a: 'same--', b: 'help!', y: '' }), [
    /^b: differs, first at byte 3 /,
    /^x: only in the first$/,
    /^y: only in the second$/,
  ]);
});

test('a member of a compressed tar is named, not the archive', () => {
  const pack = (text: string) => packed(folder({ 'inside/file': text, other: 'same' }), 'out.tar.gz');
  check(pack('one four'), pack('one five'), [
    /^out\.tar\.gz!\(unpacked\)!\.\/inside\/file: differs, first at byte 5 /,
  ]);
});

test('blobs of an image are named by their place, not by their digest', () => {
  const layout = (text: string) =>
    folder({
      'web/oci-layout': '{}',
      'web/index.json': '{"manifests":[{"digest":"sha256:m"}]}',
      'web/blobs/sha256/m': `{"config":{"digest":"sha256:c"},"layers":[{"digest":"sha256:${text}"}]}`,
      'web/blobs/sha256/c': 'config',
      [`web/blobs/sha256/${text}`]: text,
    });
  check(layout('first'), layout('other'), [/^web\/layer 0 0: differs/, /^web\/manifest 0: differs/]);
});
