import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { realHost } from '../../host/index.ts';
import type { Tool } from '../tool.ts';
import { serviceWorker } from './service-worker.ts';
import { elementsOf, intoHead, siteBase } from './site-html.ts';
import { webManifest } from './web-manifest.ts';

type Files = Readonly<Record<string, string | Buffer>>;

/** Runs a command on a site in a fresh folder; gives the named files afterwards, or the failure. */
async function onSite(
  tool: Tool,
  files: Files,
  options: { args?: string[]; read?: string[] } = {},
): Promise<string | string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'site-'));
  try {
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), content);
    }
    const context = { fs: realHost().fs, workingDirectory: folder, temporaryDirectory: folder };
    const result = await tool([...(options.args ?? []), 'site'], context);
    if (!result.ok) return result.failure.message;
    return (options.read ?? []).map((path) => readFileSync(join(folder, path), 'utf8'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function png(width: number, height = width): Buffer {
  const head = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');
  const size = Buffer.alloc(8);
  size.writeUInt32BE(width);
  size.writeUInt32BE(height, 4);
  return Buffer.concat([head, size]);
}

const page = '<!doctype html><html><head><title>t</title></head><body></body></html>';
const icons = [
  { src: 'a.png', sizes: '192x192' },
  { src: '/b.png', sizes: '48x48 512x512' },
];
const iconFiles = { 'site/a.png': png(192), 'site/b.png': png(512) };

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

test('elements of a page', () => {
  assert.deepEqual(
    elementsOf(`<!-- <link rel=x> --><LINK rel="a" href='b?c&amp;d'><link REL=e hidden>`, 'link'),
    [
      { rel: 'a', href: 'b?c&d' },
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

test('a manifest is completed', async () => {
  const check = async (
    files: Files,
    options: { extra?: object; at?: string },
    expected: object,
    html?: string,
  ) => {
    const at = options.at ?? 'site/manifest.webmanifest';
    const extra = options.extra ? { 'extra.json': JSON.stringify(options.extra) } : {};
    const args = options.extra ? ['--extra', 'extra.json'] : [];
    const result = await onSite(
      webManifest,
      { 'site/index.html': page, ...iconFiles, ...extra, ...files },
      { args, read: [at, 'site/index.html'] },
    );
    assert.ok(Array.isArray(result), String(result));
    assert.deepEqual(JSON.parse(result[0]!), expected);
    if (html) assert.ok(result[1]!.includes(html), result[1]);
  };
  const standard = { start_url: './', scope: './', display: 'standalone' };
  await check(
    {},
    { extra: { name: 'N', icons } },
    { name: 'N', icons, short_name: 'N', ...standard },
    '<link rel="manifest" href="./manifest.webmanifest">\n</head>',
  );
  const own = {
    short_name: 'S',
    icons: [{ src: '../icon.svg', sizes: 'any' }],
    display: 'browser',
    lang: 'en',
  };
  await check(
    {
      'site/index.html': '<head><link rel=manifest href="./m/x.json?1"></head>',
      'site/m/x.json': JSON.stringify(own),
      'site/icon.svg': '',
    },
    { extra: { lang: 'de', dir: 'ltr' }, at: 'site/m/x.json' },
    { ...own, name: 'S', dir: 'ltr', start_url: '../', scope: '../' },
  );
});

test('all that keeps an app from being installed is told at once', async () => {
  const check = async (manifest: unknown, expected: string[], files: Files = {}) => {
    const text = typeof manifest === 'string' ? manifest : JSON.stringify(manifest);
    const result = await onSite(webManifest, {
      'site/index.html': page,
      ...iconFiles,
      'site/manifest.json': text,
      ...files,
    });
    assert.deepEqual(
      String(result).split('\n'),
      expected.map((each) => each.replace(/^:/, 'manifest.json:')),
    );
  };
  await check({}, [
    ': name is missing; give it here or under `manifest:` in build.yaml',
    ': icons are missing; give PNG files of 192x192 and 512x512, or an SVG of size "any"',
  ]);
  await check({ name: 'N', icons: [{ src: 'a.png', sizes: '192x192' }], display: 'window', start_url: 3 }, [
    ': start_url must be a text',
    ': display is "window"; it can be fullscreen, standalone, minimal-ui, browser',
    ': no icon has 512x512 pixels or more',
  ]);
  await check(
    {
      name: 'N',
      icons: [
        {},
        { src: 'a.png' },
        { src: 'a.png', sizes: '512x512' },
        { src: 'gone.png', sizes: '1x1' },
        { src: 'https://x.example/a.png', sizes: '1x1' },
        { src: 'index.html', sizes: 'any' },
        { src: 'not.png', sizes: '1x1' },
      ],
    },
    [
      ': an icon has no src',
      ': icon a.png states no size; add "sizes": "192x192"',
      ': icon a.png is stated as 512x512 and is 192x192',
      ': icon gone.png does not exist',
      ': icon https://x.example/a.png is not part of the site',
      ': icon not.png is not a PNG file',
    ],
    { 'site/not.png': 'GIF' },
  );
  await check('[1]', ['site/manifest.json is not a JSON object']);
  await check({}, ['the manifest that index.html links is not part of the site'], {
    'site/index.html': '<link rel="manifest" href="//cdn.example/m.json">',
  });
  assert.equal(await onSite(webManifest, { 'site/x': '' }), 'the site has no index.html');
});

test('a service worker keeps every file by its hash', async () => {
  const files = {
    'site/index.html': page,
    'site/sub dir/ä.html': page,
    'site/a.js': 'a',
    'site/a.js.map': '{}',
    'site/big.bin': 'x'.repeat(500),
  };
  const options = {
    args: ['--max-bytes', '400'],
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
