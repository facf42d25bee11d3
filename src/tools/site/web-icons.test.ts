import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, type TestContext, test } from 'node:test';
import { sha256 } from '../../base/index.ts';
import { MemoryFileSystem } from '../../host/testing.ts';
import { pngSize } from './png-size.ts';
import { type Files, onSite, page, png } from './testing.ts';
import { type IconsDescription, webIcons } from './web-icons.ts';
import { webManifest } from './web-manifest.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const SVG = readFileSync(join(ROOT, 'examples/platform/mobile/webapp/icon.svg'));
const GOLDEN = ['7fa22e6f1298fbd4', '6a46eeb63129f950', '1550480e92d83fbe'];
let renderer: string | undefined;

/** The renderer as the tests' own `mobileops prepare` fetched it (see scripts/test.mjs). */
before(() => {
  const lock = JSON.parse(readFileSync(join(ROOT, 'examples/platform/mobileops.lock'), 'utf8'));
  const [{ sha256: hash }] = lock.tools.resvg.files;
  const cache = process.env.MOBILEOPS_TEST_CACHE ?? join(ROOT, 'build-cache/test-cache');
  const archive = join(cache, 'cas', hash.slice(0, 2), hash);
  if (!existsSync(archive)) return;
  const folder = mkdtempSync(join(tmpdir(), 'resvg-'));
  spawnSync('tar', ['-xzf', archive, '-C', folder, '--strip-components=1']);
  renderer = folder;
});
after(() => {
  if (renderer) rmSync(renderer, { recursive: true });
});

type Drawn = ReadonlyMap<string, Buffer>;

/** Draws `icon.svg` or `icon.png`; gives every file that was made, or the failure. */
async function draw(
  file: string,
  content: string | Buffer,
  options: readonly string[] = [],
): Promise<Drawn | string> {
  const fs = new MemoryFileSystem();
  fs.makeDirectory('/w');
  fs.makeDirectory('/r');
  fs.writeFile(`/w/${file}`, content);
  const program = renderer === undefined ? Buffer.alloc(0) : readFileSync(join(renderer, 'index_bg.wasm'));
  const folder = renderer ?? '/r';
  fs.makeDirectory(folder);
  fs.writeFile(join(folder, 'index_bg.wasm'), program);
  const context = { fs, workingDirectory: '/w', temporaryDirectory: '/w' };
  const result = await webIcons(['--renderer', folder, ...options, file, 'out'], context);
  if (!result.ok) return result.failure.message;
  const paths = ['/w/out', '/w/out/icons'].flatMap((each) =>
    fs.readDirectory(each).flatMap(({ name, type }) => (type === 'file' ? [`${each}/${name}`] : [])),
  );
  return new Map(paths.map((path) => [path.slice('/w/out/'.length), Buffer.from(fs.readFile(path))]));
}

function drawn(result: Drawn | string): Drawn {
  assert.ok(typeof result !== 'string', String(result));
  return result;
}

function needsRenderer(name: string, body: (t: TestContext) => Promise<void>): void {
  test(name, (t) => (renderer === undefined ? t.skip('not run: resvg is missing') : body(t)));
}

needsRenderer('one drawing gives every icon, in the same bytes everywhere', async () => {
  const files = drawn(await draw('icon.svg', SVG, ['--background', '#0f766e']));
  const sizes = [...files].map(([path, bytes]) => [path, pngSize(bytes)?.width]);
  assert.deepEqual(Object.fromEntries(sizes), {
    'favicon.ico': undefined,
    'icons.json': undefined,
    'icons/app-192.png': 192,
    'icons/app-512.png': 512,
    'icons/app-maskable-192.png': 192,
    'icons/app-maskable-512.png': 512,
    'icons/app.svg': undefined,
    'icons/apple-touch-icon.png': 180,
  });
  assert.deepEqual(
    ['icons/app-512.png', 'icons/app-maskable-512.png', 'favicon.ico'].map((path) =>
      sha256(files.get(path)!).slice(0, 16),
    ),
    GOLDEN,
  );
  const ico = files.get('favicon.ico')!;
  assert.deepEqual([...ico.subarray(0, 8)], [0, 0, 1, 0, 3, 0, 16, 16]);
  const at = ico.readUInt32LE(6 + 2 * 16 + 12);
  assert.deepEqual(pngSize(ico.subarray(at)), { width: 48, height: 48 });
  assert.equal(at + ico.readUInt32LE(6 + 2 * 16 + 8), ico.byteLength);
});

