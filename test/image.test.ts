import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import {
  EMPTY_TREE,
  evaluate,
  listTree,
  type PlannedAction,
  type Tree,
  treeFromFiles,
} from '../src/action/index.ts';
import { type Digest, digestOf } from '../src/base/index.ts';
import { realHost } from '../src/host/index.ts';
import { validateImage } from '../src/oci/index.ts';
import { imageRule } from '../src/rules/image/index.ts';
import { type FakeFiles, fakeContext, imageSpec, renderedDiagnostics } from '../src/rules/testing.ts';
import { dispatch, openLayout } from '../src/tools/index.ts';

/** Builds images from Dockerfiles by the rule and the commands that it plans, without the engine. */
class ImageBench {
  readonly root = mkdtempSync(join(tmpdir(), 'mobileops-image-'));
  readonly #blobs = new Map<string, Uint8Array>();
  readonly #outputs = new Map<string, Tree>();

  constructor(t: TestContext) {
    t.after(() => rmSync(this.root, { recursive: true, force: true }));
  }

  /** The folder of the layout that lands in dist/. */
  async build(name: string, options: { files: FakeFiles; needs?: readonly string[] }): Promise<string> {
    for (const content of Object.values(options.files)) this.#store(content);
    const plan = imageRule(
      fakeContext({
        label: `image:${name}`,
        spec: imageSpec({ dockerfile: `docker/Dockerfile.${name}` }),
        ...options,
      }),
    );
    assert.equal(renderedDiagnostics(plan), '');
    for (const action of plan.actions) await this.#run(action);
    this.#outputs.set(`image:${name}#built`, this.#evaluate(plan.exports));
    const folder = join(this.root, 'dist', name);
    this.#write(this.#evaluate(plan.artifacts[0]!.tree), folder);
    assert.deepEqual(await validateImage(openLayout(realHost().fs, folder)), []);
    return folder;
  }

  /** What another target left. */
  leave(label: string, files: FakeFiles): void {
    this.#outputs.set(`${label}#built`, this.#tree(files));
  }

  #tree(files: FakeFiles): Tree {
    const leaves = Object.entries(files).map(([path, content]) => {
      const leaf = { digest: this.#store(content), isExecutable: path.endsWith('*') };
      return [path.replace(/\*$/, ''), leaf] as const;
    });
    return treeFromFiles(new Map(leaves));
  }

  #store(content: string | Uint8Array): Digest {
    const digest = digestOf(content);
    this.#blobs.set(digest.hash, Buffer.from(content));
    return digest;
  }

  #evaluate(expression: PlannedAction['work']): Tree {
    const result = evaluate(expression, {
      output: (id) => this.#outputs.get(id) ?? EMPTY_TREE,
      stored: () => EMPTY_TREE,
      literal: (content) => this.#store(content),
    });
    assert.ok(result.ok);
    return result.value;
  }

  #write(tree: Tree, folder: string): void {
    mkdirSync(folder, { recursive: true });
    for (const entry of listTree(tree)) {
      assert.ok('digest' in entry);
      const path = join(folder, entry.path);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, this.#blobs.get(entry.digest.hash)!, { mode: entry.isExecutable ? 0o755 : 0o644 });
    }
  }

  async #run(action: PlannedAction): Promise<void> {
    const work = join(this.root, 'work', action.id);
    this.#write(this.#evaluate(action.work), work);
    const { fs } = realHost();
    const temporaryDirectory = mkdtempSync(join(this.root, 'tmp-'));
    for (const each of action.outputs) mkdirSync(join(work, each), { recursive: true });
    const result = await dispatch(action.argv.slice(2), { fs, workingDirectory: work, temporaryDirectory });
    assert.deepEqual(result, { ok: true, value: undefined });
    const files = new Map(
      action.outputs.flatMap((output) =>
        filesBelow(join(work, output)).map((path) => {
          const digest = this.#store(readFileSync(join(work, output, path)));
          return [join(output, path), { digest, isExecutable: false }] as const;
        }),
      ),
    );
    this.#outputs.set(action.id, treeFromFiles(files));
  }
}

function filesBelow(folder: string): string[] {
  return execFileSync('find', ['.', '-type', 'f'], { cwd: folder, encoding: 'utf8' })
    .split('\n')
    .filter((each) => each !== '');
}

function has(tool: string): boolean {
  return spawnSync(tool, ['--version']).error === undefined;
}

