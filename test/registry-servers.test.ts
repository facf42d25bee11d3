/** The registry client with the programs that others use: what we push they pull, what they push we pull. */
import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { realHost } from '../src/host/index.ts';
import { completeReference, parseReference } from '../src/oci/index.ts';
import { attachFile, type ImageAttachment, type PublishItem } from '../src/publish/index.ts';
import { layoutSource, layoutTop, writeArchive } from '../src/registry/index.ts';
import { until } from './e2e/rig.ts';
import { FakeRegistry, sha256 } from './fake-registry.ts';
import { addImage, Bench, CONFIG } from './registry-bench.ts';

const CERTIFICATE = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=localhost'];
/** `PASSWORD` as bcrypt has it. */
const USERS = 'me:$2b$04$9PDifWtZs3pQQAvmfxuLlOGOKzxJE19AbI6Zkpfxk6ZDuDyjI/z9u\n';
const MIB = 2 ** 20;

function has(program: string): boolean {
  return spawnSync(program, ['--version']).error === undefined;
}

/** The distribution project's registry: Debian's is version 2; version 3, which `go install` calls `registry`, where it is. */
const SERVERS = ['docker-registry', ...(has('registry') ? ['registry'] : [])];

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

interface Running {
  readonly host: string;
  readonly root: string;
  readonly child: ChildProcess;
}

async function startRegistry(t: TestContext, program: string, extra = ''): Promise<Running> {
  const root = mkdtempSync(join(tmpdir(), 'mobileops-server-'));
  const port = await freePort();
  const configuration = join(root, 'config.yml');
  writeFileSync(
    configuration,
    `version: 0.1
log: {level: error, accesslog: {disabled: true}}
storage: {filesystem: {rootdirectory: ${root}/data}}
http:
  addr: 127.0.0.1:${port}
  secret: for the test
${extra.replaceAll('ROOT', root)}`,
  );
  const child = spawn(program, ['serve', configuration], {
    stdio: 'ignore',
    env: { PATH: process.env.PATH, OTEL_TRACES_EXPORTER: 'none' },
  });
  t.after(async () => {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
    rmSync(root, { recursive: true, force: true });
  });
  const host = `127.0.0.1:${port}`;
  const scheme = extra.includes('tls') ? 'https' : 'http';
  const answers = (): boolean =>
    spawnSync('curl', ['-sko', '/dev/null', `${scheme}://${host}/v2/`]).status === 0;
  await until(`${program} answers or ends`, () => child.exitCode !== null || answers());
  assert.equal(child.exitCode, null, `${program} does not start`);
  return { host, root, child };
}

/** An image of some layers in the bench's layout; its digest. */
async function localImage(t: TestContext, bench: Bench): Promise<string> {
  const from = await FakeRegistry.start(t);
  const layers = [layerOf('small'), layerOf('big', 20 * MIB)];
  const diffIds = layers.map((each) => sha256(gunzipSync(each)));
  addImage(from, 'made/here', {
    layers,
    config: { ...CONFIG, rootfs: { type: 'layers', diff_ids: diffIds } },
  });
  return (await bench.pullOk(`${from.host}/made/here:1`)).top.digest;
}

