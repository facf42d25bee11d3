import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { digestOf } from '../base/index.ts';
import { encodeAction, encodeCommand } from './action.ts';
import { type Directory, decodeDirectory, encodeDirectory, isNodeName, makeTree } from './tree.ts';
import { readWire } from './wire.ts';

const hash = (digit: string): string => digit.repeat(64);

/** The hex of a hash field: tag 0a, length 64, the digits as text. */
const hashHex = (digit: string): string => `0a40${`3${digit}`.repeat(64)}`;

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

describe('bytes as a reference encoder writes them', () => {
  it('Directory', () => {
    const directory: Directory = {
      files: [
        { name: 'a', digest: { hash: hash('1'), sizeBytes: 5 }, isExecutable: true },
        { name: 'bé', digest: { hash: hash('2'), sizeBytes: 300_000_000_000 }, isExecutable: false },
        { name: 'c', digest: { hash: hash('3'), sizeBytes: 0 }, isExecutable: false },
      ],
      directories: [{ name: 'd', digest: { hash: hash('4'), sizeBytes: 0 } }],
      symlinks: [{ name: 'l', target: '../x' }],
    };
    const expected = [
      `0a4b0a01611244${hashHex('1')}10052001`,
      `0a500a0362c3a91249${hashHex('2')}1080f092cbdd08`,
      `0a470a01631242${hashHex('3')}`,
      `12470a01641242${hashHex('4')}`,
      '1a090a016c12042e2e2f78',
    ];
    assert.equal(hex(encodeDirectory(directory)), expected.join(''));
  });

  it('Command', () => {
    const command = {
      argv: ['sh', '-c', ''],
      env: { B: 'b', A: '' },
      workingDirectory: 'w',
      outputPaths: ['out', ''],
    };
    assert.equal(
      hex(encodeCommand(command)),
      '0a0273680a022d630a0012030a014112060a01421201623201773a003a036f7574',
    );
  });

  it('Action', () => {
    const command = { argv: ['true'], env: {}, workingDirectory: '', outputPaths: [] };
    const encoded = encodeAction({
      command,
      inputRoot: { hash: hash('6'), sizeBytes: 9 },
      timeoutMs: 90_500,
      isCacheable: false,
      salt: 's',
      platform: { x: '', OSFamily: 'linux' },
    });
    const commandDigest = digestOf(encodeCommand(command));
    const expected = [
      `0a440a40${hex(Buffer.from(commandDigest.hash))}1006`,
      `1244${hashHex('6')}1009`,
      '3208085a1080cab5ee01',
      '3801',
      '4a0173',
      '52180a110a084f5346616d696c7912056c696e75780a030a0178',
    ];
    assert.equal(commandDigest.sizeBytes, 6);
    assert.equal(hex(encoded.bytes), expected.join(''));
    assert.deepEqual(encoded.digest, digestOf(encoded.bytes));
    assert.deepEqual(encoded.commandDigest, commandDigest);
  });

  it('nothing', () =>
    assert.equal(encodeDirectory({ files: [], directories: [], symlinks: [] }).byteLength, 0));
});

describe('decodeDirectory', () => {
  const name = fc.string({ unit: 'binary', minLength: 1, maxLength: 6 }).filter((text) => isNodeName(text));
  const digest = fc
    .tuple(fc.stringMatching(/^[0-9a-f]{64}$/), fc.maxSafeNat())
    .map(([hash, sizeBytes]) => ({ hash, sizeBytes }));
  const directory = fc.uniqueArray(fc.tuple(name, digest, fc.integer({ min: 0, max: 3 })), {
    selector: ([each]) => each,
    maxLength: 8,
  });

  it('gives what was encoded', () => {
    fc.assert(
      fc.property(directory, (nodes) => {
        const ofKind = (...kinds: readonly number[]) => {
          const chosen = nodes.filter(([, , kind]) => kinds.includes(kind));
          return chosen.toSorted(([a], [b]) => (a < b ? -1 : 1));
        };
        const value: Directory = {
          files: ofKind(0, 1).map(([each, content, kind]) => ({
            name: each,
            digest: content,
            isExecutable: kind === 1,
          })),
          directories: ofKind(2).map(([each, content]) => ({ name: each, digest: content })),
          symlinks: ofKind(3).map(([each]) => ({ name: each, target: each })),
        };
        assert.deepEqual(decodeDirectory(encodeDirectory(value)), value);
      }),
    );
  });

  it('never throws, and gives only what encodes to a directory again', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 120 }), (bytes) => {
        const decoded = decodeDirectory(bytes);
        if (decoded) assert.deepEqual(decodeDirectory(encodeDirectory(decoded)), decoded);
      }),
      { numRuns: 2000 },
    );
  });

  it('never throws on a directory with changed bytes', () => {
    const file = { name: 'abc', digest: digestOf('x'), isExecutable: true };
    const bytes = encodeDirectory({ files: [file], directories: [], symlinks: [{ name: 'l', target: 't' }] });
    fc.assert(
      fc.property(
        fc.nat(bytes.byteLength - 1),
        fc.integer({ min: 0, max: 255 }),
        fc.nat(3),
        (at, byte, cut) => {
          const changed = Uint8Array.from(bytes.subarray(0, bytes.byteLength - cut));
          if (at < changed.byteLength) changed[at] = byte;
          const decoded = decodeDirectory(changed);
          if (decoded)
            for (const each of [...decoded.files, ...decoded.symlinks]) assert.ok(isNodeName(each.name));
        },
      ),
      { numRuns: 3000 },
    );
  });

  const file = (each: string): Directory => {
    return {
      files: [{ name: each, digest: digestOf('x'), isExecutable: false }],
      directories: [],
      symlinks: [],
    };
  };
  const link = (each: string): Directory => {
    return { files: [], directories: [], symlinks: [{ name: each, target: 'x' }] };
  };
  const refuse = (title: string, ...parts: readonly Directory[]): void => {
    it(`refuses ${title}`, () =>
      assert.equal(decodeDirectory(Buffer.concat(parts.map(encodeDirectory))), undefined));
  };
  for (const bad of ['..', '.', '', 'a/b', '/a', 'a\0']) refuse(`the name ${JSON.stringify(bad)}`, file(bad));
  refuse('a name twice', file('a'), file('a'));
  refuse('a name as file and link', file('a'), link('a'));
  refuse('names out of order', file('b'), file('a'));

  it('refuses what is no digest', () => {
    const bytes = encodeDirectory(file('a'));
    assert.equal(decodeDirectory(Buffer.from(hex(bytes).replace('0a40', '0a3f'), 'hex')), undefined);
  });
});

describe('makeTree', () => {
  it('does not depend on the order of its nodes', () => {
    const files = ['c', 'a', 'b'].map((name) => ({ name, digest: digestOf(name), isExecutable: false }));
    assert.deepEqual(makeTree({ files }), makeTree({ files: files.toReversed() }));
  });
});

describe('readWire', () => {
  it('never throws', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => void readWire(bytes)),
      { numRuns: 3000 },
    );
  });
});
