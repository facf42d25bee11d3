import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readsOrRefuses } from '../archive/testing.ts';
import {
  binaryXmlOf,
  dexOf,
  elfOf,
  resourceTableOf,
  type WrittenElement,
  type WrittenValue,
} from '../testing.ts';
import { readBinaryXml } from './binary-xml.ts';
import { readDex } from './dex.ts';
import { readElf } from './elf.ts';
import { readManifest } from './manifest.ts';
import { readResourceTable } from './resource-table.ts';
import type { XmlElement, XmlValue } from './xml.ts';

const VALUE: fc.Arbitrary<WrittenValue> = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
  fc.boolean(),
  fc.record({ resource: fc.nat() }),
);
const ATTRIBUTES = fc.dictionary(fc.constantFrom('android:name', 'android:exported', 'package', 'x'), VALUE);
const TAG = fc.constantFrom('manifest', 'activity', 'é');
const LEAF = fc.tuple(TAG, ATTRIBUTES);
const BRANCH = fc
  .tuple(TAG, ATTRIBUTES, fc.array(LEAF, { maxLength: 3 }))
  .map(([tag, attributes, children]): WrittenElement => [tag, attributes, ...children]);
const ELEMENT = fc
  .tuple(TAG, ATTRIBUTES, fc.array(BRANCH, { maxLength: 3 }))
  .map(([tag, attributes, children]): WrittenElement => [tag, attributes, ...children]);

function expected([name, attributes, ...children]: WrittenElement): XmlElement {
  const value = (each: WrittenValue): XmlValue => {
    if (typeof each === 'string') return { kind: 'text', text: each };
    if (typeof each === 'number') return { kind: 'integer', value: each };
    return typeof each === 'boolean'
      ? { kind: 'boolean', value: each }
      : { kind: 'reference', id: each.resource };
  };
  const pairs = Object.entries(attributes).map(([key, each]) => [key, value(each)] as const);
  return { name, attributes: new Map(pairs), children: children.map(expected), text: '' };
}

test('compiled XML is read as it was written, in both encodings of strings', () => {
  fc.assert(
    fc.property(ELEMENT, fc.boolean(), (element, isUtf8) => {
      assert.deepEqual(readBinaryXml(binaryXmlOf(element, isUtf8)), expected(element));
    }),
  );
});

test('XML that is nested without end is refused', () => {
  let element: WrittenElement = ['a', {}];
  for (let depth = 0; depth < 200; depth++) element = ['a', {}, element];
  assert.throws(() => readBinaryXml(binaryXmlOf(element)), /nested deeper than 100/);
});

const CLASS = fc
  .array(fc.constantFrom('com', 'a', 'Main', 'é'), { minLength: 1, maxLength: 4 })
  .map((parts) => parts.join('.'));

test('the tables of a DEX file are read as they were written', () => {
  fc.assert(
    fc.property(fc.uniqueArray(CLASS), fc.array(CLASS), (classes, methods) => {
      const dex = readDex(dexOf(classes, methods));
      assert.deepEqual(dex.classNames, classes);
      assert.equal(dex.methods, methods.length);
      const total = [...dex.methodsByPackage.values()].reduce((sum, each) => sum + each, 0);
      assert.equal(total, methods.length);
    }),
  );
});

test('a DEX file that was changed is known by its checksum', () => {
  const bytes = dexOf(['com.Main']);
  bytes[0x60]! ^= 1;
  assert.throws(() => readDex(bytes), /its checksum is another/);
});

test('alignment of segments', () => {
  assert.deepEqual(readElf(elfOf({ alignBytes: 4096 })), { bits: 64, abi: 'arm64-v8a', alignBytes: 4096 });
  assert.deepEqual(readElf(elfOf({ machine: 62 })), { bits: 64, abi: 'x86_64', alignBytes: 16384 });
});

const TABLE = resourceTableOf([
  { type: 1, entry: 1, language: 'de', value: 'x' },
  { type: 1, entry: 0, value: 5 },
]);
test('values of resources, in each way to write where they stand', () => {
  for (const form of ['wide', 'narrow', 'sparse'] as const) {
    const { lookup } = readResourceTable(resourceTableOf([{ type: 3, entry: 5, value: 'x', form }]));
    assert.deepEqual(
      lookup(0x7f030005).map(({ value }) => value),
      [{ kind: 'text', text: 'x' }],
      form,
    );
    for (const absent of [0x7f030004, 0x7f030006, 0x7f040005, 0x01030005])
      assert.deepEqual(lookup(absent), [], form);
  }
});

const READERS: Readonly<
  Record<string, { readonly whole: Buffer; readonly read: (bytes: Buffer) => unknown }>
> = {
  XML: {
    whole: binaryXmlOf(['manifest', { package: 'a.b' }, ['application', { 'android:name': 'C' }]]),
    read: (bytes) => readManifest(readBinaryXml(bytes)),
  },
  resources: {
    whole: TABLE,
    read: (bytes) => {
      const { lookup } = readResourceTable(bytes);
      for (const id of [0x7f010000, 0x7f010001, 0x7f020000]) lookup(id);
    },
  },
  DEX: { whole: dexOf(['com.Main', 'com.Other'], ['com.Main']), read: readDex },
  ELF: { whole: elfOf(), read: readElf },
};
for (const [name, { whole, read }] of Object.entries(READERS)) readsOrRefuses(name, whole, read);
