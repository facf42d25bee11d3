import assert from 'node:assert/strict';
import { test } from 'node:test';
import { imageStart, type OwnStart } from './image-start.ts';

const OWN: OwnStart = { args: [], env: {}, hostname: 'host' };
const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

function check(config: unknown, own: Partial<OwnStart>, expected: unknown): void {
  const start = imageStart(config, { ...OWN, ...own });
  if (typeof expected === 'string') assert.equal(start.ok ? 'ok' : start.failure, expected);
  else if (start.ok) assert.deepEqual({ ...start.value, ...(expected as object) }, start.value);
  else assert.fail(start.failure);
}

const COMMAND = { Entrypoint: ['/entry', 'a'], Cmd: ['b', 'c'] };

test('an image without a config starts nothing, as root at /', () => {
  const env = { PATH, HOSTNAME: 'host' };
  check(
    undefined,
    {},
    { argv: [], env, workingDirectory: '/', user: '', volumes: [], stopSignal: 'SIGTERM' },
  );
});

test('words stand in place of CMD, another entrypoint in place of both', () => {
  check(COMMAND, {}, { argv: ['/entry', 'a', 'b', 'c'] });
  check(COMMAND, { args: ['d'] }, { argv: ['/entry', 'a', 'd'] });
  check(COMMAND, { entrypoint: '/other' }, { argv: ['/other'] });
  check(COMMAND, { entrypoint: '/other', args: ['d'] }, { argv: ['/other', 'd'] });
  check({ Cmd: ['b'], Entrypoint: null }, {}, { argv: ['b'] });
});

test('variables: ours, then those of the image, then those of every container', () => {
  const config = { Env: ['PATH=/own', 'A=1', 'B==', 'C', '=D', 'A=2'] };
  check(config, { env: { B: '3' } }, { env: { PATH: '/own', HOSTNAME: 'host', A: '2', B: '3' } });
  check({ Env: ['HOSTNAME=mine'] }, {}, { env: { PATH, HOSTNAME: 'mine' } });
});

test('the healthcheck, with the defaults of Docker', () => {
  const defaults = {
    intervalMs: 30_000,
    timeoutMs: 30_000,
    startPeriodMs: 0,
    startIntervalMs: 5_000,
    retries: 3,
  };
  const of = (Healthcheck: unknown, more: object = {}): unknown => {
    const start = imageStart({ ...more, Healthcheck }, OWN);
    return start.ok ? start.value.healthcheck : start.failure;
  };
  assert.deepEqual(of({ Test: ['CMD', 'x', 'y'] }), { argv: ['x', 'y'], ...defaults });
  assert.deepEqual(of({ Test: ['CMD-SHELL', 'x || y'], Interval: 0, Retries: 0 }), {
    argv: ['/bin/sh', '-c', 'x || y'],
    ...defaults,
  });
  assert.deepEqual(
    of({ Test: ['CMD-SHELL', 'x'], Interval: 1e9, StartPeriod: 5e6 }, { Shell: ['/b', '-e'] }),
    {
      ...defaults,
      argv: ['/b', '-e', 'x'],
      intervalMs: 1000,
      startPeriodMs: 5,
    },
  );
  for (const none of [undefined, null, {}, { Test: [] }, { Test: ['NONE'] }])
    assert.equal(of(none), undefined);
  assert.equal(of({ Test: ['CMD'] }), 'config.Healthcheck.Test names no program');
  assert.equal(of({ Test: ['x'] }), 'config.Healthcheck.Test begins with x');
  assert.equal(
    of({ Test: ['CMD', 'x'], Interval: -1 }),
    'config.Healthcheck.Interval is not a number from 0',
  );
  assert.equal(of([]), 'config.Healthcheck is not an object');
});

test('a config that is not as it should be is refused by its field', () => {
  check([], {}, 'config is not an object');
  check({ Cmd: 'x' }, {}, 'config.Cmd is not a list of texts');
  check({ Env: [1] }, {}, 'config.Env is not a list of texts');
  check({ User: 7 }, {}, 'config.User is not a text');
  check({ StopSignal: 'SIGNOPE' }, {}, 'config.StopSignal is no signal: SIGNOPE');
  check(
    { Volumes: { '/a': {}, '/b': {} }, StopSignal: 'rtmin+3' },
    {},
    { volumes: ['/a', '/b'], stopSignal: 'rtmin+3' },
  );
});
