import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareVersions, parseSemanticVersion, type SemanticVersion } from './semantic-version.ts';
import { namesOf } from './version-names.ts';
import { MAX_NUMBER, numberOf } from './version-number.ts';

const parsed = (text: string): SemanticVersion => {
  const version = parseSemanticVersion(text);
  assert.ok(version, text);
  return version;
};

test('a version is a semantic one, with or without a v', () => {
  const texts: readonly (readonly [string, string | undefined])[] = [
    ['v1.0.0', '1.0.0'],
    ['1.2.3-rc.1+build.5', '1.2.3-rc.1+build.5'],
    ['0.0.0-0', '0.0.0-0'],
    ['1.0', undefined],
    ['01.0.0', undefined],
    ['1.0.0-', undefined],
    ['1.0.0-01', undefined],
    ['vv1.0.0', undefined],
    ['1.0.0/../x', undefined],
    ['', undefined],
    [`1.0.0-${'a'.repeat(200)}`, undefined],
  ];
  for (const [text, expected] of texts) assert.equal(parseSemanticVersion(text)?.text, expected, text);
});

test('precedence is that of the specification', () => {
  const sorted =
    '0.9.9 1.0.0-1 1.0.0-alpha 1.0.0-alpha.1 1.0.0-alpha.beta 1.0.0-beta 1.0.0-beta.2 1.0.0-beta.11 1.0.0-rc.1 1.0.0 1.0.9 1.0.10 2.0.0 99999999999999999999.0.0';
  const versions = sorted.split(' ').map(parsed);
  versions.forEach((one, at) => {
    versions.forEach((two, other) => {
      assert.equal(Math.sign(compareVersions(one, two)), Math.sign(at - other), `${one.text} ${two.text}`);
    });
  });
  assert.equal(compareVersions(parsed('1.0.0+a'), parsed('1.0.0+b')), 0);
});

function number(text: string, expected: number | RegExp): void {
  test(`the number of ${text}`, () => {
    const found = numberOf(parsed(text));
    if (typeof expected === 'number') assert.equal(found, expected);
    else assert.match(String(found), expected);
  });
}

number('0.0.0-alpha', 1);
number('0.0.1', 199);
number('1.0.0', 10_000_099);
number('1.2.3', 10_200_399);
number('1.2.0-beta.1', 10_200_032);
number('209.99.999', 2_099_999_999);
number('210.0.0', /209\.99\.999/);
number('1.100.0', /209\.99\.999/);
number('2026.11.0', /209\.99\.999/);
number('1.0.0-rc.37', 10_000_098);
number('1.0.0-rc.38', /rc\.0 to rc\.37/);
number('1.0.0-beta.29', /beta\.0 to beta\.28/);
number('1.0.0-dev.1', /alpha, beta and rc/);
number('1.0.0-beta.x', /alpha, beta and rc/);
number('1.0.0-beta.1.2', /alpha, beta and rc/);

test('a later version has a greater number, and none is beyond what stores take', () => {
  const kinds = ['alpha', 'beta', 'rc'].flatMap((kind) => [kind, `${kind}.0`, `${kind}.3`, `${kind}.28`]);
  const stages = ['', ...kinds.map((kind) => `-${kind}`)];
  const cores = ['0.0.0', '0.0.1', '0.1.0', '0.99.999', '1.0.0', '1.9.10', '1.10.9', '20.0.0', '209.99.999'];
  const versions = cores.flatMap((core) => stages.map((stage) => parsed(core + stage)));
  const known = versions.filter((version) => typeof numberOf(version) === 'number');
  assert.ok(known.length > 100);
  for (const one of known) {
    assert.ok(Number(numberOf(one)) >= 1 && Number(numberOf(one)) <= MAX_NUMBER, one.text);
    for (const two of known) {
      const order = Number(numberOf(one)) - Number(numberOf(two));
      assert.equal(Math.sign(order), Math.sign(compareVersions(one, two)), `${one.text} ${two.text}`);
    }
  }
});

test('each ecosystem has its own name for a version', () => {
  const names = (text: string): unknown => {
    const { npm, wheel, imageTag, versionName, shortVersion, bundleVersion, channel } = namesOf({
      version: parsed(text),
      number: 7,
    });
    return [npm, wheel, imageTag, versionName, shortVersion, bundleVersion, channel];
  };
  assert.deepEqual(names('1.2.3'), ['1.2.3', '1.2.3', '1.2.3', '1.2.3', '1.2.3', '7', 'stable']);
  assert.deepEqual(names('1.2.3-beta.4'), [
    '1.2.3-beta.4',
    '1.2.3b4',
    '1.2.3-beta.4',
    '1.2.3-beta.4',
    '1.2.3',
    '7',
    'beta',
  ]);
  assert.deepEqual(names('1.0.0-rc+x-1'), [
    '1.0.0-rc',
    '1.0.0rc0+x.1',
    '1.0.0-rc-x-1',
    '1.0.0-rc+x-1',
    '1.0.0',
    '7',
    'rc',
  ]);
  assert.deepEqual(names('1.0.0-nightly.5'), [
    '1.0.0-nightly.5',
    undefined,
    '1.0.0-nightly.5',
    '1.0.0-nightly.5',
    '1.0.0',
    '7',
    'nightly',
  ]);
  assert.equal(namesOf({ version: parsed('1.0.0'), number: 1, channel: '1.x' }).channel, '1.x');
});
