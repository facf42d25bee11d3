import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { startTestServer, temporaryFolder } from '../testing.ts';

function madeSite(folder: string): string {
  const files = { 'index.html': 'text/html', 'reference/lock.html': 'text/html', 'sw.js': 'text/javascript' };
  mkdirSync(join(folder, 'reference'), { recursive: true });
  for (const name of Object.keys(files)) writeFileSync(join(folder, name), `this is ${name}`);
  writeFileSync(join(folder, 'index.html.gz'), gzipSync('this is index.html'));
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify({ version: 1, pages: {}, files }));
  return folder;
}

test('the documentation is there for everybody, whole and packed, and asked for again only when it changed', async (t) => {
  const { fetch } = await startTestServer(t, { docsFolder: madeSite(join(temporaryFolder(t), 'docs')) });
  const start = await fetch('/docs', { as: 'nobody' });
  assert.deepEqual([start.status, start.headers.get('location')], [302, '/docs/']);
  for (const [path, name] of [
    ['/docs/', 'index.html'],
    ['/docs/index.html', 'index.html'],
    ['/docs/reference/lock.html', 'reference/lock.html'],
    ['/docs/sw.js', 'sw.js'],
  ] as const) {
    const answer = await fetch(path, { as: 'nobody', headers: { 'accept-encoding': 'gzip' } });
    assert.equal(await answer.text(), `this is ${name}`, path);
    assert.match(answer.headers.get('content-security-policy')!, /script-src 'self'/);
    assert.equal(answer.headers.get('content-encoding'), name === 'index.html' ? 'gzip' : null);
    const headers = { 'accept-encoding': 'gzip', 'if-none-match': answer.headers.get('etag')! };
    assert.equal((await fetch(path, { as: 'nobody', headers })).status, 304);
  }
});

test('nothing but the files of the site is given', async (t) => {
  const { fetch } = await startTestServer(t, { docsFolder: madeSite(join(temporaryFolder(t), 'docs')) });
  for (const path of ['manifest.json', 'index.html.gz', '..%2f..%2fserver.sqlite', 'reference/', '__proto__'])
    assert.equal((await fetch(`/docs/${path}`, { as: 'nobody' })).status, 404, path);
});

test('a server whose documentation was not made says so', async (t) => {
  const { fetch } = await startTestServer(t);
  const answer = await fetch('/docs/', { as: 'nobody' });
  assert.equal(answer.status, 404);
  assert.match(await answer.text(), /was not made/);
});
