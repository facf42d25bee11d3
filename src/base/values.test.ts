import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { Digester, digestOf, EMPTY_DIGEST, formatDigest, parseDigest, sameDigest, sha256 } from './digest.ts';
import { compareDottedNumbers } from './dotted-numbers.ts';
import { formatDurationMs, parseDurationMs } from './duration.ts';
import { formatLabel, isTargetName, parseLabel } from './label.ts';
import { formatSizeBytes, parseSizeBytes } from './size.ts';
import { positionOf } from './source.ts';
import { nearest } from './spelling.ts';

function check<I, O>(of: (input: I) => O, cases: readonly (readonly [I, O])[]): void {
  for (const [input, expected] of cases) {
    it(`${of.name}(${JSON.stringify(input)})`, () => assert.deepEqual(of(input), expected));
  }
}

describe('Digest', () => {
  it('is SHA-256 and length in bytes', () => {
    const abc = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
    assert.deepEqual(digestOf('abc'), { hash: abc, sizeBytes: 3 });
    assert.equal(sha256('abc'), abc);
    assert.deepEqual(digestOf('é'), digestOf(Buffer.from([0xc3, 0xa9])));
    assert.deepEqual(digestOf(''), EMPTY_DIGEST);
  });

  it('is the same in pieces', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array()), (chunks) => {
        const digester = new Digester();
        for (const chunk of chunks) digester.update(chunk);
        assert.deepEqual(digester.digest(), digestOf(Buffer.concat(chunks)));
      }),
    );
  });

  it('reads what it writes', () => {
    fc.assert(
      fc.property(fc.string(), (text) =>
        assert.deepEqual(parseDigest(formatDigest(digestOf(text))), digestOf(text)),
      ),
    );
  });

  const hash = 'a'.repeat(64);
  const refused = [
    '',
    hash,
    `${hash}/`,
    `${hash}/-1`,
    `${hash}/1.5`,
    `${hash}/x`,
    `${hash.slice(1)}/1`,
    `${hash}a/1`,
  ];
  for (const text of [
    ...refused,
    `${hash.toUpperCase()}/1`,
    `/${hash}/1`,
    `${hash}/1e3`,
    `${hash}/01`,
    `${hash}/ 1`,
    `${hash}/1\n`,
    `${hash}/${'9'.repeat(30)}`,
  ]) {
    it(`refuses ${text}`, () => assert.equal(parseDigest(text), undefined));
  }

  it('compares both parts', () => {
    assert.ok(sameDigest({ hash, sizeBytes: 1 }, { hash, sizeBytes: 1 }));
    assert.ok(!sameDigest({ hash, sizeBytes: 1 }, { hash, sizeBytes: 2 }));
  });
});

describe('durations and sizes', () => {
  check(parseDurationMs, [
    ['200ms', 200],
    ['1.5s', 1500],
    ['10m', 600_000],
    ['2h', 7_200_000],
    ['', undefined],
    ['10', undefined],
    ['-1s', undefined],
    ['1d', undefined],
    ['1 s', undefined],
  ]);
  check(formatDurationMs, [
    [0, '0ms'],
    [850.4, '850ms'],
    [3210, '3.2s'],
    [245_000, '4m05s'],
    [3_600_000, '60m00s'],
  ]);
  check(parseSizeBytes, [
    ['100B', 100],
    ['2GB', 2e9],
    ['512MiB', 512 * 2 ** 20],
    ['1.5KiB', 1536],
    ['1', undefined],
    ['1kb', undefined],
    ['B', undefined],
  ]);
  check(formatSizeBytes, [
    [0, '0 B'],
    [1023, '1023 B'],
    [13_210, '12.9 KiB'],
    [5 * 2 ** 40, '5.0 TiB'],
  ]);
});

describe('labels', () => {
  check(parseLabel, [
    ['component:ai-core', { kind: 'component', name: 'ai-core' }],
    ['image:base', { kind: 'image', name: 'base' }],
    ['app:hybrid', { kind: 'app', name: 'hybrid' }],
    ['scripts', { kind: 'scripts', name: 'scripts' }],
    ['ai-core', undefined],
    ['scripts:x', undefined],
    ['app:', undefined],
    ['app:a/b', undefined],
    ['app:..', undefined],
    ['x:a', undefined],
  ]);
  check(isTargetName, [
    ['a', true],
    ['0.a_b-c', true],
    ['.a', false],
    ['-a', false],
    ['', false],
    ['a b', false],
    ['a'.repeat(129), false],
  ]);
  it('are read as they are written', () => {
    for (const text of ['scripts', 'component:a', 'image:b', 'app:c'])
      assert.equal(formatLabel(parseLabel(text)!), text);
  });
});

describe('positionOf', () => {
  const text = 'one\r\ntwo\n\nfour';
  const at = (start: number): string => {
    const { line, column, lineText } = positionOf({ file: { path: 'f', text }, start, end: start });
    return `${line}:${column} ${lineText}`;
  };
  check(at, [
    [0, '1:1 one'],
    [2, '1:3 one'],
    [5, '2:1 two'],
    [8, '2:4 two'],
    [9, '3:1 '],
    [10, '4:1 four'],
    [14, '4:5 four'],
    [99, '4:5 four'],
  ]);
});

describe('nearest', () => {
  const candidates = ['build', 'inputs', 'outputs', 'timeout'];
  const of = (word: string): string | undefined => nearest(word, candidates);
  check(of, [
    ['buld', 'build'],
    ['biuld', 'build'],
    ['Inputs', 'inputs'],
    ['output', 'outputs'],
    ['xyz', undefined],
    ['', undefined],
  ]);
});

describe('compareDottedNumbers', () => {
  const order = ([a, b]: readonly [string, string]): number => Math.sign(compareDottedNumbers(a, b));
  check(order, [
    [['8.10', '8.9'], 1],
    [['9.0', '9.0.0'], 0],
    [['9.0-rc-1', '9.0'], 0],
    [['1.5b2', '1.4'], 1],
    [['', '0.1'], -1],
  ]);
});
