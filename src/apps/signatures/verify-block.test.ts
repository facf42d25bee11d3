import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { directoryPlace } from '../archive/zip-end.ts';
import { u32, zipOf } from '../testing.ts';
import type { Signature } from './signature.ts';
import { signingBlock } from './signing-block.ts';
import {
  type BlockScheme,
  blockOf,
  insertBlock,
  lineageOf,
  prefixed,
  SCHEME_IDS,
  type TestKey,
  testKey,
  type WrittenSigner,
  withBlock,
} from './testing.ts';
import { type BlockAnswer, blockSignatures } from './verify-block.ts';

const ZIP = zipOf([
  { name: 'AndroidManifest.xml', content: 'a manifest', isStored: true },
  { name: 'assets/large', content: Buffer.alloc(2 ** 20 + 7, 3), isStored: true },
]);
const [TOM, ANN, EVE] = [testKey('Tom'), testKey('Ann'), testKey('Eve')];
const RSA = testKey('Rsa', 'rsa');
const SHORT = testKey('Short', 'rsa', 1024);

const read = (bytes: Buffer, minSdk = 24, verifies = true): Promise<BlockAnswer> =>
  blockSignatures({ bytes, minSdk, signal: new AbortController().signal, verifies });

/** `v2 verified Tom`, and below it why not. */
function shown({ signatures, problem }: BlockAnswer): string[] {
  if (problem !== undefined) return [`block: ${problem}`];
  return signatures.flatMap(({ scheme, state, signers, reasons }: Signature) => [
    `${scheme} ${state} ${signers.map(({ subject }) => subject.replace('CN=', '')).join(' and ')}`.trimEnd(),
    ...reasons.map((reason) => `  ${reason}`),
  ]);
}

function says(name: string, bytes: () => Buffer, expected: readonly string[], minSdk = 24): void {
  test(name, async () => assert.deepEqual(shown(await read(bytes(), minSdk)), expected));
}

const signed = (scheme: BlockScheme, ...signers: readonly WrittenSigner[]): Buffer =>
  withBlock(ZIP, [[scheme, signers]]);

says('a package without a block', () => ZIP, []);
says('one scheme', () => signed('v2', { key: TOM }), ['v2 verified Tom']);
says('two signers', () => signed('v2', { key: TOM }, { key: RSA }), ['v2 verified Tom and Rsa']);
says(
  'schemes beside one another',
  () =>
    withBlock(ZIP, [
      ['v2', [{ key: TOM }]],
      ['v3', [{ key: TOM }]],
    ]),
  ['v2 verified Tom', 'v3 verified Tom'],
);
for (const algorithm of [0x0101, 0x0102, 0x0103, 0x0104])
  says(`RSA by the algorithm ${algorithm}`, () => signed('v2', { key: RSA, algorithms: [algorithm] }), [
    'v2 verified Rsa',
  ]);
says('EC by both digests at once', () => signed('v2', { key: TOM, algorithms: [0x0201, 0x0202] }), [
  'v2 verified Tom',
]);
says('an algorithm that nobody knows, alone', () => signed('v2', { key: TOM, algorithms: [0x0999] }), [
  'v2 not-checked Tom',
  '  the algorithm 0x999 is not known',
]);
says('and beside one that is known', () => signed('v2', { key: TOM, algorithms: [0x0201, 0x0999] }), [
  'v2 verified Tom',
  '  the algorithm 0x999 is not known',
]);

const ANOTHER = 'the contents are not those that were signed (another SHA-256 digest)';
const flipped = (bytes: Buffer, at: number): Buffer => {
  const other = Buffer.from(bytes);
  other[at] = other[at]! ^ 1;
  return other;
};
/** A byte in each section, by where it stands in the signed package. */
const SECTIONS: readonly (readonly [string, (bytes: Buffer) => number])[] = [
  ['the first byte', () => 0],
  ['the second chunk of the contents', () => 2 ** 20 + 50],
  ['the directory', (bytes) => directoryPlace(bytes).offset + 12],
  ['the end record', (bytes) => directoryPlace(bytes).endRecord + 4],
];
for (const [name, place] of SECTIONS)
  for (const scheme of ['v2', 'v3'] as const)
    says(`${scheme} with a flipped bit in ${name}`, () => {
      const bytes = signed(scheme, { key: TOM });
      return flipped(bytes, place(bytes));
    }, [`${scheme} wrong Tom`, `  ${ANOTHER}`]);

