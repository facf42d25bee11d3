import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CauseKind } from '../model.ts';
import { contextOf } from '../testing.ts';
import { fieldCauses } from './field-causes.ts';

function check(
  field: string,
  [a, b]: readonly [string | undefined, string | undefined],
  expected: CauseKind,
): void {
  const causes = fieldCauses({ kind: 'field', place: ['x'], field, a, b }, contextOf());
  assert.deepEqual(
    causes.map(({ kind }) => kind),
    [expected],
    JSON.stringify(causes),
  );
}

test('fields of members tell why by what they are', () => {
  check('mtime', ['2026-11-27T07:58:04Z', '2026-11-27T08:03:04Z'], 'time');
  check('mtime', ['2020-01-01T00:00:00Z', '2021-01-01T00:00:00Z'], 'unknown');
  check('gzip mtime', ['1795766284', '1795766584'], 'time');
  check('mode', ['0644', '0600'], 'umask');
  check('mode', ['0755', '0700'], 'umask');
  check('mode', ['0644', '0755'], 'unknown');
  check('uid', ['0', '1000'], 'user');
  check('user name', ['root', 'ann'], 'user');
  check('gzip level', ['0', '2'], 'packing');
  check('method', ['8', '0'], 'compression level');
  check('method', ['8', '12'], 'unknown');
  check('config.Env.BUILT', ['"2026-11-27T07:58:04Z"', '"2026-11-27T08:03:04Z"'], 'time');
  check('config.Env.CORES', ['"1"', '"8"'], 'cores');
  check('config.Env.X', [undefined, '"1"'], 'unknown');
});
