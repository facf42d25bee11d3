import assert from 'node:assert/strict';
import { test } from 'node:test';
import { digestOf } from '../base/index.ts';
import { BuildLog } from './build-log.ts';
import { ChromeTrace } from './chrome-trace.ts';
import type { ActionDone, BuildEvent } from './event.ts';
import { fanOut } from './fan-out.ts';
import { eventLines } from './json-lines.ts';

function done(id: string, more: Partial<ActionDone> = {}): ActionDone {
  return {
    id,
    label: id.split('#')[0]!,
    mnemonic: 'Step',
    description: 'does it',
    action: { hash: 'ab'.repeat(32), sizeBytes: 9 },
    exitCode: 0,
    durationMs: 1500,
    output: '',
    stdout: undefined,
    cpuMs: 7,
    peakMemoryBytes: 8,
    ...more,
  };
}

const event = (time: number, type: string, payload: object): BuildEvent => ({ time, type, payload });
const started = (id: string): object => ({
  id,
  label: id.split('#')[0],
  mnemonic: 'Step',
  description: 'does it',
});

test('a subscriber that fails is told no more; the others are', () => {
  const seen: string[] = [];
  const lost: unknown[] = [];
  const failing = (): void => {
    seen.push('failing');
    throw new Error('disk full');
  };
  const sink = fanOut({
    now: () => 5,
    subscribers: [failing, ({ time, type }) => seen.push(`${time} ${type}`)],
    onLost: (error) => lost.push(error),
  });
  sink('a', {});
  sink('b', {});
  assert.deepEqual(seen, ['failing', '5 a', '5 b']);
  assert.equal(lost.length, 1);
});

test('the first line of the stream carries its version', () => {
  let text = '';
  const lines = eventLines((each) => {
    text += each;
  });
  lines(event(1, 'log', { level: 'info', message: 'one\ntwo' }));
  lines(event(2, 'log', { level: 'info', message: 'ü' }));
  assert.equal(
    text,
    [
      '{"time":1,"type":"stream.started","payload":{"version":1}}',
      '{"time":1,"type":"log","payload":{"level":"info","message":"one\\ntwo"}}',
      '{"time":2,"type":"log","payload":{"level":"info","message":"ü"}}',
      '',
    ].join('\n'),
  );
});

test('a trace has a lane for each action that runs at a time, and reuses them', () => {
  const trace = new ChromeTrace();
  trace.handle(event(1000, 'action.started', started('a#1')));
  trace.handle(event(1010, 'action.started', started('b#1')));
  trace.handle(event(1020, 'action.finished', done('a#1')));
  trace.handle(event(1030, 'action.started', started('c#1')));
  trace.handle(event(1040, 'action.finished', done('c#1', { failure: 'no' })));
  trace.handle(event(1050, 'action.finished', done('b#1')));
  trace.handle(event(1050, 'action.cached', done('d#1')));
  const { traceEvents } = JSON.parse(trace.toJson()) as {
    traceEvents: {
      name: string;
      ph: string;
      ts: number;
      dur?: number;
      tid: number;
      args: { name?: string };
    }[];
  };
  const shown = traceEvents.map(({ name, ph, ts, dur, tid, args }) =>
    [ph, tid, ph === 'M' ? args.name : name, ts, dur ?? ''].join(' ').trim(),
  );
  assert.deepEqual(shown, [
    'M 0 from the cache 0',
    'M 1 slot 1 0',
    'M 2 slot 2 0',
    'X 1 a does it 0 20000',
    'X 1 c does it 30000 10000',
    'X 2 b does it 10000 40000',
    'i 0 d does it 50000',
  ]);
});

test('the kept log has every output, also of what came from the cache', () => {
  let text = '';
  const whole = digestOf('first\nlast\n');
  const log = new BuildLog({
    append: (each) => {
      text += each;
    },
    readOutput: ({ hash }) => (hash === whole.hash ? Buffer.from('first\nlast\n') : undefined),
  });
  log.handle(event(0, 'build.planned', {}));
  log.handle(event(0, 'action.started', started('a#1')));
  log.handle(event(1, 'action.finished', done('a#1', { output: 'last\n', stdout: whole })));
  log.handle(event(2, 'action.cached', done('b#1', { output: 'said\nbefore\n' })));
  log.handle(event(3, 'action.finished', done('c#1', { exitCode: 2, failure: 'ended with exit code 2' })));
  log.handle(event(4, 'action.skipped', { id: 'd#1', label: 'd', because: 'c#1' }));
  log.handle(event(5, 'log', { level: 'warning', message: 'careful' }));
  const time = (ms: number): string => `1970-01-01T00:00:00.00${ms}Z`;
  assert.equal(
    text,
    [
      `${time(0)} started  a#1: does it`,
      `${time(1)} finished a#1 (exit 0, 1500 ms, key abababababab)`,
      '  | first',
      '  | last',
      `${time(2)} cached   b#1 (exit 0, 1500 ms, key abababababab)`,
      '  | said',
      '  | before',
      `${time(3)} finished c#1 (exit 2, 1500 ms, key abababababab, ended with exit code 2)`,
      `${time(4)} skipped  d#1 because c#1 failed`,
      `${time(5)} warning  careful`,
      '',
    ].join('\n'),
  );
});