const UNSIGNED = 'its signature (ECDSA with SHA-256) does not hold: the key did not sign this';
const OTHER_KEY = 'its key is not the one of its certificate';
says('signed data that were changed', () => signed('v2', { key: TOM, spoil: (data) => flipped(data, 20) }), [
  'v2 wrong Tom',
  `  ${UNSIGNED}`,
  `  ${ANOTHER}`,
]);
says('a signature that was changed', () => {
  const bytes = signed('v2', { key: TOM });
  const certificateEnd = bytes.indexOf(TOM.certificate) + TOM.certificate.length;
  const key = bytes.indexOf(TOM.publicKey.export({ type: 'spki', format: 'der' }), certificateEnd);
  return flipped(bytes, key - 8);
}, ['v2 wrong Tom', `  ${UNSIGNED}`]);
says('the certificate of another', () => signed('v2', { key: TOM, certificate: EVE.certificate }), [
  'v2 wrong Eve',
  `  ${OTHER_KEY}`,
]);
says('the key of another', () => signed('v3', { key: TOM, publicKey: EVE.publicKey }), [
  'v3 wrong Tom',
  `  ${OTHER_KEY}`,
  `  ${UNSIGNED}`,
]);
says('a key of another kind', () => signed('v2', { key: TOM, publicKey: RSA.publicKey }), [
  'v2 wrong Tom',
  `  ${OTHER_KEY}`,
  `  ${UNSIGNED}`,
]);
says('a key of RSA by the number of ECDSA', () => signed('v2', { key: RSA, algorithms: [0x0201] }), [
  'v2 wrong Rsa',
  `  ${UNSIGNED}`,
]);
says(
  'one of two signers that is wrong',
  () => signed('v2', { key: TOM }, { key: ANN, certificate: EVE.certificate }),
  ['v2 wrong Tom and Eve', `  ${OTHER_KEY}`],
);
says('nobody', () => signed('v2'), ['v2 wrong', '  it has no signer']);
says('a signer without a signature', () => signed('v2', { key: TOM, algorithms: [] }), [
  'v2 wrong Tom',
  '  a signer has signed nothing',
]);
says(
  'a scheme twice',
  () =>
    withBlock(ZIP, [
      ['v2', [{ key: TOM }]],
      ['v2', [{ key: TOM }]],
    ]),
  [...Array(2).fill(['v2 wrong Tom', '  the block of signatures has it twice']).flat()],
);
says('a signer that ends too early', () => withBlock(ZIP, [['v2', prefixed(prefixed(prefixed(u32(99))))]]), [
  'v2 wrong',
  '  it ends before what it announces, or points outside of itself',
]);
says('more signers than Android takes', () => signed('v2', ...Array(11).fill({ key: TOM })), [
  'v2 wrong',
  '  a list has more than 10 parts',
]);
says('something between the directory and the end record', () => {
  const bytes = signed('v2', { key: TOM });
  const { endRecord } = directoryPlace(bytes);
  return Buffer.concat([bytes.subarray(0, endRecord), Buffer.from('more'), bytes.subarray(endRecord)]);
}, ['block: between the directory and the end record stands what no signature covers']);
says('a block that does not hold together', () => insertBlock(ZIP, flipped(blockOf([[1, u32(0)]]), 0)), [
  'block: the block of signatures has two sizes',
]);

const upTo = (maxSdk: number): Pick<WrittenSigner, 'sdk'> => ({ sdk: [24, maxSdk] });
says(
  'API levels that are not those that were signed',
  () => signed('v3', { key: TOM, besideSdk: [24, 40] }),
  ['v3 wrong Tom', '  its API levels are not those that were signed'],
);
says(
  'levels one after the other',
  () => signed('v3', { key: TOM, ...upTo(30) }, { key: TOM, sdk: [31, 0x7fffffff] }),
  ['v3 verified Tom and Tom'],
);
says(
  'a level without a signer',
  () => signed('v3', { key: TOM, ...upTo(30) }, { key: TOM, sdk: [32, 0x7fffffff] }),
  ['v3 wrong Tom and Tom', '  no signer is for API level 31'],
);
says('a level with two', () => signed('v3', { key: TOM }, { key: TOM, sdk: [30, 0x7fffffff] }), [
  'v3 wrong Tom and Tom',
  '  two signers are for API level 30',
]);
says('the newest level without a signer', () => signed('v3', { key: TOM, ...upTo(30) }), [
  'v3 wrong Tom',
  '  no signer is for API level 31',
]);
says(
  'levels that the package is not for',
  () => signed('v3', { key: TOM, sdk: [30, 0x7fffffff] }),
  ['v3 verified Tom'],
  30,
);

const rotated = (from: number, announced = from): Buffer =>
  withBlock(ZIP, [
    ['v3', [{ key: TOM, ...upTo(from - 1), attributes: [[0x559f8b02, u32(announced)]] }]],
    ['v3.1', [{ key: ANN, sdk: [from, 0x7fffffff], attributes: [lineageOf([TOM, ANN])] }]],
  ]);
says('a new key for new devices', () => rotated(33), ['v3 verified Tom', 'v3.1 verified Ann']);
says('a new key that begins elsewhere than is said', () => rotated(34, 33), [
  'v3 wrong Tom',
  '  it says that scheme v3.1 begins with API level 33, and that begins with 34',
  'v3.1 verified Ann',
]);

const heir = (key: TestKey, ...lineage: Parameters<typeof lineageOf>): Buffer =>
  signed('v3', { key, attributes: [lineageOf(...lineage)] });