/** A gzipped tar with one file of bytes that do not compress. */
function layerOf(name: string, sizeBytes = 1000): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'mobileops-layer-'));
  try {
    writeFileSync(join(folder, name), noise(sizeBytes));
    return execFileSync('tar', ['-C', folder, '-cz', name], { maxBuffer: 2 * sizeBytes + MIB });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Bytes that do not compress, the same each time. */
function noise(sizeBytes: number): Buffer {
  return createHash('shake256', { outputLength: sizeBytes }).update('layer').digest();
}

function skopeo(...argv: string[]): string {
  return execFileSync('skopeo', argv, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

function skopeoDigest(name: string): string {
  return (JSON.parse(skopeo('inspect', '--tls-verify=false', `docker://${name}`)) as { Digest: string })
    .Digest;
}

for (const server of SERVERS) {
  test(`${server}: push, mount, pull, and skopeo in both directions`, async (t) => {
    if (!has(server)) return t.skip(`not run: ${server} is missing`);
    if (!has('skopeo')) return t.skip('not run: skopeo is missing');
    const { host } = await startRegistry(t, server);
    const bench = new Bench(t, { chunkBytes: 8 * MIB });
    const digest = await localImage(t, bench);
    const pushed = await bench.pushOk(`${host}/we/app:1`, { tags: ['1', 'latest'] });
    assert.equal(pushed.blobs.transferred, 3);
    assert.equal((await bench.pushOk(`${host}/we/app:1`)).blobs.present, 3);
    assert.equal((await bench.pushOk(`${host}/we/other:1`, { mountFrom: ['we/app'] })).blobs.mounted, 3);
    assert.equal(skopeoDigest(`${host}/we/app:latest`), digest);
    skopeo(
      'copy',
      '--all',
      '--src-tls-verify=false',
      '--dest-tls-verify=false',
      `docker://${host}/we/other:1`,
      `docker://${host}/they/app:2`,
    );
    const back = new Bench(t);
    assert.equal((await back.pullOk(`${host}/they/app:2`)).top.digest, digest);
    assert.deepEqual(back.blobs().sort(), bench.blobs().sort());
    const failure = await back.pullFails(`${host}/they/none:2`);
    assert.equal(failure.kind, 'not-found');
  });

  test(`${server}: what is said of an image is attached to it, once, and read back`, async (t) => {
    if (!has(server)) return t.skip(`not run: ${server} is missing`);
    const { host } = await startRegistry(t, server);
    const bench = new Bench(t);
    await localImage(t, bench);
    const reference = completeReference(parseReference(`${host}/we/app:1`)!);
    const { top } = await bench.pushOk(`${host}/we/app:1`);
    const item = (text: string): PublishItem => {
      const path = join(bench.root, text);
      writeFileSync(path, text);
      return { name: text, path, sizeBytes: text.length, sha256: sha256(text).replace('sha256:', '') };
    };
    const [said, payload, mediaType] = [item('said'), item('payload'), 'application/x'];
    const attachments: readonly ImageAttachment[] = [
      { kind: 'bundle', item: said, mediaType, annotations: { a: 'b' } },
      { kind: 'bundle', item: payload, mediaType, annotations: {} },
      { kind: 'simple', item: payload, payload, signature: 'c2ln' },
      { kind: 'simple', item: said, payload: said, signature: 'c2ln' },
    ];
    const { client, root } = bench;
    const { signal } = bench.stop;
    const options = { fs: realHost().fs, client, scratch: join(root, 'scratch') };
    const place = { registry: reference.registry, repository: reference.repository };
    for (const round of [1, 2])
      for (const attachment of attachments) {
        const done = await attachFile(options, { subject: top, place, attachment, signal });
        assert.ok(done.ok && (round === 1 || done.value === 0), JSON.stringify(done));
      }
    const read = await client.referrers({ reference, wants: (type) => type === mediaType, signal });
    assert.ok(read.ok);
    const { image, referrers, others, signatures } = read.value;
    assert.deepEqual([image.digest, others], [top.digest, []]);
    const texts = (all: readonly Uint8Array[]): string[] => all.map((each) => Buffer.from(each).toString());
    assert.deepEqual(texts(referrers.flatMap(({ contents }) => contents)), ['said', 'payload']);
    assert.deepEqual(texts(signatures.map((each) => each.payload)), ['payload', 'said']);
  });

  test(`${server}: a push that is killed in the middle is finished by the next`, async (t) => {
    if (!has(server)) return t.skip(`not run: ${server} is missing`);
    const { host } = await startRegistry(t, server);
    const chunked = { chunkBytes: 2 * MIB, singleBytes: MIB };
    const bench = new Bench(t, chunked);
    const digest = await localImage(t, bench);
    bench.onEvent = () => {
      if (bench.movedBytes > 12 * MIB) bench.stop.abort();
    };
    bench.events.length = 0;
    assert.equal((await bench.pushFails(`${host}/we/app:1`)).kind, 'interrupted');
    const next = new Bench(t, chunked);
    Object.defineProperty(next, 'root', { value: bench.root });
    await next.pushOk(`${host}/we/app:1`);
    t.diagnostic(`${Math.round(next.movedBytes / MIB)} of 20 MiB were sent again`);
    // Version 2 gives up an upload whose connection broke within a chunk.
    if (server === 'registry') assert.ok(next.movedBytes < 10 * MIB, `${next.movedBytes}`);
    const back = new Bench(t);
    assert.equal((await back.pullOk(`${host}/we/app:1`)).top.digest, digest);
  });

  test(`${server}: over TLS, with a name and a password`, async (t) => {
    if (!has(server)) return t.skip(`not run: ${server} is missing`);
    if (!has('openssl')) return t.skip('not run: openssl is missing');
    const folder = mkdtempSync(join(tmpdir(), 'mobileops-tls-'));
    t.after(() => rmSync(folder, { recursive: true, force: true }));
    execFileSync('openssl', [...CERTIFICATE, '-keyout', join(folder, 'key'), '-out', join(folder, 'crt')], {
      stdio: 'ignore',
    });
    writeFileSync(join(folder, 'users'), USERS);
    const extra = `  tls: {certificate: ${folder}/crt, key: ${folder}/key}\nauth: {htpasswd: {realm: test, path: ${folder}/users}}\n`;
    const { host } = await startRegistry(t, server, extra);
    const bench = new Bench(t);
    const digest = await localImage(t, bench);
    assert.equal((await bench.pushFails(`${host}/we/app:1`)).kind, 'unauthorised');
    const known = new Bench(t);
    Object.defineProperty(known, 'layout', { value: bench.layout });
    known.login(host);
    await known.pushOk(`${host}/we/app:1`);
    assert.equal((await known.pullOk(`${host}/we/app:1`)).top.digest, digest);
  });
}

test('what we pull is a layout for umoci and skopeo', async (t) => {
  if (!has('skopeo') || !has('umoci')) return t.skip('not run: skopeo or umoci is missing');
  const bench = new Bench(t);
  const digest = await localImage(t, bench);
  assert.match(
    execFileSync('umoci', ['stat', '--image', `${bench.layout}:pulled`, '--json'], { encoding: 'utf8' }),
    /history/,
  );
  const { Digest } = JSON.parse(skopeo('inspect', `oci:${bench.layout}:pulled`)) as { Digest: string };
  assert.equal(Digest, digest);
  assert.equal(layoutTop(realHost().fs, bench.layout)?.digest, digest);
  assert.match(readFileSync(join(bench.layout, 'oci-layout'), 'utf8'), /1\.0\.0/);
});

test('what we export is loaded by skopeo as both kinds of archive, and has the same bytes each time', async (t) => {
  if (!has('skopeo')) return t.skip('not run: skopeo is missing');
  const bench = new Bench(t);
  const digest = await localImage(t, bench);
  const { fs } = realHost();
  const write = (name: string): string => {
    const path = join(bench.root, name);
    const source = layoutSource(fs, bench.layout);
    const names = [completeReference(parseReference('localhost/we/app:1')!)];
    assert.deepEqual(writeArchive(fs, { top: layoutTop(fs, bench.layout)!, source, names, path }), {
      ok: true,
      value: undefined,
    });
    return path;
  };
  const archive = write('image.tar');
  assert.deepEqual(readFileSync(write('again.tar')), readFileSync(archive));
  const listing = execFileSync('tar', ['-tf', archive], { encoding: 'utf8' }).trim().split('\n');
  assert.deepEqual(listing.slice(0, 5), [
    'oci-layout',
    'index.json',
    'manifest.json',
    'blobs/',
    'blobs/sha256/',
  ]);
  const { Digest } = JSON.parse(skopeo('inspect', `oci-archive:${archive}`)) as { Digest: string };
  assert.equal(Digest, digest);
  const target = join(bench.root, 'from-docker');
  skopeo('copy', `docker-archive:${archive}:localhost/we/app:1`, `oci:${target}:x`);
  const layers = (JSON.parse(skopeo('inspect', `oci:${target}:x`)) as { Layers: string[] }).Layers;
  assert.equal(layers.length, 2);
});

test('an image that is not whole is not exported', async (t) => {
  const bench = new Bench(t);
  await localImage(t, bench);
  const { fs } = realHost();
  const top = layoutTop(fs, bench.layout)!;
  const path = join(bench.root, 'image.tar');
  const big = bench.blobs().find((each) => bench.read(each).byteLength > MIB)!;
  writeFileSync(join(bench.layout, 'blobs/sha256', big), Buffer.alloc(bench.read(big).byteLength));
  const result = writeArchive(fs, { top, source: layoutSource(fs, bench.layout), names: [], path });
  assert.match(!result.ok ? result.failure : '', /has other bytes than its name says/);
  assert.ok(!existsSync(path) && !existsSync(`${path}.part`));
});
