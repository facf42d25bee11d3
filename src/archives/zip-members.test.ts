import assert from 'node:assert/strict';
import { test } from 'node:test';
import { zipOf } from './testing.ts';
import { bytesSource, zipMembers } from './zip-members.ts';

const contents = (archive: Uint8Array, isLenient = false): readonly string[] | string => {
  const members = zipMembers(bytesSource(archive), { maxMemberBytes: 1000, isLenient });
  if (!members.ok) return members.failure;
  return members.value.map(({ path, read }) => {
    const content = read();
    return `${path}: ${content.ok ? content.value : content.failure}`;
  });
};

test('every member is read on its own', () => {
  assert.deepEqual(
    contents(
      zipOf([
        { path: 'a.json', content: '{}' },
        { path: 'b', content: 'stored', method: 0 },
        { path: 'large', content: 'x'.repeat(2000) },
        { path: 'lies', content: 'x'.repeat(999), sizeBytes: 10 },
        { path: 'odd', method: 12 },
        { path: 'secret', flags: 1 },
      ]),
    ),
    [
      'a.json: {}',
      'b: stored',
      'large: large in it is too large',
      'lies: lies in it is damaged',
      'odd: odd in it is packed by an unknown method',
      'secret: secret in it is encrypted',
    ],
  );
  assert.equal(contents(Buffer.from('hello')), 'it is no zip archive, or is cut off');
});

test('a lenient reader takes what checksums and flags speak against, and what stands before the archive', () => {
  const archive = zipOf([{ path: 'data.pkl', content: 'model', method: 0, flags: 1 }]);
  archive.writeUInt8(archive.readUInt8(archive.indexOf('model')) ^ 1, archive.indexOf('model'));
  assert.deepEqual(contents(archive), ['data.pkl: data.pkl in it is encrypted']);
  assert.deepEqual(contents(archive, true), ['data.pkl: lodel']);
  assert.deepEqual(contents(Buffer.concat([Buffer.from('#!program'), archive]), true), ['data.pkl: lodel']);
});

/** As writers of more than 65535 files do: the numbers stand in records of their own. */
function asZip64(archive: Buffer): Buffer {
  const end = archive.length - 22;
  const [count, size, start] = [
    archive.readUInt16LE(end + 10),
    archive.readUInt32LE(end + 12),
    archive.readUInt32LE(end + 16),
  ];
  const record = Buffer.alloc(56);
  record.writeUInt32LE(0x06064b50, 0);
  record.writeBigUInt64LE(44n, 4);
  record.writeBigUInt64LE(BigInt(count), 24);
  record.writeBigUInt64LE(BigInt(count), 32);
  record.writeBigUInt64LE(BigInt(size), 40);
  record.writeBigUInt64LE(BigInt(start), 48);
  const place = Buffer.alloc(20);
  place.writeUInt32LE(0x07064b50, 0);
  place.writeBigUInt64LE(BigInt(end), 8);
  place.writeUInt32LE(1, 16);
  const last = Buffer.from(archive.subarray(end)).fill(0xff, 8, 20);
  return Buffer.concat([archive.subarray(0, end), record, place, last]);
}

test('a zip64 is read as the same', () => {
  const archive = zipOf([
    { path: 'a', content: '1' },
    { path: 'b', content: '2' },
  ]);
  assert.deepEqual(contents(asZip64(archive)), ['a: 1', 'b: 2']);
});

test('any cut or flipped byte gives an answer and never throws', () => {
  for (const archive of [zipOf([{ path: 'a', content: 'program' }]), asZip64(zipOf([{ path: 'a' }]))]) {
    for (let at = 0; at < archive.length; at++) {
      contents(archive.subarray(0, at));
      const flipped = Buffer.from(archive);
      flipped[at]! ^= 0xff;
      contents(flipped);
    }
  }
});
