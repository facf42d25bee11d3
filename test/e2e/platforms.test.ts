/** Images for several platforms through the real command line: indexes, bases of a registry, what cannot be made here. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import { realHost } from '../../src/host/index.ts';
import { type Descriptor, type ImageIndex, type ImageManifest, validateImage } from '../../src/oci/index.ts';
import { openLayout } from '../../src/tools/index.ts';
import { FakeRegistry } from '../fake-registry.ts';
import { Rig } from './rig.ts';

const SUITE = { timeout: 600_000 };
const OWN = process.arch === 'arm64' ? 'arm64' : 'amd64';
const OTHER = OWN === 'arm64' ? 'amd64' : 'arm64';
/** Of ELF, of this machine. */
const OWN_MACHINE = OWN === 'arm64' ? 183 : 62;

/** A folder of Dockerfiles, for this machine and another. */
function workspace(dockerfiles: Readonly<Record<string, string>>): Rig {
  const rig = new Rig();
  rig.write(
    'build-config.yaml',
    `apiVersion: build.mobileops.io/v1\nkind: BuildConfiguration\nmetadata: {name: platforms}\nspec:\n  version: 1.0.0\n  buildEnvironment: {architecture: [${OWN}, ${OTHER}]}\n`,
  );
  mkdirSync(rig.path('docker'), { recursive: true });
  for (const [name, text] of Object.entries(dockerfiles)) rig.write(`docker/Dockerfile.${name}`, text);
  rig.write('data', 'data\n');
  const program = Buffer.alloc(64);
  program.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  program.set([2, 0, OWN_MACHINE], 16);
  writeFileSync(rig.path('program'), program);
  chmodSync(rig.path('program'), 0o755);
  return rig;
}

class Layout {
  readonly root: string;

  constructor(rig: Rig, name: string) {
    this.root = rig.path('dist/images', name);
  }

  json(path: string): unknown {
    return JSON.parse(readFileSync(`${this.root}/${path}`, 'utf8'));
  }

  blob(digest: string): unknown {
    return this.json(`blobs/${digest.replace(':', '/')}`);
  }

  /** What all tags name. */
  get top(): Descriptor {
    const { manifests } = this.json('index.json') as ImageIndex;
    assert.equal(new Set(manifests.map(({ digest }) => digest)).size, 1);
    return manifests[0]!;
  }

  get platforms(): readonly (readonly [string, ImageManifest])[] {
    const { manifests } = this.blob(this.top.digest) as ImageIndex;
    return manifests.map(({ platform, digest }) => [
      `${platform?.os}/${platform?.architecture}`,
      this.blob(digest) as ImageManifest,
    ]);
  }

  config(platform: string): { readonly config: { readonly Labels: Readonly<Record<string, string>> } } {
    const [, manifest] = this.platforms.find(([name]) => name === platform)!;
    return this.blob(manifest.config.digest) as ReturnType<Layout['config']>;
  }
}

async function build(rig: Rig, ...words: readonly string[]): Promise<string> {
  const { code, output } = await rig.run(['build', ...(words.length > 0 ? words : ['all'])]);
  assert.equal(code, 0, output);
  return output;
}

const BOTH = [`linux/${OWN}`, `linux/${OTHER}`];

test('an image of two platforms is one layout, whose tags name an index', SUITE, async (t) => {
  await using rig = workspace({
    base: 'FROM scratch\nARG TARGETARCH BUILDPLATFORM\nCOPY data /\nLABEL for=$TARGETARCH on=$BUILDPLATFORM\n',
    child: 'FROM mobileops-base\nCOPY --from=mobileops-base /data /copy\n',
  });
  const output = await build(rig);
  assert.doesNotMatch(output, /not built/);
  for (const name of ['base', 'child']) {
    const layout = new Layout(rig, name);
    assert.equal(layout.top.mediaType, 'application/vnd.oci.image.index.v1+json');
    assert.deepEqual(
      layout.platforms.map(([platform]) => platform),
      BOTH,
    );
    const [[, own], [, other]] = layout.platforms as [[string, ImageManifest], [string, ImageManifest]];
    assert.deepEqual(own.layers, other.layers, 'what is the same is stored once');
    assert.notEqual(own.config.digest, other.config.digest);
    assert.deepEqual(await validateImage(openLayout(realHost().fs, layout.root)), []);
    for (const arch of [OWN, OTHER]) {
      const { Labels } = layout.config(`linux/${arch}`).config;
      assert.deepEqual(Labels, { for: arch, on: `linux/${OWN}` });
    }
    acceptedByOthers(t, layout);
  }
  assert.match(await build(rig), /nothing to do|: 0 ran/);
});

