/** `publish` to our own server puts wheels into its Python index, npm packages into its registry, web apps on its page: all of it, or what is missing. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, beforeEach, type TestContext, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { zipOf } from '../src/apps/testing.ts';
import { fail } from '../src/base/index.ts';
import { type Http, type HttpResponse, realHost } from '../src/host/index.ts';
import { tarOf } from '../src/inspection/testing.ts';
import { indexesPublisher, openJournal, publish, readRelease } from '../src/publish/index.ts';
import { startTestServer, type TestServer } from '../src/server/testing.ts';
import { LoopbackRepository, writeRelease } from './release-folder.ts';

const MAIN = join(import.meta.dirname, '..', 'src/main.ts');
const base = mkdtempSync(join(tmpdir(), 'mobileops-indexes-'));
let server: TestServer;

beforeEach(async (t) => {
  server = await startTestServer(t as TestContext);
});
after(() => rmSync(base, { recursive: true, force: true }));

const wheel = (name: string, version: string, content = 'X = 1\n'): Buffer =>
  zipOf([
    { name: `${name}.py`, content: Buffer.from(content) },
    {
      name: `${name}-${version}.dist-info/METADATA`,
      content: Buffer.from(`Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\n\nText\n`),
    },
  ]);

const npmPackage = (manifest: object): Buffer =>
  gzipSync(tarOf([{ name: 'package/package.json', content: JSON.stringify(manifest) }]));

interface Made {
  readonly version?: string;
  readonly channel?: string;
  readonly manifest?: object;
}

/** A workspace with a release that has a wheel, an npm package and a web app, all called `name`. */
function workspace(name: string, { version = '1.0.0', channel, manifest }: Made = {}): string {
  const root = mkdtempSync(join(base, `${name}-`));
  const wheelVersion = version.replace('-rc.', 'rc');
  writeRelease(root, {
    version,
    ...(channel === undefined ? {} : { channel }),
    files: {
      [`mobileops-${version}.tar.gz`]: `archive of ${name}`,
      [`${name}-${wheelVersion}-py3-none-any.whl`]: wheel(name, wheelVersion),
      [`ops-${name}-${version}.tgz`]: npmPackage({ name: `@ops/${name}`, version, ...manifest }),
    },
    webApps: [{ name, title: `Web ${name}`, address: `https://${name}.example.com/` }],
  });
  return root;
}

async function run(root: string, words: readonly string[], url = server.url) {
  const env = {
    ...{ PATH: process.env.PATH, HOME: base, MOBILEOPS_CACHE: join(base, 'cache') },
    ...{ ARTIFACT_REPO_URL: url, ARTIFACT_REPO_TOKEN: server.tokens.write },
  };
  const child = spawn(process.execPath, [MAIN, 'publish', ...words], { cwd: root, env });
  const text = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text.out += chunk;
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    text.err += chunk;
  });
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, ...text };
}

interface Simple {
  readonly files: readonly { readonly filename: string }[];
}

interface Packument {
  readonly 'dist-tags': Readonly<Record<string, string>>;
}

/** What clients of the server see of a name. */
async function seen(name: string) {
  const headers = { accept: 'application/vnd.pypi.simple.v1+json' };
  const simple = await server.fetch(`/pypi/simple/${name}/`, { headers });
  const npm = await server.fetch(`/npm/@ops%2f${name}`);
  const page = await (await server.fetch('/install')).text();
  return {
    wheels: simple.ok ? ((await simple.json()) as Simple).files.map(({ filename }) => filename) : [],
    tags: npm.ok ? ((await npm.json()) as Packument)['dist-tags'] : {},
    addresses: [...page.matchAll(new RegExp(`href="(https://${name}\\.example\\.com/)"`, 'g'))].map(
      ([, address]) => address,
    ),
    versions: [...page.matchAll(new RegExp(`<p class="muted">(\\S+) · ${name}\\.example\\.com`, 'g'))].map(
      ([, version]) => version,
    ),
  };
}

const WHOLE = (name: string) => ({
  wheels: [`${name}-1.0.0-py3-none-any.whl`],
  tags: { latest: '1.0.0' },
  addresses: [`https://${name}.example.com/`],
  versions: ['1.0.0'],
});

