/** Looking into images of registries, by the real program and a registry on the loopback. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { layoutOf, tarOf, type WrittenImage } from '../src/inspection/testing.ts';
import { error, FakeRegistry } from './fake-registry.ts';

const MAIN = join(import.meta.dirname, '..', 'src', 'main.ts');
const INDEX = 'application/vnd.oci.image.index.v1+json';
const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';

interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

class Desk {
  readonly root = mkdtempSync(join(tmpdir(), 'mobileops-image-reference-'));
  readonly registry: FakeRegistry;

  constructor(t: TestContext, registry: FakeRegistry) {
    t.after(() => rmSync(this.root, { recursive: true, force: true }));
    this.registry = registry;
  }

  static async open(t: TestContext): Promise<Desk> {
    return new Desk(t, await FakeRegistry.start(t));
  }

  write(path: string, content: string | Uint8Array): void {
    mkdirSync(dirname(join(this.root, path)), { recursive: true });
    writeFileSync(join(this.root, path), content);
  }

  /** Puts images into the registry as `team/app:TAG`; of several, an index. Gives the digest that the tag names. */
  publish(tag: string, images: readonly WrittenImage[]): string {
    const files = layoutOf(images);
    for (const [path, bytes] of files)
      if (path.startsWith('blobs/')) this.registry.addBlob('team/app', bytes);
    const index = JSON.parse(files.get('index.json')!.toString()) as { manifests: { digest: string }[] };
    for (const { digest } of index.manifests) {
      const text = files.get(`blobs/sha256/${digest.slice(7)}`)!.toString();
      this.registry.addManifest('team/app', images.length === 1 ? tag : digest, MANIFEST, text);
    }
    if (images.length === 1) return index.manifests[0]!.digest;
    return this.registry.addManifest('team/app', tag, INDEX, { mediaType: INDEX, ...index });
  }

  async run(...words: readonly string[]): Promise<Ran> {
    const child = spawn(process.execPath, [MAIN, ...words], {
      cwd: this.root,
      env: { PATH: process.env.PATH, HOME: this.root, MOBILEOPS_CACHE: join(this.root, 'cache') },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let out = '';
    let err = '';
    child.stdout.on('data', (data) => {
      out += data;
    });
    child.stderr.on('data', (data) => {
      err += data;
    });
    return new Promise((resolve) => child.on('close', (code) => resolve({ code, out, err })));
  }
}

const image = (content: string, architecture = 'amd64'): WrittenImage => ({
  layers: [tarOf([{ name: 'f', content }])],
  platform: { os: 'linux', architecture },
});

test('images of a registry are compared with each other and with files', async (t) => {
  const desk = await Desk.open(t);
  const name = `${desk.registry.host}/team/app`;
  const digest = desk.publish('1.0', [image('one')]);
  desk.publish('2.0', [image('two')]);
  for (const [path, bytes] of layoutOf([image('one')])) desk.write(`copy/${path}`, bytes);
  const differ = await desk.run('image', 'diff', `${name}:1.0`, `${name}:2.0`);
  assert.match(differ.out, /\n {2}f {2}line 1, column 1: "one" -> "two"\n/);
  assert.equal(differ.code, 1);
  assert.ok(differ.err.includes(`fetching ${name}:1.0\n`), differ.err);

  const before = desk.registry.log.length;
  const same = await desk.run('image', 'diff', `${name}@${digest}`, 'copy', '--quiet');
  assert.deepEqual([same.code, same.out], [0, 'the images are the same\n']);
  const asked = desk.registry.log.slice(before).map((each) => each.replace(/\/[^/]*$/, ''));
  const paths = ['GET /v2/team/app/manifests', 'GET /v2/team/app/blobs'];
  assert.deepEqual(asked, paths, 'the layers are in the store, only the config is asked for');
  const size = JSON.parse((await desk.run('image', 'size', `${name}:1.0`, '--json')).out);
  assert.deepEqual([size.exitCode, size.image.digest, size.total.fileBytes], [0, digest, 3]);
});

test('of several platforms the one that is wanted, else the machine’s, else the only one', async (t) => {
  const desk = await Desk.open(t);
  const name = `${desk.registry.host}/team/app`;
  desk.publish('all', [image('one'), image('two', 'arm64'), image('other', 's390x')]);
  desk.publish('odd', [image('other', 's390x')]);
  const platform = async (...words: readonly string[]): Promise<unknown> => {
    const { out, err } = await desk.run('image', 'size', ...words, '--json');
    const { image: found, diagnostics } = JSON.parse(out || err);
    return found?.platform ?? diagnostics[0].code;
  };
  assert.equal(await platform(`${name}:all`, '--platform', 'linux/s390x'), 'linux/s390x');
  assert.equal(await platform(`${name}:odd`), 'linux/s390x');
  assert.equal(await platform(`${name}:odd`, '--platform', 'linux/arm64'), 'registry/no-platform');
  assert.match(String(await platform(`${name}:all`)), /^linux\/(?:amd64|arm64)$/);
});

test('a file of that name goes before a registry, and what a registry cannot give is said', async (t) => {
  const desk = await Desk.open(t);
  const name = `${desk.registry.host}/team/app`;
  for (const [path, bytes] of layoutOf([image('one')])) desk.write(`${name}/${path}`, bytes);
  assert.equal((await desk.run('image', 'size', name, '-q')).code, 0);
  assert.deepEqual(desk.registry.seen, []);
  rmSync(join(desk.root, desk.registry.host), { recursive: true });
  const absent = await desk.run('image', 'size', `${name}:none`);
  assert.match(absent.err, /error\[registry\/not-found\]/);
  assert.equal(absent.code, 2);
  desk.publish('bad', [image('one')]);
  desk.registry.fault = ({ url, response }) => {
    if (!url.includes('/blobs/')) return false;
    response.end('other bytes');
    return true;
  };
  const damaged = await desk.run('image', 'size', `${name}:bad`);
  assert.match(damaged.err, /error\[registry\//);
  assert.notEqual(damaged.code, 0);
  desk.registry.fault = ({ response }) => {
    error(response, 401, 'UNAUTHORIZED', 'no');
    return true;
  };
  assert.match((await desk.run('image', 'size', `${name}:bad`)).err, /error\[registry\/unauthorised\]/);
});
