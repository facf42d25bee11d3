import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AndroidSettings } from '../../config/index.ts';
import { located } from '../testing.ts';
import { allVariants, chosenVariants } from './variant.ts';

const APP: AndroidSettings = {
  ...{ applicationId: 'com.example.demo', label: 'demo' },
  ...{ compileSdk: 34, minSdk: 24, targetSdk: 34 },
};
const DEBUG_KEY = { storeFile: located('debug.p12'), keyAlias: 'a', kind: 'debug' } as const;
const MAIN = { name: 'main', folder: 'src/main' };

function variants(more: Partial<AndroidSettings>) {
  const android = { ...APP, ...more };
  return chosenVariants(android, allVariants(android, MAIN));
}

function check(name: string, more: Partial<AndroidSettings>, expected: readonly string[]): void {
  test(`variants: ${name}`, () => {
    assert.deepEqual(
      variants(more).chosen.map((each) => `${each.name} ${each.applicationId}`),
      expected,
    );
  });
}

check('an app that says nothing is a release', {}, ['release com.example.demo']);
check('one with a key for debugging alone is for that', { signing: DEBUG_KEY }, ['debug com.example.demo']);
check(
  'each flavor, with its suffix before that of the build type',
  {
    flavors: [{ name: 'dev', applicationIdSuffix: 'dev' }, { name: 'prod' }],
    buildTypes: [{ name: 'debug', applicationIdSuffix: '.debug' }],
    variants: [located('*')],
  },
  [
    'devDebug com.example.demo.dev.debug',
    'devRelease com.example.demo.dev',
    'prodDebug com.example.demo.debug',
    'prodRelease com.example.demo',
  ],
);
check(
  'dimensions are combined, and a build type of the app is one',
  {
    flavors: [
      { name: 'free', dimension: 'price' },
      { name: 'play', dimension: 'store' },
      { name: 'fdroid', dimension: 'store', applicationId: 'org.example' },
    ],
    buildTypes: [{ name: 'nightly' }],
    variants: [located('free*Nightly')],
  },
  ['freePlayNightly com.example.demo', 'freeFdroidNightly org.example'],
);

test('the stronger set stands behind the weaker, and its values win', () => {
  const fields = (name: string) => ({
    buildConfigField: [{ name: 'WHO', type: 'String', from: { value: name } }],
  });
  const [variant] = variants({
    ...fields('app'),
    flavors: [
      { name: 'free', dimension: 'price', ...fields('free') },
      { name: 'play', dimension: 'store', ...fields('play') },
    ],
    buildTypes: [{ name: 'debug', versionNameSuffix: '-debug' }],
    variants: [located('freePlayDebug')],
  }).chosen;
  assert.deepEqual(
    variant!.sets.map(({ folder }) => folder),
    ['src/main', 'src/play', 'src/free', 'src/freePlay', 'src/debug', 'src/freePlayDebug'],
  );
  assert.deepEqual(variant!.fields[0]!.from, { value: 'free' });
  assert.deepEqual([variant!.versionNameSuffix, variant!.isDebuggable], ['-debug', true]);
});

test('a key for debugging signs no release, unless the build type names it', () => {
  const release = (more: Partial<AndroidSettings>) =>
    variants({ ...more, variants: [located('release')] }).chosen[0]!.signing;
  assert.equal(release({ signing: DEBUG_KEY }), undefined);
  assert.equal(
    release({ signing: DEBUG_KEY, buildTypes: [{ name: 'release', signing: DEBUG_KEY }] }),
    DEBUG_KEY,
  );
});

test('a name that no variant has is told', () => {
  const { chosen, unknown } = variants({ variants: [located('debug'), located('relaese')] });
  assert.deepEqual([chosen.length, unknown.map(({ value }) => value)], [1, ['relaese']]);
});