needsRenderer('a PNG is a drawing too, and no pixel of it is passed over', async () => {
  const large = drawn(await draw('icon.svg', SVG)).get('icons/app-512.png')!;
  const files = drawn(await draw('icon.png', large));
  assert.ok(!files.has('icons/app.svg'));
  const { links } = JSON.parse(files.get('icons.json')!.toString()) as IconsDescription;
  assert.deepEqual(
    links.map(({ rel }) => rel),
    ['icon', 'apple-touch-icon'],
  );
  assert.equal(sha256(files.get('icons/app-512.png')!), sha256(large));
});

needsRenderer('a site takes the icons', async () => {
  const files = drawn(await draw('icon.svg', SVG));
  const icons = Object.fromEntries([...files].map(([path, bytes]) => [`icons/${path}`, bytes]));
  const site = { 'site/index.html': page, 'site/m/manifest.json': '{}', 'extra.json': '{"name":"N"}' };
  const options = {
    args: ['--extra', 'extra.json', '--icons', 'icons'],
    read: ['site/manifest.webmanifest', 'site/index.html', 'site/icons/app.svg'],
  };
  const made = await onSite(webManifest, { ...site, ...icons }, options);
  assert.ok(Array.isArray(made), String(made));
  const manifest = JSON.parse(made[0]!);
  assert.deepEqual(manifest.icons[2], {
    src: './icons/app-maskable-192.png',
    sizes: '192x192',
    type: 'image/png',
    purpose: 'maskable',
  });
  assert.match(
    made[1]!,
    /<link rel="icon" href="\.\/favicon\.ico" sizes="32x32">\n.*svg.*\n.*apple-touch-icon/,
  );
  assert.equal(made[2], SVG.toString());

  const check = async (more: Files, expected: string) =>
    assert.equal(await onSite(webManifest, { ...site, ...icons, ...more }, options), expected);
  await check(
    { 'extra.json': '{"name":"N","icons":[]}' },
    'the manifest has icons, and `web.icon` in build.yaml makes icons; take one of the two out',
  );
  await check(
    { 'site/icons/app-192.png': 'own' },
    'the site has a file icons/app-192.png, which `web.icon` makes too; rename the one in the site',
  );
});

needsRenderer('a drawing that cannot be drawn is refused', async () => {
  const check = async (content: string, expected: RegExp) =>
    assert.match(String(await draw('icon.svg', content)), expected);
  await check('<svg><g></svg>', /^icon\.svg cannot be drawn: .*expected 'g' tag, not 'svg'/);
  await check('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>', /draws nothing$/);
});

test('what the renderer would leave out is refused', async () => {
  const check = async (file: string, content: string | Buffer, expected: string) =>
    assert.equal(await draw(file, content), expected);
  const missing = 'which would be missing from the icons';
  await check(
    'icon.svg',
    '<svg><!-- <text> --><svg:text x="1">A</svg:text></svg>',
    `icon.svg has text, ${missing}; turn the text into paths`,
  );
  await check(
    'icon.svg',
    '<svg><image xlink:href="a.png"/></svg>',
    `icon.svg refers to another file, ${missing}; put the picture in as a data: address`,
  );
  await check(
    'icon.svg',
    '<svg><script>1</script></svg>',
    `icon.svg has a script, ${missing}; take the script out`,
  );
  await check('icon.png', 'GIF', 'icon.png is neither an SVG nor a PNG file; draw the icon as one of them');
  await check(
    'icon.png',
    png(600, 512),
    'icon.png is 600x512; a PNG must be square, with 512 pixels or more',
  );
  await check('icon.png', png(256), 'icon.png is 256x256; a PNG must be square, with 512 pixels or more');
});
