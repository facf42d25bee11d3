import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listTree } from '../../action/index.ts';
import { formatLabel } from '../../base/index.ts';
import { parseIgnoreFile } from '../../oci/index.ts';
import { fakeSources } from '../testing.ts';
import { ContextFiles } from './context-files.ts';
import { registryImagesOf, withLayouts } from './plan-origins.ts';
import { Problems } from './problems.ts';
import { type ReadImage, readImage } from './read-image.ts';
import { segmentInputs } from './segment-inputs.ts';
import { type Segment, segmentsOf } from './segments.ts';

const FILES = { 'package.json': '', 'package-lock.json': '', 'src/a.ts': '', 'conf/x': '' };

function read(text: string): { image: ReadImage; files: ContextFiles } {
  const problems = new Problems();
  const files = new ContextFiles(fakeSources(FILES), parseIgnoreFile(''));
  const image = readImage({
    file: { path: 'Dockerfile', text },
    architecture: 'amd64',
    createdAt: 0,
    imagePrefix: 'mobileops-',
    buildArgs: {},
    context: files,
    problems,
    isNeeded: () => true,
    dockerfileOf: () => undefined,
  });
  assert.deepEqual(problems.all, []);
  return { image: image!, files };
}

/** One line a segment: what it stands on, its steps, what it needs and what it sees of the workspace. */
function describe(text: string): string[] {
  const { image, files } = read(text);
  const plan = withLayouts(image.plan, ({ reference }) => `images/${reference}`);
  const dependency = (label: { kind: 'image' | 'component' | 'scripts' | 'app'; name: string }) =>
    ({ kind: 'output', action: formatLabel(label) }) as const;
  return segmentsOf(plan).map((segment) => {
    const inputs = segmentInputs(segment, image, { files, dependency });
    const [context, ...others] = inputs;
    assert.ok(context?.kind === 'under' && context.of.kind === 'tree');
    const seen = listTree(context.of.tree).map(({ path }) => path);
    const parts = others.map((each) => (each.kind === 'under' ? each.path : ''));
    return `${segment.id} on ${baseText(segment)}: ${stepsText(segment)} | needs ${segment.needs.join(' ')} | sees ${[...seen, ...parts].join(' ')}`;
  });
}

function baseText(segment: Segment): string {
  const base = segment.kind === 'run' ? segment.base : segment.plan.stages[0]!.base;
  if (base.kind === 'continued') return `${base.path}${base.isNewStage ? ' (new)' : ''}`;
  return 'path' in base ? base.path : base.kind;
}

function stepsText(segment: Segment): string {
  if (segment.kind === 'run') {
    const before = segment.before.map((step) => step.do).join(',');
    return `${before}; ${segment.below.join('+')} > ${segment.text}`;
  }
  return segment.plan.stages
    .map(({ steps }) => steps.map((step) => (step.do === 'run' ? step.layer!.path : step.do)).join(','))
    .join(' / ');
}

function check(name: string, text: string, expected: readonly string[]): void {
  test(name, () => assert.deepEqual(describe(text), expected));
}

check('without RUN all stays one', 'FROM scratch AS a\nCOPY src /s\nFROM scratch\nCOPY --from=a /s /t\n', [
  'image on scratch: copy / copy | needs  | sees src/a.ts',
]);

check(
  'RUNs that follow each other share their base, what writes files ends a part',
  `FROM debian:12
ENV A=1
LABEL l=1
RUN one
ENV B=2
RUN two
COPY conf /c
RUN --mount=type=bind,source=src,target=/s three
CMD ["x"]
`,
  [
    'stage0-run0 on images/debian:12: env;  > RUN one | needs  | sees ',
    'stage0-run1 on images/debian:12: env,env; stage0-run0 > RUN two | needs stage0-run0 | sees ',
    'stage0-part0 on images/debian:12: env,label,segments/stage0-run0/layer.json,env,segments/stage0-run1/layer.json,copy | needs stage0-run0 stage0-run1 | sees conf/x',
    'stage0-run2 on segments/stage0-part0/layout: ;  > RUN --mount=type=bind,source=src,target=/s three | needs stage0-part0 | sees src/a.ts',
    'stage0-part1 on segments/stage0-part0/layout: segments/stage0-run2/layer.json,cmd | needs stage0-part0 stage0-run2 | sees ',
  ],
);

check(
  'stages read what others left; what is not needed is left out',
  `FROM node:22 AS build
WORKDIR /b
COPY package*.json ./
RUN npm ci
COPY src ./src
RUN npm run build
FROM debian:12 AS unused
RUN never
FROM build AS tested
RUN --mount=type=bind,from=build,source=/b,target=/x test
FROM mobileops-base
COPY --from=build /b/dist /web
COPY --from=tested /report /report
COPY --from=alpine:3 /etc/x /x
`,
  [
    'stage0-part0 on images/node:22: workdir,copy | needs  | sees package-lock.json package.json',
    'stage0-run0 on segments/stage0-part0/layout: ;  > RUN npm ci | needs stage0-part0 | sees ',
    'stage0-part1 on segments/stage0-part0/layout: segments/stage0-run0/layer.json,copy | needs stage0-part0 stage0-run0 | sees src/a.ts',
    'stage0-run1 on segments/stage0-part1/layout: ;  > RUN npm run build | needs stage0-part1 | sees ',
    'stage0-part2 on segments/stage0-part1/layout: segments/stage0-run1/layer.json | needs stage0-part1 stage0-run1 | sees ',
    'stage1-run0 on segments/stage0-part2/layout (new): ;  > RUN --mount=type=bind,from=build,source=/b,target=/x test | needs stage0-part2 | sees ',
    'stage1-part0 on segments/stage0-part2/layout (new): segments/stage1-run0/layer.json | needs stage0-part2 stage1-run0 | sees ',
    'stage2-part0 on deps/image/base: copy,copy,copy | needs stage0-part2 stage1-part0 | sees deps/image/base',
  ],
);

test('every image of a registry is named once, with its platform', () => {
  const { image } = read(`FROM --platform=linux/arm64 debian:12 AS arm64
RUN --mount=type=bind,from=alpine,target=/a x
FROM debian:12
COPY --from=arm64 /x /x
COPY --from=debian:12 /y /y
RUN y
`);
  assert.deepEqual(registryImagesOf(image.plan), [
    { reference: 'debian:12', platform: 'linux/arm64' },
    { reference: 'alpine', platform: 'linux/arm64' },
    { reference: 'debian:12', platform: 'linux/amd64' },
  ]);
  const segments = segmentsOf(image.plan);
  assert.deepEqual(
    segments.map((each) => [each.id, each.kind === 'run' ? each.platform : each.plan.architecture]),
    [
      ['stage0-run0', 'linux/arm64'],
      ['stage0-part0', 'arm64'],
      ['stage1-part0', 'amd64'],
      ['stage1-run0', 'linux/amd64'],
      ['stage1-part1', 'amd64'],
    ],
  );
  assert.deepEqual(
    segments.filter((each) => each.kind === 'assemble' && each.isResult).map(({ id }) => id),
    ['stage1-part1'],
  );
});
