import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readManifest } from '../../dist/plugins/index.js';

const good = {
  apiVersion: 'plugins.mobileops.io/v1',
  name: 'leak-alert',
  version: '1.0.0',
  description: 'x',
  entry: 'index.js',
  permissions: ['notify'],
};

describe('readManifest', () => {
  const cases: [string, unknown, string[]][] = [
    ['a good one', good, []],
    ['a list', [], ['must be an object']],
    ['null', null, ['must be an object']],
    ['another version', { ...good, apiVersion: 'v2' }, ['apiVersion: must be "plugins.mobileops.io/v1"']],
    [
      'a bad name',
      { ...good, name: '../x' },
      ['name: must be words of small letters and digits with dashes between'],
    ],
    ['a bad version', { ...good, version: '1' }, ['version: must be a version such as 1.0.0']],
    ['no description', { ...good, description: ' ' }, ['description: must say what the plugin does']],
    ['a bad entry', { ...good, entry: 'run.sh' }, ['entry: must name a .js or .mjs file']],
    [
      'an unknown permission',
      { ...good, permissions: ['root'] },
      ['permissions: root: there are telemetry:read, notify, storage'],
    ],
    [
      'a permission twice',
      { ...good, permissions: ['notify', 'notify'] },
      ['permissions: must not name a permission twice'],
    ],
    [
      'all problems at once',
      { name: 'x', colour: 1 },
      [
        'colour: unknown key',
        'apiVersion: is missing',
        'version: is missing',
        'description: is missing',
        'entry: is missing',
        'permissions: is missing',
      ],
    ],
    ['inherited names', { ...good, toString: 1 }, ['toString: unknown key']],
  ];
  for (const [title, value, problems] of cases)
    test(title, () => {
      const read = readManifest(JSON.stringify(value));
      assert.deepEqual('problems' in read ? read.problems : [], problems);
    });

  test('no JSON at all', () => {
    const read = readManifest('{');
    assert.match('problems' in read ? read.problems.join() : '', /^not JSON: /);
  });
});
