import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TreeExpression } from '../../action/index.ts';
import type { ImageSpec } from '../../config/index.ts';
import { imageKey, parseImagePlan } from '../../oci/index.ts';
import type { RulePlan } from '../rule.ts';
import { type FakeContextOptions, fakeContext, imageSpec, renderedDiagnostics } from '../testing.ts';
import { writtenLayout } from '../untagged-image.ts';
import { imageRule } from './image-rule.ts';
import { outsideNeeds } from './outside-needs.ts';

const BOTH = { architectures: ['amd64', 'arm64'] } as const;

function planOf(text: string, options: Partial<FakeContextOptions<ImageSpec>> = {}): RulePlan {
  const files = { 'docker/Dockerfile.demo': text, 'a.txt': '' };
  const needs = ['image:base'];
  return imageRule(fakeContext({ spec: imageSpec(), files, needs, settings: BOTH, ...options }));
}

/** Files that a rule wrote itself, by path. */
function literals(expression: TreeExpression, folder = ''): Map<string, string> {
  const found = new Map<string, string>();
  const add = (of: TreeExpression, at: string): void => {
    for (const [path, content] of literals(of, at)) found.set(path, content);
  };
  if (expression.kind === 'literal')
    for (const { path, content } of expression.files) found.set(folder + path, content);
  else if (expression.kind === 'merge') for (const each of expression.of) add(each, folder);
  else if (expression.kind === 'under') add(expression.of, `${folder}${expression.path}/`);
  else if ('of' in expression) add(expression.of, folder);
  return found;
}

const ids = ({ actions }: RulePlan): string[] => actions.map(({ id }) => id.replace('image:demo#', ''));

/** Why a platform is left out, as it stands before the platforms are joined. */
function leftOut(plan: RulePlan): Record<string, string> {
  const join = plan.actions.find(({ id }) => id === 'image:demo#index');
  const entries = [...(join ? literals(join.work) : [])];
  return Object.fromEntries(
    entries.map(([path, text]) => [path.replace('/not-built.json', ''), JSON.parse(text).reason]),
  );
}

test('a single platform of the machine is made as it ever was', () => {
  const plan = planOf('FROM scratch\nCOPY a.txt /\n', { settings: { architectures: ['amd64'] } });
  assert.deepEqual([ids(plan), plan.remarks], [['assemble', 'tag'], undefined]);
  assert.deepEqual(plan.exports, writtenLayout('image:demo#assemble', []));
});

test('each platform has its plan, with values of its own', () => {
  const plan = planOf('FROM scratch\nARG TARGETPLATFORM BUILDPLATFORM\nLABEL t=$TARGETPLATFORM\n');
  assert.equal(renderedDiagnostics(plan), '');
  assert.deepEqual(ids(plan), ['assemble', 'arm64-assemble', 'index', 'tag']);
  const plans = plan.actions.slice(0, 2).map(({ work }) => parseImagePlan(literals(work).get('plan.json')!)!);
  assert.deepEqual(
    plans.map(({ architecture, globalArgs, stages }) => [
      architecture,
      globalArgs.TARGETPLATFORM,
      globalArgs.BUILDPLATFORM,
      stages[0]!.isForeign,
    ]),
    [
      ['amd64', 'linux/amd64', 'linux/amd64', undefined],
      ['arm64', 'linux/arm64', 'linux/amd64', true],
    ],
  );
});

test('an image of the workspace is taken for the platform that is made', () => {
  const plan = planOf('FROM mobileops-base\nCOPY --from=mobileops-base /a /b\n');
  const bases = plan.actions
    .slice(0, 2)
    .map(({ work }) => parseImagePlan(literals(work).get('plan.json')!)!.stages[0]!.base);
  assert.deepEqual(bases, [
    { kind: 'layout', path: 'deps/image/base/linux-amd64' },
    { kind: 'layout', path: 'deps/image/base/linux-arm64' },
  ]);
});

test('what runs on the machine itself is the same command for all platforms', () => {
  const plan = planOf(
    'FROM --platform=$BUILDPLATFORM mobileops-base AS build\nRUN make\nFROM scratch\nCOPY --from=build /x /\n',
  );
  assert.equal(renderedDiagnostics(plan), '');
  assert.deepEqual(leftOut(plan), {});
  const runs = plan.actions.filter(({ container }) => container);
  assert.deepEqual(
    runs.map(({ id }) => id),
    ['image:demo#stage0-run0', 'image:demo#arm64-stage0-run0'],
  );
  assert.deepEqual(runs[0]!.work, runs[1]!.work);
});