says('a lineage of three keys', () => heir(EVE, [TOM, ANN, EVE]), ['v3 verified Eve']);
says('a lineage that ends with another', () => heir(EVE, [TOM, ANN]), [
  'v3 wrong Eve',
  '  its lineage does not end with its own certificate',
]);
says('a lineage that nobody signed', () => heir(EVE, [{ ...TOM, privateKey: ANN.privateKey }, EVE]), [
  'v3 wrong Eve',
  '  a key of its lineage has not signed for the one that comes after it',
]);
says('a lineage in a circle', () => heir(TOM, [TOM, ANN, TOM]), [
  'v3 wrong Tom',
  '  its lineage has a certificate twice',
]);
says('a lineage by an algorithm that nobody knows', () => heir(ANN, [TOM, ANN], 0x0999), [
  'v3 not-checked Ann',
  '  its lineage is signed by the algorithm 0x999',
]);
says(
  'a lineage that ends too early',
  () => signed('v3', { key: ANN, attributes: [[0x3ba06f8c, Buffer.alloc(3)]] }),
  [
    'v3 wrong Ann',
    '  its lineage cannot be read: it ends before what it announces, or points outside of itself',
  ],
);

test('what else has to be there is told, and so is a lineage, and what makes a key weak', async () => {
  const { signatures: old } = await read(signed('v2', { key: TOM, attributes: [[0xbeeff00d, u32(3)]] }));
  assert.deepEqual(old[0]?.expects, ['v3']);
  const { signatures } = await read(rotated(33));
  assert.deepEqual(
    signatures.map(({ expects, signers: [signer] }) => [
      expects,
      signer?.minSdk,
      signer?.maxSdk,
      signer?.lineage?.map(({ subject }) => subject),
    ]),
    [
      [['v3.1'], 24, 32, undefined],
      [[], 33, undefined, ['CN=Tom']],
    ],
  );
  const { signatures: weak } = await read(signed('v2', { key: SHORT }));
  assert.deepEqual(
    weak.map(({ state, weaknesses }) => [state, weaknesses]),
    [['verified', ['its RSA key has 1024 bits']]],
  );
});

test('without being asked to verify, it says who signed and that nothing was checked', async () => {
  assert.deepEqual(shown(await read(flipped(signed('v2', { key: TOM }), 0), 24, false)), [
    'v2 not-checked Tom',
    '  it was not asked for',
  ]);
});

test('a digest of gigabytes ends when it is told to', async () => {
  const stop = new AbortController();
  const large = zipOf([{ name: 'a', content: Buffer.alloc(20 * 2 ** 20), isStored: true }]);
  const bytes = withBlock(large, [['v2', [{ key: TOM }]]]);
  const reading = blockSignatures({ bytes, minSdk: 24, signal: stop.signal, verifies: true });
  stop.abort(new Error('enough'));
  await assert.rejects(reading, /enough/);
});

/** The same bytes in the middle of others. */
function amid(bytes: Buffer, filler: number): Buffer {
  const around = Buffer.alloc(bytes.length + 200, filler);
  bytes.copy(around, 100);
  return around.subarray(100, 100 + bytes.length);
}

const SMALL = withBlock(zipOf([{ name: 'a', content: 'b', isStored: true }]), [
  ['v2', [{ key: TOM, attributes: [[0xbeeff00d, u32(3)]] }]],
  ['v3', [{ key: ANN, attributes: [lineageOf([TOM, ANN])] }]],
]);
const END = directoryPlace(SMALL).offset;
const BLOCK_AT = signingBlock(SMALL, END)!.offset;

test('whatever stands in a block, it gets an answer, which depends on nothing around the package', async () => {
  const change = fc.record({ at: fc.integer({ min: BLOCK_AT, max: END - 1 }), value: fc.nat(255) });
  const number = fc.record({
    at: fc.integer({ min: BLOCK_AT, max: END - 4 }),
    value: fc.constantFrom(0, 1, 4, 0xff, 0xffff, 0x7fffffff, 0xffffffff),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(change, { maxLength: 6 }),
      fc.array(number, { maxLength: 3 }),
      async (changes, numbers) => {
        const bytes = Buffer.from(SMALL);
        for (const { at, value } of changes) bytes[at] = value;
        for (const { at, value } of numbers) bytes.writeUInt32LE(value, at);
        const answer = await read(amid(bytes, 0));
        assert.deepEqual(await read(amid(bytes, 0xff)), answer);
        const isSame = bytes.equals(SMALL);
        assert.equal(
          answer.signatures.length === 2 && answer.signatures.every(({ state }) => state === 'verified'),
          isSame,
        );
      },
    ),
    { numRuns: 400 },
  );
});

test('of noise where signers should be, it says that they are wrong', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...Object.values(SCHEME_IDS)),
      fc.uint8Array({ maxLength: 300 }),
      async (id, noise) => {
        const { signatures } = await read(withBlock(ZIP, [[id, Buffer.from(noise)]]));
        assert.deepEqual(
          signatures.map(({ state }) => state),
          ['wrong'],
        );
      },
    ),
    { numRuns: 200 },
  );
});
