import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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
import { imageRule } from '../src/rules/image/index.ts';
import { type FakeFiles, fakeContext, imageSpec, renderedDiagnostics } from '../src/rules/testing.ts';
import { dispatch } from '../src/tools/index.ts';

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
