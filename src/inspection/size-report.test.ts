import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type SizeReport, sizeReport } from './size-report.ts';
import { sizeText } from './size-text.ts';
import { layoutOf, open, tarOf, worldOf } from './testing.ts';

async function reportOf(layers: readonly Buffer[], config: object = {}): Promise<SizeReport> {
  const opened = await open(worldOf({ '/a': layoutOf([{ layers, config }]) }), '/a');
  assert.ok(opened.ok);
  const report = await sizeReport(opened.value);
  assert.ok(report.ok, JSON.stringify(report));
  return report.value;
}

const KB = 'k'.repeat(1000);
const LAYERS = [
  tarOf([
    { name: 'deleted', content: KB },
    { name: 'replaced', content: 'r'.repeat(500) },
    { name: 'kept', content: 'u'.repeat(2000) },
    { name: 'linked', content: 'l'.repeat(300) },
    { name: 'folder/inside', content: 'i'.repeat(100) },
    { name: 'twice', content: 't'.repeat(10) },
    { name: 'twice', content: 'T'.repeat(20) },
  ]),
  tarOf([
    { name: '.wh.deleted' },
    { name: 'replaced', content: KB },
    { name: 'copy', content: KB },
    { name: 'other', type: '1', target: 'linked' },
    { name: 'folder/.wh..wh..opq' },
  ]),
  // The content of a name that is gone is still seen by its other name.
  tarOf([{ name: '.wh.linked' }, { name: 'empty' }]),
];

test('an image without content wastes nothing', async () => {
  const { total, shadowed, repeated } = await reportOf([tarOf([{ name: 'x' }])]);
  assert.deepEqual([total.fileBytes, total.efficiency, shadowed, repeated], [0, 1, [], []]);
});

test('shadowed and repeated bytes are all that is not useful', async () => {
  const { total, shadowed, repeated } = await reportOf(LAYERS);
  assert.deepEqual(
    shadowed.map(({ path, sizeBytes, layer, by, how }) => `${path} ${sizeBytes} ${layer} ${how} by ${by}`),
    [
      'deleted 1000 1 deleted by 2',
      'replaced 500 1 replaced by 2',
      'folder/inside 100 1 deleted by 2',
      'twice 10 1 replaced by 1',
    ],
  );
  assert.equal(total.fileBytes, 1000 + 500 + 2000 + 300 + 100 + 30 + 2000);
  assert.equal(total.shadowedBytes, 1610);
  assert.equal(total.repeatedBytes, 1000);
  assert.equal(total.efficiency, (total.fileBytes - 1610 - 1000) / total.fileBytes);
  assert.deepEqual(
    repeated.map(({ sizeBytes, places }) => [
      sizeBytes,
      places.map(({ layer, path, isSeen }) => [layer, path, isSeen]),
    ]),
    [
      [
        1000,
        [
          [1, 'deleted', false],
          [2, 'replaced', true],
          [2, 'copy', true],
        ],
      ],
    ],
  );
});

test('a layer that stands twice hides its own files', async () => {
  const layer = tarOf([{ name: 'a', content: KB }]);
  const { total, shadowed } = await reportOf([layer, layer]);
  assert.deepEqual([total.fileBytes, total.shadowedBytes, total.repeatedBytes], [2000, 1000, 0]);
  assert.deepEqual(shadowed, [{ path: 'a', sizeBytes: 1000, layer: 1, by: 2, how: 'replaced' }]);
});

test('instructions are told where the history fits the layers', async () => {
  const layers = [tarOf([{ name: 'a' }]), tarOf([{ name: 'b' }])];
  const history = [
    { created_by: 'COPY a' },
    { created_by: 'ENV x', empty_layer: true },
    { created_by: 'RUN\n  b' },
  ];
  const told = await reportOf(layers, { history });
  assert.deepEqual(
    told.layers.map(({ madeBy }) => madeBy),
    ['COPY a', 'RUN\n  b'],
  );
  const untold = await reportOf(layers, { history: history.slice(1) });
  assert.deepEqual(
    untold.layers.map(({ madeBy }) => madeBy),
    [undefined, undefined],
  );
});

test('tables are at most 80 columns wide and safe to show', async () => {
  const long = `${'very-long-folder-name/'.repeat(8)}end\u001b[31m`;
  const members = [long, `${long}2`].map((path) => ({ name: 'x', content: KB, pax: { path } }));
  const history = [{ created_by: `RUN ${'x'.repeat(200)}\u0007` }, { created_by: 'RUN rm' }];
  const report = await reportOf(
    [tarOf(members), tarOf([{ name: `x`, pax: { path: long.replace('end', '.wh.end') } }])],
    { history },
  );
  const text = sizeText(report);
  for (const line of text.split('\n')) assert.ok(line.length <= 80, line);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: none may be there
  assert.doesNotMatch(text, /[\u0000-\u0009\u000b-\u001f]/);
  assert.match(text, /end\\x1b\[31m {2}layer 1, deleted by 2\n/);
});
