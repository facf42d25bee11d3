import fc from 'fast-check';
import type { Ecosystem } from '../ecosystem.ts';

const PARTS: Readonly<Partial<Record<Ecosystem, readonly string[]>>> = {
  PyPI: ['a', 'b1', 'rc', '.post', '-1', 'dev', '.dev2', '+', 'abc', '_', '!', 'v', 'c', '.', '.', '0', '1'],
  npm: ['-', '-rc', '.', '.x', '+', '-alpha', '.Beta', 'x', '.0', '.1', '.10', '-0', '.0a'],
  Debian: ['~', '+', '-', ':', '.', 'a', 'Z', 'deb', 'ubuntu', '0', '1', '~~', '1:', '-1'],
  Maven: [
    '-',
    'alpha',
    'a',
    'b',
    'm',
    'rc',
    'cr',
    'SNAPSHOT',
    'ga',
    'final',
    'sp',
    'jre',
    'x',
    '-',
    '0',
    '1',
    '_',
  ],
};

/**
 * Texts made of what means something to an ecosystem: versions, and much that nearly is one. Of Maven none with a `.` before a word,
 * as its own order is not total there; `more` can add it.
 */
export function versionTexts(ecosystem: Ecosystem, more: readonly string[] = []): fc.Arbitrary<string> {
  const number = fc.oneof(fc.nat(12).map(String), fc.bigInt(0n, 10n ** 25n).map(String), fc.constant('007'));
  const three = fc.array(fc.nat(12).map(String), { minLength: 3, maxLength: 3 });
  const core = fc
    .oneof(three, fc.array(number, { minLength: 1, maxLength: 4 }))
    .map((each) => each.join('.'));
  const part = fc.oneof(fc.constantFrom(...(PARTS[ecosystem] ?? PARTS.npm!), ...more), number);
  return fc.tuple(core, fc.array(part, { maxLength: 5 })).map(([numbers, rest]) => numbers + rest.join(''));
}
