import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Component, cyclonedxText, makeSbom, type Sbom, spdxText } from '../src/sbom/index.ts';
import { assertValid } from './document-schemas.ts';

const WRITERS = { spdx: spdxText, cyclonedx: cyclonedxText } as const;
const FORMATS = ['spdx', 'cyclonedx'] as const;

const TYPES = [
  'application',
  'archive',
  'container',
  'file',
  'library',
  'machine-learning-model',
  'operating-system',
] as const satisfies readonly Component['type'][];

const SUBJECT: Component = { id: 'image:base', type: 'container', name: 'base', version: '1.0.0' };
const LODASH: Component = {
  id: 'pkg:npm/lodash@4.17.21',
  type: 'library',
  name: 'lodash',
  version: '4.17.21',
  purl: 'pkg:npm/lodash@4.17.21',
  licence: 'MIT',
  hashes: [{ algorithm: 'sha512', hex: 'ab'.repeat(64) }],
  scopes: ['run'],
  places: ['package-lock.json'],
};
const OURS: Component = {
  id: 'pkg:npm/%40ours/one@1.0.0',
  type: 'library',
  name: '@ours/one',
  version: '1.0.0',
  purl: 'pkg:npm/%40ours/one@1.0.0',
  licence: 'Our own terms OR MIT',
  scopes: ['development'],
  layer: { number: 2, diffId: `sha256:${'0'.repeat(64)}` },
};
const MODEL: Component = {
  id: 'file:models/a.onnx',
  type: 'machine-learning-model',
  name: 'a.onnx',
  hashes: [{ algorithm: 'sha256', hex: 'cd'.repeat(32) }],
  facts: { format: 'ONNX' },
};

function example(): Sbom {
  return makeSbom({
    subject: SUBJECT,
    components: [OURS, LODASH, MODEL],
    relations: [
      { from: SUBJECT.id, kind: 'contains', to: MODEL.id },
      { from: SUBJECT.id, kind: 'depends-on', to: LODASH.id },
      { from: SUBJECT.id, kind: 'depends-on', to: OURS.id },
      { from: LODASH.id, kind: 'depends-on', to: 'pkg:npm/absent@1.0.0' },
    ],
    created: 1_700_000_000,
    notListed: [{ place: 'lib/apk/db/installed', why: 'packages of Alpine are not read' }],
    phase: 'post-build',
  });
}

for (const format of FORMATS) {
  test(`${format}: valid by the official schema`, () => {
    assertValid(format, WRITERS[format](example(), '1.2.3'));
  });

  test(`${format}: the order of what is found does not show`, () => {
    const one = example();
    const other = makeSbom({
      ...one,
      components: [...one.components].reverse(),
      relations: [...one.relations].reverse(),
    });
    assert.equal(WRITERS[format](other, '1.2.3'), WRITERS[format](one, '1.2.3'));
  });

  test(`${format}: other content, another number`, () => {
    const number = (sbom: Sbom): string =>
      /[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/.exec(
        WRITERS[format](sbom, '1'),
      )![0];
    const one = example();
    assert.notEqual(number({ ...one, created: 1_700_000_001 }), number(one));
    assert.equal(number(example()), number(one));
  });

  test(`${format}: whatever packages are called, the document is valid`, () => {
    const text = fc.string({ unit: 'binary', minLength: 1, maxLength: 20 });
    const component = fc.record({
      id: text.map((id) => `pkg:npm/${id}`),
      type: fc.constantFrom<Component['type'][]>(...TYPES),
      name: text,
      version: text,
      licence: fc.oneof(text, fc.constantFrom('MIT', 'GPL-2+ or our own', 'MIT AND our, own')),
      places: fc.array(text, { maxLength: 2 }),
    });
    fc.assert(
      fc.property(fc.array(component, { maxLength: 6 }), (components) => {
        const relations = components.map(({ id }) => ({
          from: SUBJECT.id,
          kind: 'contains' as const,
          to: id,
        }));
        const sbom = makeSbom({ subject: SUBJECT, components, relations, notListed: [], phase: 'pre-build' });
        assertValid(format, WRITERS[format](sbom, '1.2.3'));
      }),
      { numRuns: 100 },
    );
  });
}

test('SPDX: what only tests need says so', () => {
  const { relationships } = JSON.parse(spdxText(example(), '1')) as {
    relationships: Record<string, string>[];
  };
  const found = relationships.find(({ relationshipType }) => relationshipType === 'DEV_DEPENDENCY_OF');
  assert.equal(found?.spdxElementId, 'SPDXRef-npm-40ours-one-1.0.0');
  assert.equal(found?.relatedSpdxElement, 'SPDXRef-container-image-base');
});

test('a time that nothing tells is no time of CycloneDX, and said to be none in SPDX', () => {
  const { created: _, ...timeless } = example();
  assert.doesNotMatch(cyclonedxText(timeless, '1'), /"timestamp"/);
  assert.match(spdxText(timeless, '1'), /1980-01-01T00:00:00Z[\s\S]*stands for none/);
});
