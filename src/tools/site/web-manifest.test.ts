import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type JsonPath, placeInJson } from './json-place.ts';
import { type Files, onSite, page, png } from './testing.ts';
import { webManifest } from './web-manifest.ts';

const icons = [
  { src: 'a.png', sizes: '192x192' },
  { src: '/b.png', sizes: '48x48 512x512' },
];
const iconFiles = { 'site/a.png': png(192), 'site/b.png': png(512) };

test('a place in a JSON text', () => {
  const text = '\uFEFF{\n "a": [1, {"b\\"": "x]", "c": {}}],\n "a": [true, [2, 3]], "d": null}';
  const check = (path: JsonPath, expected: string) => {
    const { line, column } = placeInJson(text, path);
    assert.equal(text.split('\n')[line - 1]!.slice(column - 1), expected, JSON.stringify(path));
  };
  check([], '{');
  check(['a', 1, 1], '3]], "d": null}');
  check(['a', 7], '[true, [2, 3]], "d": null}');
  check(['d'], 'null}');
  check(['d', 'e'], 'null}');
  check(['missing'], '{');
  assert.deepEqual(placeInJson('[[1, "\\"]"], {"b": {"c": [] }}]', [1, 'b', 'c']), { line: 1, column: 26 });
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
  const standard = {
    start_url: './',
    scope: './',
    display: 'standalone',
    theme_color: '#ffffff',
    background_color: '#ffffff',
  };
  await check(
    {},
    { extra: { name: 'N', icons } },
    { name: 'N', icons, short_name: 'N', ...standard },
    '<link rel="manifest" href="./manifest.webmanifest">\n</head>',
  );
  const own = {
    short_name: 'S',
    icons: [{ src: '../icon.svg', sizes: 'any' }],
    display: 'minimal-ui',
    background_color: 'navy',
    lang: 'en',
  };
  await check(
    {
      'site/index.html':
        '<head><link rel=manifest href="./m/x.json?1"><meta name=theme-color media="(prefers-color-scheme: dark)" content=black><meta name=Theme-Color content="#0f766e"></head>',
      'site/m/x.json': JSON.stringify(own),
      'site/icon.svg': '',
    },
    { extra: { lang: 'de', dir: 'ltr' }, at: 'site/m/x.json' },
    { ...own, name: 'S', dir: 'ltr', start_url: '../', scope: '../', theme_color: '#0f766e' },
  );
});

/** What is told of a manifest that lies in `manifest.json`; `:1:2: …` stands for a place in it. */
async function checkProblems(manifest: unknown, expected: string[], files: Files = {}): Promise<void> {
  const text = typeof manifest === 'string' ? manifest : JSON.stringify(manifest);
  const result = await onSite(webManifest, {
    'site/index.html': page,
    ...iconFiles,
    'site/manifest.json': text,
    ...files,
  });
  const withoutPlaces = (line: string): string =>
    /^manifest.json:\d+:\d+: /.test(line) ? line.replace(/^manifest.json:\d+:\d+: /, '') : line;
  assert.deepEqual(String(result).split('\n').map(withoutPlaces), expected);
}

