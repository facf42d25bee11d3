import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listTree, mergeTrees, type Tree, treeFromFiles, treeUnder } from '../action/index.ts';
import { type Digest, digestOf, sha256 } from '../base/index.ts';
import {
  applySteps,
  type ContainerConfig,
  encodeConfig,
  encodeIndex,
  encodeManifest,
  type ImageConfig,
  type MountWords,
  runLayerText,
  stageStateText,
  startStage,
} from '../oci/index.ts';
import type { RunWork } from '../rules/index.ts';
import { containerInputs, type SeenRun } from './container-inputs.ts';

const blobs = new Map<string, string>();

function stored(content: string): Digest {
  const digest = digestOf(content);
  blobs.set(digest.hash, content);
  return digest;
}

function treeOf(files: Readonly<Record<string, string>>): Tree {
  return treeFromFiles(
    new Map(
      Object.entries(files).map(([path, content]) => [
        path,
        { digest: stored(content), isExecutable: false },
      ]),
    ),
  );
}

const GZIP = 'application/vnd.oci.image.layer.v1.tar+gzip';
const diffId = (text: string): string => `sha256:${sha256(text)}`;
const descriptorOf = (text: string) => ({ mediaType: GZIP, digest: diffId(text), size: text.length });

/** An OCI layout with these layers, and what else `image-assemble` puts beside it. */
function layout(config: ContainerConfig, layers: readonly string[] = ['layer']): Tree {
  const rootfs = { type: 'layers', diff_ids: layers.map((each) => diffId(`tar ${each}`)) } as const;
  const image = encodeConfig({ architecture: 'amd64', os: 'linux', config, rootfs });
  const manifest = encodeManifest({
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: image.descriptor,
    layers: layers.map(descriptorOf),
  });
  const blob = (digest: string): string => `blobs/sha256/${digest.slice(7)}`;
  return treeOf({
    'index.json': encodeIndex({ schemaVersion: 2, mediaType: '', manifests: [manifest.descriptor] }),
    'files.json': JSON.stringify(config),
    [blob(manifest.descriptor.digest)]: manifest.text,
    [blob(image.descriptor.digest)]: image.text,
    ...Object.fromEntries(layers.map((each) => [blob(diffId(each)), each])),
  });
}

function workOf(change: Partial<RunWork>, parts: readonly Tree[], mounts: readonly MountWords[] = []): Tree {
  const run = { command: { form: 'shell', script: 'x' }, mounts, network: 'default' } as const;
  const scope = { escape: '\\', buildArgs: {}, globalArgs: {} };
  const base = { kind: 'layout', path: 'base' } as const;
  const work: RunWork = { run, scope, base, before: [], layers: [], ...change };
  return mergeTrees([treeOf({ 'run.json': JSON.stringify(work) }), ...parts]);
}

function seen(work: Tree): { readonly tree: Tree; readonly run: SeenRun; readonly paths: readonly string[] } {
  const result = containerInputs(work, { read: ({ hash }) => blobs.get(hash), literal: stored });
  assert.ok(result.ok, result.ok ? '' : result.failure);
  const entries = listTree(result.value);
  const entry = entries.find(({ path }) => path === 'run.json');
  assert.ok(entry && 'digest' in entry);
  const run = JSON.parse(blobs.get(entry.digest.hash)!) as SeenRun;
  return { tree: result.value, run, paths: entries.map(({ path }) => path) };
}

const BASE: ContainerConfig = { Env: ['PATH=/bin'], WorkingDir: '/w' };
const DIGEST_OF_BASE = seen(workOf({}, [treeUnder(layout(BASE), 'base')])).tree.digest.hash;

/** What changes in the base's configuration, and whether the command can tell. */
const CHANGES: readonly (readonly [ContainerConfig, boolean])[] = [
  [{ Labels: { a: 'b' } }, false],
  [{ Cmd: ['x'] }, false],
  [{ Entrypoint: ['x'] }, false],
  [{ ExposedPorts: { '80/tcp': {} } }, false],
  [{ Healthcheck: { Test: ['NONE'] } }, false],
  [{ StopSignal: 'SIGINT' }, false],
  [{ Volumes: { '/v': {} } }, false],
  [{ OnBuild: ['RUN x'] }, false],
  [{ Env: ['PATH=/bin', 'X=y'] }, true],
  [{ User: '7' }, true],
  [{ WorkingDir: '/' }, true],
  [{ Shell: ['/bin/bash', '-c'] }, true],
];

