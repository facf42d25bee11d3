import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AndroidSettings } from '../config/index.ts';
import { versionNameSuffixes } from './version-suffixes.ts';

const APP: AndroidSettings = {
  applicationId: 'com.example',
  label: 'x',
  compileSdk: 35,
  minSdk: 21,
  targetSdk: 35,
};

test('what follows a version is what an app, its flavors and its build types declare', () => {
  assert.deepEqual(versionNameSuffixes(APP), []);
  const flavors = [{ name: 'dev', versionNameSuffix: '-dev' }, { name: 'prod' }];
  const buildTypes = [{ name: 'debug', versionNameSuffix: '.d' }];
  assert.deepEqual(versionNameSuffixes({ ...APP, flavors, buildTypes }), ['-dev', '-dev.d', '.d']);
  const dimensioned = [
    { name: 'dev', dimension: 'stage', versionNameSuffix: '-dev' },
    { name: 'free', dimension: 'price', versionNameSuffix: '-free' },
  ];
  assert.deepEqual(versionNameSuffixes({ ...APP, flavors: dimensioned }), ['-dev-free']);
});