/** Tools that are not there are told by name. */
function acceptedByOthers(t: TestContext, layout: Layout): void {
  const skopeo = (...words: string[]) => spawnSync('skopeo', words, { encoding: 'utf8' });
  if (skopeo('--version').error) {
    t.diagnostic('not run: skopeo is missing');
    return;
  }
  const raw = skopeo('inspect', '--raw', `oci:${layout.root}:latest`);
  assert.equal(raw.status, 0, raw.stderr);
  assert.deepEqual(JSON.parse(raw.stdout), layout.blob(layout.top.digest));
  for (const arch of [OWN, OTHER]) {
    const seen = skopeo('--override-arch', arch, 'inspect', '--config', `oci:${layout.root}:latest`);
    assert.equal(JSON.parse(seen.stdout).architecture, arch, seen.stderr);
  }
  const all = skopeo('copy', '--all', `oci:${layout.root}:1.0.0`, `dir:${layout.root}-copy`);
  assert.equal(all.status, 0, all.stderr);
}

test('what cannot be made for a platform is left out and told, by each build', SUITE, async () => {
  await using rig = workspace({
    whole: 'FROM scratch\nCOPY data /\n',
    engine: 'FROM scratch\nCOPY data /\nCOPY program /bin/\n',
    upper: 'FROM mobileops-engine\nCOPY data /upper\n',
    sides: 'FROM scratch\nCOPY --from=mobileops-engine /data /\n',
  });
  const expected = [
    `note[build/not-built] image:engine is not built for linux/${OTHER}: /bin/program is a program for ${OWN}, which \`COPY program /bin/\` brings`,
    `note[build/not-built] each of image:sides and image:upper is not built for linux/${OTHER}: it uses image:engine, which is not`,
  ];
  const notes = (output: string): string[] =>
    output.split('\n').filter((line) => line.startsWith('note[build/not-built]'));
  const said = notes(await build(rig));
  assert.deepEqual([...said].sort(), [...expected].sort());
  const platforms = ['whole', 'engine', 'upper', 'sides'].map((name) =>
    new Layout(rig, name).platforms.map(([platform]) => platform),
  );
  assert.deepEqual(platforms, [BOTH, [`linux/${OWN}`], [`linux/${OWN}`], [`linux/${OWN}`]]);
  assert.deepEqual(notes(await build(rig)), said, 'also where nothing is to do');
  rig.write('docker/Dockerfile.engine', 'FROM scratch\nCOPY data /\nCOPY --chmod=644 program /bin/\n');
  assert.deepEqual(notes(await build(rig)), []);
  assert.deepEqual(
    new Layout(rig, 'upper').platforms.map(([platform]) => platform),
    BOTH,
  );
});

test('an index is pushed whole, and a base of a registry is taken for each platform', SUITE, async (t) => {
  const registry = await FakeRegistry.start(t);
  await using lower = workspace({
    base: 'FROM scratch\nARG TARGETARCH\nLABEL base=$TARGETARCH\nCOPY data /\n',
    half: 'FROM scratch\nCOPY program /\n',
  });
  const env = { REGISTRY: `${registry.host}/team` };
  const pushed = await lower.run(['images', '--push'], { env });
  assert.equal(pushed.code, 0, pushed.output);
  assert.match(pushed.output, /image:half is not built for linux/);
  const at = (reference: string) => registry.manifests.get(`team/mobileops-base:${reference}`)!;
  const index = JSON.parse(at('latest').bytes.toString()) as ImageIndex;
  assert.equal(at('latest').type, 'application/vnd.oci.image.index.v1+json');
  assert.deepEqual(at('1.0.0').bytes, at('latest').bytes);
  for (const { digest } of index.manifests) assert.ok(at(digest), digest);
  await using upper = workspace({
    app: `FROM ${registry.host}/team/mobileops-base:latest\nARG TARGETARCH\nLABEL app=$TARGETARCH\nCOPY data /app\n`,
    narrow: `FROM ${registry.host}/team/mobileops-half:latest\nCOPY data /app\n`,
  });
  const locked = await upper.run(['deps', 'lock']);
  assert.equal(locked.code, 0, locked.output);
  assert.match(locked.output, /warning\[registry\/no-platform\].*mobileops-half/);
  const output = await build(upper);
  const app = new Layout(upper, 'app');
  const labels = [OWN, OTHER].map((arch) => app.config(`linux/${arch}`).config.Labels);
  assert.deepEqual(labels, [
    { app: OWN, base: OWN },
    { app: OTHER, base: OTHER },
  ]);
  assert.match(
    output,
    new RegExp(
      `image:narrow is not built for linux/${OTHER}: \\S+ is not there for linux/${OTHER}, but for linux/${OWN}\n`,
    ),
  );
  assert.deepEqual(
    new Layout(upper, 'narrow').platforms.map(([platform]) => platform),
    [`linux/${OWN}`],
  );
});
