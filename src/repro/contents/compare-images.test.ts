import assert from 'node:assert/strict';
import { test } from 'node:test';
import { layoutPlatforms } from '../../inspection/index.ts';
import { layoutOf, tarOf, type WrittenImage, worldOf } from '../../inspection/testing.ts';
import { Comparison } from './compare-contents.ts';
import { compareImages } from './compare-images.ts';

async function check(
  a: readonly WrittenImage[],
  b: readonly WrittenImage[],
  expected: readonly string[],
): Promise<void> {
  const world = worldOf({ '/a': layoutOf(a), '/b': layoutOf(b) });
  const comparison = new Comparison();
  const compared = await compareImages(comparison, world, {
    place: ['dist/i'],
    a: '/a',
    b: '/b',
    architecture: 'x64',
  });
  assert.ok(compared.ok, JSON.stringify(compared));
  const shown = comparison.found.map((found) => {
    const place = found.place.join(' > ');
    if (found.kind === 'content') return `${place}: ${found.a} | ${found.b}`;
    if (found.kind === 'field') return `${place}: ${found.field} ${found.a} | ${found.b}`;
    return `${place}: ${found.kind}`;
  });
  assert.deepEqual(shown, expected);
}

const layer = (content: string, mtime = 1): Buffer =>
  tarOf([{ name: 'same' }, { name: 'a', content, mtime }]);
const AMD = { os: 'linux', architecture: 'amd64' };
const ARM = { os: 'linux', architecture: 'arm64' };

test('members of layers and fields of the config are told apart', async () => {
  await check([{ layers: [layer('1')] }], [{ layers: [layer('1')] }], []);
  await check(
    [{ layers: [layer('0'), layer('1')], config: { config: { Env: ['A=1'] } } }],
    [{ layers: [layer('0'), layer('2', 9)], config: { config: { Env: ['A=2'] } } }],
    [
      'dist/i > config: config.Env.A "1" | "2"',
      'dist/i > layer 2 > a: mtime 1970-01-01T00:00:01Z | 1970-01-01T00:00:09Z',
      'dist/i > layer 2 > a: 1 | 2',
    ],
  );
  await check([{ layers: [layer('1')] }], [{ layers: [layer('1'), layer('2')] }], ['dist/i > layer 2: only']);
  const level = (bytes: Buffer): Buffer => bytes;
  await check(
    [{ layers: [layer('1')] }],
    [{ layers: [layer('1')], compress: level }],
    ['dist/i > layer 1: packing'],
  );
});

test('archives in layers are opened', async () => {
  const inner = (text: string): Buffer => tarOf([{ name: 'deep', content: text }]);
  await check(
    [{ layers: [tarOf([{ name: 'x.tar', content: inner('1') }])] }],
    [{ layers: [tarOf([{ name: 'x.tar', content: inner('2') }])] }],
    ['dist/i > layer 1 > x.tar > deep: 1 | 2'],
  );
});

test('an image for several platforms is compared for each', async () => {
  const images = (text: string): WrittenImage[] => [
    { layers: [layer('same')], platform: AMD },
    { layers: [layer(text)], platform: ARM },
  ];
  const world = worldOf({ '/a': layoutOf(images('1')) });
  assert.deepEqual(await layoutPlatforms(world, '/a'), [AMD, ARM]);
  assert.deepEqual(await layoutPlatforms(world, '/nothing'), []);
  await check(images('1'), images('2'), ['dist/i > linux/arm64 > layer 1 > a: 1 | 2']);
});
