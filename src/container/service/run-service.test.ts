/** What becomes of a service, with a program that says what a test wants and a clock that moves by waiting. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Clock, Host, ProcessExit } from '../../host/index.ts';
import { FakeClock, fakeEnv, MemoryFileSystem } from '../../host/testing.ts';
import type { Healthcheck } from './healthcheck.ts';
import { runService, type ServiceRun } from './run-service.ts';

interface Script {
  /** What it answers to the request. */
  readonly start?: object;
  /** Exit codes of the probes, the last one for all that follow; `undefined` is the end of the service. */
  readonly probes?: readonly (number | undefined)[];
  /** Its exit code when it is asked to stop; without one it does not listen. */
  readonly stopped?: number;
  /** Its exit code when it ends at once. */
  readonly ended?: number;
}

const CHECK: Healthcheck = {
  argv: ['probe'],
  intervalMs: 10_000,
  timeoutMs: 1_000,
  startPeriodMs: 0,
  startIntervalMs: 5_000,
  retries: 2,
};

class FakeProgram {
  readonly said: string[] = [];
  readonly #script: Script;
  readonly #exit = Promise.withResolvers<ProcessExit>();
  #probes = 0;

  constructor(script: Script) {
    this.#script = script;
  }

  readonly startLines: Host['processes']['startLines'] = (argv, { onLine, hasOurStreams }) => {
    const tell = (message: object): void => onLine(JSON.stringify(message));
    const end = (message: object): void => {
      tell(message);
      this.#exit.resolve({ code: 0, signal: undefined });
    };
    const done = (exitCode: number): void => end({ done: { exitCode } });
    assert.deepEqual([argv.at(-1), hasOurStreams], ['streams', true]);
    return {
      pid: 1,
      send: (line) => {
        const message = JSON.parse(line);
        this.said.push('op' in message ? message.op : Object.keys(message)[0]!);
        if ('op' in message) this.#begin(tell, end, done);
        else if ('probe' in message) this.#answer(tell, done);
        else if ('kill' in message) done(137);
        else if (this.#script.stopped !== undefined) done(this.#script.stopped);
      },
      end: () => end({ failed: { kind: 'killed', message: 'gone' } }),
      kill: () => {},
      exit: this.#exit.promise,
    };
  };

  #begin(
    tell: (message: object) => void,
    end: (message: object) => void,
    done: (code: number) => void,
  ): void {
    const { start = { started: { ports: [] } }, ended } = this.#script;
    if ('failed' in start) end(start);
    else tell(start);
    if (ended !== undefined) done(ended);
  }

  #answer(tell: (message: object) => void, done: (code: number) => void): void {
    const { probes = [0] } = this.#script;
    const exitCode = probes[Math.min(this.#probes++, probes.length - 1)];
    if (exitCode === undefined) done(1);
    else
      tell({
        probe: { exitCode, output: Buffer.from(`probe ${this.#probes}`).toString('base64'), isLate: false },
      });
  }
}

/** Waits until nothing else is left to do before its time passes. */
class PatientClock extends FakeClock implements Clock {
  override async sleep(durationMs: number, signal?: AbortSignal): Promise<void> {
    for (let round = 0; round < 5; round++) await new Promise((resolve) => setImmediate(resolve));
    await super.sleep(durationMs, signal);
  }
}

async function run(script: Script, more: Partial<ServiceRun> = {}) {
  const program = new FakeProgram(script);
  const fs = new MemoryFileSystem();
  const processes = { ...({} as Host['processes']), startLines: program.startLines };
  const events: string[] = [];
  const ended = await runService(
    {
      host: { fs, processes, env: fakeEnv({ userId: 0 }) },
      python: 'python3',
      program: '/p.py',
      store: '/s',
    },
    {
      start: {
        layers: [],
        argv: ['/x'],
        env: {},
        workingDirectory: '/',
        user: '',
        hostname: 'h',
        network: 'none',
        ports: [],
        volumes: [],
        mounts: [],
        input: 'none',
        hasTerminal: false,
        hasOutput: true,
      },
      stopSignal: 'SIGTERM',
      graceMs: 10_000,
      clock: new PatientClock(),
      signal: new AbortController().signal,
      onEvent: (event) => {
        if (event.type === 'health') events.push(`${event.status} ${event.afterMs}`);
      },
      ...more,
    },
  );
  const outcome = ended.ok ? [ended.value.verdict, ended.value.exitCode] : ended.failure;
  return { outcome, events, said: program.said.join(' ') };
}

const until = { quickMs: 500 };

test('a service that ends passes its exit code on', async () => {
  assert.deepEqual((await run({ ended: 7 })).outcome, ['ended', 7]);
});

test('until it is healthy', async () => {
  const seen = await run({ probes: [1, 1, 0], stopped: 0 }, { healthcheck: CHECK, until });
  assert.deepEqual(seen.outcome, ['healthy', 0]);
  assert.deepEqual(seen.events, ['starting 0', 'healthy 400']);
  assert.equal(seen.said, 'serve probe probe probe stop');
});

test('unhealthy when its own times say so, and killed when it does not end', async () => {
  const seen = await run({ probes: [1] }, { healthcheck: CHECK, until });
  assert.deepEqual(seen.outcome, ['unhealthy', 137]);
  assert.deepEqual(seen.events, ['starting 0', 'unhealthy 20000']);
  assert.match(seen.said, /probe stop kill$/);
});

test('without an aim the health is told and nothing follows from it', async () => {
  const seen = await run({ probes: [1, 1, 0, undefined] }, { healthcheck: CHECK });
  assert.deepEqual(seen.outcome, ['ended', 1]);
  assert.deepEqual(seen.events, ['starting 0', 'unhealthy 20000', 'healthy 30000']);
});

test('too late', async () => {
  const seen = await run(
    { probes: [1], stopped: 3 },
    { healthcheck: { ...CHECK, intervalMs: 1e9 }, until: { ...until, timeoutMs: 2_000 } },
  );
  assert.deepEqual(seen.outcome, ['late', 3]);
});

test('ended before it was healthy', async () => {
  assert.deepEqual((await run({ probes: [1, undefined] }, { healthcheck: CHECK, until })).outcome, [
    'ended',
    1,
  ]);
});

test('asked to end', async () => {
  const signal = AbortSignal.abort();
  assert.deepEqual((await run({ start: {} }, { signal })).outcome, { kind: 'interrupted', message: '' });
  const abort = new AbortController();
  const seen = await run(
    { stopped: 143 },
    { signal: abort.signal, onEvent: ({ type }) => type === 'started' && abort.abort() },
  );
  assert.deepEqual(seen.outcome, ['interrupted', 143]);
});

test('what was not started says why, and the machine is not asked', async () => {
  const failed = { kind: 'no-program', message: 'cannot start /x' };
  const seen = await run({ start: { failed } });
  assert.deepEqual([seen.outcome, seen.said], [failed, 'serve']);
});
