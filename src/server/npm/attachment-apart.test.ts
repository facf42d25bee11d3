import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { base64Bytes, withoutTarballs } from './attachment-apart.ts';

async function* inPieces(bytes: Buffer, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

/** What is left of a text, and what was taken out. */
async function apart(text: string, size: number): Promise<readonly [string, string[]]> {
  const bytes = Buffer.from(text);
  const found = await withoutTarballs(inPieces(bytes, size), bytes.length);
  assert.ok(found);
  return [found.text, found.tarballs.map(({ start, end }) => bytes.toString('utf8', start, end))];
}

/** A publication, and what stands out of it. */
const CASES: readonly (readonly [string, string, readonly string[]])[] = [
  ['{"_attachments":{"a.tgz":{"data":"QUJD"}}}', '{"_attachments":{"a.tgz":{"data":""}}}', ['QUJD']],
  [
    '{ "_attachments" : { "a.tgz" : { "length": 3, "data" :\n"QUJD", "x": "y" } }, "z": "ü" }',
    '{ "_attachments" : { "a.tgz" : { "length": 3, "data" :\n"", "x": "y" } }, "z": "ü" }',
    ['QUJD'],
  ],
  [
    '{"_attachments":{"a":{"data":"A\\"\\\\"},"b":{"data":""}}}',
    '{"_attachments":{"a":{"data":""},"b":{"data":""}}}',
    ['A\\"\\\\', ''],
  ],
  ['{"versions":{"1":{"data":1}},"_attachments":{"a":{"type":"data","data":null,"x":"y"}}}', '', []],
  [
    '{"_attachments":["data",["data"]],"data":{"a":{"data":"x"}},"a":{"_attachments":{"b":{"data":"x"}}}}',
    '',
    [],
  ],
  ['{"\\"_attachments":{"a":{"data":"x"}},"_attachments":{"a":{"b":{"data":"x"}}}}', '', []],
  ['{"_attachments":{"a":{"data', '', []],
  ['}}]"', '', []],
  ['', '', []],
];

test('tarballs stand out of a publication, wherever it is cut into pieces, and nothing else does', async () => {
  for (const [text, left, tarballs] of CASES)
    for (let size = 1; size <= text.length + 1; size++)
      assert.deepEqual(
        await apart(text, size),
        [tarballs.length === 0 ? text : left, tarballs],
        `${text} by ${size}`,
      );
});

test('any JSON without tarballs stays as it is', async () => {
  const key = fc.constantFrom('data', '_attachments', 'a', '"', '\\', '{');
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 5 },
      ...[fc.string(), key, fc.integer(), fc.constant(null)],
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(key, tie('value'), { maxKeys: 4 }),
    ),
  }));
  await fc.assert(
    fc.asyncProperty(value, fc.integer({ min: 1, max: 50 }), async (document, size) => {
      const [text, tarballs] = await apart(JSON.stringify(document), size);
      const expected = structuredClone(document) as { _attachments?: Record<string, { data?: unknown }> };
      let count = 0;
      if (document !== null && !Array.isArray(document) && typeof expected === 'object')
        for (const each of attachmentsOf(expected._attachments))
          if (typeof each.data === 'string') {
            each.data = '';
            count += 1;
          }
      assert.equal(text, JSON.stringify(expected));
      assert.equal(tarballs.length, count);
    }),
  );
});

function attachmentsOf(attachments: unknown): { data?: unknown }[] {
  if (typeof attachments !== 'object' || attachments === null) return [];
  return Object.values(attachments).filter(
    (each) => typeof each === 'object' && each !== null && !Array.isArray(each),
  ) as { data?: unknown }[];
}

test('base64 in pieces is what it is whole', async () => {
  const pieces = fc.tuple(fc.uint8Array({ maxLength: 60 }), fc.integer({ min: 1, max: 9 }));
  await fc.assert(
    fc.asyncProperty(pieces, async ([bytes, size]) => {
      const text = Buffer.from(Buffer.from(bytes).toString('base64'));
      assert.deepEqual(await base64Bytes(inPieces(text, size), text.length), Buffer.from(bytes));
    }),
  );
});

test('what is too much beside the tarballs is not kept', async () => {
  const text = Buffer.from(`{"_attachments":{"a":{"data":"${'A'.repeat(1000)}"}}}`);
  assert.ok(await withoutTarballs(inPieces(text, 7), 100));
  assert.equal(await withoutTarballs(inPieces(text, 7), 30), undefined);
});

test('what is opened or closed without end takes no memory but for itself', () => {
  const module = JSON.stringify(join(import.meta.dirname, 'attachment-apart.ts'));
  const program = `import { withoutTarballs } from ${module};
    async function* pieces(text) { for (let at = 0; at < 64; at++) yield Buffer.from(text.repeat(2 ** 16)); }
    for (const text of ['[[', '},']) await withoutTarballs(pieces(text), 2 ** 24);`;
  const options = ['--max-old-space-size=48', '--input-type=module', '-e', program];
  execFileSync(process.execPath, options, { timeout: 120_000, stdio: 'pipe' });
});