test('a release is in the indexes and on the install page, and to publish it again changes nothing', async () => {
  const root = workspace('whole');
  const done = await run(root, ['--json']);
  assert.equal(done.code, 0, done.err);
  assert.deepEqual(await seen('whole'), WHOLE('whole'));
  const kinds = (told: string): readonly string[] =>
    JSON.parse(told).events.flatMap(({ place, how }: { place: string; how: string }) =>
      place.endsWith('(indexes)') ? [how] : [],
    );
  assert.deepEqual(kinds(done.out), ['later', 'later', 'sent', 'sent', 'moved']);
  assert.deepEqual(kinds((await run(root, ['--json'])).out), ['recorded', 'recorded', 'recorded']);
  assert.deepEqual(kinds((await run(root, ['--json', '--again'])).out), ['present', 'present', 'moved']);
  assert.deepEqual(await seen('whole'), WHOLE('whole'));
});

test('another content under a name that is taken is an error, and nothing is promoted', async () => {
  const form = new FormData();
  form.set(':action', 'file_upload');
  form.set('content', new Blob([wheel('taken', '1.0.0', 'X = 2\n')]), 'taken-1.0.0-py3-none-any.whl');
  assert.equal((await server.fetch('/pypi/legacy/', { method: 'POST', body: form })).status, 200);
  const done = await run(workspace('taken'), []);
  assert.equal(done.code, 1);
  assert.match(done.err, /release\/conflict.* \(indexes\) has another taken-1\.0\.0-py3-none-any\.whl/);
  assert.deepEqual(await seen('taken'), { ...WHOLE('taken'), tags: {}, addresses: [], versions: [] });
});

test('a prerelease has its own tag and its own web app; an older line moves neither', async () => {
  await run(workspace('line'), []);
  const rc = { version: '2.0.0-rc.1', channel: 'rc' };
  const root = workspace('line', rc);
  assert.equal((await run(root, ['v2.0.0-rc.1'])).code, 0);
  const both = await seen('line');
  assert.deepEqual(both.tags, { latest: '1.0.0', rc: '2.0.0-rc.1' });
  assert.deepEqual(both.versions.toSorted(), ['1.0.0', '2.0.0-rc.1']);
  const older = workspace('line', { version: '0.9.0' });
  const newer = { version: '1.0.0', number: 2, channel: 'stable', commit: 'd'.repeat(40), time: '2026' };
  writeFileSync(join(older, 'mobileops.versions'), JSON.stringify({ version: 1, releases: [newer] }));
  assert.equal((await run(older, ['v0.9.0'])).code, 0);
  const last = await seen('line');
  assert.equal(last.wheels.length, 3);
  assert.deepEqual([last.tags, last.versions], [both.tags, both.versions]);
});

test('an older line has a tag and a web app of its own, by a name that npm takes', async () => {
  await run(workspace('old', { version: '2.0.0' }), []);
  const done = await run(workspace('old', { version: '1.4.7', channel: '1.x' }), []);
  assert.equal(done.code, 0, done.err);
  const { tags, versions } = await seen('old');
  assert.deepEqual(tags, { latest: '2.0.0', 'release-1.x': '1.4.7' });
  assert.deepEqual(versions.toSorted(), ['1.4.7', '2.0.0']);
});

test('what is no package, and what a repository of others has no place for, stays a file, and is told', async (t) => {
  const hidden = await run(workspace('hidden', { manifest: { private: true } }), []);
  assert.equal(hidden.code, 0, hidden.err);
  assert.match(
    hidden.err,
    /ops-hidden-1\.0\.0\.tgz is a file only: its package\.json says that it is private/,
  );
  assert.deepEqual((await seen('hidden')).tags, {});
  const short = await run(workspace('short', { version: '0.9.0', manifest: { version: '0.9' } }), []);
  assert.equal(short.code, 0, short.err);
  assert.match(short.err, /its package\.json says "@ops\/short@0\.9", which npm cannot publish/);
  const other = await LoopbackRepository.start(t, server.tokens.write);
  const done = await run(workspace('other'), [], other.url);
  assert.equal(done.code, 0, done.err);
  assert.match(done.err, /other-1\.0\.0-py3-none-any\.whl is a file only: .* no index of Python packages/);
  assert.match(done.err, /ops-other-1\.0\.0\.tgz is a file only: .* has no npm registry/);
  assert.match(done.err, /no page for web apps: other are not shown/);
  assert.match(done.out, /\(indexes\): done, but for what it has no place for\n/);
  assert.doesNotMatch(done.out, /\(indexes\): promoted/);
  assert.ok(other.files.has('ops-other-1.0.0.tgz'));
});