test('all that keeps an app from being installed is told at once', async () => {
  await checkProblems({}, [
    'name is missing; give it here or under `manifest:` in build.yaml',
    'icons are missing; name a drawing by `web.icon` in build.yaml, or give PNG files of 192x192 and 512x512',
  ]);
  await checkProblems(
    { name: 'N', icons: [{ src: 'a.png', sizes: '192x192' }], display: 'window', start_url: 3 },
    [
      'display is "window"; it can be standalone, fullscreen, minimal-ui, browser',
      'start_url is 3; write a text that is not empty',
      'no icon has 512x512 pixels or more; add one whose purpose is "any", or name a drawing by `web.icon` in build.yaml',
    ],
  );
  await checkProblems(
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
        { src: 'b.png', sizes: '512x512', type: 'image/svg+xml', purpose: 'all' },
      ],
    },
    [
      'icon has no src; name its file: "src": "icons/icon-192.png"',
      'icon a.png states no size; add "sizes": "192x192"',
      'icon a.png is stated as 512x512 and is 192x192; state its real size',
      'icon gone.png does not exist; the build must leave gone.png in its output',
      'icon https://x.example/a.png is not part of the site; put the file into the site',
      'icon not.png is not a PNG file; write it as PNG, or name it as what it is',
      'icon b.png has the type "image/svg+xml"; a .png is "image/png"',
      'icon b.png has the purpose "all"; it can be any, maskable, monochrome',
    ],
    { 'site/not.png': 'GIF' },
  );
  const masked = [...icons.slice(0, 1), { ...icons[1], purpose: 'maskable' }];
  await checkProblems({ name: 'N', icons: masked }, [
    'no icon has 512x512 pixels or more; add one whose purpose is "any", or name a drawing by `web.icon` in build.yaml',
  ]);
  await checkProblems('[1]', ['site/manifest.json is not a JSON object']);
  await checkProblems({}, ['the manifest that index.html links is not part of the site'], {
    'site/index.html': '<link rel="manifest" href="//cdn.example/m.json">',
  });
  assert.equal(await onSite(webManifest, { 'site/x': '' }), 'the site has no index.html');
});

test('every member is checked', async () => {
  const check = (members: object, ...expected: string[]) =>
    checkProblems({ name: 'N', icons, ...members }, expected);
  await check(
    { display: 'browser' },
    'display is "browser", so the app cannot be installed; write one of standalone, fullscreen, minimal-ui',
  );
  await check({ short_name: ' ' }, 'short_name is " "; write a text that is not empty');
  await check(
    { theme_color: '#12345' },
    'theme_color is "#12345", which is no colour; write it as in CSS: "#0f766e"',
  );
  await check(
    { lang: 'english!' },
    'lang is "english!", which is no language tag; write it as in HTML: "en", "pt-BR"',
  );
  await check(
    { orientation: 'potrait' },
    'orientation is "potrait"; it can be any, natural, portrait, portrait-primary, portrait-secondary, landscape, landscape-primary, landscape-secondary; is "portrait" meant?',
  );
  await check({ 'start-url': './' }, 'start-url is not known; is start_url meant?');
  await check(
    { prefer_related_applications: true },
    'prefer_related_applications is true, so browsers offer another app in place of this one; leave it out, or write false',
  );
  await check({ categories: 'news' }, 'categories is "news"; write a list: [ ... ]');
  await check(
    { start_url: '//x.example/' },
    'start_url is "//x.example/", which is not part of the site; write an address relative to the manifest: "./"',
  );
  await check(
    { scope: './app/', start_url: './' },
    'start_url is "./", which is not below the scope "./app/"; widen scope, or move the page',
  );
  await check(
    { shortcuts: [{ url: './a' }, { name: 'B', icons: [{ src: 'c.png', sizes: '96x96' }] }] },
    'shortcuts 0 has no name; add "name"',
    'shortcuts 1 url is missing; write a text that is not empty',
    'shortcut icon c.png does not exist; the build must leave c.png in its output',
  );
  await check({ share_target: { action: './share' } }, 'share_target has no params; add "params"');
  await check(
    { screenshots: [{ src: 'a.png', sizes: '192x192', form_factor: 'tall' }] },
    'screenshot a.png has the form factor "tall"; it can be narrow, wide',
    'screenshot a.png is 192x192, which browsers do not show; both sides must have 320 to 3840 pixels, the longer at most 2.3 times the shorter',
  );
});

test('a problem has its place', async () => {
  const files = { 'site/index.html': page, ...iconFiles };
  const own = '{\n  "name": "N",\n  "icons": [\n    { "src": "a.png", "sizes": "1x1" }\n  ]\n}\n';
  const extra = { 'extra.json': JSON.stringify({ dir: 'up' }) };
  assert.equal(
    await onSite(
      webManifest,
      { ...files, ...extra, 'site/manifest.json': own },
      { args: ['--extra', 'extra.json'] },
    ),
    '`manifest` in build.yaml: dir is "up"; it can be auto, ltr, rtl\n' +
      'manifest.json:4:32: icon a.png is stated as 1x1 and is 192x192; state its real size',
  );
});
