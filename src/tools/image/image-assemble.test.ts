import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { digestOf } from '../../base/index.ts';
import { realHost } from '../../host/index.ts';
import {
  type CopyStep,
  type ImageConfig,
  type ImageManifest,
  type ImagePlan,
  PLAN_FORMAT,
  parseStageState,
  runLayerText,
  type StageBase,
  type StagePlan,
  type Step,
} from '../../oci/index.ts';
import { collect } from '../byte-stream.ts';
import { readTar } from '../tar-reader.ts';
import { type TarEntry, tarBytes } from '../tar-writer.ts';
import { decompressed } from './decompress.ts';
import { imageAssemble } from './image-assemble.ts';
import { writeLayer } from './layer.ts';
import { completeLayout } from './testing.ts';

class Bench {
  readonly root = mkdtempSync(join(tmpdir(), 'mobileops-assemble-'));
  readonly #context = {
    fs: realHost().fs,
    workingDirectory: this.root,
    temporaryDirectory: join(this.root, 'tmp'),
  };

  constructor(t: TestContext) {
    t.after(() => rmSync(this.root, { recursive: true, force: true }));
    mkdirSync(this.#context.temporaryDirectory);
  }

  write(path: string, content: string): void {
    const full = join(this.root, path);
    mkdirSync(dirname(full), { recursive: true });
    writeFileSync(full, content);
  }

  /** A failure's text, or nothing. */
  async assemble(stages: readonly StagePlan[], out: string): Promise<string | undefined> {
    const plan: ImagePlan = {
      format: PLAN_FORMAT,
      architecture: 'amd64',
      createdAt: 0,
      escape: '\\',
      buildArgs: {},
      globalArgs: {},
      stages,
    };
    this.write('plan.json', JSON.stringify(plan));
    const args = ['--plan', 'plan.json', '--out', `${out}/layout`, '--state', `${out}/state.json`];
    const result = await imageAssemble(args, this.#context);
    const below = stages.flatMap(({ base }) => ('path' in base ? [join(this.root, base.path)] : []));
    if (result.ok) completeLayout(this.#context.fs, join(this.root, out, 'layout'), below);
    return result.ok ? undefined : result.failure.message;
  }

  /** What a RUN left: one file. */
  async runLayer(folder: string, path: string): Promise<void> {
    const full = join(this.root, folder);
    mkdirSync(full, { recursive: true });
    const node = { kind: 'file', mode: 0o644, uid: 0, gid: 0, sizeBytes: 1 } as const;
    const nodes = new Map([
      [path, { ...node, content: { kind: 'inline', bytes: Buffer.from('x') } } as const],
    ]);
    const layer = await writeLayer(this.#context, full, { nodes, modifiedAt: 0 });
    const { descriptor, diffId } = layer;
    this.write(
      `${folder}/layer.json`,
      runLayerText({ descriptor, diffId, blob: descriptor.digest.slice(7) }),
    );
  }

  /** The hard links of a layer. */
  async links(out: string, digest: string): Promise<readonly string[]> {
    const found: string[] = [];
    const { fs } = this.#context;
    const path = join(this.root, out, 'layout/blobs', digest.replace(':', '/'));
    for await (const { kind, path: name, target } of readTar(decompressed(fs, path)!))
      if (kind === 'hardlink') found.push(`${name} -> ${target}`);
    return found;
  }

  /** The contents of a layer's files. */
  async texts(out: string, digest: string): Promise<Readonly<Record<string, string>>> {
    const found: Record<string, string> = {};
    const path = join(this.root, out, 'layout/blobs', digest.replace(':', '/'));
    for await (const { kind, path: name, bytes } of readTar(decompressed(this.#context.fs, path)!))
      if (kind === 'file') found[name] = (await collect(bytes)).toString();
    return found;
  }

  image(out: string): { config: ImageConfig; manifest: ImageManifest } {
    const read = (path: string): unknown =>
      JSON.parse(readFileSync(join(this.root, out, 'layout', path), 'utf8'));
    const blob = (digest: string): unknown => read(`blobs/${digest.replace(':', '/')}`);
    const index = read('index.json') as { manifests: { digest: string }[] };
    const manifest = blob(index.manifests[0]!.digest) as ImageManifest;
    return { manifest, config: blob(manifest.config.digest) as ImageConfig };
  }
}

type StepBody = Step extends infer S
  ? S extends { readonly text: string }
    ? Omit<S, 'text'>
    : never
  : never;
const step = (body: StepBody): Step => ({ text: body.do.toUpperCase(), ...body }) as Step;
const run = (path?: string): Step =>
  step({
    do: 'run',
    run: { command: { form: 'shell', script: 'x' }, mounts: [], network: 'default' },
    ...(path === undefined ? {} : { layer: { path } }),
  });
const copy = (change: Partial<CopyStep>): Step =>
  step({ do: 'copy', copy: { sources: [], destination: '/x/', isAdd: false, ...change } });
const SCRATCH: StageBase = { kind: 'scratch' };

test('an image goes on over RUNs from segment to segment', async (t) => {
  const bench = new Bench(t);
  bench.write('context/a', 'a');
  const first = [
    step({ do: 'arg', args: [{ name: 'V', word: '1' }, { name: 'NONE' }] }),
    step({ do: 'cmd', command: { form: 'exec', argv: ['c'] } }),
    copy({ sources: [{ from: 'folder', path: 'context', word: 'a' }] }),
  ];
  assert.equal(await bench.assemble([{ base: SCRATCH, steps: first }], 'segments/one'), undefined);
  const state = parseStageState(readFileSync(join(bench.root, 'segments/one/state.json'), 'utf8'));
  assert.deepEqual([state?.args, state?.hasOwnCommand], [{ V: '1', NONE: undefined }, true]);
  await bench.runLayer('segments/run', 'made');
  bench.write('segments/idle/layer.json', runLayerText(undefined));
  const continued = (isNewStage: boolean): StageBase => ({
    kind: 'continued',
    path: 'segments/one/layout',
    statePath: 'segments/one/state.json',
    isNewStage,
  });
  const second = [
    run('segments/run/layer.json'),
    run('segments/idle/layer.json'),
    step({ do: 'label', pairs: [['v', '$V']] }),
    step({ do: 'entrypoint', command: { form: 'exec', argv: ['e'] } }),
    copy({ sources: [{ from: 'layout', path: 'segments/one/layout', word: '/x/a' }], destination: '/made2' }),
  ];
  assert.equal(await bench.assemble([{ base: continued(false), steps: second }], 'two'), undefined);
  const { config, manifest } = bench.image('two');
  assert.equal(manifest.layers.length, 3);
  assert.deepEqual(manifest.layers[0], bench.image('segments/one').manifest.layers[0]);
  assert.deepEqual(config.config?.Labels, { v: '1' });
  assert.deepEqual(config.config?.Cmd, ['c']);
  assert.deepEqual(
    config.history?.map(({ created_by, empty_layer }) => `${created_by}${empty_layer ? '' : ' +'}`),
    ['ARG', 'CMD', 'COPY +', 'RUN +', 'RUN', 'LABEL', 'ENTRYPOINT', 'COPY +'],
  );
  assert.equal(
    await bench.assemble([{ base: continued(true), steps: second.slice(3, 4) }], 'three'),
    undefined,
  );
  assert.equal(bench.image('three').config.config?.Cmd, undefined);
});

test('a platform of its own stands in the image', async (t) => {
  const bench = new Bench(t);
  assert.equal(
    await bench.assemble([{ base: SCRATCH, steps: [], platform: 'linux/arm/v7' }], 'out'),
    undefined,
  );
  const { architecture, variant, os } = bench.image('out').config;
  assert.deepEqual([os, architecture, variant], ['linux', 'arm', 'v7']);
});

test('triggers are known, carried out and gone', async (t) => {
  const bench = new Bench(t);
  const base = { base: SCRATCH, steps: [step({ do: 'onbuild', trigger: 'USER 7' })] };
  assert.equal(await bench.assemble([base], 'base'), undefined);
  assert.deepEqual(bench.image('base').config.config?.OnBuild, ['USER 7']);
  const layout = { kind: 'layout', path: 'base/layout' } as const;
  assert.equal(
    await bench.assemble([{ base: layout, steps: [] }], 'child'),
    'the base has other instructions for the images that stand on it than were read:\n  USER 7',
  );
  const child = { base: layout, steps: [step({ do: 'user', word: '7' })], triggers: ['USER 7'] };
  assert.equal(await bench.assemble([child], 'child'), undefined);
  assert.deepEqual(
    [bench.image('child').config.config?.User, bench.image('child').config.config?.OnBuild],
    ['7', undefined],
  );
});

function checkFailure(name: string, stage: Partial<StagePlan>, expected: string): void {
  test(name, async (t) => {
    const bench = new Bench(t);
    bench.write('bad.json', '{"blob":"../x"}');
    bench.write('fetched', 'other');
    const failure = await bench.assemble([{ base: SCRATCH, steps: [], ...stage }], 'out');
    assert.equal(failure?.replace(`${bench.root}/`, ''), expected);
  });
}

const url = { from: 'url', url: 'https://x.example/a', name: 'a', sha256: 'f'.repeat(64) } as const;
checkFailure('a RUN that was not run', { steps: [run()] }, 'RUN\n  the RUN was not run');
checkFailure(
  'a RUN that left nothing',
  { steps: [run('none.json')] },
  'RUN\n  none.json does not tell what the RUN changed',
);
checkFailure(
  'a RUN that left another thing',
  { steps: [run('bad.json')] },
  'RUN\n  bad.json does not tell what the RUN changed',
);
checkFailure(
  'an image that was not put in place',
  { base: { kind: 'registry', reference: 'debian:12', platform: 'linux/amd64' } },
  'debian:12 was not put in place',
);
checkFailure(
  'a segment that is not there',
  { base: { kind: 'continued', path: 'none', statePath: 'none', isNewStage: false } },
  'none does not hold an image',
);
checkFailure(
  'a file that was not fetched',
  { steps: [copy({ sources: [{ ...url, path: 'none' }], isAdd: true })] },
  'COPY\n  https://x.example/a was not fetched',
);
checkFailure(
  'a file with other bytes',
  { steps: [copy({ sources: [{ ...url, path: 'fetched' }], isAdd: true })] },
  `COPY\n  https://x.example/a has other bytes than its --checksum says: sha256:${digestOf('other').hash}`,
);
checkFailure(
  'an owner that nobody knows',
  { steps: [step({ do: 'user', word: 'app' }), step({ do: 'workdir', word: '/w' })] },
  'WORKDIR\n  the user app is not known, because the image has no /etc/passwd; write its number',
);

/** One file of three names. */
function tarOfLinks(): Promise<Buffer> {
  const common = { mode: 0o640, uid: 3, gid: 4, modifiedAt: 0 };
  const link = (path: string): TarEntry => ({ ...common, kind: 'hardlink', path, target: 'a' });
  const bytes = async function* () {
    yield Buffer.from('linked');
  };
  return collect(
    tarBytes([{ ...common, kind: 'file', path: 'a', sizeBytes: 6, bytes }, link('b'), link('d/c')]),
  );
}

test('a hard link keeps the bytes of its file when another one takes that name', async (t) => {
  const bench = new Bench(t);
  const common = { mode: 0o640, uid: 0, gid: 0, modifiedAt: 0 };
  const file = (path: string, text: string): TarEntry => {
    const bytes = async function* () {
      yield Buffer.from(text);
    };
    return { ...common, kind: 'file', path, sizeBytes: text.length, bytes };
  };
  const parts = [
    file('a', 'one'),
    { ...common, kind: 'hardlink', path: 'b', target: 'a' } as const,
    file('a', 'two'),
  ];
  bench.write('context/x', '');
  writeFileSync(join(bench.root, 'context/twice.tar'), await collect(tarBytes(parts)));
  const add = copy({
    sources: [{ from: 'folder', path: 'context', word: 'twice.tar' }],
    destination: '/',
    isAdd: true,
  });
  assert.equal(await bench.assemble([{ base: SCRATCH, steps: [add] }], 'out'), undefined);
  const [layer] = bench.image('out').manifest.layers;
  assert.deepEqual(await bench.texts('out', layer!.digest), { a: 'two', b: 'one' });
});

test('a base whose files are told gives the same image as one that is unpacked', async (t) => {
  const bench = new Bench(t);
  bench.write('context/etc/passwd', 'app:x:7:8::/home/app:\n');
  bench.write('context/dir/a', 'a');
  const all = (word: string, destination: string, more: Partial<CopyStep> = {}): Step =>
    copy({ sources: [{ from: 'folder', path: 'context', word }], destination, ...more });
  writeFileSync(join(bench.root, 'context/links.tar'), await tarOfLinks());
  const below = [
    ...[all('etc', '/etc/'), all('dir', '/srv/'), step({ do: 'workdir', word: '/home' })],
    all('links.tar', '/links/', { isAdd: true }),
  ];
  assert.equal(await bench.assemble([{ base: SCRATCH, steps: below }], 'base'), undefined);
  const document = join(bench.root, 'base/layout/files.json');
  const steps = [
    all('dir/a', '/srv', { chown: 'app' }),
    copy({ sources: [{ from: 'layout', path: 'base/layout', word: 'srv/a' }], destination: '/copied/' }),
    copy({ sources: [{ from: 'layout', path: 'base/layout', word: 'links' }], destination: '/linked/' }),
    all('dir/a', '/linked/b'),
    copy({ sources: [{ from: 'layout', path: 'base/layout', word: 'links/[ab]' }], destination: '/apart/' }),
  ];
  const stages = [{ base: { kind: 'layout', path: 'base/layout' }, steps }] as const;
  assert.equal(await bench.assemble(stages, 'told'), undefined);
  const files = readFileSync(join(bench.root, 'told/layout/files.json'), 'utf8');
  const layers = await Promise.all(
    bench.image('told').manifest.layers.map(({ digest }) => bench.links('told', digest)),
  );
  const links = ['links/b -> links/a', 'links/d/c -> links/a'];
  const copied = ['linked/b -> linked/a', 'linked/d/c -> linked/a'];
  assert.deepEqual(layers, [[], [], [], links, [], [], copied, [], []]);
  for (const damaged of [undefined, '{}']) {
    if (damaged === undefined) rmSync(document);
    else writeFileSync(document, damaged);
    const out = `unpacked-${damaged}`;
    assert.equal(await bench.assemble(stages, out), undefined);
    assert.deepEqual(bench.image(out), bench.image('told'));
    assert.equal(readFileSync(join(bench.root, out, 'layout/files.json'), 'utf8'), files);
  }
});