class Killed extends Error {}

interface End {
  /** After so many others. */
  readonly request: number;
  readonly when: 'before' | 'after';
}

/** The network, until the machine goes down: before a request, or before its answer comes. */
function dyingHttp(http: Http, { request, when }: End): Http & { count: number } {
  return {
    count: 0,
    async exchange(each) {
      const isLast = this.count++ === request;
      if (isLast && when === 'before') throw new Killed();
      const answer = await http.exchange(each);
      if (!isLast) return answer;
      if (answer.ok) answer.value.discard();
      throw new Killed();
    },
  };
}

/** Publishes to the indexes of the server, as the verb does. */
async function publishOnce(
  root: string,
  http: Http,
  onLeftOut: (text: string) => void = assert.fail,
): Promise<boolean> {
  const { fs, clock } = realHost();
  const read = readRelease(fs, join(root, 'dist/release'), '1.0.0');
  assert.ok(read.ok);
  const { items, index, indexItem } = read.value;
  const packages = items.filter(({ name }) => /\.(?:whl|tgz)$/.test(name));
  const { webApps = [] } = index;
  const address = { http, url: server.url, token: server.tokens.write };
  const done = await publish({
    release: { version: '1.0.0', channel: 'stable', isNewest: true, index: indexItem },
    items,
    publishers: [indexesPublisher({ fs, clock, ...address, packages, webApps, onLeftOut })],
    journal: openJournal(fs, join(root, 'journal')),
    signal: new AbortController().signal,
  });
  return done.ok;
}

for (const absent of [401, 403, 501])
  test(`a repository of others that answers ${absent} to what it does not have gets the files`, async (t) => {
    const other = await LoopbackRepository.start(t, server.tokens.write);
    other.absent = absent;
    const done = await run(workspace('foreign'), [], other.url);
    assert.equal(done.code, 0, done.err);
    assert.match(done.err, /foreign-1\.0\.0-py3-none-any\.whl is a file only/);
    assert.equal(/does not show what it can be asked/.test(done.err), absent < 404);
    assert.ok(other.files.has('foreign-1.0.0-py3-none-any.whl'));
  });

test('what a server had no place for is there once it has, and the release is published again', async () => {
  const { http } = realHost();
  const older: Http = {
    exchange: (request) => http.exchange({ ...request, url: request.url.replace('/openapi.json', '/none') }),
  };
  const root = workspace('later');
  const told: string[] = [];
  assert.ok(await publishOnce(root, older, (text) => told.push(text)));
  assert.equal(told.length, 3);
  assert.ok(await publishOnce(root, http));
  assert.deepEqual(await seen('later'), WHOLE('later'));
});

test('an answer that breaks off is asked for again, and never read as the whole of it', async () => {
  const { http } = realHost();
  const broken = new Set<string>();
  const breaking: Http = {
    async exchange(request) {
      const answer = await http.exchange(request);
      if (!answer.ok || request.method !== 'GET' || broken.has(request.url)) return answer;
      broken.add(request.url);
      const read: HttpResponse['read'] = async (take) => {
        await answer.value.read((chunk) => take(chunk.subarray(0, chunk.byteLength / 2)) && false);
        return fail({ kind: 'connection', code: 'ECONNRESET', isReused: false });
      };
      return { ok: true, value: { ...answer.value, read } };
    },
  };
  const root = workspace('broken');
  assert.ok(await publishOnce(root, breaking));
  assert.ok(broken.has(`${server.url}/openapi.json`));
  assert.deepEqual(await seen('broken'), WHOLE('broken'));
});

/** The description, two looks, two looks with their uploads, a tag, the web app. */
const REQUESTS = 9;

for (const when of ['before', 'after'] as const)
  test(`killed ${when} any request, and run again, it is whole`, async () => {
    const { http } = realHost();
    for (let request = 0; request < REQUESTS; request++) {
      const name = `killed${when}${request}`;
      const root = workspace(name);
      await assert.rejects(publishOnce(root, dyingHttp(http, { request, when })), Killed);
      assert.ok(await publishOnce(root, http));
      assert.deepEqual(await seen(name), WHOLE(name), `${when} request ${request}`);
    }
    const counting = dyingHttp(http, { request: REQUESTS, when });
    assert.ok(await publishOnce(workspace(`whole${when}`), counting));
    assert.equal(counting.count, REQUESTS);
  });
