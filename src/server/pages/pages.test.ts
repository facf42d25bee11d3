import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { startTestServer, temporaryFolder } from '../testing.ts';
import { escapeHtml, html } from './html.ts';

test('what is put into a page is escaped, unless it is HTML', () => {
  const hostile = `<script>"'&`;
  assert.equal(escapeHtml(hostile), '&lt;script&gt;&quot;&#39;&amp;');
  const list = ['a<', 'b'].map((each) => html`<li>${each}</li>`);
  const page = html`<ul title="${hostile}">${list}${undefined}${3}</ul>`;
  assert.equal(String(page), '<ul title="&lt;script&gt;&quot;&#39;&amp;"><li>a&lt;</li><li>b</li>3</ul>');
});

function madeFolder(folder: string): void {
  mkdirSync(folder, { recursive: true });
  const manifest = {
    version: 1,
    pages: {
      shell: { styles: ['shell-1.css'] },
      builds: { styles: ['shell-1.css'], scripts: ['b-2.js'], preloads: ['c-3.js'] },
    },
    files: { 'shell-1.css': 'text/css', 'b-2.js': 'text/javascript', 'c-3.js': 'text/javascript' },
  };
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify(manifest));
  for (const name of Object.keys(manifest.files)) writeFileSync(join(folder, name), `/* ${name} */`);
  writeFileSync(join(folder, 'b-2.js.gz'), gzipSync('/* b-2.js */'));
}

test('a page loads its files alone, which a browser keeps for ever', async (t) => {
  const folder = join(temporaryFolder(t), 'web');
  madeFolder(folder);
  const { fetch } = await startTestServer(t, { webFolder: folder });
  const page = await fetch('/builds', { as: 'read' });
  const text = await page.text();
  assert.match(page.headers.get('content-security-policy')!, /script-src 'self'; style-src 'self'/);
  assert.deepEqual(
    [...text.matchAll(/(?:src|href)="(\/assets\/[^"]*)"/g)].map(([, address]) => address),
    ['/assets/shell-1.css', '/assets/c-3.js', '/assets/b-2.js'],
  );
  assert.match(text, /<a href="\/builds" aria-current="page">Builds<\/a>/);
  assert.doesNotMatch(text, /<script>|<style|style=|onclick/);
  const script = await fetch('/assets/b-2.js', {
    as: 'nobody',
    headers: { 'accept-encoding': 'gzip, br;q=0' },
  });
  assert.equal(script.headers.get('content-encoding'), 'gzip');
  assert.equal(script.headers.get('cache-control'), 'public, max-age=31536000, immutable');
  assert.equal(await script.text(), '/* b-2.js */');
  for (const name of ['manifest.json', '..%2fserver.sqlite', 'b-2.js.gz', '__proto__'])
    assert.equal((await fetch(`/assets/${name}`, { as: 'nobody' })).status, 404);
});

test('a page asks a browser for a token, and the start leads to the first page', async (t) => {
  const { fetch } = await startTestServer(t);
  const nobody = await fetch('/builds', { as: 'nobody' });
  assert.equal(nobody.status, 401);
  assert.match(nobody.headers.get('www-authenticate')!, /^Basic /);
  const start = await fetch('/', { as: 'nobody' });
  assert.deepEqual([start.status, start.headers.get('location')], [302, '/builds']);
});
