import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseSample, SampleHistory } from '../../dist/network/index.js';

const signals = [
  { name: 'cpu', unit: '%', maximum: 100 },
  { name: 'latency', unit: 'ms', maximum: 1000 },
];

describe('parseSample', () => {
  const cases: [unknown, string[]][] = [
    [{ cpu: 1, latency: 2 }, []],
    [undefined, ['not an object']],
    [[1, 2], ['not an object']],
    [{ cpu: 1 }, ['latency: missing']],
    [{ cpu: '1', latency: Number.NaN }, ['cpu: not a number', 'latency: not a number']],
    [{ cpu: -1, latency: 1001 }, ['cpu: not from 0 to 100', 'latency: not from 0 to 1000']],
    [{ cpu: 1, latency: 2, gpu: 3 }, ['gpu: not a signal']],
  ];
  for (const [value, problems] of cases)
    test(JSON.stringify(value) ?? 'undefined', () => {
      const parsed = parseSample(value, signals);
      assert.deepEqual('problems' in parsed ? parsed.problems : [], problems);
    });
});

test('a history keeps the latest and tells what is new', () => {
  const history = new SampleHistory(3);
  assert.deepEqual(history.after(0), { last: 0, samples: [] });
  for (const cpu of [1, 2, 3, 4]) history.add({ cpu });
  assert.deepEqual(history.after(0), { last: 4, samples: [{ cpu: 2 }, { cpu: 3 }, { cpu: 4 }] });
  assert.deepEqual(history.after(3), { last: 4, samples: [{ cpu: 4 }] });
  assert.deepEqual(history.after(4), { last: 4, samples: [] });
  assert.deepEqual(history.after(99).samples.length, 3);
  assert.deepEqual(history.latest(2), [{ cpu: 3 }, { cpu: 4 }]);
});