const FILES: FakeFiles = {
  'docker/Dockerfile.base': `FROM scratch
ARG HOME_DIR=/opt/platform
ENV PLATFORM_HOME=$HOME_DIR
LABEL description="the base"
COPY docker/passwd /etc/passwd
COPY scripts/ $PLATFORM_HOME/scripts/
COPY --chown=1000:1000 configs/*.json \${PLATFORM_HOME}/configs/
WORKDIR $PLATFORM_HOME
EXPOSE 8080
USER platform
HEALTHCHECK --interval=30s CMD curl -f http://localhost:8080/health
CMD ["./scripts/start.sh", "start"]
`,
  'docker/passwd': 'root:x:0:0::/:/bin/sh\nplatform:x:1000:1001::/:/bin/sh\n',
  'scripts/start.sh*': '#!/bin/sh\necho start\n',
  'scripts/lib/log.sh': 'log() { :; }\n',
  'configs/a.json': '{}\n',
  'configs/b.json': '[]\n',
  'configs/skip.txt': 'no\n',
};

test('an image from scratch is a layout that skopeo and umoci read', async (t) => {
  const layout = await new ImageBench(t).build('base', { files: FILES });
  assert.ok(existsSync(join(layout, 'oci-layout')));
  if (!has('skopeo') || !has('umoci')) return t.skip('not run: skopeo or umoci is missing');
  const inspected = JSON.parse(
    execFileSync('skopeo', ['inspect', `oci:${layout}:latest`], { encoding: 'utf8' }),
  );
  assert.deepEqual(inspected.Labels, { description: 'the base' });
  const bundle = join(layout, '../bundle');
  execFileSync('umoci', ['unpack', '--rootless', '--image', `${layout}:1.0.0`, bundle], { stdio: 'pipe' });
  const root = join(bundle, 'rootfs/opt/platform');
  assert.equal(readFileSync(join(root, 'scripts/start.sh'), 'utf8'), FILES['scripts/start.sh*']);
  assert.ok(existsSync(join(root, 'configs/b.json')));
  assert.ok(!existsSync(join(root, 'configs/skip.txt')));
  const config = JSON.parse(
    execFileSync('skopeo', ['inspect', '--config', `oci:${layout}:latest`], { encoding: 'utf8' }),
  );
  assert.equal(config.config.WorkingDir, '/opt/platform');
});

test('an image says who runs what in it, where it is reached, and how its health is asked', async (t) => {
  const layout = await new ImageBench(t).build('base', { files: FILES });
  const { config } = blobOf(layout, manifestOf(layout).config.digest);
  assert.deepEqual(
    [config.User, config.Cmd, config.WorkingDir],
    ['platform', ['./scripts/start.sh', 'start'], '/opt/platform'],
  );
  assert.deepEqual(config.ExposedPorts, { '8080/tcp': {} });
  assert.deepEqual(config.Healthcheck, {
    Test: ['CMD-SHELL', 'curl -f http://localhost:8080/health'],
    Interval: 30_000_000_000,
  });
});

const AI: FakeFiles = {
  'docker/Dockerfile.ai': `# syntax=docker/dockerfile:1
ARG BASE=mobileops-base:latest
FROM scratch AS builder
ARG TARGETARCH
WORKDIR /build
COPY --chmod=750 dist/components/ai-core/bin/ ./bin/
COPY dist/scripts /build/scripts
COPY <<EOF <<-'RAW' /build/notes/
arch=$TARGETARCH "quoted"
EOF
	raw $HOME
	RAW
FROM \${BASE}
ENV PYTHONPATH=$PLATFORM_HOME/ai
COPY --from=builder --chown=platform /build/bin/ $PLATFORM_HOME/ai/bin/
COPY --from=0 /build/notes/EOF /build/notes/RAW /notes/
COPY --from=mobileops-base /etc/passwd /copied/passwd
COPY --from=builder /build/scripts/ /usr/scripts/
SHELL ["/bin/bash", "-c"]
ENTRYPOINT serve
`,
};

