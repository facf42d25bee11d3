import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stampValue } from './build-config.ts';

test('the time of a build is a text, or a number of milliseconds', () => {
  const stamp = { version: '1', buildNumber: 2, buildId: 'b', commit: 'c', commitTime: 86_400 };
  assert.equal(stampValue(stamp, 'BUILD_TIME'), '1970-01-02T00:00:00Z');
  assert.equal(stampValue(stamp, 'BUILD_TIME', 'long'), '86400000');
  assert.equal(stampValue(stamp, 'BUILD_NUMBER', 'long'), '2');
});
