import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MemoryFileSystem } from '../../host/testing.ts';
import {
  type FileOrigin,
  type ImagePlan,
  notBuiltText,
  PLAN_FORMAT,
  type StageBase,
  type StagePlan,
  type Step,
} from '../../oci/index.ts';
import { imageAssemble } from './image-assemble.ts';

/** The first bytes of a program. */
function program(machine: number): Uint8Array {
  const bytes = new Uint8Array(64);
  bytes.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  bytes.set([2, 0, machine], 16);
  return bytes;
}

const AMD64 = program(62);
const ARM64 = program(183);

const CONTEXT: FileOrigin = { from: 'folder', path: 'context' };

function copy(word: string, origin: FileOrigin = CONTEXT, chmod?: string): Step {
  const sources = [{ ...origin, word }];
  const mode = chmod === undefined ? {} : { chmod };
  return {
    text: `COPY ${word} /bin/`,
    do: 'copy',
    copy: { sources, destination: '/bin/', isAdd: false, ...mode },
  };
}

interface Assembled {
  readonly failure: string | undefined;
  /** What the output says, where no image was built. */
  readonly notBuilt: unknown;
  /** Names in the output. */
  readonly names: readonly string[];
}

async function assemble(
  steps: readonly Step[],
  {
    base = { kind: 'scratch' },
    isForeign = true,
  }: { readonly base?: StageBase; readonly isForeign?: boolean } = {},
): Promise<Assembled> {
  const fs = new MemoryFileSystem();
  fs.makeDirectory('/w/context');
  fs.makeDirectory('/tmp');
  fs.writeFile('/w/context/own', ARM64, 0o755);
  fs.writeFile('/w/context/other', AMD64, 0o755);
  fs.writeFile('/w/context/library', AMD64, 0o644);
  for (const place of ['deps/image/base/linux-arm64', 'segments/part']) {
    fs.makeDirectory(`/w/${place}`);
    fs.writeFile(`/w/${place}/not-built.json`, notBuiltText({ reason: 'no reason', hint: 'none' }));
  }
  const run = (stage: StagePlan, out: string) => {
    const names = { escape: '\\', buildArgs: {}, globalArgs: {} };
    const head = { format: PLAN_FORMAT, architecture: 'arm64', createdAt: 0 } as const;
    fs.writeFile('/w/plan.json', JSON.stringify({ ...head, ...names, stages: [stage] } satisfies ImagePlan));
    const context = { fs, workingDirectory: '/w', temporaryDirectory: '/tmp' };
    return imageAssemble(['--plan', 'plan.json', '--out', out], context);
  };
  // What a stage for the machine itself has made.
  await run({ base: { kind: 'scratch' }, steps: [copy('other')] }, 'segments/made');
  for (const { name } of fs.readDirectory('/w/segments/made/layers'))
    fs.rename(`/w/segments/made/layers/${name}`, `/w/segments/made/blobs/sha256/${name}`);
  const result = await run({ base, steps, ...(isForeign ? { isForeign: true } : {}) }, 'layout');
  const text = fs.readTextIfExists('/w/layout/not-built.json');
  return {
    failure: result.ok ? undefined : result.failure.message,
    notBuilt: text === undefined ? undefined : JSON.parse(text),
    names: fs.readDirectory('/w/layout').map(({ name }) => name),
  };
}

test('an image like that for another platform has its layers, which are not made again', async () => {
  const fs = new MemoryFileSystem();
  fs.makeDirectory('/w/context');
  fs.makeDirectory('/tmp');
  fs.writeFile('/w/context/own', 'a', 0o644);
  const run = (architecture: string, out: string, like: readonly string[] = []) => {
    const names = { escape: '\\', buildArgs: {}, globalArgs: {} };
    const stages = [{ base: { kind: 'scratch' } as const, steps: [copy('own')] }];
    const plan: ImagePlan = { format: PLAN_FORMAT, architecture, createdAt: 0, ...names, stages };
    fs.writeFile('/w/plan.json', JSON.stringify(plan));
    const context = { fs, workingDirectory: '/w', temporaryDirectory: '/tmp' };
    return imageAssemble(['--plan', 'plan.json', '--out', out, ...like], context);
  };
  assert.ok((await run('amd64', 'first')).ok);
  assert.ok((await run('arm64', 'alone')).ok);
  const layers = fs.readDirectory('/w/first/layers').map(({ name }) => name);
  for (const name of layers) fs.rename(`/w/first/layers/${name}`, `/w/first/blobs/sha256/${name}`);
  assert.ok((await run('arm64', 'second', ['--like', 'first'])).ok);
  assert.equal(fs.readText('/w/second/index.json'), fs.readText('/w/alone/index.json'));
  assert.equal(fs.readText('/w/second/files.json'), fs.readText('/w/alone/files.json'));
  assert.deepEqual([layers.length, fs.readDirectory('/w/second/layers')], [1, []]);
});

const LAYOUT = ['blobs', 'files.json', 'index.json', 'layers', 'oci-layout'];
const BASE = { kind: 'layout', path: 'deps/image/base/linux-arm64' } as const;

const CASES: readonly (readonly [string, Promise<Assembled>, string | undefined])[] = [
  ['programs of its own', assemble([copy('own')]), undefined],
  ['what is not executable', assemble([copy('library')]), undefined],
  ['a program on the machine that it is for', assemble([copy('other')], { isForeign: false }), undefined],
  [
    'a program for another processor behind a layer of its own',
    assemble([copy('own'), copy('other')]),
    '/bin/other is a program for amd64, which `COPY other /bin/` brings',
  ],
  [
    'a file that is made executable',
    assemble([copy('library', CONTEXT, '755')]),
    '/bin/library is a program for amd64, which `COPY library /bin/` brings',
  ],
  [
    'a program that a stage for the machine itself made',
    assemble([copy('bin/other', { from: 'layout', path: 'segments/made' })]),
    '/bin/other is a program for amd64, which `COPY bin/other /bin/` brings',
  ],
  ['a base that was not built', assemble([], { base: BASE }), 'it uses image:base, which is not'],
  [
    'a source that was not built',
    assemble([copy('x', { from: 'layout', path: BASE.path })]),
    'it uses image:base, which is not',
  ],
  [
    'a part of its own that was not built',
    assemble([], {
      base: { kind: 'continued', path: 'segments/part', statePath: 'segments/state.json', isNewStage: false },
    }),
    'no reason',
  ],
];

for (const [name, assembled, expected] of CASES)
  test(`an image for another platform: ${name}`, async () => {
    const { failure, notBuilt, names } = await assembled;
    assert.equal(failure, undefined);
    const hint = expected === 'no reason' ? { hint: 'none' } : {};
    assert.deepEqual(notBuilt, expected === undefined ? undefined : { reason: expected, ...hint });
    assert.deepEqual(names, expected === undefined ? LAYOUT : ['not-built.json']);
  });
