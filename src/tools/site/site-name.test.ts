import assert from 'node:assert/strict';
import { posix } from 'node:path';
import { test } from 'node:test';
import { MemoryFileSystem } from '../../host/testing.ts';
import { siteName } from './site-name.ts';
import { type Files, page } from './testing.ts';

const linked = page.replace('</title>', '</title><link rel="manifest" href="./app/site.json">');

const SITES: readonly (readonly [string, Files, string | undefined])[] = [
  ['a linked manifest', { 'index.html': linked, 'app/site.json': '{"name":" Status "}' }, 'Status'],
  ['a usual place', { 'index.html': page, 'manifest.webmanifest': '{"name":"Status"}' }, 'Status'],
  ['no manifest', { 'index.html': page }, undefined],
  ['no site', {}, undefined],
  ['no JSON', { 'index.html': page, 'manifest.json': '{' }, undefined],
  ['no object', { 'index.html': page, 'manifest.json': 'null' }, undefined],
  ['no text', { 'index.html': page, 'manifest.json': '{"name":1}' }, undefined],
];

for (const [what, files, name] of SITES) {
  test(`what a site calls itself: ${what}`, () => {
    const fs = new MemoryFileSystem();
    for (const [path, content] of Object.entries(files)) {
      fs.makeDirectory(posix.dirname(`/site/${path}`));
      fs.writeFile(`/site/${path}`, content);
    }
    assert.equal(siteName(fs, '/site'), name);
  });
}
