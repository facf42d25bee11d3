import assert from 'node:assert/strict';
import { test } from 'node:test';
import { messageOf, readsOrRefuses } from '../archive/testing.ts';
import { readProtoResources } from './proto-resources.ts';
import { readProtoXml } from './proto-xml.ts';

const text = (value: string): Buffer => messageOf([2, messageOf([1, value])]);
const attribute = (name: string, id: number, item: Buffer): Buffer =>
  messageOf([2, name], [5, id], [6, item]);
const XML = messageOf([
  1,
  messageOf(
    [3, 'manifest'],
    [4, messageOf([2, 'package'], [3, 'a.b'])],
    [4, attribute('', 0x0101000f, messageOf([7, messageOf([8, 1])]))],
    [4, attribute('x', 0, messageOf([7, messageOf([6, 5])]))],
    [4, attribute('y', 0, messageOf([1, messageOf([2, 0x7f010000])]))],
    [5, messageOf([2, 'hello'])],
    [5, messageOf([1, messageOf([3, 'application'])])],
  ),
]);
const config = (locale: string): Buffer =>
  locale === '' ? Buffer.alloc(0) : messageOf([3, locale], [18, 480]);
const value = (locale: string, word: string): Buffer =>
  messageOf([1, config(locale)], [2, messageOf([4, text(word)])]);
const entry = messageOf(
  [1, messageOf([1, 2])],
  [2, 'app'],
  [6, value('de', 'Laden')],
  [6, value('', 'Shop')],
);
const TABLE = messageOf([
  2,
  messageOf([1, messageOf([1, 0x7f])], [3, messageOf([1, messageOf([1, 4])], [2, 'string'], [3, entry])]),
]);

test('XML of a bundle', () => {
  assert.deepEqual(readProtoXml(XML), {
    name: 'manifest',
    attributes: new Map<string, unknown>([
      ['package', { kind: 'text', text: 'a.b' }],
      ['android:debuggable', { kind: 'boolean', value: true }],
      ['x', { kind: 'integer', value: 5 }],
      ['y', { kind: 'reference', id: 0x7f010000 }],
    ]),
    children: [{ name: 'application', attributes: new Map(), children: [], text: '' }],
    text: 'hello',
  });
});

test('resources of a bundle', () => {
  const { lookup, locales, densities } = readProtoResources(TABLE);
  assert.deepEqual([locales, densities], [['de'], [480]]);
  assert.deepEqual(
    lookup(0x7f040002).map(({ config: { isDefault }, value: found }) => [isDefault, found]),
    [
      [false, { kind: 'text', text: 'Laden' }],
      [true, { kind: 'text', text: 'Shop' }],
    ],
  );
  assert.deepEqual(lookup(0x7f040003), []);
});

for (const [name, whole, read] of [
  ['XML', XML, readProtoXml],
  ['a table', TABLE, (bytes: Buffer) => readProtoResources(bytes).lookup(0x7f040002)],
] as const)
  readsOrRefuses(name, whole, read);
