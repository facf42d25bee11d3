import assert from 'node:assert/strict';
import { test } from 'node:test';
import { contextOf, SIDES } from '../testing.ts';
import { binaryCauses } from './binary-causes.ts';

type Content = (side: 'a' | 'b') => Buffer;

function check(name: string, content: Content, expected: string): void {
  test(name, () => {
    const causes = binaryCauses(content('a'), content('b'), contextOf());
    assert.equal(causes.map(({ kind }) => kind).join(', '), expected, JSON.stringify(causes));
  });
}

const seconds = (side: 'a' | 'b'): number => SIDES[side].startedAtMs / 1000 + 3;
const padding = Buffer.from([0, 1, 2, 3, 4, 5, 6, 7]);
const number = (write: (bytes: Buffer, side: 'a' | 'b') => unknown): Content => {
  return (side) => {
    const bytes = Buffer.alloc(8);
    write(bytes, side);
    return Buffer.concat([padding, bytes, padding]);
  };
};

check(
  'seconds, little end first',
  number((bytes, side) => bytes.writeUInt32LE(seconds(side))),
  'time',
);
check(
  'seconds, big end first',
  number((bytes, side) => bytes.writeUInt32BE(seconds(side))),
  'time',
);
check(
  'milliseconds',
  number((bytes, side) => bytes.writeBigUInt64BE(BigInt(seconds(side) * 1000))),
  'time',
);
check(
  'nanoseconds',
  number((bytes, side) => bytes.writeBigUInt64LE(BigInt(seconds(side)) * 10n ** 9n)),
  'time',
);
check(
  'the time of MS-DOS',
  number((bytes, side) => {
    const date = new Date(SIDES[side].startedAtMs);
    bytes.writeUInt16LE((date.getUTCHours() << 11) | (date.getUTCMinutes() << 5) | 2);
    bytes.writeUInt16LE(((2026 - 1980) << 9) | (11 << 5) | 27, 2);
  }),
  'time',
);
check(
  'the head of a .pyc',
  (side) => {
    const head = Buffer.alloc(16);
    head.write('a70d0d0a', 'hex');
    head.writeUInt32LE(seconds(side), 8);
    return Buffer.concat([head, Buffer.from('code')]);
  },
  'time',
);
check(
  'a text within',
  (side) => Buffer.from(`\0\x01${SIDES[side].folders[0]!.slice(0, 6)}\0`, 'latin1'),
  'unknown',
);
check(
  'a path of the same length',
  (side) =>
    Buffer.concat([padding, Buffer.from(side === 'a' ? '/tmp/cc1a2b3c.o' : '/tmp/cc9z8y7x.o'), padding]),
  'random',
);
check(
  'a path of another length',
  (side) => Buffer.concat([padding, Buffer.from(`${SIDES[side].folders[0]}/main.c`), padding]),
  'embedded path',
);
check(
  'the same bytes in another order',
  (side) => {
    const parts = ['\x01\x02first\0', '\x03\x04other\0', '\x05\x06third\0'];
    return Buffer.from((side === 'a' ? parts : parts.toReversed()).join(''), 'latin1');
  },
  'order',
);
check(
  'bytes that nothing tells',
  (side) => Buffer.from(side === 'a' ? [0, 1, 2, 3, 9] : [0, 1, 200, 3, 9]),
  'unknown',
);
check('another length', (side) => Buffer.alloc(side === 'a' ? 3 : 5), 'unknown');
const program = (side: 'a' | 'b', rest: Buffer): Buffer =>
  Buffer.concat([
    Buffer.from('\x7fELF\0\0\0\0', 'latin1'),
    Buffer.from('040000001400000003000000474e5500', 'hex'),
    Buffer.alloc(20, side === 'a' ? 17 : 99),
    rest,
  ]);
check('a build id with nothing else', (side) => program(side, padding), 'build id');
check(
  'a build id that follows from the code',
  (side) => program(side, Buffer.from(side === 'a' ? [0, 1, 2, 3, 4, 9] : [0, 1, 2, 3, 4, 200])),
  'follows, unknown',
);
check(
  'the checksum of a dex file',
  (side) => Buffer.concat([Buffer.from('dex\n035\0'), Buffer.alloc(24, side === 'a' ? 1 : 2), padding]),
  'follows',
);

check(
  'much that is random',
  (side) => {
    const bytes = Buffer.alloc(2 ** 21);
    for (let at = 0, value = side === 'a' ? 1 : 2; at < bytes.length; at++) {
      value = (Math.imul(value, 1_103_515_245) + 12_345) >>> 0;
      bytes[at] = value >>> 16;
    }
    return bytes;
  },
  'unknown',
);
