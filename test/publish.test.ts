/** `publish` by the real program: to a folder, a repository and a registry on loopback, killed on the way, and run again. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { FakeRegistry } from './fake-registry.ts';
import { LoopbackRepository, writeImage, writeRelease } from './release-folder.ts';

const MAIN = join(import.meta.dirname, '..', 'src/main.ts');
const base = mkdtempSync(join(tmpdir(), 'mobileops-publish-'));
after(() => rmSync(base, { recursive: true, force: true }));

const FILES = {
  'mobileops-1.0.0.tar.gz': 'archive',
  'mobileops-1.0.0.tar.gz.sha256': 'sum',
  'mobileops-1.0.0-manifest.json': '{}',
};
const ALL = [...Object.keys(FILES), 'mobileops-1.0.0-release.json', 'mobileops-1.0.0.tar.gz.asc'].sort();

function workspace(name: string): string {
  const root = join(base, name);
  writeRelease(root, { version: '1.0.0', files: FILES });
  writeFileSync(join(root, 'dist/release/mobileops-1.0.0.tar.gz.asc'), 'signature');
  return root;
}

function start(root: string, words: readonly string[], variables: Readonly<Record<string, string>> = {}) {
  const env = { PATH: process.env.PATH, HOME: base, MOBILEOPS_CACHE: join(base, 'cache'), ...variables };
  const child = spawn(process.execPath, [MAIN, 'publish', ...words], { cwd: root, env });
  const text = { out: '', err: '' };
  for (const [name, stream] of [
    ['out', child.stdout],
    ['err', child.stderr],
  ] as const)
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      text[name] += chunk;
    });
  const done = new Promise<{ code: number | null; out: string; err: string }>((resolve) =>
    child.on('close', (code) => resolve({ code, ...text })),
  );
  return { child, done };
}

const run = (...given: Parameters<typeof start>) => start(...given).done;

test('to a folder: all files, then the links; again, nothing', async () => {
  const root = workspace('folder');
  const out = join(base, 'share');
  const first = await run(root, ['--to', out]);
  assert.equal(first.code, 0, first.err);
  assert.ok(first.err.includes(`${out}: 5 files sent; stable is 1.0.0 there now\n`), first.err);
  assert.deepEqual(readdirSync(join(out, '1.0.0')).sort(), ALL);
  assert.equal(readlinkSync(join(out, 'latest')), '1.0.0');
  assert.ok((await run(root, ['--to', out])).err.includes(`${out}: 5 files there already\n`));
  const asked = await run(root, ['v1.0.0', '--to', out, '--again']);
  assert.ok(asked.err.includes(`${out}: 5 files there already; stable is 1.0.0 there now\n`));
  assert.deepEqual(readdirSync(out).sort(), ['1.0.0', 'channels', 'latest', 'latest.json']);
});

test('to a repository: killed during an upload, and run again, each file was sent once but for the one that was under way', async (t) => {
  const repository = await LoopbackRepository.start(t, 'token');
  const root = workspace('killed');
  const variables = { ARTIFACT_REPO_URL: repository.url, ARTIFACT_REPO_TOKEN: 'token' };
  const begun = start(root, [], variables);
  repository.beforeAnswer = async (name) => {
    if (!name.endsWith('.sha256')) return;
    begun.child.kill('SIGKILL');
    await begun.done;
  };
  assert.equal((await begun.done).code, null);
  assert.equal(repository.files.has('mobileops-1.0.0-release.json'), false);
  repository.beforeAnswer = async () => {};
  const again = await run(root, [], variables);
  assert.equal(again.code, 0, again.err);
  assert.deepEqual([...repository.files.keys()].sort(), ALL);
  const counts = ALL.map((name) => repository.uploads.filter((each) => each === name).length);
  assert.deepEqual(
    counts,
    ALL.map((name) => (name.endsWith('.sha256') ? 2 : 1)),
  );
  assert.equal(repository.uploads.at(-1), 'mobileops-1.0.0-release.json');
});

test('to a repository that has another content: an error that names it, and nothing is promoted', async (t) => {
  const repository = await LoopbackRepository.start(t, 'token');
  repository.files.set('mobileops-1.0.0.tar.gz', 'another');
  const root = workspace('conflict');
  const done = await run(root, ['--to', repository.url], { ARTIFACT_REPO_TOKEN: 'token' });
  assert.equal(done.code, 1);
  assert.match(done.err, /error\[release\/conflict\].*mobileops-1\.0\.0\.tar\.gz/);
  assert.equal(repository.files.has('mobileops-1.0.0-release.json'), false);
  const wrong = await run(root, ['--to', repository.url], { ARTIFACT_REPO_TOKEN: 'a-secret' });
  assert.match(wrong.err, /error\[release\/unauthorised\]/);
  assert.doesNotMatch(wrong.err + wrong.out, /a-secret/);
});

test('to a registry: the release as an artifact, the images of the release, tags last', async (t) => {
  const registry = await FakeRegistry.start(t);
  const root = workspace('registry');
  const reference = `${registry.host}/team/mobileops-base:1.0.0`;
  const digest = writeImage(root, 'base', [reference, `${registry.host}/team/mobileops-base:latest`]);
  writeRelease(root, { version: '1.0.0', files: FILES, images: [{ name: 'base', reference, digest }] });
  const done = await run(root, ['--to', `oci://${registry.host}/team/releases`], { PUSH_IMAGES: 'true' });
  assert.equal(done.code, 0, done.err);
  const puts = registry.seen.filter(({ method, url }) => method === 'PUT' && url.includes('/manifests/'));
  const tags = puts.map(({ url }) => url.replace('/v2/team/', '')).filter((url) => !url.includes('sha256:'));
  assert.deepEqual(tags, [
    'releases/manifests/1.0.0',
    'releases/manifests/stable',
    'releases/manifests/latest',
    'mobileops-base/manifests/1.0.0',
    'mobileops-base/manifests/latest',
  ]);
  const manifest = JSON.parse(registry.manifests.get('team/releases:latest')!.bytes.toString());
  assert.equal(manifest.artifactType, 'application/vnd.mobileops.release.v1');
  assert.equal(manifest.layers.length, ALL.length);
  const archive = registry.blobs.get(`team/releases@${manifest.layers[0].digest}`);
  assert.equal(archive?.toString(), 'archive');
});

const REFUSED: readonly (readonly [string, readonly string[], Readonly<Record<string, string>>, RegExp])[] = [
  ['nowhere to', [], {}, /error\[release\/no-destination\]/],
  ['no such release', ['v2.0.0', '--to', 'x'], {}, /error\[release\/no-release\]/],
  ['a scheme that is not known', ['--to', 'ftp://x/y'], {}, /error\[release\/bad-destination\]/],
  ['a registry with a tag', ['--to', 'oci://r.example.com/x:1'], {}, /error\[release\/bad-destination\]/],
  [
    'a token in the clear',
    ['--to', 'http://artifacts.example.com'],
    { ARTIFACT_REPO_TOKEN: 't' },
    /error\[release\/bad-destination\].*in the clear/,
  ],
  [
    'a password in the address',
    ['--to', 'https://u:secret@x.example.com'],
    {},
    /bad-destination\] https:\/\/x\.example\.com /,
  ],
];

for (const [name, words, variables, expected] of REFUSED) {
  test(`refused: ${name}`, async () => {
    const root = workspace('refused');
    const done = await run(root, words, variables);
    assert.match(done.err, expected);
    assert.doesNotMatch(done.err, /secret/);
    assert.equal(done.code, 2);
  });
}

test('what changed since the release is not published', async () => {
  const root = workspace('changed');
  appendFileSync(join(root, 'dist/release/mobileops-1.0.0.tar.gz'), 'x');
  rmSync(join(root, 'dist/release/mobileops-1.0.0-manifest.json'));
  const done = await run(root, ['--to', join(base, 'unpublished')]);
  assert.equal(done.code, 2);
  assert.match(done.err, /error\[release\/changed-file\][\s\S]*error\[release\/lost-file\]/);
  assert.equal(existsSync(join(base, 'unpublished')), false);
});

test('an older release than the ledger knows of moves no channel', async () => {
  const root = workspace('older');
  const line = { version: '2.0.0', number: 2, channel: 'stable', commit: 'd'.repeat(40), time: '2026' };
  writeFileSync(join(root, 'mobileops.versions'), JSON.stringify({ version: 1, releases: [line] }));
  const out = join(base, 'older-share');
  mkdirSync(out);
  const done = await run(root, ['--to', out]);
  assert.match(done.out, /there; the channel names a newer one/);
  assert.deepEqual(readdirSync(out), ['1.0.0']);
  assert.match(readFileSync(join(root, 'build-cache/publish/1.0.0.journal'), 'utf8'), /^promote .*stable/m);
});
