import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SIDES } from '../testing.ts';
import { isOfBuild, timesIn } from './times.ts';

function check(text: string, expected: string | undefined): void {
  const times = timesIn(text);
  const shown = times.map(({ ms }) => new Date(Math.round(ms)).toISOString().replace('.000Z', 'Z'));
  assert.deepEqual(shown, expected === undefined ? [] : [expected], `${text}: ${JSON.stringify(times)}`);
}

test('moments are read in the forms that programs write', () => {
  const at = '2026-11-27T07:58:04Z';
  check('built 2026-11-27T07:58:04Z', at);
  check('built 2026-11-27 07:58:04', at);
  check('built 2026:11:27 07:58:04', at);
  check('2026-11-27T13:28:04+05:30', at);
  check('2026-11-27T04:28:04 -0330', at);
  check('2026-11-27T07:58:04.250Z', '2026-11-27T07:58:04.250Z');
  check('Fri Nov 27 07:58:04 UTC 2026', at);
  check('Fri Nov 27 07:58:04 2026', at);
  check('Fri, 27 Nov 2026 07:58:04 GMT', at);
  check('[27/Nov/2026:07:58:04 +0000]', at);
  check('Nov 27 2026 07:58:04', at);
  check('(D:20261127075804Z)', at);
  check('20261127-075804', at);
  check('1795766284', at);
  check('1795766284.25', '2026-11-27T07:58:04.250Z');
  check('1795766284250', '2026-11-27T07:58:04.250Z');
  check('1795766284250000000', '2026-11-27T07:58:04.250Z');
  check('Nov 27 2026', '2026-11-27T00:00:00Z');
  check('2026-11-27', '2026-11-27T00:00:00Z');
});

test('what only looks like a moment is none', () => {
  check('version 10.20.30', undefined);
  check('2026-13-40', undefined);
  check('123456789012', undefined);
  check('f3a1795766284b', undefined);
});

test('a moment is of a build that it lies in, in whatever zone where it names none', () => {
  const isOf = (text: string): readonly boolean[] =>
    [SIDES.a, SIDES.b].map((side) => timesIn(text).some((time) => isOfBuild(time, side)));
  assert.deepEqual(isOf('2026-11-27T07:58:04Z'), [true, false]);
  assert.deepEqual(isOf('2026-11-27T08:03:04Z'), [false, true]);
  assert.deepEqual(isOf('2026-11-27 13:28:04'), [true, false]);
  assert.deepEqual(isOf('2026-11-27T13:28:04+05:30'), [true, false]);
  assert.deepEqual(isOf('2026-11-27T13:28:04Z'), [false, false]);
  assert.deepEqual(isOf('07:58:04'), [true, false]);
  assert.deepEqual(isOf('2026-11-27'), [true, true]);
  assert.deepEqual(isOf('1980-01-01 00:00:00'), [false, false]);
});

test('a moment by the clock that the steps of a build saw is of that build, as one by the machine is', () => {
  const side = { ...SIDES.b, clockShiftMs: 400 * 86_400_000 };
  const isOf = (text: string): boolean => timesIn(text).some((time) => isOfBuild(time, side));
  assert.deepEqual(
    ['2026-11-27T08:03:04Z', '2028-01-01T08:03:04Z', '2027-11-27T08:03:04Z', '2028-01-01'].map(isOf),
    [true, true, false, true],
  );
});
