/**
 * `kill -9` of `mobileops serve` while images are pushed and content is collected: what was acknowledged is there and whole after the
 * next start, nothing is half visible, and an upload goes on where it was. Also many pushes at once.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type TestContext, test } from 'node:test';
import { imageDocument, TestRegistry } from '../src/server/oci/testing.ts';
import { startTestServer, temporaryFolder } from '../src/server/testing.ts';
import { isLong } from './long.ts';

const ROOT = join(import.meta.dirname, '..');
const KILLS = isLong ? 30 : 3;

class Served {
  readonly folder: string;
  child!: ChildProcess;
  url = '';
  token = '';

  constructor(folder: string) {
    this.folder = folder;
  }

  async start(t: TestContext): Promise<void> {
    const words = [
      'serve',
      '--json',
      '--data',
      this.folder,
      '--port',
      '0',
      '--gc-every',
      '1ms',
      '--gc-grace',
      '2s',
    ];
    const child = spawn(process.execPath, [join(ROOT, 'src/main.ts'), ...words], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    this.child = child;
    t.after(() => child.kill('SIGKILL'));
    let text = '';
    for await (const line of createInterface(child.stdout!)) {
      text += line;
      if (line === '}') break;
    }
    const { url, firstToken } = JSON.parse(text) as { url: string; firstToken?: string };
    this.url = url;
    this.token = firstToken ?? this.token;
  }

  fetch(path: string, options: RequestInit = {}): Promise<Response> {
    const headers = { authorization: `Bearer ${this.token}`, ...options.headers };
    return fetch(`${this.url}${path}`, { ...options, headers });
  }

  async kill(): Promise<void> {
    const ended = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill('SIGKILL');
    await ended;
  }
}

/** Pushes images until it fails; what was acknowledged, by tag. */
async function pushUntilItEnds(
  served: Served,
  by: string,
  acknowledged: Map<string, string[]>,
): Promise<void> {
  const blob = async (bytes: Buffer): Promise<{ digest: never; bytes: Buffer }> => {
    const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}` as never;
    const answer = await served.fetch(`/v2/a/blobs/uploads/?digest=${digest}`, {
      method: 'POST',
      body: bytes,
    });
    assert.equal(answer.status, 201);
    return { digest, bytes };
  };
  for (let at = 0; ; at++) {
    const tag = `${by}-${at}`;
    try {
      const config = await blob(Buffer.from(JSON.stringify({ tag })));
      const layer = await blob(randomBytes(200_000));
      const document = imageDocument(config, layer);
      const headers = { 'content-type': 'application/vnd.oci.image.manifest.v1+json' };
      const body = JSON.stringify(document);
      const answer = await served.fetch(`/v2/a/manifests/${tag}`, { method: 'PUT', body, headers });
      assert.equal(answer.status, 201);
      acknowledged.set(tag, [config.digest, layer.digest]);
    } catch (error) {
      if (error instanceof assert.AssertionError) throw error;
      return;
    }
  }
}

test(`${KILLS} times killed while images are pushed and content is collected`, async (t) => {
  const served = new Served(temporaryFolder(t));
  const acknowledged = new Map<string, string[]>();
  await served.start(t);
  for (let round = 0; round < KILLS; round++) {
    const pushes = ['x', 'y', 'z'].map((by) => pushUntilItEnds(served, `${by}${round}`, acknowledged));
    const before = acknowledged.size;
    while (acknowledged.size < before + 3 + round * 2) await served.fetch('/health');
    await served.kill();
    await Promise.all(pushes);
    await served.start(t);
    const half = readdirSync(join(served.folder, 'incoming'));
    assert.deepEqual(half, []);
  }
  const { tags } = (await (await served.fetch('/v2/a/tags/list')).json()) as { tags: string[] };
  assert.deepEqual(
    [...acknowledged.keys()].filter((tag) => !tags.includes(tag)),
    [],
  );
  for (const tag of tags) {
    const manifest = (await (await served.fetch(`/v2/a/manifests/${tag}`)).json()) as {
      layers: { digest: string }[];
    };
    for (const { digest } of manifest.layers) {
      const bytes = Buffer.from(await (await served.fetch(`/v2/a/blobs/${digest}`)).arrayBuffer());
      assert.equal(`sha256:${createHash('sha256').update(bytes).digest('hex')}`, digest, tag);
    }
  }
  for (const shard of readdirSync(join(served.folder, 'blobs/sha256'))) {
    for (const name of readdirSync(join(served.folder, 'blobs/sha256', shard))) {
      const bytes = readFileSync(join(served.folder, 'blobs/sha256', shard, name));
      assert.equal(createHash('sha256').update(bytes).digest('hex'), name);
    }
  }
});

test('200 pushes at once of images that share a layer are all there', async (t) => {
  const server = await startTestServer(t);
  const registry = new TestRegistry(server);
  const push = async (at: number): Promise<number> => {
    const config = await registry.blob('a', `{"n":${at}}`);
    const shared = await registry.blob('a', 'the same layer'.repeat(5000));
    return (await registry.put('a', `t${at}`, imageDocument(config, shared))).status;
  };
  const statuses = await Promise.all(Array.from({ length: 200 }, (_, at) => push(at)));
  assert.deepEqual([...new Set(statuses)], [201]);
  const { tags } = (await (await server.fetch('/v2/a/tags/list')).json()) as { tags: string[] };
  assert.equal(tags.length, 200);
});