for (const [name, text, expected] of [
  [
    'the same on all platforms',
    'FROM scratch AS a\nCOPY a.txt /\nFROM scratch\nCOPY --from=a /a.txt /b\n',
    true,
  ],
  ['that tells its platform', 'FROM scratch\nARG TARGETARCH\nLABEL for=$TARGETARCH\nCOPY a.txt /\n', false],
  ['that could tell its platform', 'FROM scratch\nCOPY a.txt /$TARGETARCH/\n', true],
  ['that stands on another', 'FROM mobileops-base\nCOPY a.txt /\n', false],
  ['that runs something', 'FROM scratch\nCOPY a.txt /\nRUN ["/a.txt"]\n', false],
] as const)
  test(`the layers of an image ${name} are ${expected ? 'made once' : 'made for each platform'}`, () => {
    const plan = planOf(text, { runnable: ['amd64', 'arm64'] });
    const assembling = plan.actions.filter(({ id }) => /assemble$|part/.test(id));
    const like = assembling.filter(({ argv }) => argv.includes('--like')).map(({ id }) => id);
    assert.deepEqual(like, expected ? ['image:demo#arm64-assemble'] : []);
  });

const RUN = 'FROM mobileops-base\nRUN make\n';
const ABSENT = { reference: 'debian:12', platform: 'linux/arm64' };

for (const [name, text, options, expected] of [
  ['RUN without an emulator', RUN, {}, 'it runs commands, and this machine runs no programs for arm64'],
  ['RUN with one', RUN, { runnable: ['amd64', 'arm64'] }, undefined],
  [
    'a last stage of another platform',
    'FROM --platform=linux/amd64 mobileops-base AS x-amd64\n',
    {},
    'its last stage is for linux/amd64',
  ],
  [
    'a base that is not there',
    'FROM debian:12\n',
    { locked: { absentImages: { [imageKey(ABSENT)]: ['linux/amd64'] } } },
    'debian:12 is not there for linux/arm64, but for linux/amd64',
  ],
] as const)
  test(`another platform: ${name}`, () => {
    const plan = planOf(text, options);
    assert.equal(renderedDiagnostics(plan), '');
    assert.deepEqual(leftOut(plan), expected === undefined ? {} : { 'linux-arm64': expected });
    const isMade = plan.actions.some(({ id }) => id.startsWith('image:demo#arm64-'));
    assert.equal(isMade, expected === undefined);
  });

test('what the image for the machine itself lacks is an error', () => {
  const own = { reference: 'debian:12', platform: 'linux/amd64' };
  const plan = planOf(
    'FROM --platform=linux/arm64 mobileops-base AS a-arm64\nRUN x\nFROM debian:12\nCOPY --from=a-arm64 /x /\n',
    { locked: { absentImages: { [imageKey(own)]: [] } } },
  );
  assert.deepEqual(
    plan.diagnostics.map(({ code, message }) => [code, message]),
    [
      ['image/platform', 'debian:12 is not there for linux/amd64'],
      [
        'image/no-emulation',
        'a stage runs commands for linux/arm64, and this machine runs no programs for arm64',
      ],
    ],
  );
});

test('what is wrong for every platform is said once', () => {
  const { diagnostics } = planOf('FROM scratch\nCOPY absent /\n');
  assert.deepEqual(
    diagnostics.map(({ code }) => code),
    ['image/missing-source'],
  );
});

test('the lock is the same on all machines that may build', () => {
  const text = 'FROM --platform=$BUILDPLATFORM go AS b\nRUN x\nFROM debian:12\nCOPY --from=b /x /\n';
  const { sources } = fakeContext({ spec: imageSpec(), files: { 'docker/Dockerfile.demo': text } });
  const of = (architecture: string) =>
    outsideNeeds(imageSpec(), sources, { imagePrefix: 'm-', architecture, ...BOTH });
  const locked = (architecture: string) => of(architecture).images.map(imageKey).sort();
  assert.deepEqual(locked('amd64'), [
    'debian:12 linux/amd64',
    'debian:12 linux/arm64',
    'go linux/amd64',
    'go linux/arm64',
  ]);
  assert.deepEqual(locked('arm64'), locked('amd64'));
  const { platforms } = of('arm64');
  assert.deepEqual(platforms.amd64!.images.map(imageKey), ['go linux/arm64', 'debian:12 linux/amd64']);
  assert.deepEqual(platforms.amd64!.runs, ['arm64']);
});