test('an image stands on a workspace image and takes over its layers and its environment', async (t) => {
  const bench = new ImageBench(t);
  const base = await bench.build('base', { files: FILES });
  bench.leave('component:ai-core', { 'dist/ai-core/bin/engine*': 'ELF', 'models/m.bin': 'model' });
  bench.leave('scripts', { 'start.sh*': '#!/bin/sh\n' });
  const needs = ['image:base', 'component:ai-core', 'scripts'];
  const ai = await bench.build('ai', { files: AI, needs });
  const [baseManifest, manifest] = [manifestOf(base), manifestOf(ai)];
  assert.deepEqual(manifest.layers.slice(0, baseManifest.layers.length), baseManifest.layers);
  assert.equal(manifest.layers.length, baseManifest.layers.length + 4);
  const config = blobOf(ai, manifest.config.digest);
  assert.deepEqual(config.config.Env, [
    'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    'PLATFORM_HOME=/opt/platform',
    'PYTHONPATH=/opt/platform/ai',
  ]);
  assert.deepEqual(config.config.Entrypoint, ['/bin/bash', '-c', 'serve']);
  assert.equal(config.config.Cmd, undefined);
  assert.equal(config.config.User, 'platform');
  const listing = manifest.layers
    .slice(-4)
    .map(({ digest }) => execFileSync('tar', ['tvzf', blobFile(ai, digest)], { encoding: 'utf8' }))
    .join('')
    .replace(/ +/g, ' ');
  assert.equal(
    listing,
    `drwxr-xr-x 1000/1001 0 1980-01-01 00:00 opt/platform/ai/
drwxr-xr-x 1000/1001 0 1980-01-01 00:00 opt/platform/ai/bin/
-rwxr-x--- 1000/1001 3 1980-01-01 00:00 opt/platform/ai/bin/engine
drwxr-xr-x 0/0 0 1980-01-01 00:00 notes/
-rw-r--r-- 0/0 20 1980-01-01 00:00 notes/EOF
-rw-r--r-- 0/0 10 1980-01-01 00:00 notes/RAW
drwxr-xr-x 0/0 0 1980-01-01 00:00 copied/
-rw-r--r-- 0/0 54 1980-01-01 00:00 copied/passwd
drwxr-xr-x 0/0 0 1980-01-01 00:00 usr/
drwxr-xr-x 0/0 0 1980-01-01 00:00 usr/scripts/
-rwxr-xr-x 0/0 10 1980-01-01 00:00 usr/scripts/start.sh
`,
  );
  assert.equal(readdirSync(join(ai, 'blobs/sha256')).length, manifest.layers.length + 2);
});

test('validation finds each kind of damage', async (t) => {
  const layout = await new ImageBench(t).build('base', { files: FILES });
  const validate = (): Promise<readonly string[]> => validateImage(openLayout(realHost().fs, layout));
  const { layers, config } = manifestOf(layout);
  const damage = async (
    path: string,
    content: string | Uint8Array | undefined,
    expected: RegExp,
  ): Promise<void> => {
    const before = readFileSync(join(layout, path));
    if (content === undefined) rmSync(join(layout, path));
    else writeFileSync(join(layout, path), content);
    assert.match((await validate()).join('\n'), expected);
    writeFileSync(join(layout, path), before);
  };
  const layer = `blobs/sha256/${layers[0]!.digest.slice(7)}`;
  const other = readFileSync(blobFile(layout, layers[1]!.digest));
  await damage('oci-layout', '{}', /does not name version/);
  await damage('index.json', '[]', /not an index with manifests/);
  await damage(layer, undefined, /is absent or not gzip/);
  await damage(layer, 'text', /is absent or not gzip/);
  await damage(layer, other, /has other bytes\n.*unpacks to other bytes/);
  await damage(
    `blobs/sha256/${config.digest.slice(7)}`,
    '{}',
    /has other bytes\n.*names no platform\n.*0 diff ids for 3 layers/,
  );
  await damage(`blobs/sha256/${config.digest.slice(7)}`, undefined, /is absent/);
  assert.deepEqual(await validate(), []);
});

/** Changed bytes want a new version of `image-assemble` or `image-tag`, in `tools/commands.ts` and `rules/own-commands.ts`. */
test('the same Dockerfile gives the same bytes', async (t) => {
  const layout = await new ImageBench(t).build('base', { files: FILES });
  const index = digestOf(readFileSync(join(layout, 'index.json'))).hash;
  assert.equal(index, '8a1ef6dfb537b2f6b110c0e98916e52708a72c60e7004f88d37255a0df0582ca');
});

function manifestOf(layout: string): { layers: { digest: string }[]; config: { digest: string } } {
  const index = JSON.parse(readFileSync(join(layout, 'index.json'), 'utf8'));
  return JSON.parse(readFileSync(blobFile(layout, index.manifests[0].digest), 'utf8'));
}

function blobOf(layout: string, digest: string): { config: Record<string, unknown> } {
  return JSON.parse(readFileSync(blobFile(layout, digest), 'utf8'));
}

function blobFile(layout: string, digest: string): string {
  return join(layout, 'blobs', digest.replace(':', '/'));
}
