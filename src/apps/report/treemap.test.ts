import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Box, treemap } from './treemap.ts';

const WHOLE: Box = { x: 0, y: 0, width: 900, height: 500 };
const BYTES = fc.array(fc.record({ bytes: fc.nat(1e9) }), { minLength: 1, maxLength: 60 });

test('areas are in proportion, inside, and do not lie over one another', () => {
  fc.assert(
    fc.property(BYTES, (items) => {
      const total = items.reduce((sum, { bytes }) => sum + bytes, 0);
      const placed = treemap(items, WHOLE);
      assert.equal(placed.length, items.filter(({ bytes }) => bytes > 0).length);
      for (const { item, box } of placed) {
        assert.ok(Math.abs((box.width * box.height) / (900 * 500) - item.bytes / total) < 1e-6);
        assert.ok(box.x >= -1e-6 && box.y >= -1e-6);
        assert.ok(box.x + box.width <= 900.001 && box.y + box.height <= 500.001);
      }
      for (const a of placed)
        for (const b of placed)
          if (a !== b) assert.ok(overlap(a.box, b.box) < 1e-3, `${JSON.stringify(a)} ${JSON.stringify(b)}`);
    }),
  );
});

function overlap(a: Box, b: Box): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  return Math.max(0, width) * Math.max(0, height);
}

test('equal shares become squares', () => {
  const placed = treemap(
    Array.from({ length: 4 }, () => ({ bytes: 1 })),
    { ...WHOLE, width: 500 },
  );
  assert.deepEqual(
    placed.map(({ box }) => [box.width, box.height]),
    Array.from({ length: 4 }, () => [250, 250]),
  );
});

const ODD: readonly (readonly [name: string, sizes: readonly number[], box: Box])[] = [
  ['nothing', [], WHOLE],
  ['only what has no bytes', [0, 0, Number.NaN, -1], WHOLE],
  ['one', [7], WHOLE],
  ['a box without area', [3, 2, 2, 1], { ...WHOLE, width: 0, height: 0 }],
  ['a box without width', [3, 2, 2, 1], { ...WHOLE, width: 0 }],
  ['the largest beside the smallest', [2 ** 52, 1, 1], WHOLE],
  ['thousands of one size', Array.from({ length: 5000 }, () => 1), WHOLE],
  ['thousands of many sizes', Array.from({ length: 5000 }, (_, at) => 1 + (at % 97) ** 3), WHOLE],
];

for (const [name, sizes, box] of ODD)
  test(`each has its place: ${name}`, () => {
    const placed = treemap(
      sizes.map((bytes) => ({ bytes })),
      box,
    );
    assert.equal(placed.length, sizes.filter((bytes) => bytes > 0).length);
    for (const { box: each } of placed)
      assert.ok(Object.values(each).every(Number.isFinite), JSON.stringify(each));
  });
