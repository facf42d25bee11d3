import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import fc from 'fast-check';
import { readsOrRefuses } from '../archive/testing.ts';
import { FormatError } from '../fault.ts';
import { readPlist } from './plist.ts';
import { PlistUid, type PlistValue } from './plist-value.ts';
import { readForm, type WrittenPlist, xmlPlistOf } from './testing.ts';

/** What XML can hold, and Python's writer takes. */
const TEXT = fc
  .string({ unit: 'grapheme' })
  .filter((text) => !/[^\t\n\x20-\ud7ff\ue000-\u{10ffff}]/u.test(text));
const SECOND = fc.integer({ min: -3e9, max: 3e9 }).map((seconds) => new Date(seconds * 1000));
const LEAF: fc.Arbitrary<WrittenPlist> = fc.oneof(
  TEXT,
  fc.maxSafeInteger(),
  fc.double({ noNaN: true, noDefaultInfinity: true }).filter((each) => !Number.isInteger(each)),
  fc.boolean(),
  SECOND,
  fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
);
const NEST = (inner: fc.Arbitrary<WrittenPlist>): fc.Arbitrary<WrittenPlist> =>
  fc.oneof(inner, fc.array(inner, { maxLength: 20 }), fc.dictionary(TEXT, inner, { noNullPrototype: true }));
const VALUE = NEST(NEST(NEST(LEAF)));

test('what is written as XML is read', () => {
  fc.assert(fc.property(VALUE, (value) => assert.deepEqual(readPlist(xmlPlistOf(value)), readForm(value))));
});

/** Writes each value in both forms with the library of Python. */
const WRITER = `
import base64, datetime, json, plistlib, sys
def form(v):
    if isinstance(v, list): return [form(each) for each in v]
    if not isinstance(v, dict): return v
    kind, value = v['kind'], v['value']
    if kind == 'dict': return {key: form(each) for key, each in value}
    if kind == 'data': return base64.b64decode(value)
    if kind == 'date': return datetime.datetime(1970, 1, 1) + datetime.timedelta(seconds=value)
    if kind == 'integer': return int(value)
    if kind == 'uid': return plistlib.UID(value)
    return float(value)
for value in json.load(sys.stdin):
    for fmt in (plistlib.FMT_XML, plistlib.FMT_BINARY):
        print(base64.b64encode(plistlib.dumps(form(value), fmt=fmt, sort_keys=False)).decode())
`;

function pythonForm(value: PlistValue): unknown {
  if (Array.isArray(value)) return value.map(pythonForm);
  if (value instanceof Map)
    return { kind: 'dict', value: [...value].map(([key, each]) => [key, pythonForm(each)]) };
  if (value instanceof Date) return { kind: 'date', value: value.getTime() / 1000 };
  if (Buffer.isBuffer(value)) return { kind: 'data', value: value.toString('base64') };
  if (value instanceof PlistUid) return { kind: 'uid', value: value.value };
  if (typeof value === 'number')
    return { kind: Number.isInteger(value) ? 'integer' : 'real', value: String(value) };
  return typeof value === 'bigint' ? { kind: 'integer', value: String(value) } : value;
}

