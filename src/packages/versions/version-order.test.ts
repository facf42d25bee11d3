import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Ecosystem } from '../ecosystem.ts';
import { versionTexts } from './testing.ts';
import { compareVersions, versionOrder } from './version-order.ts';

/** Each pair was run against the reference: packaging 26.3, node semver, maven-artifact 3.8.7, dpkg 1.21.22. */
const PAIRS: Readonly<Partial<Record<Ecosystem, string>>> = {
  PyPI: `
    1!0.1 > 2025.1
    1.0.dev1 < 1.0a1
    1.0a1.dev1 < 1.0a1
    1.0rc1 < 1.0
    1.0 < 1.0.post1
    1.0.post1.dev1 < 1.0.post1
    1.0+abc > 1.0
    1.0+abc.10 > 1.0+abc.9
    1.0+5 > 1.0+zzz
    1.0 = 1.0.0
    1.10 > 1.9
    1.0c1 = 1.0rc1
    1.0-1 = 1.0.post1
    v1.0.0-BETA2 = 1.0b2
    1.0a = 1.0a0`,
  npm: `
    1.0.0-alpha < 1.0.0
    1.0.0-alpha < 1.0.0-alpha.1
    1.0.0-alpha.1 < 1.0.0-alpha.beta
    1.0.0-beta.2 < 1.0.0-beta.11
    1.0.0-beta11 < 1.0.0-beta2
    1.0.0-Beta < 1.0.0-alpha
    1.0.0+build.2 = 1.0.0+build.1
    1.0.0-rc.1+b = 1.0.0-rc.1
    1.0.0--1 > 1.0.0-1
    1.0.0-0 < 1.0.0-alpha
    2.0.0-0 > 1.999.999`,
  Maven: `
    1.0-alpha-1 < 1.0-beta-1
    1.0-milestone-1 < 1.0-rc-1
    1.0-rc-1 < 1.0-SNAPSHOT
    1.0-SNAPSHOT < 1.0
    1.0 = 1.0.0
    1.0 = 1-ga
    1.0 < 1.0-sp
    1.0-cr1 = 1.0-rc1
    1.0-xyz > 1.0-sp
    1.0-jre > 1.0-android
    1-1 < 1.1
    1.0a1 = 1.0-alpha-1
    1.0a > 1.0-alpha
    1.0.RELEASE < 1.0.1
    2.0-beta9 < 2.0
    1.0.10 > 1.0.9
    1.0.Final-redhat-1 > 1.0.Final`,
  Debian: `
    1.0~rc1-1 < 1.0-1
    1.0~~ < 1.0~
    1:0.9-1 > 2.0-1
    0:1.0-1 = 1.0-1
    1.0-1 > 1.0
    1.0-0 = 1.0
    1.0a-1 < 1.0+b-1
    1.10-1 > 1.9-1
    1.0-1+deb12u1 > 1.0-1
    1.0-1~bpo12+1 < 1.0-1
    1.0+dfsg-1 > 1.0-2
    1.2.3-1.1 > 1.2.3-1
    1.001-1 = 1.1-1
    1.0-1build1 < 1.0-1ubuntu1`,
};

const sign = { '<': -1, '=': 0, '>': 1 } as const;

test('57 pairs are ordered as the references order them', () => {
  let count = 0;
  for (const [ecosystem, text] of Object.entries(PAIRS) as [Ecosystem, string][]) {
    for (const line of text.trim().split('\n')) {
      const [a = '', operator = '', b = ''] = line.trim().split(' ');
      const expected = sign[operator as keyof typeof sign];
      assert.equal(Math.sign(compareVersions(ecosystem, a, b)), expected, `${ecosystem}: ${line.trim()}`);
      assert.equal(Math.sign(compareVersions(ecosystem, b, a)), expected === 0 ? 0 : -expected, line);
      count++;
    }
  }
  assert.equal(count, 57);
});

/** Ascending; what an ecosystem's own grammar refuses still has its place. */
const CHAINS: readonly (readonly [Ecosystem, string])[] = [
  ['PyPI', '-class.-jw.util.version.Version- | 0-garbage | latest | latest-2 | latest-10 | 0.dev0 | 0 | 1.0'],
  ['npm', 'latest | 0.0.0-0 | 0.0.0 | 1.2.3beta | 1.2.3 | 1.2.3.4-x | 1.2.3.4 | 1.2.3.10 | 1.2.4 | 1.3'],
  ['Go', 'master | v0.0.0-20190101000000-abcdef | v0.1.0 | v1.0.0+incompatible | v1.0.1'],
  [
    'crates.io',
    '0.1.0-alpha.1 | 0.1.0-alpha.2 | 0.1.0 | 99999999999999999999.0.0 | 100000000000000000000.0.0',
  ],
  ['Ubuntu', '~ | 1.0-1ubuntu1~22.04 | 1.0-1ubuntu1 | 1.0-1ubuntu10 | 1:0'],
  ['Maven', '1.sp-1 | 1-alpha | 1 | 1.sp | 1.1-constructor | 1.1.1'],
];

test('texts that are no versions stand below those that are', () => {
  for (const [ecosystem, text] of CHAINS) {
    const chain = text.split(' | ');
    for (let at = 1; at < chain.length; at++) {
      const [a, b] = [chain[at - 1]!, chain[at]!];
      assert.ok(compareVersions(ecosystem, a, b) < 0, `${ecosystem}: ${a} < ${b}`);
    }
  }
});

test('every order is total, whatever is compared', () => {
  for (const ecosystem of ['PyPI', 'npm', 'Debian', 'Maven'] as const) {
    const { parse, compare } = versionOrder(ecosystem);
    const version = versionTexts(ecosystem);
    fc.assert(
      fc.property(version, version, version, (x, y, z) => {
        const [a, b, c] = [parse(x), parse(y), parse(z)];
        assert.equal(compare(a, a), 0);
        assert.equal(Math.sign(compare(a, b)) + Math.sign(compare(b, a)), 0);
        const [low, middle, high] = [a, b, c].sort(compare);
        assert.ok(compare(low!, high!) <= 0, 'transitive');
        if (compare(low!, middle!) === 0)
          assert.equal(Math.sign(compare(low!, high!)), Math.sign(compare(middle!, high!)));
      }),
      { numRuns: 2000 },
    );
  }
});

test('any text can be compared, and a long one in little time', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }), (a, b) => {
      for (const ecosystem of ['PyPI', 'npm', 'Debian', 'Maven'] as const)
        assert.equal(
          Math.sign(compareVersions(ecosystem, a, b)) + Math.sign(compareVersions(ecosystem, b, a)),
          0,
        );
    }),
  );
  for (const part of ['1', '1.', '-', 'a1', '~', '1.a-', '.'])
    for (const ecosystem of ['PyPI', 'npm', 'Debian', 'Maven'] as const)
      assert.equal(compareVersions(ecosystem, part.repeat(20_000), `${part.repeat(20_000)}~`) > 2, false);
});
