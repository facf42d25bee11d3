import assert from 'node:assert/strict';
import { test } from 'node:test';
import { certificateOf, signedDataOf } from '../apple/testing.ts';
import { readsOrRefuses } from '../archive/testing.ts';
import { u32, u64 } from '../testing.ts';
import { blockSignatures, jarSignature, type Signature, separateSignature } from './signatures.ts';

const prefixed = (...parts: readonly Buffer[]): Buffer => {
  const content = Buffer.concat(parts);
  return Buffer.concat([u32(content.length), content]);
};

/** What one scheme says: signers, each with digests and certificates that it signed. */
const schemeOf = (...certificates: readonly Buffer[]): Buffer =>
  prefixed(
    ...certificates.map((certificate) =>
      prefixed(prefixed(prefixed(), prefixed(prefixed(certificate)), u32(24)), prefixed(), prefixed()),
    ),
  );

function blockOf(pairs: readonly (readonly [number, Buffer])[]): Buffer {
  const body = Buffer.concat(
    pairs.map(([id, value]) => Buffer.concat([u64(4 + value.length), u32(id), value])),
  );
  const size = u64(body.length + 24);
  return Buffer.concat([size, body, size, Buffer.from('APK Sig Block 42')]);
}

const [TOM, ANN] = [certificateOf('Tom'), certificateOf('Ann', '2030-01-01')];
const shown = (signatures: readonly Signature[]): string[] =>
  signatures.map(
    ({ scheme, signers }) => `${scheme}: ${signers.map(({ subject }) => subject).join(' and ')}`,
  );

test('schemes of the block before the directory, with all their signers', () => {
  const block = blockOf([
    [0x7109871a, schemeOf(TOM, ANN)],
    [0x42726577, Buffer.alloc(100)],
    [0xf05368c0, schemeOf(TOM)],
    [0x1b93ad61, schemeOf(ANN)],
  ]);
  const bytes = Buffer.concat([Buffer.from('contents'), block, Buffer.from('directory')]);
  assert.deepEqual(shown(blockSignatures(bytes, bytes.length - 9)), [
    'v2: CN=Tom and CN=Ann',
    'v3: CN=Tom',
    'v3.1: CN=Ann',
  ]);
  assert.deepEqual(blockSignatures(Buffer.from('contents'), 8), []);
});

test('a block with two sizes, or with parts that leave it, is refused', () => {
  const block = blockOf([[0x7109871a, schemeOf(TOM)]]);
  const other = Buffer.from(block);
  other.writeUInt8(other.readUInt8(0) ^ 1, 0);
  assert.throws(() => blockSignatures(other, other.length), /two sizes/);
  const long = Buffer.from(block);
  long.writeUInt32LE(0xffff, 8);
  assert.throws(() => blockSignatures(long, long.length), /a part that leaves it/);
});

test('a signature of a jar, and one beside the package', () => {
  assert.deepEqual(shown([jarSignature(signedDataOf(undefined, [TOM]))]), ['v1: CN=Tom']);
  const beside = Buffer.concat([
    u32(2),
    prefixed(u32(1)),
    prefixed(prefixed(Buffer.from('digest')), prefixed(ANN)),
  ]);
  assert.deepEqual(shown([separateSignature(beside)]), ['v4: CN=Ann']);
});

const BLOCK = blockOf([[0x7109871a, schemeOf(TOM)]]);
for (const [name, whole, read] of [
  ['a block', BLOCK, (bytes: Buffer) => blockSignatures(bytes, bytes.length)],
  ['a signature of a jar', signedDataOf(undefined, [TOM]), jarSignature],
] as const)
  readsOrRefuses(name, whole, read);
