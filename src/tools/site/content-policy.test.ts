import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { contentPolicy } from './content-policy.ts';
import { inlineContent } from './inline-content.ts';
import { type Files, onSite } from './testing.ts';

const hash = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
const ARGS = ['--extra', 'policy.json'];
const NO_MORE = { 'policy.json': '{}' };

test('what stands in a page itself', () => {
  const html = `<!-- <script>no</script> --><head><script>a\r\n</script><SCRIPT type="module">b</SCRIPT>
<script src="x.js"></script><script type="application/ld+json">{}</script><script type=importmap>{"imports":{}}</script>
<style media="a > b">p{}</style><link rel="stylesheet" href="//cdn.example/a.css"></head>
<body style="margin:0" onload="go()"><p style='a:"b"'><a href="javascript:go()">x</a><img src="https://i.example/a.png">
<script>const t = '<p style="no" onclick="no">';</script>`;
  assert.deepEqual(inlineContent(html), {
    scripts: ['a\n', 'b', '{"imports":{}}', `const t = '<p style="no" onclick="no">';`],
    styles: ['p{}'],
    styleAttributes: ['margin:0', 'a:"b"'],
    handlers: ['<body onload>', '<a href>'],
    loaded: [
      { directive: 'script-src', address: 'x.js' },
      { directive: 'style-src', address: '//cdn.example/a.css' },
      { directive: 'img-src', address: 'https://i.example/a.png' },
    ],
  });
});

test('pages have their own policy, the server one for all', async () => {
  const files = {
    'site/index.html': '<head><meta charset=utf-8><script>a()</script></head><body style="x">',
    'site/b/c.html': '<head><style>p{}</style></head>',
    'site/model.wasm': '',
    'policy.json': JSON.stringify({ 'connect-src': ['https://api.example'], 'object-src': ["'self'"] }),
  };
  const read = ['site/index.html', 'site/b/c.html', 'site/_headers'];
  const made = await onSite(contentPolicy, files, { args: ARGS, read });
  assert.ok(Array.isArray(made), String(made));
  const [index = '', other = '', headers = ''] = made;
  const start =
    '<head><meta charset=utf-8>\n<meta http-equiv="Content-Security-Policy" content="default-src ';
  assert.ok(index.startsWith(start), index);
  assert.ok(index.includes(`script-src 'self' 'wasm-unsafe-eval' ${hash('a()')};`));
  assert.ok(index.includes(`style-src 'self' 'unsafe-hashes' ${hash('x')};`));
  assert.ok(index.includes("connect-src 'self' blob: https://api.example;"));
  assert.ok(index.includes("object-src 'self';"));
  assert.ok(!index.includes('frame-ancestors'));
  assert.ok(other.includes(`style-src 'self' ${hash('p{}')};`) && !other.includes(hash('a()')));
  assert.match(headers, /^# Made by mobileops\.\n\/\*\n {2}Content-Security-Policy: default-src 'self'; /);
  for (const each of [hash('a()'), hash('x'), hash('p{}'), "frame-ancestors 'self'"])
    assert.ok(headers.includes(each), headers);
});

test('what no policy can allow is told with its page', async () => {
  const check = async (files: Files, ...expected: string[]) =>
    assert.deepEqual(
      String(await onSite(contentPolicy, { ...NO_MORE, ...files }, { args: ARGS })).split('\n'),
      expected,
    );
  await check(
    {
      'site/a.html': '<button onclick="x()">',
      'site/b.html': '<script src="https://cdn.example/x.js"></script><img src="//cdn.example/a.png">',
    },
    'a.html: <button onclick> holds script, which the policy forbids; use addEventListener',
    'b.html: it loads https://cdn.example/x.js, which the policy forbids; add script-src: ["https://cdn.example"] to `web.contentSecurityPolicy` in build.yaml, or bring the file along',
    'b.html: it loads //cdn.example/a.png, which the policy forbids; add img-src: ["https://cdn.example"] to `web.contentSecurityPolicy` in build.yaml, or bring the file along',
  );
  const allowed = { 'policy.json': '{"script-src":["https://*.example"]}' };
  await check({ 'site/b.html': '<script src="https://cdn.example/x.js"></script>', ...allowed }, '');
  await check(
    { 'site/a.html': '<meta http-equiv="content-security-policy" content="x">' },
    'a.html: it has a Content-Security-Policy of its own; take it out, or leave `web.contentSecurityPolicy` out',
  );
  await check(
    { 'site/a.html': '', 'site/_headers': '/*\n  X: y\n' },
    'the site has a _headers of its own, which would lose its place; take it out, and put its headers where the site is served',
  );
});