function writtenByPython(values: readonly PlistValue[]): Buffer[] {
  const input = JSON.stringify(values.map(pythonForm));
  const { status, stdout, stderr } = spawnSync('python3', ['-c', WRITER], {
    input,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  assert.equal(status, 0, stderr);
  return stdout
    .trim()
    .split('\n')
    .map((line) => Buffer.from(line, 'base64'));
}

test('what Python writes in either form is read', () => {
  const values: PlistValue[] = [
    ...fc.sample(VALUE, 200).map(readForm),
    ...[0, 127, 128, 255, 256, 65535, 65536, 2 ** 31, 2 ** 32, 2 ** 53 - 1, -1, -(2 ** 31), -(2 ** 53 - 1)],
    ...[2n ** 63n - 1n, -(2n ** 63n), 2n ** 64n - 1n],
    'x'.repeat(300),
    'é'.repeat(300),
    Array.from({ length: 300 }, (_, index) => index),
  ];
  const written = writtenByPython(values);
  values.forEach((value, index) => {
    assert.deepEqual(readPlist(written[2 * index]!), value);
    assert.deepEqual(readPlist(written[2 * index + 1]!), value);
  });
});

test('an archive of objects has references', () => {
  const [, binary] = spawnUid();
  assert.deepEqual(readPlist(binary!), [new PlistUid(5), new PlistUid(70000)]);
});

function spawnUid(): Buffer[] {
  const done = spawnSync('python3', [
    '-c',
    'import plistlib,sys;sys.stdout.buffer.write(plistlib.dumps([plistlib.UID(5),plistlib.UID(70000)],fmt=plistlib.FMT_BINARY))',
  ]);
  return [Buffer.alloc(0), done.stdout];
}

const [, BINARY] = writtenByPython([
  readForm({ a: [1, 'two', { b: Buffer.from('c') }], d: new Date(0), e: 1.5 }),
]);
for (const [name, whole] of Object.entries({
  XML: xmlPlistOf({ a: [1, 'two', { b: true }] }),
  binary: BINARY!,
}))
  readsOrRefuses(name, whole, readPlist);

const xml = (text: string): Buffer => Buffer.from(`<plist version="1.0">${text}</plist>`);
const REFUSED: readonly (readonly [string, Buffer, RegExp])[] = [
  ['no list at all', Buffer.from('hello'), /ends in the middle/],
  ['another XML', Buffer.from('<html></html>'), /does not begin with <plist>/],
  ['bytes', Buffer.from([0xff, 0xd8, 0xff, 0xe0]), /neither binary nor a text/],
  ['entities of its own', Buffer.from('<!DOCTYPE plist [<!ENTITY a "b">]><plist/>'), /a tag at character 0/],
  ['an entity that is not declared', xml('<string>&lol;</string>'), /unknown entity &lol;/],
  ['a key without a value', xml('<dict><key>a</key></dict>'), /the key a has no value/],
  ['a value without a key', xml('<dict><string>a</string></dict>'), /<string> where a key has to be/],
  ['two values', xml('<true/><true/>'), /more than one value/],
  ['a type that none has', xml('<null/>'), /<null> is no type/],
  ['a word for a number', xml('<integer>one</integer>'), /"one" is no integer/],
  ['a day that is none', xml('<date>2024-13-01T00:00:00Z</date>'), /is no date/],
  ['data that is none', xml('<data>?</data>'), /not in Base64/],
  ['a nest', xml('<array>'.repeat(100) + '</array>'.repeat(100)), /nested deeper than 64/],
];
for (const [name, bytes, message] of REFUSED)
  test(`refused: ${name}`, () =>
    assert.throws(
      () => readPlist(bytes),
      (error) => error instanceof FormatError && message.test(error.message),
    ));

test('a binary list that doubles itself is refused before the memory is full', () => {
  // Each array holds the next one twice.
  const count = 60;
  const objects = Array.from({ length: count }, (_, at) => Buffer.from([0xa2, at + 1, at + 1]));
  const offsets = Array.from({ length: count + 1 }, (_, at) => 8 + 3 * at);
  const trailer = Buffer.alloc(32);
  trailer.writeUInt8(1, 6);
  trailer.writeUInt8(1, 7);
  trailer.writeBigUInt64BE(BigInt(count + 1), 8);
  trailer.writeBigUInt64BE(BigInt(8 + 3 * count + 1), 24);
  const bytes = Buffer.concat([
    Buffer.from('bplist00'),
    ...objects,
    Buffer.from([0x09]),
    Buffer.from(offsets),
    trailer,
  ]);
  assert.throws(() => readPlist(bytes), /more than 500000 values/);
});
