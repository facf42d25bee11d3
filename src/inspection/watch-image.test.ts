import assert from 'node:assert/strict';
import { test } from 'node:test';
import { layoutOf, open, tarOf, worldOf } from './testing.ts';
import { type WatchedFile, watchImage } from './watch-image.ts';

async function watched(layers: readonly Buffer[], wants = /./): Promise<readonly WatchedFile<string>[]> {
  const opened = await open(worldOf({ '/a': layoutOf([{ layers }]) }), '/a');
  assert.ok(opened.ok);
  const result = await watchImage(opened.value, ({ path }) => {
    if (!wants.test(path)) return undefined;
    let text = '';
    return { take: (chunk) => (text += Buffer.from(chunk).toString()), end: () => text };
  });
  assert.ok(result.ok);
  return result.value.files;
}

const shown = (files: readonly WatchedFile<string>[]): string[] =>
  files.map(({ path, layer, isSeen, told }) => `${layer} ${path} ${isSeen ? 'seen' : 'hidden'} ${told}`);

const LOWER = tarOf([
  { name: 'lib', type: '2', target: 'usr/lib' },
  { name: 'usr/lib/', type: '5' },
  { name: 'kept', content: 'k' },
  { name: 'replaced', content: 'old' },
  { name: 'deleted', content: 'd' },
]);
const UPPER = tarOf([
  { name: 'replaced', content: 'new' },
  { name: '.wh.deleted' },
  { name: 'lib/through', content: 't' },
  { name: 'link', type: '1', target: 'kept' },
]);

test('files are told of with their layer, and whether they are seen in the end', async () => {
  assert.deepEqual(shown(await watched([LOWER, UPPER])), [
    '0 kept seen k',
    '0 link seen k',
    '0 replaced hidden old',
    '0 deleted hidden d',
    '1 replaced seen new',
    '1 .wh.deleted hidden ',
    '1 usr/lib/through seen t',
  ]);
});

test('what nobody wants is let pass, and a layer that stands twice is told of once', async () => {
  assert.deepEqual(shown(await watched([LOWER, LOWER], /^kept$/)), ['0 kept seen k']);
});

test('nothing is told of an image whose bytes are not the right ones', async () => {
  const files = layoutOf([{ layers: [LOWER] }]);
  const blob = [...files.keys()].filter((path) => path.startsWith('blobs/'));
  const layer = blob.find((path) => files.get(path)![0] === 0x1f)!;
  const bytes = Buffer.from(files.get(layer)!);
  bytes[bytes.length - 1] = bytes.at(-1)! ^ 1;
  const opened = await open(worldOf({ '/a': files.set(layer, bytes) }), '/a');
  assert.ok(opened.ok);
  const result = await watchImage(opened.value, () => ({ take: () => {}, end: () => 0 }));
  assert.equal(!result.ok && result.failure.code, 'inspection/damaged');
});