for (const [change, isSeen] of CHANGES) {
  const text = JSON.stringify(change);
  test(`${text} is ${isSeen ? '' : 'not '}seen, in the base as in the stage`, () => {
    const config = { ...BASE, ...change };
    const ofBase = seen(workOf({}, [treeUnder(layout(config), 'base')]));
    assert.equal(ofBase.tree.digest.hash !== DIGEST_OF_BASE, isSeen);
    const base = {
      kind: 'continued',
      path: 'one/layout',
      statePath: 'one/state.json',
      isNewStage: false,
    } as const;
    const image: ImageConfig = {
      architecture: 'amd64',
      os: 'linux',
      config,
      rootfs: { type: 'layers', diff_ids: [] },
    };
    const state = treeOf({ 'one/state.json': stageStateText(startStage(image)) });
    const ofStage = seen(workOf({ base }, [treeUnder(layout(config), 'one/layout'), state]));
    assert.equal(ofStage.tree.digest.hash, ofBase.tree.digest.hash);
  });
}

test('an ARG is as an ENV, and one that is not declared is nothing', () => {
  const base = treeUnder(layout(BASE), 'base');
  const scope = { escape: '\\', buildArgs: { X: 'y', GIT_COMMIT: 'abc' }, globalArgs: { TARGETSTAGE: 'z' } };
  const before = [{ text: 'ARG X', do: 'arg', args: [{ name: 'X' }] }] as const;
  const state = applySteps(startStage('scratch'), before, scope);
  assert.ok(state.ok && state.value.args.X === 'y');
  const asArg = seen(workOf({ scope, before }, [base])).tree.digest;
  const asEnv = seen(workOf({}, [treeUnder(layout({ ...BASE, Env: ['PATH=/bin', 'X=y'] }), 'base')])).tree
    .digest;
  assert.equal(asArg.hash, asEnv.hash);
});

test('of images the layers are there, of the context what a mount shows', () => {
  const bind = (from: MountWords['origin'] | undefined): MountWords => ({
    fields: [
      ['target', '/x'],
      ['source', '/s'],
    ],
    ...(from ? { origin: from } : {}),
  });
  const cache: MountWords = {
    fields: [
      ['type', 'cache'],
      ['target', '/c'],
    ],
  };
  const parts = [
    treeUnder(layout(BASE, ['low', 'high']), 'base'),
    treeUnder(layout({ Labels: { a: 'b' } }, ['other']), 'images/x'),
    treeOf({ 'context/s/f': 'f', 'unused/g': 'g', 'segments/run0/layer.tar.gz': 'run0' }),
    treeOf({
      'segments/run0/layer.json': runLayerText({
        descriptor: descriptorOf('run0'),
        diffId: diffId('tar run0'),
        blob: 'layer.tar.gz',
      }),
      'segments/run1/layer.json': runLayerText(undefined),
    }),
  ];
  const layers = ['segments/run0/layer.json', 'segments/run1/layer.json'];
  const mounts = [bind({ from: 'layout', path: 'images/x' }), bind(undefined), cache];
  const { run, paths } = seen(workOf({ layers }, parts, mounts));
  const place = (text: string): string => `layers/${sha256(text)}`;
  assert.deepEqual(run.layers, [
    ...['low', 'high', 'run0'].map((each) => ({ path: place(each), diffId: diffId(`tar ${each}`) })),
  ]);
  assert.deepEqual(
    run.mounts.map(({ type, layers: of, folder }) => [type, of?.map(({ path }) => path), folder]),
    [
      ['bind', [place('other')], undefined],
      ['bind', undefined, 'context'],
      ['cache', undefined, undefined],
    ],
  );
  assert.deepEqual(paths, ['context/s/f', ...['low', 'high', 'run0', 'other'].map(place), 'run.json'].sort());
});

const FAILURES: readonly (readonly [Partial<RunWork>, string])[] = [
  [{ base: { kind: 'layout', path: 'none' } }, 'none does not hold an image'],
  [{ layers: ['none'] }, 'none does not tell what an earlier RUN changed'],
  [
    { base: { kind: 'continued', path: 'base', statePath: 'none', isNewStage: false } },
    'none does not hold the state of a stage',
  ],
];

for (const [change, failure] of FAILURES) {
  test(failure, () => {
    const work = workOf(change, [treeUnder(layout(BASE), 'base')]);
    const result = containerInputs(work, { read: ({ hash }) => blobs.get(hash), literal: stored });
    assert.deepEqual(result, { ok: false, failure });
  });
}
