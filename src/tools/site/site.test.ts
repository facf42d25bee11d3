import assert from 'node:assert/strict';
import { test } from 'node:test';
import { serviceWorker } from './service-worker.ts';
import { elementsOf, firstInHead, intoHead, siteBase } from './site-html.ts';
import { onSite, page } from './testing.ts';

test('an element goes to the end of the head', () => {
  const check = (html: string, expected: string) => assert.equal(intoHead(html, '<x>'), expected);
  check('<head><t></head><body>', '<head><t><x>\n</head><body>');
  check(
    '<!-- </head> --><script>"</head>"</script></HEAD >',
    '<!-- </head> --><script>"</head>"</script><x>\n</HEAD >',
  );
  check('<!doctype html><body><p>', '<!doctype html><x>\n<body><p>');
  check('<!doctype html>\n<html lang="en"><p>', '<!doctype html>\n<html lang="en">\n<x>\n<p>');
  check('<p>', '\n<x>\n<p>');
});

test('what counts for the whole page goes to the start of the head', () => {
  const check = (html: string, expected: string) => assert.equal(firstInHead(html, '<x>'), expected);
  check('<!-- <head> --><HEAD lang="a"><t>', '<!-- <head> --><HEAD lang="a">\n<x><t>');
  check(
    '<head><title>t</title><meta charset="utf-8" /><s>',
    '<head><title>t</title><meta charset="utf-8" />\n<x><s>',
  );
  check('<!doctype html><p>', '<!doctype html>\n<x><p>');
});

test('elements of a page', () => {
  assert.deepEqual(
    elementsOf(`<!-- <link rel=x> --><LINK rel="a" href='b?c&amp;d&quot;'><link REL=e hidden>`, 'link'),
    [
      { rel: 'a', href: 'b?c&d"' },
      { rel: 'e', hidden: '' },
    ],
  );
});

test('the path that a site was built for', () => {
  const check = (html: string, expected: string) =>
    assert.equal(
      siteBase(html, (path) => path === 'a/x.js'),
      expected,
    );
  check('<script src="./a/x.js"></script>', './');
  check('<script src="//cdn.example/a/x.js"></script><link href="/other.css">', './');
  check('<script src="/a/x.js?1"></script>', '/');
  check('<link href="/other.css"><script type=module src=/app/sub/a/x.js></script>', '/app/sub/');
});

test('a service worker keeps every file by its hash', async () => {
  const files = {
    'site/index.html': page,
    'site/sub dir/ä.html': page,
    'site/a.js': 'a',
    'site/a.js.map': '{}',
    'site/_headers': 'x',
    'site/big.bin': 'x'.repeat(4001),
  };
  const options = {
    args: ['--max-bytes', '4000'],
    read: ['site/sw.js', 'site/index.html', 'site/sub dir/ä.html', 'site/register-sw.js'],
  };
  const made = await onSite(serviceWorker, files, options);
  assert.ok(Array.isArray(made), String(made));
  const [worker = '', index = '', below = ''] = made;
  assert.ok(index.includes('<script src="./register-sw.js" defer></script>\n</head>'));
  assert.ok(below.includes('<script src="../register-sw.js" defer></script>\n</head>'));
  const list = [...worker.matchAll(/^ {2}\["([^"]+)","(sha256-[^"]+)"\],$/gm)].map((match) => match[1]);
  assert.deepEqual(list, ['a.js', 'index.html', 'register-sw.js', 'sub%20dir/%C3%A4.html']);
  assert.ok(worker.includes('["a.js","sha256-ypeBEsobvcr6wjGzmiPcTaeG7/gUfE5yuYB3ha/uSLs="]'));
  assert.deepEqual(await onSite(serviceWorker, files, options), made);
});

test("a site's own service worker stays", async () => {
  const files = { 'site/index.html': page, 'site/sw.js': 'own' };
  assert.deepEqual(await onSite(serviceWorker, files, { read: ['site/sw.js', 'site/index.html'] }), [
    'own',
    page,
  ]);
});

test('a page that is not kept is answered offline by one that is', async () => {
  const check = async (files: Record<string, string>, args: string[], expected: string) => {
    const made = await onSite(
      serviceWorker,
      { 'site/index.html': page, ...files },
      { args, read: ['site/sw.js'] },
    );
    assert.ok(made[0]!.includes(`\nconst OFFLINE = "${expected}";\n`), String(made));
  };
  await check({}, [], 'index.html');
  await check({ 'site/offline.html': page }, [], 'offline.html');
  await check(
    { 'site/a b/off.html': page, 'site/offline.html': page },
    ['--offline', 'a b/off.html'],
    'a%20b/off.html',
  );
  assert.equal(
    await onSite(serviceWorker, { 'site/index.html': page }, { args: ['--offline', 'gone.html'] }),
    'the site has no gone.html, which `web.offlinePage` in build.yaml names; the build must leave it in its output',
  );
});
