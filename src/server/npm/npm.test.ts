import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { startTestServer, type TestServer, temporaryFolder } from '../testing.ts';
import { publication } from './testing.ts';

const run = promisify(execFile);

/** A folder with a package, and npm as its user knows it: nothing of this machine's settings. */
function makePackage(folder: string, manifest: { name: string; version: string }): string {
  const place = join(folder, `${manifest.name.replace('/', '-')}-${manifest.version}`);
  mkdirSync(place, { recursive: true });
  writeFileSync(
    join(place, 'package.json'),
    JSON.stringify({ ...manifest, license: 'MIT', main: 'index.js' }),
  );
  writeFileSync(join(place, 'index.js'), `module.exports = '${manifest.version}';\n`);
  return place;
}

function npmOf(
  { url, tokens }: TestServer,
  folder: string,
): (place: string, ...words: string[]) => Promise<string> {
  const settings = join(folder, 'npmrc');
  const host = url.replace(/^http:/, '');
  writeFileSync(
    settings,
    `registry=${url}/npm/\n${host}/npm/:_authToken=${tokens.write}\ncache=${join(folder, 'cache')}\n`,
  );
  const env = {
    PATH: process.env.PATH,
    HOME: folder,
    NPM_CONFIG_USERCONFIG: settings,
    NPM_CONFIG_UPDATE_NOTIFIER: 'false',
  };
  return async (cwd, ...words) => (await run('npm', words, { cwd, env })).stdout;
}

test('npm publishes, installs, tags, deprecates, and cannot take back', async (t) => {
  const server = await startTestServer(t);
  const folder = temporaryFolder(t);
  const npm = npmOf(server, folder);
  const library = makePackage(folder, { name: '@ops/library', version: '1.0.0' });
  await npm(library, 'publish', '--access=public');
  const next = makePackage(folder, { name: '@ops/library', version: '2.0.0-rc.1' });
  await npm(next, 'publish', '--access=public', '--tag=next');
  const program = makePackage(folder, { name: 'program', version: '0.1.0' });
  const manifest = join(program, 'package.json');
  writeFileSync(
    manifest,
    readFileSync(manifest, 'utf8').replace('{', '{"dependencies":{"@ops/library":"^1.0.0"},'),
  );
  await npm(program, 'publish');
  const consumer = makePackage(folder, { name: 'consumer', version: '1.0.0' });
  await npm(consumer, 'install', '--no-audit', '--no-fund', 'program', 'newer@npm:@ops/library@next');
  const version = (name: string): unknown =>
    (
      JSON.parse(readFileSync(join(consumer, 'node_modules', name, 'package.json'), 'utf8')) as {
        version: string;
      }
    ).version;
  assert.equal(version('@ops/library'), '1.0.0');
  assert.equal(version('newer'), '2.0.0-rc.1');
  assert.match(await npm(library, 'dist-tag', 'ls'), /latest: 1.0.0\nnext: 2.0.0-rc.1/);
  await npm(library, 'deprecate', '@ops/library@1.0.0', 'use 2');
  const { versions } = (await (await server.fetch('/npm/@ops%2flibrary')).json()) as {
    versions: Record<string, { deprecated?: string }>;
  };
  assert.equal(versions['1.0.0']?.deprecated, 'use 2');
  assert.match(await npm(library, 'search', 'libr', '--parseable'), /@ops\/library/);
  assert.equal((await npm(library, 'whoami')).trim(), 'test-write');
  await assert.rejects(npm(library, 'unpublish', '--force', '@ops/library@1.0.0'), /deprecate/);
  writeFileSync(join(library, 'index.js'), 'changed');
  await assert.rejects(npm(library, 'publish', '--access=public'));
});

test('what does not tell the truth is refused, and nothing of it is there', async (t) => {
  const server = await startTestServer(t);
  const folder = temporaryFolder(t);
  const place = makePackage(folder, { name: 'honest', version: '1.0.0' });
  const env = { PATH: process.env.PATH, HOME: folder, NPM_CONFIG_UPDATE_NOTIFIER: 'false' };
  const [packed] = JSON.parse((await run('npm', ['pack', '--json'], { cwd: place, env })).stdout) as {
    filename: string;
  }[];
  const tarball = readFileSync(join(place, packed!.filename));
  const put = async (body: string, name = 'honest'): Promise<number> =>
    (await server.fetch(`/npm/${name}`, { method: 'PUT', body, as: 'write' })).status;
  const wrong = {
    versions: { '1.0.0': { name: 'honest', version: '1.0.0', dist: { integrity: 'sha512-AAAA' } } },
  };
  assert.equal(await put('no JSON'), 400);
  assert.equal(await put('{}'), 400);
  assert.equal(await put(publication('honest', '1.0.0', tarball, wrong)), 400);
  assert.equal(await put(publication('honest', '2.0.0', tarball)), 400);
  assert.equal(await put(publication('other', '1.0.0', tarball), 'other'), 400);
  assert.equal(await put(publication('honest', '1.0.0', tarball), 'other'), 400);
  assert.equal(await put(publication('honest', '1.0.0', Buffer.from('no archive'))), 400);
  assert.equal(await put(publication('honest', '1', tarball)), 400);
  const bomb = gzipSync(Buffer.alloc(2 ** 29), { level: 9 });
  assert.equal(await put(publication('honest', '1.0.0', bomb)), 400);
  assert.equal((await server.fetch('/npm/honest')).status, 404);
  assert.equal(await put(publication('honest', '1.0.0', tarball)), 201);
  assert.equal(await put(publication('honest', '1.0.0', tarball)), 201);
  assert.equal((await server.fetch('/npm/honest')).status, 200);
  const setTag = async (body: string): Promise<number> =>
    (await server.fetch('/npm/-/package/honest/dist-tags/next', { method: 'PUT', body, as: 'write' })).status;
  assert.equal(await setTag(JSON.stringify('9'.repeat(2 ** 16))), 413);
  assert.equal(await setTag('"1.0.0"'), 201);
  const headers = { host: 'evil"host' };
  assert.equal((await server.fetch('/npm/honest', { headers })).status, 200);
});

test('a packument in short and whole, known by its entity tag', async (t) => {
  const server = await startTestServer(t);
  const folder = temporaryFolder(t);
  await npmOf(server, folder)(makePackage(folder, { name: 'small', version: '1.0.0' }), 'publish');
  const whole = await server.fetch('/npm/small');
  const document = (await whole.json()) as {
    versions: Record<string, { main?: string; dist: { tarball: string } }>;
  };
  assert.equal(document.versions['1.0.0']?.main, 'index.js');
  assert.equal(document.versions['1.0.0']?.dist.tarball, `${server.url}/npm/small/-/small-1.0.0.tgz`);
  const accept = 'application/vnd.npm.install-v1+json';
  const short = await server.fetch('/npm/small', { headers: { accept } });
  assert.equal(short.headers.get('content-type'), accept);
  assert.equal(((await short.json()) as typeof document).versions['1.0.0']?.main, undefined);
  const etag = short.headers.get('etag')!;
  assert.equal(
    (await server.fetch('/npm/small', { headers: { accept, 'if-none-match': etag } })).status,
    304,
  );
});
