import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { FormatError, formatProblem } from '../fault.ts';
import { u16, zipOf } from '../testing.ts';
import { damaged } from './testing.ts';
import { readEntry, readZip } from './zip.ts';

const NAME = fc
  .array(fc.constantFrom('a', 'bé', '.hidden', 'c d'), { minLength: 1, maxLength: 4 })
  .map((parts) => parts.join('/'));

test('what is written is read, byte for byte', async () => {
  const entry = fc.record({ content: fc.uint8Array({ maxLength: 300 }), isStored: fc.boolean() });
  const entries = fc.uniqueArray(fc.tuple(NAME, entry), { selector: ([name]) => name, maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(entries, async (wanted) => {
      const bytes = zipOf(
        wanted.map(([name, { content, isStored }]) => ({ name, content: Buffer.from(content), isStored })),
      );
      const zip = readZip(bytes);
      assert.deepEqual(
        zip.entries.map(({ name }) => name),
        wanted.map(([name]) => name),
      );
      for (const [name, { content }] of wanted)
        assert.deepEqual(await readEntry(bytes, zip.byName.get(name)!), Buffer.from(content));
    }),
  );
});

test('bytes that are changed or cut are read or refused, and never anything else', async () => {
  const whole = zipOf([
    { name: 'a', content: 'x'.repeat(50) },
    { name: 'b/c', content: 'y', isStored: true },
  ]);
  await fc.assert(
    fc.asyncProperty(damaged(whole), async (bytes) => {
      try {
        for (const entry of readZip(bytes).entries) await readEntry(bytes, entry);
      } catch (error) {
        formatProblem(error);
      }
    }),
    { numRuns: 500 },
  );
});

async function refused(
  bytes: Buffer,
  message: RegExp,
  limits?: Parameters<typeof readZip>[1],
): Promise<void> {
  await assert.rejects(
    async () => {
      for (const entry of readZip(bytes, limits).entries) await readEntry(bytes, entry);
    },
    (error) => error instanceof FormatError && message.test(error.message),
  );
}

const HOSTILE: readonly (readonly [string, Buffer, RegExp])[] = [
  ['a name above the root', zipOf([{ name: 'a/../../b', content: '' }]), /leads out of the folder/],
  ['an absolute name', zipOf([{ name: '/etc/passwd', content: '' }]), /leads out of the folder/],
  ['a name for Windows', zipOf([{ name: '..\\b', content: '' }]), /leads out of the folder/],
  [
    'a name that stands twice',
    zipOf([
      { name: 'a', content: '1' },
      { name: 'a', content: '2' },
    ]),
    /two entries are called a/,
  ],
  [
    'more than is announced',
    zipOf([{ name: 'a', content: 'x'.repeat(9999), sizeBytes: 10 }]),
    /cannot be unpacked/,
  ],
  [
    'less than is announced',
    zipOf([{ name: 'a', content: 'x', sizeBytes: 10 }]),
    /has 1 bytes and announces 10/,
  ],
  ['no zip', Buffer.from('hello'), /no end record/],
  ['a cut zip', zipOf([{ name: 'a', content: 'x'.repeat(99) }]).subarray(40), /no header where|ends behind/],
];
for (const [name, bytes, message] of HOSTILE) test(`refused: ${name}`, () => refused(bytes, message));

test('refused: a bomb by its announced size, before anything is unpacked', () =>
  refused(zipOf([{ name: 'a', content: '', sizeBytes: 2 ** 31 }]), /unpacked it would be 2147483648 bytes/, {
    entries: 10,
    totalBytes: 1e6,
  }));

test('refused: entries that share their bytes', async () => {
  const bytes = zipOf([
    { name: 'a', content: 'x'.repeat(99) },
    { name: 'b', content: 'x'.repeat(99) },
  ]);
  const second = bytes.lastIndexOf('PK\x01\x02', undefined, 'latin1');
  bytes.writeUInt32LE(0, second + 42);
  await refused(bytes, /lies over another entry/);
});

test('refused: another checksum, other methods, what is encrypted', async () => {
  const make = (): Buffer => zipOf([{ name: 'a', content: 'x' }]);
  const record = (bytes: Buffer): number => bytes.indexOf('PK\x01\x02', 0, 'latin1');
  const with16 = (field: number, value: number): Buffer => {
    const bytes = make();
    u16(value).copy(bytes, record(bytes) + field);
    return bytes;
  };
  await refused(with16(16, 7), /checksum is another/);
  await refused(with16(10, 12), /compressed by method 12/);
  await refused(with16(8, 1), /a is encrypted/);
});
